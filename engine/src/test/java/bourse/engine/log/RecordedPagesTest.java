package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bourse.engine.store.LinuxFile;
import bourse.engine.store.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What of a log is in memory; that is asked with {@code mincore}. */
class RecordedPagesTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    @BeforeEach
    void onADisk() throws IOException {
        assumeTrue(LinuxFile.isSupported() && !Files.getFileStore(directory).type().equals("tmpfs"), "SKIPPED: no page cache that can be given back below " + directory);
    }

    @Test
    void shouldGiveBackWhatIsWrittenAndKeepIt() throws IOException {
        final byte[] bytes = new byte[4 * MEBIBYTE];
        new Random(42).nextBytes(bytes);
        final Path file = Files.write(directory.resolve("file"), bytes);
        assertThat(isInMemory(file, 0)).isTrue();
        try (LinuxFile open = LinuxFile.open(file)) {
            open.release(0, 2 * MEBIBYTE);
        }
        assertThat(isInMemory(file, 0)).isFalse();
        assertThat(isInMemory(file, MEBIBYTE)).isFalse();
        assertThat(isInMemory(file, 2 * MEBIBYTE)).isTrue();
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void shouldSayThatAFileIsNotThere() {
        assertThatThrownBy(() -> LinuxFile.open(directory.resolve("none")).close()).isInstanceOf(IOException.class).hasMessageContaining("cannot be opened for writing");
    }

    @Test
    void shouldKeepTheNewestOfTheLogInMemoryAndLoseNothing() throws IOException {
        final List<String> texts = new ArrayList<>();
        final TranscriptService first = new TranscriptService();
        try (AeronRig rig = new AeronRig(AeronRig.small(directory).withCachedBytes(2 * MEBIBYTE).withLayout(AeronLayout.ONE_THREAD), (reason, cause) -> { })) {
            rig.start(first);
            for (int i = 0; i < 120; i++) {
                texts.add(i + "x".repeat(60_000));
                rig.submit(texts.getLast().getBytes(StandardCharsets.US_ASCII));
                final int sent = texts.size();
                rig.runUntil(() -> first.entries.size() == sent);
            }
            final Recording log = new RecordedLog(directory.resolve("data")).recording();
            rig.runUntil(() -> !isInMemory(segment(log, 0), 0) && !isInMemory(segment(log, 3), 0));
            assertThat(isInMemory(segment(log, 6), 0)).isTrue();
        }
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ONE_THREAD)) {
            final TranscriptService second = new TranscriptService();
            rig.start(second);
            rig.runUntil(() -> second.entries.size() == texts.size());
            assertThat(second.entries).isEqualTo(texts);
        }
    }

    private Path segment(final Recording log, final int number) {
        return log.segmentFile(directory.resolve("data/archive"), (long) number * MEBIBYTE);
    }

    private static boolean isInMemory(final Path file, final int offset) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, MEBIBYTE / 2).isLoaded();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
