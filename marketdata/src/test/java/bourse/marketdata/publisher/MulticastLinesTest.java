package bourse.marketdata.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.FeedSockets;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets on the loopback interface. */
class MulticastLinesTest {
    private static final int PACKET = PacketBurst.PACKET_LENGTH;
    private static FeedAddresses addresses;

    @BeforeAll
    static void findPorts() throws IOException {
        final int[] ports = new int[4];
        final List<DatagramSocket> held = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            held.add(new DatagramSocket(0));
            ports[i] = held.getLast().getLocalPort();
        }
        held.forEach(DatagramSocket::close);
        addresses = FeedAddresses.of("239.192.79.1:" + ports[0], "239.192.79.2:" + ports[1], "239.192.79.3:" + ports[2],
            "127.0.0.1:" + ports[3], "127.0.0.1");
        assumeThat(MulticastLines.probe(addresses)).as("multicast on the loopback interface").isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeliverEachPacketOfABurstOnBothLines(final boolean bursts) throws IOException {
        try (MulticastLines lines = new MulticastLines(addresses, 0, bursts); FeedSockets sockets = new FeedSockets(addresses)) {
            final int length = 31 * PACKET + 77;
            final ByteBuffer packets = burst(length);
            lines.sendIncrements(packets, PACKET);
            lines.send(PacketSink.SNAPSHOTS, packets.clear().limit(3 * PACKET + 5).position(3 * PACKET));
            assertThat(lines.dropped()).isZero();
            final List<List<Integer>> lengths = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            final long deadlineNs = System.nanoTime() + 2_000_000_000L;
            while (lengths.stream().mapToInt(List::size).sum() < 65 && System.nanoTime() < deadlineNs) {
                sockets.poll((line, packet, offset, packetLength, nowNs) -> {
                    final int index = lengths.get(line).size();
                    final int at = line == FeedReceiver.LINE_OTHER ? 3 * PACKET : index * PACKET;
                    for (int i = 0; i < packetLength; i++) {
                        assertThat(packet.getByte(offset + i)).isEqualTo(content(at + i));
                    }
                    lengths.get(line).add(packetLength);
                }, System.nanoTime());
            }
            assertThat(lengths.get(FeedReceiver.LINE_A)).hasSize(32).startsWith(PACKET, PACKET).endsWith(PACKET, 77);
            assertThat(lengths.get(FeedReceiver.LINE_B)).isEqualTo(lengths.get(FeedReceiver.LINE_A));
            assertThat(lengths.get(FeedReceiver.LINE_OTHER)).containsExactly(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLeaveTheOtherLineToAnotherMember(final boolean isA) throws IOException {
        try (MulticastLines lines = new MulticastLines(addresses, 0, false, isA, !isA); FeedSockets sockets = new FeedSockets(addresses)) {
            lines.sendIncrements(burst(PACKET), PACKET);
            lines.send(PacketSink.SNAPSHOTS, burst(5));
            final List<Integer> heard = new ArrayList<>();
            final long deadlineNs = System.nanoTime() + 300_000_000L;
            while (System.nanoTime() < deadlineNs) {
                sockets.poll((line, packet, offset, packetLength, nowNs) -> heard.add(line), System.nanoTime());
            }
            assertThat(heard).containsExactlyInAnyOrder(isA ? new Integer[] {FeedReceiver.LINE_A, FeedReceiver.LINE_OTHER} : new Integer[] {FeedReceiver.LINE_B});
        }
    }

    @Test
    void shouldSayHowPacketsAreSent() throws IOException {
        try (MulticastLines lines = new MulticastLines(addresses, 0, false)) {
            assertThat(lines.sending()).isEqualTo("one packet a system call (asked for)");
        }
        assumeThat(SegmentingSocket.unavailable()).isNull();
        try (MulticastLines lines = new MulticastLines(addresses, 0)) {
            assertThat(lines.sending()).startsWith("up to 32 packets a system call");
        }
    }

    @Test
    void shouldSendOneByOneWhatTheKernelWouldCutElsewhere() throws IOException {
        assumeThat(SegmentingSocket.unavailable()).isNull();
        try (SegmentingSocket socket = new SegmentingSocket(addresses.lineA(), addresses.networkInterface(), 0, 1 << 20, PACKET);
             FeedSockets sockets = new FeedSockets(addresses)) {
            assertThat(socket.send(burst(250), 100)).isZero();
            final List<Integer> lengths = new ArrayList<>();
            final long deadlineNs = System.nanoTime() + 2_000_000_000L;
            while (lengths.size() < 3 && System.nanoTime() < deadlineNs) {
                sockets.poll((line, packet, offset, length, nowNs) -> lengths.add(length), System.nanoTime());
            }
            assertThat(lengths).containsExactly(100, 100, 50);
            socket.close();
            assertThat(socket.send(burst(250), 100)).as("a socket that is gone drops and says so").isEqualTo(3);
        }
    }

    private static ByteBuffer burst(final int length) {
        final ByteBuffer packets = BufferUtil.allocateDirectAligned(length, 64);
        for (int i = 0; i < length; i++) {
            packets.put(i, content(i));
        }
        return packets;
    }

    private static byte content(final int at) {
        return (byte) (at * 31 + at / PACKET);
    }
}
