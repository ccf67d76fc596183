package bourse.bench.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import bourse.marketdata.publisher.MulticastLines;
import bourse.marketdata.receiver.FeedAddresses;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench runs and its reader is in sync; what it measures is not looked at. */
class FeedBenchTest {
    @TempDir
    private Path directory;

    @Test
    void shouldPublishEveryMessageToAReaderInSync() throws Exception {
        assumeThat(MulticastLines.probe(FeedAddresses.defaults())).as("multicast on the loopback interface").isNull();
        final Path file = directory.resolve("stream");
        StreamGenerator.write(file, 200, 50, 20_000, 7);
        try (CommandStream stream = CommandStream.open(file)) {
            final FeedReport report = new FeedBench(stream, "small", 64, 1, 100_000).run(true);
            assertThat(report.messages()).isGreaterThan(20_000);
            assertThat(report.publishing()).hasSize(4);
            assertThat(report.publishing().getFirst().packets()).isZero();
            assertThat(report.publishing().get(2).packets()).isPositive();
            assertThat(report.publishing().getLast().readerInSync()).isTrue();
            assertThat(report.engine()).hasSize(3);
        }
    }
}
