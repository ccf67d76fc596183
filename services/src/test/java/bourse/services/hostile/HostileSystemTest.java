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
 * {@code -Dhostile.only=ping,header} plays only attacks with one of these words in their names; {@code -Dhostile.asUsersDo=true} starts the venue with
 * the launcher's options and its warm-up; {@code -Dhostile.warmUpMillis} is how long the honest client trades before anything is timed.
 */
class HostileSystemTest {
    private static final int HONEST_ACCOUNT = 7;
    private static final long ATTACK_MS = Long.getLong("hostile.millis", 300);
    /** transport, session or feed: only these; else all. */
    private static final String PART = System.getProperty("hostile.part", "");
    /** The venue with the options of the launcher, else quick to start. */
    private static final boolean AS_USERS_DO = Boolean.getBoolean("hostile.asUsersDo");
    private static final List<String> ONLY = List.of(System.getProperty("hostile.only", "").split(","));
    /** More than before: the venue's whole heap, were it all used. */
    private static final long MEMORY_BOUND_BYTES = AS_USERS_DO ? 2L << 30 : 512L << 20;
    private static final long WARM_UP_MS = Long.getLong("hostile.warmUpMillis", 2_000);
    private static final String AT_FEED = "feed: ";
    private static final List<String> AT_FEED_IN_SHORT = List.of("feed: rapid reset", "feed: settings flood", "feed: calls to nowhere", "feed: many connections");
    private static final String CONTROL = "two busy neighbours";

    @TempDir
    private Path dir;

    /** One line of the table. */
    private record Row(String name, String what, long sent, String answer, Histogram honest, long memoryBytes) {
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void shouldKeepServingTheHonestWhateverTheOthersDo() throws Exception {
        try (VenueChild child = venue().awaitReady()) {
            final List<String> failures = new ArrayList<>();
            final List<Row> rows = new ArrayList<>();
            try (HonestProcess honest = HonestProcess.start(child.endpoints().orderEntry(),
                Trader.token(child.data(), HONEST_ACCOUNT, EnumSet.of(Right.TRADE), java.time.Duration.ofHours(1)))) {
                Thread.sleep(WARM_UP_MS);
                final Target target = new Target(child, honest);
                rows.add(target.quiet("nobody", "nothing: the honest client alone"));
                rows.add(target.neighbours("a busy neighbour", "nothing: one thread beside it that computes", 1, Neighbours::compute));
                rows.add(target.neighbours(CONTROL, "nothing: as many threads as a flood has, that compute", 2, Neighbours::compute));
                rows.add(target.neighbours("a neighbour that talks to itself", "nothing to the venue: 64 KiB at a time to a socket of its own", 1, Neighbours::talk));
                rows.add(target.neighbours("a neighbour that turns itself away", "nothing to the venue: connections to a door of its own, which closes each at once", 1,
                    Neighbours::knock));
                if (isPlayed("bad tokens") && PART.isEmpty()) {
                    final Map<String, String> tokens = BadTokens.of(KeyFile.openOrCreate(child.data()));
                    rows.add(target.badTokens("bad tokens", tokens, failures));
                    rows.add(target.badTokens("bad tokens, again", tokens, failures));
                }
                for (final Attack attack : attacks()) {
                    rows.add(target.suffer(attack, failures));
                }
                rows.addAll(target.sufferAtTheFeed(failures));
                if ((PART.isEmpty() || "session".equals(PART)) && ONLY.equals(List.of(""))) {
                    target.expectNothingAdmitted(failures);
                }
                rows.add(target.quiet("nobody, afterwards", "nothing"));
            }
            report(rows);
            assertThat(failures).isEmpty();
            assertThat(child.isAlive()).isTrue();
            assertThat(child.terminate()).isZero();
        }
    }

    private VenueChild venue() {
        final String[] settings = {"gateway.port=0", "engine.maxSessions=1024", "gateway.connections.maxPerAddress=256"};
        return AS_USERS_DO ? VenueChild.startAsUsersDo("run", dir, settings) : VenueChild.start("run", dir, settings);
    }

    private static boolean isPlayed(final String name) {
        return ONLY.stream().anyMatch(name::contains);
    }

    private static List<Attack> attacks() {
        final List<Attack> attacks = new ArrayList<>();
        if (PART.isEmpty() || "transport".equals(PART)) {
            attacks.addAll(TransportAttacks.all());
        }
        if (PART.isEmpty() || "session".equals(PART)) {
            attacks.addAll(SessionAttacks.all());
        }
        attacks.removeIf(attack -> !isPlayed(attack.name()));
        return attacks;
    }

    /** The venue under attack. */
    private static final class Target {
        private final VenueChild child;
        private final HonestProcess honest;
        private final InetSocketAddress orderEntry;
        private final InetSocketAddress feed;
        private final String token;
        private final long memoryAtFirst;
        private int attackers;

        Target(final VenueChild child, final HonestProcess honest) throws IOException {
            this.child = child;
            this.honest = honest;
            orderEntry = address(child.endpoints().orderEntry());
            feed = address(child.endpoints().marketData());
            memoryAtFirst = child.ownBytes();
            token = Trader.token(child.data(), Attack.Target.ACCOUNT, EnumSet.of(Right.TRADE, Right.READ), java.time.Duration.ofHours(1));
        }

        private static InetSocketAddress address(final String hostPort) {
            final int colon = hostPort.lastIndexOf(':');
            return new InetSocketAddress(hostPort.substring(0, colon), Integer.parseInt(hostPort.substring(colon + 1)));
        }

        private Row row(final String name, final String what, final Answers answers) throws Exception {
            return new Row(name, what, answers.sent(), answers.toString(), honest.report(), child.ownBytes());
        }

        Row quiet(final String name, final String what) throws Exception {
            honest.startTiming();
            Thread.sleep(Math.max(ATTACK_MS, 1_000));
            return row(name, what, new Answers());
        }

        /** What sharing the machine costs, without a packet to the venue. */
        Row neighbours(final String name, final String what, final int threads, final Attack.Deed deed) throws Exception {
            final Answers answers = new Answers();
            run(new Attack(name, what, threads, deed, none -> true), answers);
            return row(name, what, answers);
        }

        private void run(final Attack attack, final Answers answers) throws Exception {
            honest.startTiming();
            final boolean atFeed = attack.name().startsWith(AT_FEED);
            final Attack.Target target = new Attack.Target(atFeed ? feed : orderEntry, atFeed ? RawHttp2.SUBSCRIBE : RawHttp2.SESSION, "127.0.66." + ++attackers, token,
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ATTACK_MS));
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

        /** What is done to HTTP/2, at the door of market data, while somebody reads there. */
        List<Row> sufferAtTheFeed(final List<String> failures) throws Exception {
            final List<Row> suffered = new ArrayList<>();
            final List<Attack> attacks = PART.isEmpty() || "feed".equals(PART) ? TransportAttacks.all().stream().map(attack -> attack.named(AT_FEED + attack.name()))
                .filter(attack -> isPlayed(attack.name()) && (ATTACK_MS > 1_000 || AT_FEED_IN_SHORT.contains(attack.name()))).toList() : List.of();
            if (attacks.isEmpty()) {
                return suffered;
            }
            try (FeedReader reader = new FeedReader(child.endpoints().marketData())) {
                for (final Attack attack : attacks) {
                    final long before = reader.messages();
                    suffered.add(suffer(attack, failures));
                    if (reader.messages() == before || reader.failure() != null) {
                        failures.add(attack.name() + ": a subscriber got " + (reader.messages() - before) + " messages meanwhile, failure=" + reader.failure());
                    }
                }
            }
            return suffered;
        }

        /** Each must be refused where it asks to trade. */
        Row badTokens(final String name, final Map<String, String> tokens, final List<String> failures) throws Exception {
            assertThat(tokens).hasSizeGreaterThan(200);
            honest.startTiming();
            final Answers answers = new Answers();
            final ManagedChannel channel = VenueChannels.plaintext(child.endpoints().orderEntry());
            try {
                assertThat(submit(channel, BadTokens.good(KeyFile.openOrCreate(child.data())), System.nanoTime())).as("the token that the bad ones are made of").isTrue();
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
            return row(name, tokens.size() + " kinds of token that are forged, expired, for others, or say the wrong thing, each with an order", answers);
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
        final Histogram control = rows.stream().filter(row -> row.name.equals(CONTROL)).findFirst().orElseThrow().honest;
        final StringBuilder table = new StringBuilder("| case | what was sent | sent | what came back | honest p50 / p99 µs | × alone | × busy | own MiB |\n"
            + "|---|---|---|---|---|---|---|---|\n");
        for (final Row row : rows) {
            final long p99 = row.honest.getValueAtPercentile(99);
            table.append(String.format(java.util.Locale.ROOT, "| %s | %s | %,d | %s | %,d / %,d | %.1f | %.1f | %d |%n", row.name, row.what, row.sent, row.answer,
                row.honest.getValueAtPercentile(50), p99, (double) p99 / Math.max(1, alone.getValueAtPercentile(99)),
                (double) p99 / Math.max(1, control.getValueAtPercentile(99)), row.memoryBytes >> 20));
        }
        System.out.println(table);
        final String file = System.getProperty("hostile.table", "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), table);
        }
    }
}
