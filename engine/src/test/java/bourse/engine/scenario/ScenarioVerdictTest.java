package bourse.engine.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of a scenario, and of a file that is none. */
class ScenarioVerdictTest {
    private static final String BUY = "new id=a side=BUY type=LIMIT tif=GTC price=100 qty=5";
    private static final String SELL = "new id=b side=SELL type=LIMIT tif=GTC price=100 qty=5";

    @TempDir
    private Path directory;

    private static ScenarioResult result(final String... lines) throws IOException {
        final List<String> scenario = new java.util.ArrayList<>(List.of("scenario it"));
        scenario.addAll(List.of(lines));
        scenario.add("end");
        return new ScenarioRunner(MatcherChoice.REFERENCE).run(ScenarioFile.parse("file", scenario)).getFirst();
    }

    @Test
    void shouldPass() throws IOException {
        final ScenarioResult result = result(BUY, SELL, "expect trade maker=a taker=b price=100 qty=5 !", "check book bids= asks=");
        assertThat(result).isEqualTo(ScenarioResult.pass("file", "it", 2));
    }

    @Test
    void shouldFailWithTheFirstWrongEvent() throws IOException {
        final ScenarioResult result = result(BUY, SELL, "expect trade maker=a taker=b price=101 qty=5", "check book bids= asks=1:1");
        assertThat(result.verdict()).isEqualTo(ScenarioResult.Verdict.FAIL);
        assertThat(result.line()).isEqualTo(4);
        assertThat(result.wanted()).isEqualTo("expect trade maker=a taker=b price=101 qty=5");
        assertThat(result.got()).startsWith("expect trade maker=a taker=b price=100 qty=5");
    }

    @Test
    void shouldFailForAMissingAndForAnExtraEvent() throws IOException {
        assertThat(result(BUY, "expect cancelled id=a qty=5").got()).isEqualTo("nothing more after: " + BUY);
        assertThat(result(BUY, SELL).wanted()).isEqualTo("nothing more after: " + SELL);
        assertThat(result(BUY, SELL, "expect none").verdict()).isEqualTo(ScenarioResult.Verdict.FAIL);
    }

    @Test
    void shouldFailWithWhatACheckFinds() throws IOException {
        final ScenarioResult result = result(BUY, "check book bids=100:4/1");
        assertThat(result.got()).isEqualTo("book bids=100:5/1 asks=");
    }

    @Test
    void shouldNameWhatIsUnsupported() throws IOException {
        assertThat(result("# policy: trade_price=taker", BUY).reason()).isEqualTo("policy trade_price=taker (offered: trade_price=maker)");
        assertThat(result("# policy: colour=red", BUY).reason()).isEqualTo("policy colour=red (offered: no such rule)");
        assertThat(result("dance").reason()).isEqualTo("no such command: dance");
        assertThat(result("dance now").reason()).isEqualTo("word without a value: now");
        assertThat(result(BUY + " colour=3").reason()).startsWith("unknown key colour");
        assertThat(result(BUY, "check mood").reason()).isEqualTo("no such check: check mood");
        assertThat(result("new id=a side=BUY type=LIMIT price=ten qty=5").reason()).isEqualTo("price: ten (expected: an integer)");
        assertThat(result("new id=a side=UP type=LIMIT price=10 qty=5").reason()).startsWith("side: UP (expected: one of [BUY, SELL");
        assertThat(result(BUY, "cancel id=a", "expect cancelled colour=3").reason()).startsWith("unknown key colour");
    }

    @Test
    void shouldWriteDownWhatAMatcherDoes() {
        final List<String> lines = List.of("scenario it", BUY, SELL, "expect none", "check book bids= asks=", "end");
        assertThat(ScenarioWriter.withEvents(lines, MatcherChoice.REFERENCE))
            .containsExactly("scenario it", BUY, SELL, "expect trade maker=a taker=b price=100 qty=5", "check book bids= asks=", "end");
        assertThatThrownBy(() -> ScenarioWriter.withEvents(List.of("dance"), MatcherChoice.REFERENCE))
            .isInstanceOf(IllegalArgumentException.class).hasMessage("line 1: no such command: dance");
    }

    @Test
    void shouldRefuseAFileThatIsNone() {
        assertThatThrownBy(() -> ScenarioFile.parse("file", List.of("new id=a"))).isInstanceOf(IOException.class).hasMessageContaining("file line 1");
    }

    @Test
    void shouldPrintTheSummaryLast() throws IOException {
        final Path plain = Files.write(directory.resolve("a.txt"), List.of("scenario good", BUY, "end", "scenario bad", BUY, SELL, "end"));
        final Path packed = directory.resolve("b.txt.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("scenario odd\ndance\nend\n".getBytes(StandardCharsets.UTF_8));
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final int status = ScenarioCommandRunner.run(List.of(plain, packed), MatcherChoice.REFERENCE, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("FAIL a.txt:6 bad").contains("unsupported b.txt.gz:2 odd: no such command")
            .endsWith("1 passed, 1 failed, 1 unsupported" + System.lineSeparator());
        assertThat(status).isEqualTo(1);
        assertThat(ScenarioCommandRunner.run(List.of(directory.resolve("none")), MatcherChoice.REFERENCE, new PrintStream(bytes))).isEqualTo(2);
    }
}
