package bourse.bench.core;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import bourse.bench.stream.StreamResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rungs run, and reach what the stream leads to. */
class CoreBenchTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReachTheStreamsResultOnBothRungs() throws IOException {
        final Path file = folder.resolve("stream");
        final StreamResult expected = StreamGenerator.write(file, 500, 50, 30_000, 11);
        try (CommandStream stream = CommandStream.open(file)) {
            final var bench = new CoreBench(stream, "test", 1, 2);
            final CoreReport book = bench.book(64);
            final CoreReport engine = bench.engine(64);
            final CoreReport single = bench.engine(1);

            assertThat(book.result()).isEqualTo(expected);
            assertThat(engine.result()).isEqualTo(expected);
            assertThat(single.result()).isEqualTo(expected);
            assertThat(engine.bookHash()).isEqualTo(book.bookHash()).isEqualTo(single.bookHash());
            assertThat(book.passNs()).hasSize(2);
            assertThat(book.nsPerCommand()).isPositive();
            assertThat(book.environment().cores()).isPositive();
        }
    }
}
