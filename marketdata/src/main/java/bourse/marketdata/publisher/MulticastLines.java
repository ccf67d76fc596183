package bourse.marketdata.publisher;

import bourse.marketdata.receiver.FeedAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.agrona.CloseHelper;

/**
 * The multicast sockets of the publisher, one connected to each group: sockets that take a burst of packets in one call where the kernel has them,
 * else the JDK's. No allocation per packet. Thread: one.
 */
public final class MulticastLines implements PacketSink, AutoCloseable {
    private static final int SEND_BUFFER_BYTES = 4 * 1024 * 1024;
    private static final long PROBE_TIMEOUT_NS = 200_000_000L;

    private final MulticastSocket[] sockets = new MulticastSocket[3];
    private final String sending;
    private long dropped;
    private final boolean hasA;
    private final boolean hasB;

    /**
     * Opens the groups.
     *
     * @param timeToLive 0 = this host, 1 = this network, up to 255
     */
    public MulticastLines(final FeedAddresses addresses, final int timeToLive) throws IOException {
        this(addresses, timeToLive, true);
    }

    /** The same; {@code bursts} false = one system call a packet in any case, to compare. */
    public MulticastLines(final FeedAddresses addresses, final int timeToLive, final boolean bursts) throws IOException {
        this(addresses, timeToLive, bursts, true, true);
    }

    /**
     * The same with one line only, when another member sends the other.
     *
     * @param hasA send line A and the snapshots
     * @param hasB send line B
     */
    public MulticastLines(final FeedAddresses addresses, final int timeToLive, final boolean bursts, final boolean hasA, final boolean hasB) throws IOException {
        this.hasA = hasA;
        this.hasB = hasB;
        String problem = bursts ? SegmentingSocket.unavailable() : "asked for";
        if (problem == null) {
            try {
                open(addresses, (group, nif) -> new SegmentingSocket(group, nif, timeToLive, SEND_BUFFER_BYTES, PacketBurst.PACKET_LENGTH));
            } catch (final IOException | RuntimeException e) {
                problem = e.getMessage();
            }
        }
        if (problem != null) {
            open(addresses, (group, nif) -> new ChannelSocket(group, nif, timeToLive, SEND_BUFFER_BYTES));
        }
        sending = problem == null ? "up to " + PacketBurst.MAX_PACKETS + " packets a system call (UDP segmentation offload)"
            : "one packet a system call (" + problem + ")";
    }

    /** How packets are handed to the operating system, for the log. */
    public String sending() {
        return sending;
    }

    /** Packets that the operating system did not take. */
    public long dropped() {
        return dropped;
    }

    @Override
    public void send(final int line, final ByteBuffer packet) {
        if (line == LINE_B ? hasB : hasA) {
            dropped += sockets[line].send(packet, PacketBurst.PACKET_LENGTH);
        }
    }

    @Override
    public void sendIncrements(final ByteBuffer packets, final int packetLength) {
        final int from = packets.position();
        final int to = packets.limit();
        if (hasA) {
            dropped += sockets[LINE_A].send(packets, packetLength);
        }
        if (hasB) {
            dropped += sockets[LINE_B].send(packets.limit(to).position(from), packetLength);
        }
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(sockets);
    }

    /**
     * Sends a datagram to a group of this feed through the interface and waits for it to come back: the one question whose answer says
     * whether multicast works here. Returns null when it does, else the reason. Blocks for at most 200 ms.
     */
    public static String probe(final FeedAddresses addresses) {
        try (DatagramChannel receiver = DatagramChannel.open(StandardProtocolFamily.INET)) {
            final NetworkInterface nif = addresses.networkInterface();
            receiver.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            receiver.bind(new InetSocketAddress(0));
            receiver.join(addresses.snapshots().getAddress(), nif);
            receiver.configureBlocking(false);
            final int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
            final ByteBuffer bytes = ByteBuffer.allocateDirect(64);
            try (ChannelSocket sender = new ChannelSocket(new InetSocketAddress(addresses.snapshots().getAddress(), port), nif, 0, 4_096)) {
                bytes.putLong(port).flip();
                sender.send(bytes, bytes.limit());
            }
            final long deadlineNs = System.nanoTime() + PROBE_TIMEOUT_NS;
            do {
                bytes.clear();
                if (receiver.receive(bytes) != null) {
                    return null;
                }
                Thread.onSpinWait();
            } while (System.nanoTime() < deadlineNs);
            return "a datagram sent to " + addresses.snapshots().getAddress().getHostAddress() + " on interface " + nif.getName()
                + " did not come back";
        } catch (final IOException | RuntimeException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private void open(final FeedAddresses addresses, final Opener opener) throws IOException {
        try {
            final NetworkInterface nif = addresses.networkInterface();
            sockets[LINE_A] = opener.open(addresses.lineA(), nif);
            sockets[LINE_B] = opener.open(addresses.lineB(), nif);
            sockets[SNAPSHOTS] = opener.open(addresses.snapshots(), nif);
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @FunctionalInterface
    private interface Opener {
        MulticastSocket open(InetSocketAddress group, NetworkInterface nif) throws IOException;
    }
}
