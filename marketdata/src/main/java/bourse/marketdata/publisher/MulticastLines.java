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

/** The multicast sockets of the publisher, one connected channel for each group: no allocation per packet. Thread: one. */
public final class MulticastLines implements PacketSink, AutoCloseable {
    private static final int SEND_BUFFER_BYTES = 4 * 1024 * 1024;
    private static final long PROBE_TIMEOUT_NS = 200_000_000L;

    private final DatagramChannel[] channels = new DatagramChannel[3];
    private long dropped;

    /**
     * Opens the groups.
     *
     * @param timeToLive 0 = this host, 1 = this network, up to 255
     */
    public MulticastLines(final FeedAddresses addresses, final int timeToLive) throws IOException {
        try {
            final NetworkInterface nif = addresses.networkInterface();
            channels[LINE_A] = open(addresses.lineA(), nif, timeToLive);
            channels[LINE_B] = open(addresses.lineB(), nif, timeToLive);
            channels[SNAPSHOTS] = open(addresses.snapshots(), nif, timeToLive);
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Packets that the operating system did not take. */
    public long dropped() {
        return dropped;
    }

    @Override
    public void send(final int line, final ByteBuffer packet) {
        try {
            if (channels[line].write(packet) == 0) {
                dropped++;
            }
        } catch (final IOException e) {
            dropped++;
        }
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(channels);
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
            try (DatagramChannel sender = open(new InetSocketAddress(addresses.snapshots().getAddress(), port), nif, 0)) {
                bytes.putLong(port).flip();
                sender.write(bytes);
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

    private static DatagramChannel open(final InetSocketAddress group, final NetworkInterface nif, final int timeToLive) throws IOException {
        final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, nif);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, timeToLive);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            channel.configureBlocking(false);
            channel.connect(group);
            return channel;
        } catch (final IOException | RuntimeException e) {
            CloseHelper.quietClose(channel);
            throw e;
        }
    }
}
