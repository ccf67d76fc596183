package bourse.marketdata.receiver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sockets of a receiver: both lines, the snapshot channel, and the one it asks and is answered on. Thread: one. No allocation per
 * packet but the sender's address that the JDK makes when it changes.
 */
public final class FeedSockets implements RecoveryRequests, AutoCloseable {
    private static final int RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
    private static final int BURST = 64;

    private final DatagramChannel[] channels = new DatagramChannel[3];
    private final DatagramChannel recovery;
    private final ByteBuffer in = ByteBuffer.allocateDirect(2_048);
    private final UnsafeBuffer packet = new UnsafeBuffer(in);
    private final ByteBuffer out = ByteBuffer.allocateDirect(64);
    private final UnsafeBuffer outBuffer = new UnsafeBuffer(out);
    private long sendFailures;

    /** Joins the groups; throws when an address cannot be used. */
    public FeedSockets(final FeedAddresses addresses) throws IOException {
        DatagramChannel unicast = null;
        try {
            final NetworkInterface nif = addresses.networkInterface();
            channels[FeedReceiver.LINE_A] = join(addresses.lineA(), nif);
            channels[FeedReceiver.LINE_B] = join(addresses.lineB(), nif);
            channels[FeedReceiver.LINE_OTHER] = join(addresses.snapshots(), nif);
            unicast = DatagramChannel.open(StandardProtocolFamily.INET);
            unicast.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            unicast.connect(addresses.recovery());
            unicast.configureBlocking(false);
        } catch (final IOException | RuntimeException e) {
            CloseHelper.quietCloseAll(channels);
            CloseHelper.quietClose(unicast);
            throw e;
        }
        recovery = unicast;
    }

    /** Hands waiting packets to the receiver, a burst of each socket; returns how many. */
    public int poll(final FeedPacketHandler receiver, final long nowNs) throws IOException {
        int packets = 0;
        for (int line = 0; line < channels.length; line++) {
            packets += poll(channels[line], line, receiver, nowNs);
        }
        return packets + pollRecovery(receiver, nowNs);
    }

    @Override
    public void send(final DirectBuffer buffer, final int offset, final int length) {
        out.clear();
        outBuffer.putBytes(0, buffer, offset, length);
        out.limit(length);
        try {
            recovery.write(out);
        } catch (final IOException e) {
            sendFailures++;
        }
    }

    /** Requests that could not be sent, and answers that said that nobody listens. */
    public long sendFailures() {
        return sendFailures;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(channels);
        CloseHelper.quietClose(recovery);
    }

    private int poll(final DatagramChannel channel, final int line, final FeedPacketHandler receiver, final long nowNs) throws IOException {
        int packets = 0;
        while (packets < BURST) {
            in.clear();
            if (channel.receive(in) == null) {
                break;
            }
            receiver.onPacket(line, packet, 0, in.position(), nowNs);
            packets++;
        }
        return packets;
    }

    private int pollRecovery(final FeedPacketHandler receiver, final long nowNs) {
        int packets = 0;
        while (packets < BURST) {
            in.clear();
            final int length;
            try {
                length = recovery.read(in);
            } catch (final IOException e) {
                sendFailures++;
                break;
            }
            if (length <= 0) {
                break;
            }
            receiver.onPacket(FeedReceiver.LINE_OTHER, packet, 0, length, nowNs);
            packets++;
        }
        return packets;
    }

    private static DatagramChannel join(final InetSocketAddress group, final NetworkInterface nif) throws IOException {
        final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(group.getPort()));
            channel.join(group.getAddress(), nif);
            channel.configureBlocking(false);
            return channel;
        } catch (final IOException | RuntimeException e) {
            CloseHelper.quietClose(channel);
            throw e;
        }
    }
}
