package bourse.services.hostile;

import static bourse.services.hostile.RawHttp2.DATA;
import static bourse.services.hostile.RawHttp2.SESSION;
import static bourse.services.hostile.RawHttp2.SETTINGS;
import static bourse.services.hostile.RawHttp2.SUBMIT;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

import bourse.order.v1.Batch;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.NewOrder;
import bourse.order.v1.RetransmitRequest;
import bourse.order.v1.Side;

/** What a client with a good token can do wrong, on purpose. */
final class SessionAttacks {
    static final long REPLAYED_SESSION = 600;
    static final long CONTESTED_SESSION = 700;
    private static final long HEARTBEAT_SESSION = 800;
    private static final int TURN_MS = 20;
    private static final int BOMB_BYTES = 50_000_000;
    private static final int REPLAYS = 200;

    private static final AtomicLong CONTESTED_ORDERS = new AtomicLong();

    private SessionAttacks() {
    }

    static List<Attack> all() {
        return List.of(
            attack("message too large", "a gRPC message that says it has 4 GB, and 50 kB of it", answers -> answers.of("RST_STREAM CANCEL") > 0, (to, token) -> {
                to.call(1, SESSION, token);
                to.frame(DATA, 0, 1, RawHttp2.grpc(0, -1, new byte[1_000]));
                for (int i = 0; i < 5; i++) {
                    to.frame(DATA, 0, 1, new byte[10_000]);
                }
            }),
            attack("message over 64 KiB", "a batch of 70 kB", answers -> answers.of("RESOURCE_EXHAUSTED") > 0, (to, token) -> {
                to.call(1, SESSION, token);
                final byte[] message = RawHttp2.grpc(0, 70_000, new byte[70_000]);
                for (int at = 0; at < message.length; at += 10_000) {
                    to.frame(DATA, 0, 1, Arrays.copyOfRange(message, at, Math.min(message.length, at + 10_000)));
                }
            }),
            attack("wrong protobuf", "establish, then random bytes as a message", answers -> answers.of("INVALID_ARGUMENT") > 0, (to, token) -> {
                establish(to, 1, token, 500);
                final byte[] random = new byte[100];
                new Random(System.nanoTime()).nextBytes(random);
                random[0] = 0x12;
                random[1] = (byte) 0xFF;
                to.message(1, random);
            }),
            attack("deep protobuf", "10,000 groups in each other", answers -> answers.of("INVALID_ARGUMENT") > 0, (to, token) -> {
                final byte[] groups = new byte[10_000];
                Arrays.fill(groups, (byte) 0x0B);
                to.call(1, SESSION, token);
                to.message(1, groups);
            }),
            attack("compressed bomb", "50 MB of zeros as 50 kB of gzip", answers -> answers.of("UNIMPLEMENTED") + answers.of("INTERNAL") > 0, (to, token) -> {
                to.call(1, SESSION, token, "grpc-encoding", "gzip");
                final byte[] bomb = bomb();
                final byte[] message = RawHttp2.grpc(1, bomb.length, bomb);
                for (int at = 0; at < message.length; at += 10_000) {
                    to.frame(DATA, 0, 1, Arrays.copyOfRange(message, at, Math.min(message.length, at + 10_000)));
                }
            }),
            attack("orders before Establish", "a batch as the first frame", answers -> answers.of("FAILED_PRECONDITION") > 0, (to, token) -> {
                to.call(1, SESSION, token);
                to.message(1, batch(1, 1));
            }),
            attack("calls without a message", "500 Submit calls that never send their request", answers -> true, (to, token) -> {
                for (int i = 0; i < 500; i++) {
                    to.call(2 * i + 1, SUBMIT, token);
                }
            }),
            attack("streams without Establish", "100 Session calls that never say who they are", answers -> true, (to, token) -> {
                for (int i = 0; i < 100; i++) {
                    to.call(2 * i + 1, SESSION, token);
                }
            }),
            new Attack("replayed numbers", "one batch of one order, " + REPLAYS + " times on each connection", 1, SessionAttacks::replay,
                answers -> answers.of("duplicates") > 0),
            new Attack("numbers from the future", "batches that begin 1,000 above what is expected", 1, SessionAttacks::gaps,
                answers -> answers.of("NOT_APPLIED") > 0),
            new Attack("interleaved displacements", "4 programs that take one session from each other and send orders at once", 4,
                SessionAttacks::displace, answers -> answers.of("ABORTED") > 0),
            new Attack("heartbeat flood", "heartbeats that ask for an echo, as fast as they are taken", 1, SessionAttacks::heartbeats,
                answers -> answers.of("RESOURCE_EXHAUSTED") > 0),
            new Attack("deaf reader", "asks for everything again and again, and reads nothing", 2, SessionAttacks::deaf, answers -> true));
    }

    @FunctionalInterface
    private interface Sender {
        void send(RawHttp2 connection, String token) throws IOException;
    }

    private static Attack attack(final String name, final String what, final java.util.function.Predicate<Answers> expected, final Sender sender) {
        return new Attack(name, what, 1, (target, answers) -> {
            try (RawHttp2 connection = RawHttp2.open(target, answers)) {
                sender.send(connection, target.token());
                connection.flush();
                answers.sent(1);
                Thread.sleep(TURN_MS);
            }
        }, expected);
    }

    private static void establish(final RawHttp2 to, final int stream, final String token, final long sessionId) throws IOException {
        to.call(stream, SESSION, token);
        to.message(stream, ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(sessionId)).build().toByteArray());
        to.flush();
    }

    private static byte[] batch(final long firstClientSeq, final long clientOrderId) {
        return ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(firstClientSeq).addCommands(Command.newBuilder()
            .setNew(NewOrder.newBuilder().setClientOrderId(clientOrderId).setInstrumentId(1).setSide(Side.SIDE_BUY).setPrice(2).setQuantity(1))))
            .build().toByteArray();
    }

    private static byte[] bomb() throws IOException {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < BOMB_BYTES / 100_000; i++) {
                gzip.write(new byte[100_000]);
            }
        }
        return packed.toByteArray();
    }

    private static void replay(final Attack.Target target, final Answers answers) throws Exception {
        try (RawHttp2 connection = RawHttp2.open(target, answers)) {
            establish(connection, 1, target.token(), REPLAYED_SESSION);
            for (int i = 0; i < REPLAYS; i++) {
                connection.message(1, batch(1, REPLAYED_SESSION));
                answers.sent(1);
            }
            connection.flush();
            Thread.sleep(2L * TURN_MS);
        }
    }

    private static void gaps(final Attack.Target target, final Answers answers) throws Exception {
        try (RawHttp2 connection = RawHttp2.open(target, answers)) {
            establish(connection, 1, target.token(), 650);
            for (int i = 0; i < REPLAYS; i++) {
                connection.message(1, batch(1_000 + i, 650));
                answers.sent(1);
            }
            connection.flush();
            Thread.sleep(2L * TURN_MS);
        }
    }

    /** All want the number 1: at most one of their orders is taken. */
    private static void displace(final Attack.Target target, final Answers answers) throws Exception {
        try (RawHttp2 connection = RawHttp2.open(target, answers)) {
            establish(connection, 1, target.token(), CONTESTED_SESSION);
            connection.message(1, batch(1, (CONTESTED_SESSION << 32) + CONTESTED_ORDERS.incrementAndGet()));
            connection.flush();
            answers.sent(1);
            Thread.sleep(TURN_MS);
        }
    }

    private static void heartbeats(final Attack.Target target, final Answers answers) throws Exception {
        final byte[] heartbeat = ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setClientTimeNs(1)).build().toByteArray();
        try (RawHttp2 connection = RawHttp2.open(target, answers)) {
            establish(connection, 1, target.token(), HEARTBEAT_SESSION);
            // Room for 64 KiB of messages is what a server gives at least before it grants more.
            for (int i = 0; i < 3_000 && target.goesOn() && !connection.isEnded(); i++) {
                connection.message(1, heartbeat);
                answers.sent(1);
            }
            connection.flush();
            Thread.sleep(TURN_MS);
        }
    }

    private static void deaf(final Attack.Target target, final Answers answers) throws Exception {
        final byte[] again = ClientFrame.newBuilder().setRetransmitRequest(RetransmitRequest.newBuilder().setFromAccountSeq(1)).build().toByteArray();
        try (RawHttp2 connection = new RawHttp2(target, answers)) {
            connection.raw(RawHttp2.preface());
            connection.frame(SETTINGS, 0, 0);
            connection.call(1, SESSION, target.token());
            connection.message(1, ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(900 + Thread.currentThread().threadId() % 50)
                .setNextAccountSeq(1)).build().toByteArray());
            for (int i = 0; i < 500 && target.goesOn(); i++) {
                connection.message(1, again);
                connection.flush();
                answers.sent(1);
                Thread.sleep(1);
            }
        }
    }
}
