package bourse.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final AuditLog.Terms TERMS = new AuditLog.Terms(1 << 20, 4);

    @TempDir
    Path folder;

    private final AtomicLong logPosition = new AtomicLong(100);

    private AuditLog open(final AuditLog.Terms terms) throws IOException {
        return new AuditLog(folder, terms, InstantSource.system(), logPosition::get);
    }

    private static AuditSink.Entry entry(final String action, final int number) {
        return new AuditSink.Entry(action, "alice \"the\u2028\n\\ trader", -number, "10.0.0.1:" + number, AuditSink.Entry.OK, Map.of("n", "" + number));
    }

    private Path only() throws IOException {
        final List<Path> files = AuditLog.filesOf(folder);
        assertThat(files).hasSize(1);
        return files.getFirst();
    }

    @Test
    void shouldChainWhatItWritesAndGoOnAfterARestart() throws Exception {
        for (int run = 0; run < 3; run++) {
            try (AuditLog log = open(TERMS)) {
                for (int i = 0; i < 50; i++) {
                    logPosition.addAndGet(10);
                    log.record(entry("login", i));
                }
            }
        }
        final AuditVerifier.Result result = AuditVerifier.verify(folder);
        assertThat(result.problem()).isNull();
        assertThat(result.lines()).isEqualTo(3 * 52);
        assertThat(result.lastSeq()).isEqualTo(3 * 52);
        assertThat(result.lastLogPosition()).isEqualTo(100 + 3 * 500);
        assertThat(Files.readAllLines(only())).anyMatch(line -> line.contains("\"account\":4294967295,\"address\":\"10.0.0.1:1\""));
    }

    @Test
    void shouldFindEveryChangeOfEveryLine() throws Exception {
        try (AuditLog log = open(TERMS)) {
            for (int i = 0; i < 6; i++) {
                log.record(entry("login", i));
            }
        }
        final Path file = only();
        final List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            final List<String> changed = new ArrayList<>(lines);
            changed.set(i, lines.get(i).replace("\"outcome\":\"ok\"", "\"outcome\":\"no\""));
            assertFound(file, changed, i + 1);
            if (i < lines.size() - 1) {
                final List<String> removed = new ArrayList<>(lines);
                removed.remove(i);
                assertFound(file, removed, i + 1);
                final List<String> swapped = new ArrayList<>(lines);
                swapped.set(i, lines.get(i + 1));
                swapped.set(i + 1, lines.get(i));
                assertFound(file, swapped, i + 1);
            }
        }
        Files.write(file, lines);
        assertThat(AuditVerifier.verify(file).problem()).isNull();
    }

    private static void assertFound(final Path file, final List<String> lines, final int line) throws IOException {
        Files.write(file, lines);
        assertThat(AuditVerifier.verify(file).problem()).contains(":" + line + ": ");
    }

    @Test
    void shouldCutOffALineThatACrashLeftTorn() throws Exception {
        try (AuditLog log = open(TERMS)) {
            log.record(entry("login", 1));
        }
        final Path file = only();
        Files.writeString(file, "{\"seq\":4,\"time\":\"20", StandardOpenOption.APPEND);
        assertThat(AuditVerifier.verify(folder).problem()).contains("not a whole record");
        open(TERMS).close();
        assertThat(AuditVerifier.verify(folder).problem()).isNull();
        assertThat(Files.readAllLines(file)).anyMatch(line -> line.contains("\"action\":\"opened\"") && line.contains("\"detail.tornBytes\":\"19\""));
    }

    @Test
    void shouldKeepOnlySoManyFilesAndChainThroughThem() throws Exception {
        try (AuditLog log = open(new AuditLog.Terms(4_096, 3))) {
            for (int i = 0; i < 300; i++) {
                log.record(entry("login", i));
                if (i % 50 == 0) {
                    Thread.sleep(30);
                }
            }
        }
        assertThat(AuditLog.filesOf(folder)).hasSize(3);
        final AuditVerifier.Result result = AuditVerifier.verify(folder);
        assertThat(result.problem()).isNull();
        assertThat(result.firstSeq()).isGreaterThan(1);
        assertThat(result.lastSeq()).isEqualTo(302);
    }

    @Test
    void shouldNotLetRefusalsFloodItAndBeOneWritersOnly() throws Exception {
        try (AuditLog log = open(TERMS)) {
            assertThatThrownBy(() -> open(TERMS)).isInstanceOf(Exception.class);
            for (int i = 0; i < 1_000; i++) {
                log.record(entry("refused", i));
            }
            log.record(entry("SetKillSwitch", 1));
            Thread.sleep(1_200);
            log.record(entry("login", 1));
        }
        final List<String> lines = Files.readAllLines(only());
        assertThat(lines.stream().filter(line -> line.contains("\"action\":\"refused\"")).count()).isEqualTo(AuditLog.REFUSALS_PER_SECOND);
        assertThat(lines).anyMatch(line -> line.contains("\"action\":\"suppressed\"") && line.contains("\"detail.refusals\":\"900\""))
            .anyMatch(line -> line.contains("SetKillSwitch"));
    }
}
