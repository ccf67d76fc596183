package bourse.marketdata.recovery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** The unicast address that takes re-requests. Thread: the market-data agent's. */
public final class RecoverySocket implements RecoveryResponder.Reply, AutoCloseable {
    private static final int REQUESTS_PER_POLL = 16;
    private static final int BUFFER_BYTES = 4 * 1024 * 1024;

    private final DatagramChannel channel;
    private final RecoveryResponder responder;
    private final ByteBuffer in = ByteBuffer.allocateDirect(2_048);
    private final UnsafeBuffer request = new UnsafeBuffer(in);
    private SocketAddress source;
    private long dropped;

    /** Binds {@code address}; port 0 takes a free one. */
    public RecoverySocket(final InetSocketAddress address, final RecoveryResponder responder) throws IOException {
        this.responder = responder;
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            channel.configureBlocking(false);
            channel.bind(address);
        } catch (final IOException | RuntimeException e) {
            CloseHelper.quietClose(channel);
            throw e;
        }
    }

    /** Where it is bound. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Packets that the operating system did not take. */
    public long dropped() {
        return dropped;
    }

    /** Answers waiting requests; returns how many. */
    public int poll(final long nowNs) {
        int taken = 0;
        try {
            while (taken < REQUESTS_PER_POLL) {
                in.clear();
                source = channel.receive(in);
                if (source == null) {
                    break;
                }
                taken++;
                responder.onRequest(request, 0, in.position(), this, nowNs);
            }
        } catch (final IOException e) {
            dropped++;
        }
        return taken;
    }

    @Override
    public void send(final ByteBuffer packet) {
        try {
            if (channel.send(packet, source) == 0) {
                dropped++;
            }
        } catch (final IOException e) {
            dropped++;
        }
    }

    @Override
    public void close() {
        CloseHelper.quietClose(channel);
    }
}
