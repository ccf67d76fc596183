package bourse.marketdata.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.marketdata.RandomFlow;
import bourse.marketdata.publisher.EventTranslator;
import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.receiver.RecoveryRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    private static final ReceiverConfig NO_REQUESTS = new ReceiverConfig(0, 1 << 14, 256, 2_000_000, 20_000_000, 3, false);

    @TempDir
    private Path directory;
    private long timeNs = 1_700_000_000_123_456_789L;

    @Test
    void shouldPlayBackTheSameBooks() throws Exception {
        final Path file = directory.resolve("feed.pcapng");
        final RandomFlow flow = record(file, 300);
        final FeedReceiver receiver = new FeedReceiver(NO_REQUESTS, FeedListener.NONE, RecoveryRequests.NONE);
        final long[] lastNs = new long[1];
        try (FeedPlayback playback = new FeedPlayback(file)) {
            playback.run((line, packet, offset, length, atNs) -> {
                lastNs[0] = atNs;
                receiver.onPacket(line, packet, offset, length, atNs);
            });
            assertThat(playback.skipped()).isZero();
            assertThat(playback.isTorn()).isFalse();
        }
        assertThat(lastNs[0]).isEqualTo(timeNs);
        assertThat(receiver.counters().malformedPackets()).isZero();
        assertThat(receiver.counters().packets(0)).isEqualTo(receiver.counters().packets(1)).isPositive();
        flow.books().forEach((id, book) -> assertThat(BookChecksum.of(receiver.books().get(id))).isEqualTo(book.checksum()));
    }

    @Test
    void shouldEndWhereATornFileEnds() throws Exception {
        final Path file = directory.resolve("torn.pcapng");
        record(file, 50);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 7);
        }
        try (FeedPlayback playback = new FeedPlayback(file)) {
            playback.run((line, packet, offset, length, atNs) -> { });
            assertThat(playback.packets()).isPositive();
            assertThat(playback.isTorn()).isTrue();
        }
    }

    @Test
    void shouldRefuseOtherFilesAndNeverOverwrite() throws Exception {
        final Path other = Files.writeString(directory.resolve("other"), "no capture at all");
        assertThatThrownBy(() -> new FeedPlayback(other)).isInstanceOf(IOException.class).hasMessageContaining("not a pcap-ng file");
        assertThatThrownBy(() -> new PcapNgWriter(other, FeedAddresses.defaults())).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void shouldBeReadByTcpdumpWhereThereIsOne() throws Exception {
        final Path tcpdump = Path.of("/usr/bin/tcpdump");
        if (!Files.isExecutable(tcpdump)) {
            System.out.println("SKIPPED: no tcpdump on this machine");
            return;
        }
        final Path file = directory.resolve("shown.pcapng");
        record(file, 5);
        final Process process = new ProcessBuilder(tcpdump.toString(), "-n", "-c", "1", "-r", file.toString()).redirectErrorStream(true).start();
        final String text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(text).contains("239.192.73.1.7311: UDP, length");
    }

    private RandomFlow record(final Path file, final int fragments) throws IOException {
        final RandomFlow flow = new RandomFlow(9, 2, 4);
        try (PcapNgWriter writer = new PcapNgWriter(file, FeedAddresses.defaults())) {
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[2_048]);
            final PacketPublisher publisher = new PacketPublisher((line, packet) -> {
                final int length = packet.remaining();
                bytes.putBytes(0, packet, packet.position(), length);
                try {
                    writer.write(line, bytes, 0, length, ++timeNs);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            }, () -> timeNs, 0);
            final EventTranslator translator = new EventTranslator((seq, template, buffer, offset, length) ->
                publisher.message(4, seq, buffer, offset, length));
            for (int i = 0; i < fragments; i++) {
                final byte[] fragment = i == 0 ? flow.define() : flow.next(20);
                translator.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
                publisher.flush();
            }
        }
        return flow;
    }
}
