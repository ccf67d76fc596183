package bourse.services.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.order.v1.Event;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.system.Trader;
import bourse.services.system.VenueChild;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * A venue in a process of its own, an honest client that trades all the time, and one attack after the other. Nothing is admitted that should
 * not be, the answer is the documented one, memory stays bounded, the process lives, the honest client loses nothing.
 *
 * <p>{@code -Dhostile.millis=10000} gives each attack ten seconds ({@code make test-hostile}); {@code -Dhostile.table=FILE} keeps the table;
 * {@code -Dhostile.only=ping,header} plays only attacks with one of these words in their names.
 */
class HostileSystemTest {
    private static final int HONEST_ACCOUNT = 7;
    private static final long ATTACK_MS = Long.getLong("hostile.millis", 300);
    /** transport or session: only these; else all. */
    private static final String PART = System.getProperty("hostile.part", "");
    private static final List<String> ONLY = List.of(System.getProperty("hostile.only", "").split(","));
    /** More than before: the venue's whole heap, were it all used. */
    private static final long MEMORY_BOUND_BYTES = 512L << 20;

    @TempDir
    private Path dir;

    /** One line of the table. */
    private record Row(String name, String what, long sent, String answer, Histogram honest, long memoryBytes) {
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void shouldKeepServingTheHonestWhateverTheOthersDo() throws Exception {
        try (VenueChild child = VenueChild.start("run", dir, "gateway.port=0", "engine.maxSessions=1024", "gateway.connections.maxPerAddress=256").awaitReady()) {
            final ManagedChannel channel = VenueChannels.plaintextDirect(child.endpoints().orderEntry());
            final List<String> failures = new ArrayList<>();
            final List<Row> rows = new ArrayList<>();
            try (HonestClient honest = new HonestClient(channel, new BearerToken(Trader.token(child.data(), HONEST_ACCOUNT, EnumSet.of(Right.TRADE), java.time.Duration.ofHours(1))))) {
                honest.startTiming();
                Thread.sleep(2_000);
                final Target target = new Target(child, honest);
                rows.add(target.quiet("nobody", "nothing: the honest client alone"));
                rows.add(target.neighbour());
                rows.add(target.badTokens(failures));
                for (final Attack attack : attacks()) {
                    rows.add(target.suffer(attack, failures));
                }
                honest.awaitAll();
                if (!"transport".equals(PART) && ONLY.equals(List.of(""))) {
                    target.expectNothingAdmitted(failures);
                }
                rows.add(target.quiet("nobody, afterwards", "nothing"));
            } finally {
                channel.shutdownNow();
            }
            report(rows);
            assertThat(failures).isEmpty();
            assertThat(child.isAlive()).isTrue();
            assertThat(child.terminate()).isZero();
        }
    }

    private static List<Attack> attacks() {
        final List<Attack> attacks = new ArrayList<>();
        if (!"session".equals(PART)) {
            attacks.addAll(TransportAttacks.all());
        }
        if (!"transport".equals(PART)) {
            attacks.addAll(SessionAttacks.all());
        }
        attacks.removeIf(attack -> ONLY.stream().noneMatch(attack.name()::contains));
        return attacks;
    }

    /** The venue under attack. */
    private static final class Target {
        private final VenueChild child;
        private final HonestClient honest;
        private final InetSocketAddress address;
        private final String token;
        private final long memoryAtFirst;
        private int attackers;

        Target(final VenueChild child, final HonestClient honest) throws IOException {
            this.child = child;
            this.honest = honest;
            final String[] parts = child.endpoints().orderEntry().split(":");
            address = new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
            memoryAtFirst = child.ownBytes();
            token = Trader.token(child.data(), Attack.Target.ACCOUNT, EnumSet.of(Right.TRADE, Right.READ), java.time.Duration.ofHours(1));
        }

        private Row row(final String name, final String what, final Answers answers) throws Exception {
            honest.awaitAll();
            return new Row(name, what, answers.sent(), answers.toString(), honest.timed(), child.ownBytes());
        }

        Row quiet(final String name, final String what) throws Exception {
            honest.startTiming();
            Thread.sleep(Math.max(ATTACK_MS, 1_000));
            return row(name, what, new Answers());
        }

        /** What sharing the machine costs, without a packet. */
        Row neighbour() throws Exception {
            final Answers answers = new Answers();
            run(new Attack("a busy neighbour", "nothing: one thread that computes", 1, (target, none) -> {
                while (target.goesOn()) {
                    Thread.onSpinWait();
                }
            }, none -> true), answers);
            return row("a busy neighbour", "nothing: one thread beside it that computes", answers);
        }

        private void run(final Attack attack, final Answers answers) throws Exception {
            honest.startTiming();
            final Attack.Target target = new Attack.Target(address, "127.0.66." + ++attackers, token, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ATTACK_MS));
            final AtomicReference<Throwable> broken = new AtomicReference<>();
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < attack.threads(); i++) {
                threads.add(Thread.ofPlatform().name("attack").start(() -> {
                    do {
                        try {
                            attack.deed().run(target, answers);
                        } catch (final IOException expected) {
                            answers.count("connection refused or reset", "");
                        } catch (final Exception e) {
                            broken.set(e);
                        }
                    } while (target.goesOn() && broken.get() == null);
                }));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            if (broken.get() != null) {
                throw new AssertionError(attack.name() + ": the attack itself failed", broken.get());
            }
        }

        Row suffer(final Attack attack, final List<String> failures) throws Exception {
            final Answers answers = new Answers();
            run(attack, answers);
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (!attack.expected().test(answers) && System.nanoTime() - deadlineNs < 0) {
                Thread.sleep(10);
            }
            final Row row = row(attack.name(), attack.what(), answers);
            if (!attack.expected().test(answers)) {
                failures.add(attack.name() + ": came back: " + answers);
            }
            if (row.memoryBytes > memoryAtFirst + MEMORY_BOUND_BYTES) {
                failures.add(attack.name() + ": memory " + (row.memoryBytes >> 20) + " MiB (expected: at most " + (memoryAtFirst + MEMORY_BOUND_BYTES >> 20) + ")");
            }
            return row;
        }

        /** Each must be refused where it asks to trade. */
        Row badTokens(final List<String> failures) throws Exception {
            final KeyFile keys = KeyFile.openOrCreate(child.data());
            final Map<String, String> tokens = BadTokens.of(keys);
            assertThat(tokens).hasSizeGreaterThan(200);
            honest.startTiming();
            final Answers answers = new Answers();
            final ManagedChannel channel = VenueChannels.plaintext(child.endpoints().orderEntry());
            try {
                assertThat(submit(channel, BadTokens.good(keys), 1)).as("the token that the bad ones are made of").isTrue();
                long id = 1;
                for (final Map.Entry<String, String> bad : tokens.entrySet()) {
                    id++;
                    answers.sent(1);
                    final Status answer = refusal(channel, bad.getValue(), id);
                    answers.count(answer.getCode().name(), "");
                    if (answer.getCode() != Status.Code.UNAUTHENTICATED && answer.getCode() != Status.Code.PERMISSION_DENIED) {
                        failures.add((answer.isOk() ? "admitted: a token with " : "a token with ") + bad.getKey() + ": " + answer);
                    }
                }
            } finally {
                channel.shutdownNow();
            }
            return row("bad tokens", tokens.size() + " kinds of token that are forged, expired, for others, or say the wrong thing, each with an order", answers);
        }

        /** What the order got; OK when it was accepted. After too many refusals the connection ends, and the next one asks again. */
        private static Status refusal(final ManagedChannel channel, final String token, final long id) {
            Status answer = Status.UNAVAILABLE;
            for (int i = 0; i < 3 && (answer.getCode() == Status.Code.UNAVAILABLE || answer.getCode() == Status.Code.RESOURCE_EXHAUSTED); i++) {
                try {
                    answer = submit(channel, token, id) ? Status.OK : Status.PERMISSION_DENIED;
                } catch (final StatusRuntimeException e) {
                    answer = e.getStatus();
                }
            }
            return answer;
        }

        private static boolean submit(final ManagedChannel channel, final String token, final long id) {
            return OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(new BearerToken(token)).withDeadlineAfter(5, TimeUnit.SECONDS)
                .submit(SubmitRequest.newBuilder().setSessionId(1).addCommands(bourse.order.v1.Command.newBuilder().setNew(bourse.order.v1.NewOrder.newBuilder()
                    .setClientOrderId(id).setInstrumentId(1).setSide(Side.SIDE_BUY).setPrice(1).setQuantity(1))).build())
                .getEventsList().stream().anyMatch(Event::hasAccepted);
        }

        /** One order of the replays, one at most of the displacements; of the bad tokens none but the good one's. */
        void expectNothingAdmitted(final List<String> failures) {
            final ManagedChannel channel = VenueChannels.plaintext(child.endpoints().orderEntry());
            try {
                final List<OpenOrder> orders = OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(new BearerToken(token))
                    .withDeadlineAfter(10, TimeUnit.SECONDS).listOpenOrders(ListOpenOrdersRequest.getDefaultInstance()).getOrdersList();
                final long replayed = orders.stream().filter(order -> order.getClientOrderId() == SessionAttacks.REPLAYED_SESSION).count();
                final long contested = orders.stream().filter(order -> order.getClientOrderId() >> 32 == SessionAttacks.CONTESTED_SESSION).count();
                if (replayed != 1 || contested != 1 || orders.size() != 2) {
                    failures.add("live orders of the attacker: " + orders + " (expected: one replayed, one contested)");
                }
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static void report(final List<Row> rows) throws IOException {
        final Histogram alone = rows.getFirst().honest;
        final StringBuilder table = new StringBuilder("| case | what was sent | sent | what came back | honest p50 / p99 µs | × alone | own MiB |\n"
            + "|---|---|---|---|---|---|---|\n");
        for (final Row row : rows) {
            final long p99 = row.honest.getValueAtPercentile(99);
            table.append(String.format(java.util.Locale.ROOT, "| %s | %s | %,d | %s | %,d / %,d | %.1f | %d |%n", row.name, row.what, row.sent, row.answer,
                row.honest.getValueAtPercentile(50), p99, (double) p99 / Math.max(1, alone.getValueAtPercentile(99)), row.memoryBytes >> 20));
        }
        System.out.println(table);
        final String file = System.getProperty("hostile.table", "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), table);
        }
    }
}
