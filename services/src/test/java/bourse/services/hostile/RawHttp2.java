package bourse.services.hostile;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * An HTTP/2 connection that sends whatever it is told, right or wrong. What comes back is counted by {@link Answers} on a thread of its own; it
 * ends with {@link #close}. Not thread-safe for sending.
 */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final String SESSION = "/bourse.order.v1.OrderEntry/Session";
    static final String SUBSCRIBE = "/bourse.marketdata.v1.MarketData/Subscribe";
    static final String SUBMIT = "/bourse.order.v1.OrderEntry/Submit";
    private static final int CONNECT_MS = 2_000;
    private static final int HEAD_LENGTH = 9;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final Answers answers;
    private final String path;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private String lastPath;
    private byte[] lastRequest;
    private volatile boolean ended;

    /** Connects and sends nothing. */
    RawHttp2(final Attack.Target target, final Answers answers) throws IOException {
        this.answers = answers;
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(target.from(), 0));
        socket.connect(target.door(), CONNECT_MS);
        path = target.path();
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    /** Preface and settings as an honest client sends them, and a reader. */
    static RawHttp2 open(final Attack.Target target, final Answers answers) throws IOException {
        final RawHttp2 connection = new RawHttp2(target, answers);
        connection.raw(PREFACE.getBytes(StandardCharsets.US_ASCII));
        connection.frame(SETTINGS, 0, 0);
        connection.flush();
        connection.read();
        return connection;
    }

    static byte[] preface() {
        return PREFACE.getBytes(StandardCharsets.US_ASCII);
    }

    /** Counts what comes from now on. */
    void read() {
        Thread.ofVirtual().start(this::readAll);
    }

    void raw(final byte... bytes) throws IOException {
        out.write(bytes);
    }

    synchronized void frame(final int type, final int flags, final int stream, final byte... payload) throws IOException {
        head(payload.length, type, flags, stream);
        out.write(payload);
    }

    /** The nine bytes before a payload, whatever that is. */
    void head(final int length, final int type, final int flags, final int stream) throws IOException {
        out.write(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type, (byte) flags, (byte) (stream >> 24),
            (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream});
    }

    synchronized void flush() throws IOException {
        out.flush();
    }

    /** Of a call that streams at this door. */
    String path() {
        return path;
    }

    /** Opens a call; of one connection all have the same token. */
    void call(final int stream, final String to, final String token, final String... more) throws IOException {
        if (more.length > 0 || !to.equals(lastPath)) {
            lastRequest = request(to, token, more);
            lastPath = to;
        }
        frame(HEADERS, END_HEADERS, stream, lastRequest);
    }

    /** One gRPC message, not compressed, in one DATA frame. */
    void message(final int stream, final byte[] protobuf) throws IOException {
        frame(DATA, 0, stream, grpc(0, protobuf.length, protobuf));
    }

    static byte[] grpc(final int compressed, final int length, final byte[] body) {
        return ByteBuffer.allocate(5 + body.length).put((byte) compressed).putInt(length).put(body).array();
    }

    static byte[] integer(final int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** The header block of a gRPC call: literals without indexing, so that every block stands alone. */
    static byte[] request(final String path, final String token, final String... more) {
        final ByteBuffer block = ByteBuffer.allocate(8 * 1024);
        literal(block, ":method", "POST");
        literal(block, ":scheme", "http");
        literal(block, ":path", path);
        literal(block, ":authority", "localhost");
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        if (token != null) {
            literal(block, "authorization", "Bearer " + token);
        }
        for (int i = 0; i < more.length; i += 2) {
            literal(block, more[i], more[i + 1]);
        }
        return java.util.Arrays.copyOf(block.array(), block.position());
    }

    static void literal(final ByteBuffer block, final String name, final String value) {
        block.put((byte) 0);
        text(block, name);
        text(block, value);
    }

    /** HPACK's string: a length of a prefix of seven bits, and the characters. */
    static void text(final ByteBuffer block, final String value) {
        int rest = value.length();
        if (rest < 127) {
            block.put((byte) rest);
        } else {
            block.put((byte) 127);
            rest -= 127;
            while (rest >= 128) {
                block.put((byte) (rest | 128));
                rest >>>= 7;
            }
            block.put((byte) rest);
        }
        block.put(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The other side has closed. */
    boolean isEnded() {
        return ended;
    }

    private void readAll() {
        try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
            final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false, 1 << 16);
            final byte[] head = new byte[HEAD_LENGTH];
            while (true) {
                in.readFully(head);
                final int length = (head[0] & 0xFF) << 16 | (head[1] & 0xFF) << 8 | head[2] & 0xFF;
                final byte[] payload = in.readNBytes(length);
                onFrame(head[3], head[4], ByteBuffer.wrap(head).getInt(5), payload, headers);
            }
        } catch (final IOException | Http2Exception expected) {
            answers.closed();
        } finally {
            ended = true;
        }
    }

    private void onFrame(final int type, final int flags, final int stream, final byte[] payload, final DefaultHttp2HeadersDecoder headers)
        throws Http2Exception, IOException {
        switch (type) {
            case GOAWAY -> {
                final String debug = new String(payload, 8, payload.length - 8, StandardCharsets.US_ASCII);
                answers.count("GOAWAY " + Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(4)), debug);
            }
            case RST_STREAM -> answers.count("RST_STREAM " + Http2Error.valueOf(ByteBuffer.wrap(payload).getInt()), "");
            case SETTINGS, PING -> answers.count((type == PING ? "PING" : "SETTINGS") + ((flags & ACK) == 0 ? "" : " ACK"), "");
            case HEADERS -> onHeaders(headers.decodeHeaders(stream, Unpooled.wrappedBuffer(payload)));
            case DATA -> onData(stream, payload);
            default -> { }
        }
    }

    /** Gives the room back, and counts the whole messages among what has come. */
    private void onData(final int stream, final byte[] payload) throws IOException {
        received.write(payload);
        frame(WINDOW_UPDATE, 0, 0, integer(Math.max(1, payload.length)));
        frame(WINDOW_UPDATE, 0, stream, integer(Math.max(1, payload.length)));
        flush();
        final ByteBuffer bytes = ByteBuffer.wrap(received.toByteArray());
        while (bytes.remaining() >= 5 && bytes.getInt(bytes.position() + 1) <= bytes.remaining() - 5) {
            final byte[] message = new byte[bytes.getInt(bytes.position() + 1)];
            bytes.position(bytes.position() + 5).get(message);
            answers.message(message);
        }
        received.reset();
        received.write(bytes.array(), bytes.position(), bytes.remaining());
    }

    private void onHeaders(final Http2Headers headers) {
        final CharSequence status = headers.get("grpc-status");
        final CharSequence http = headers.status();
        if (status != null) {
            final CharSequence text = headers.get("grpc-message");
            answers.count(io.grpc.Status.fromCodeValue(Integer.parseInt(status.toString())).getCode().name(), text == null ? "" : text.toString());
        } else if (http != null && !"200".contentEquals(http)) {
            answers.count("HTTP " + http, "");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
