package bourse.marketdata.record;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.marketdata.PublisherInMemory;
import bourse.marketdata.RandomFlow;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording tells the venue's book or why it cannot: never another book. */
class RecordedFeedTest {
    private static final int INSTRUMENTS = 3;

    @TempDir
    private Path directory;
    private final RandomFlow flow = new RandomFlow(17, INSTRUMENTS, 4);

    /** Which packets of which line are written, by the packet's number. */
    @FunctionalInterface
    private interface Tap {
        boolean takes(int line, long packet);
    }

    @Test
    void shouldTellEveryBookOfAWholeRecording() throws IOException {
        final RecordedFeed feed = RecordedFeed.read(record(1, 400, (line, packet) -> true, true));
        assertBooksAreTheVenues(feed);
        assertThat(feed.firstSeq()).isEqualTo(1);
        assertThat(feed.lastSeq()).isEqualTo(flow.feedSeq());
        assertThat(feed.missingMessages()).isZero();
        assertThat(feed.isEnded()).isTrue();
        assertThat(feed.isTorn()).isFalse();
        assertThat(feed.counters().checksumsVerified()).isPositive();
    }

    @Test
    void shouldTakeFromOneLineWhatTheOtherLacks() throws IOException {
        final RecordedFeed feed = RecordedFeed.read(record(1, 400, (line, packet) -> line == 2 || packet % 2 == line, true));
        assertBooksAreTheVenues(feed);
        assertThat(feed.missingMessages()).isZero();
    }

    @Test
    void shouldTellTheBooksOfALateRecordingFromItsSnapshots() throws IOException {
        final RecordedFeed feed = RecordedFeed.read(record(1, 400, (line, packet) -> packet > 300, true));
        assertBooksAreTheVenues(feed);
        assertThat(feed.firstSeq()).isGreaterThan(1);
        assertThat(feed.counters().snapshots()).isEqualTo(INSTRUMENTS);
    }

    @Test
    void shouldSayThatALateRecordingHasNoSnapshot() throws IOException {
        final RecordedFeed feed = RecordedFeed.read(record(1, 400, (line, packet) -> packet > 300 && line != 2, true));
        assertThat(feed.books().all()).hasSize(INSTRUMENTS).allSatisfy(book -> assertThat(feed.problem(book))
            .isEqualTo("the recording begins at message " + feed.firstSeq() + ", when the book was not empty, and holds no whole snapshot of it"));
    }

    @Test
    void shouldNameWhatIsOnNeitherLine() throws IOException {
        final RecordedFeed feed = RecordedFeed.read(record(1, 400, (line, packet) -> line != 2 && (packet < 200 || packet > 203), true));
        assertThat(feed.missing()).hasSize(1);
        final RecordedFeed.Range hole = feed.missing().getFirst();
        assertThat(feed.missingMessages()).isEqualTo(hole.count()).isPositive();
        assertThat(feed.lastSeq()).isEqualTo(flow.feedSeq());
        assertThat(feed.books().all()).allSatisfy(book -> assertThat(feed.problem(book))
            .isEqualTo("messages " + hole.from() + " to " + hole.to() + " are on neither line and were this instrument's; no whole snapshot follows"));
    }

    @Test
    void shouldRecoverFromAHoleBySnapshot() throws IOException {
        final RecordedFeed feed = RecordedFeed.read(record(1, 400, (line, packet) -> line == 2 || packet < 200 || packet > 203, true));
        assertThat(feed.missingMessages()).isPositive();
        assertBooksAreTheVenues(feed);
    }

    @Test
    void shouldReadATornFileAsFarAsItGoes() throws IOException {
        final Path file = record(1, 400, (line, packet) -> true, true);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        final RecordedFeed feed = RecordedFeed.read(file);
        assertThat(feed.isEnded()).isFalse();
        assertThat(feed.missingMessages()).isZero();
        assertThat(feed.lastSeq()).isBetween(100L, flow.feedSeq() - 1);
        final RandomFlow again = new RandomFlow(17, INSTRUMENTS, 4);
        final PublisherInMemory until = new PublisherInMemory(again, feed.lastSeq());
        feed.books().all().forEach(book -> {
            assertThat(feed.problem(book)).isNull();
            assertThat(BookChecksum.of(book)).isEqualTo(until.checksum(book.instrumentId()));
        });
    }

    @Test
    void shouldKnowAnEmptyFile() throws IOException {
        final Path file = directory.resolve("empty.pcapng");
        new PcapNgWriter(file, FeedAddresses.defaults()).close();
        assertThat(RecordedFeed.read(file).isEmpty()).isTrue();
    }

    @Test
    void shouldBeReadByTsharkWhereThereIsOne() throws Exception {
        final Path tshark = Path.of("/usr/bin/tshark");
        if (!Files.isExecutable(tshark)) {
            System.out.println("SKIPPED: no tshark on this machine");
            return;
        }
        final Path file = record(1, 20, (line, packet) -> true, true);
        final Process process = new ProcessBuilder(tshark.toString(), "-r", file.toString(), "-T", "fields", "-e", "ip.dst", "-e", "udp.dstport",
            "-e", "_ws.expert").redirectErrorStream(true).start();
        final String text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(text).contains("239.192.73.1\t7311").contains("239.192.73.2\t7312").contains("239.192.73.3\t7313").doesNotContain("Malformed");
    }

    private void assertBooksAreTheVenues(final RecordedFeed feed) {
        assertThat(feed.books().all()).hasSize(INSTRUMENTS).allSatisfy(book -> {
            assertThat(feed.problem(book)).isNull();
            assertThat(BookChecksum.of(book)).isEqualTo(flow.books().get(book.instrumentId()).checksum());
        });
    }

    private Path record(final long firstTimeNs, final int fragments, final Tap tap, final boolean end) throws IOException {
        final Path file = directory.resolve("feed.pcapng");
        try (PcapNgWriter writer = new PcapNgWriter(file, FeedAddresses.defaults())) {
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[2_048]);
            final long[] timeNs = {firstTimeNs};
            final long[] packets = new long[3];
            final PublisherInMemory publisher = new PublisherInMemory(flow, (line, packet) -> {
                final int length = packet.remaining();
                bytes.putBytes(0, packet, packet.position(), length);
                timeNs[0] += 200_000;
                if (tap.takes(line, line == 2 ? packets[0] : ++packets[line])) {
                    try {
                        writer.write(line, bytes, 0, length, timeNs[0]);
                    } catch (final IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            publisher.publish(fragments);
            if (end) {
                publisher.end();
            }
        }
        return file;
    }
}
