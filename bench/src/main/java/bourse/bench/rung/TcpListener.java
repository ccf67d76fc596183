package bourse.bench.rung;

import bourse.sbe.WireLimits;
import bourse.sbe.port.EventSource;
import bourse.services.transport.AeronCommandLog;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.ShardConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Raw frames over loopback TCP to the engine's log and back, for one client: a little-endian {@code int} length, then an SBE command message; in
 * the other direction an event fragment. No authentication, no limits: it exists to be measured against gRPC and never runs in a venue.
 * Hot path. Thread: the engine's.
 */
final class TcpListener implements Agent {
    static final int PREFIX = Integer.BYTES;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int FRAGMENTS = 8;
    private static final int OUT_ENOUGH_BYTES = BUFFER_BYTES - FRAGMENTS * (WireLimits.MAX_EVENT_FRAGMENT_BYTES + PREFIX);

    private final ShardConnection connection;
    private final Supplier<AgentInvoker> driver;
    private final AeronCommandLog log;
    private final AeronEventSource events;
    private final ServerSocketChannel server;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer inView = new UnsafeBuffer(in);
    private final UnsafeBuffer outView = new UnsafeBuffer(out);
    private final EventSource.Handler writing = this::write;
    private SocketChannel client;

    TcpListener(final EngineSide engine) throws IOException {
        connection = new ShardConnection(engine.address(), "bench-tcp", Throwable::printStackTrace);
        driver = engine::driver;
        log = new AeronCommandLog(connection);
        events = new AeronEventSource(connection);
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @Override
    public void onStart() {
        connection.open(driver.get());
    }

    @Override
    public int doWork() throws IOException {
        int work = log.poll();
        if (client == null) {
            client = log.isConnected() ? server.accept() : null;
            if (client == null) {
                return work;
            }
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            work++;
        }
        work += receive();
        // What waits is bounded: a client that does not read holds only itself up.
        if (out.position() < OUT_ENOUGH_BYTES) {
            work += events.poll(writing, FRAGMENTS);
        }
        return work + transmit();
    }

    private void write(final DirectBuffer buffer, final int offset, final int length) {
        out.putInt(length);
        buffer.getBytes(offset, outView, out.position(), length);
        out.position(out.position() + length);
    }

    private int receive() throws IOException {
        final int read = client.read(in);
        if (read < 0) {
            client.close();
            client = null;
            return 1;
        }
        int at = 0;
        while (in.position() - at >= PREFIX) {
            final int length = in.getInt(at);
            if (in.position() - at < PREFIX + length || log.offer(inView, at + PREFIX, length) < 0) {
                break;
            }
            at += PREFIX + length;
        }
        if (at > 0) {
            in.limit(in.position()).position(at);
            in.compact();
        }
        return read + at;
    }

    private int transmit() throws IOException {
        if (out.position() == 0) {
            return 0;
        }
        out.flip();
        final int written = client.write(out);
        out.compact();
        return written;
    }

    @Override
    public void onClose() {
        CloseHelper.quietCloseAll(client, server, events, log, connection);
    }

    @Override
    public String roleName() {
        return "bench-tcp";
    }
}
