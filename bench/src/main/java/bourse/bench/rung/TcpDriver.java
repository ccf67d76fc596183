package bourse.bench.rung;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Rung {@code tcp}: the client of {@link TcpListener}. Hot path. Thread: the rig's. */
final class TcpDriver implements Driver {
    private static final int BUFFER_BYTES = 1 << 20;

    private final RoundMessages messages;
    private final ReportReader reports = new ReportReader();
    private final SocketChannel socket;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer inView = new UnsafeBuffer(in);
    private final UnsafeBuffer outView = new UnsafeBuffer(out);

    TcpDriver(final RoundMessages messages, final int port) throws IOException {
        this.messages = messages;
        socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.configureBlocking(false);
        final var setup = new ExpandableArrayBuffer();
        append(setup, ShardHost.defineInstrument(setup));
        append(setup, ShardHost.establish(setup));
    }

    private void append(final DirectBuffer message, final int length) {
        out.putInt(length);
        message.getBytes(0, outView, out.position(), length);
        out.position(out.position() + length);
    }

    @Override
    public int send() {
        final int count = messages.next();
        if (out.remaining() < TcpListener.PREFIX + messages.length()) {
            return 0;
        }
        append(messages.buffer(), messages.length());
        messages.sent();
        return count;
    }

    @Override
    public long poll() {
        try {
            if (out.position() > 0) {
                out.flip();
                socket.write(out);
                out.compact();
            }
            if (socket.read(in) < 0) {
                throw new EOFException("the listener closed the connection");
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        int at = 0;
        while (in.position() - at >= TcpListener.PREFIX) {
            final int length = in.getInt(at);
            if (in.position() - at < TcpListener.PREFIX + length) {
                break;
            }
            reports.onEvents(inView, at + TcpListener.PREFIX, length);
            at += TcpListener.PREFIX + length;
        }
        if (at > 0) {
            in.limit(in.position()).position(at);
            in.compact();
        }
        return reports.applied();
    }

    @Override
    public void fold(final StateFold fold) {
        reports.fold(fold);
    }

    @Override
    public void close() {
        CloseHelper.quietClose(socket);
        messages.close();
    }
}
