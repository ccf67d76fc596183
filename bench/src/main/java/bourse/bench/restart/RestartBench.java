package bourse.bench.restart;

import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.bench.report.Environment;
import bourse.bench.restart.RestartReport.SnapshotRun;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.order.v1.Command;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.OrderType;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.TimeInForce;
import bourse.services.client.BearerToken;
import bourse.services.client.OwnVenue;
import bourse.services.client.SessionClient;
import bourse.services.client.SessionOptions;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A venue with many resting orders: how long it stands still for a snapshot, and, killed, how long until a new order is acknowledged again. Each run kills
 * it with commands in the log that are in no snapshot.
 */
public final class RestartBench {
    private static final int BATCH = 512;
    private static final int TAIL = 20_000;
    private static final int ACCOUNT = 1;
    /** The same for every run: an account may use only so many. */
    private static final long FILLING_SESSION = 2;
    private static final long RETRY_MS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final int orders;
    private final int runs;
    private final int snapshots;
    private final List<String> settings;
    private long nextId = 1;

    /**
     * @param orders    resting, 1,000..16,000,000
     * @param runs      kills, 0..1,000
     * @param snapshots that are measured, 1..1,000
     * @param settings  of the venue's configuration
     */
    public RestartBench(final int orders, final int runs, final int snapshots, final List<String> settings) {
        if (orders < 1_000 || orders > 16_000_000) {
            throw new IllegalArgumentException("--orders: " + orders + " (expected: 1000..16000000)");
        }
        if (runs < 0 || runs > 1_000) {
            throw new IllegalArgumentException("--runs: " + runs + " (expected: 0..1000)");
        }
        if (snapshots < 1 || snapshots > 1_000) {
            throw new IllegalArgumentException("--snapshots: " + snapshots + " (expected: 1..1000)");
        }
        this.orders = orders;
        this.runs = runs;
        this.snapshots = snapshots;
        this.settings = List.copyOf(settings);
    }

    /** Runs it in a temporary directory. */
    public RestartReport run() throws IOException, InterruptedException, TimeoutException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        final int port = freePort();
        final List<String> all = new ArrayList<>(List.of("gateway.port=" + port, "engine.maxOrders=" + Math.max(1 << 20, Integer.highestOneBit(orders + TAIL) * 2),
            "engine.warmUp=0", "marketdata.multicast=false", "engine.snapshotInterval=0"));
        all.addAll(settings);
        try (OwnVenue venue = OwnVenue.start(OwnVenue.JVM, all)) {
            fill(venue, orders);
            final List<SnapshotRun> taken = new ArrayList<>();
            long lastMs = snapshot(venue);
            for (int i = 0; i < snapshots; i++) {
                taken.add(besideTraffic(venue, Math.max(500, lastMs)));
                lastMs = taken.getLast().ms();
            }
            final long[] firstAckMs = new long[runs];
            for (int i = 0; i < runs; i++) {
                fill(venue, Math.min(TAIL, orders / 10) / Math.max(1, runs));
                firstAckMs[i] = killAndAwait(venue, port);
            }
            Arrays.sort(firstAckMs);
            return new RestartReport(orders, firstAckMs, lastStages(venue), taken, Environment.since(begin));
        }
    }

    /** One client trades, first without a snapshot for so long, then while one is taken. */
    private SnapshotRun besideTraffic(final OwnVenue venue, final long quietMs) throws IOException, InterruptedException {
        metrics(venue);
        final double quietWait = longestWaitMs(venue, CompletableFuture.runAsync(() -> sleep(quietMs)));
        final double quietCycle = longestMs(metrics(venue), "bourse_engine_cycle_longest");
        final long begunNs = System.nanoTime();
        final double wait = longestWaitMs(venue, CompletableFuture.runAsync(() -> snapshot(venue)));
        final long ms = (System.nanoTime() - begunNs) / 1_000_000;
        final String metrics = metrics(venue);
        return new SnapshotRun(ms, longestMs(metrics, "bourse_engine_snapshot_stall"), longestMs(metrics, "bourse_engine_cycle_longest"), quietCycle, wait, quietWait);
    }

    /** All of them; the longest pauses among them count from one look to the next. */
    private static String metrics(final OwnVenue venue) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(venue.endpoints().telemetry() + "/metrics")).build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static double longestMs(final String metrics, final String name) {
        return metrics.lines().filter(line -> line.startsWith(name)).findFirst()
            .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) / 1e6).orElse(Double.NaN);
    }

    /** Where the last start's time went, in its own words; empty when it did not say. */
    private static String lastStages(final OwnVenue venue) throws IOException {
        return Files.readAllLines(venue.log()).stream().filter(line -> line.contains("start, seconds")).reduce("", (before, line) -> line)
            .replaceFirst(".*start, seconds *", "");
    }

    private void fill(final OwnVenue venue, final int count) throws IOException, InterruptedException, TimeoutException {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().orderEntry());
        try (SessionClient session = SessionClient.connect(channel, token(venue, EnumSet.of(Right.TRADE, Right.READ)),
            SessionOptions.of(FILLING_SESSION), (accountSeq, event) -> { })) {
            session.awaitEstablished(PATIENCE);
            for (int sent = 0; sent < count; sent += BATCH) {
                final List<Command> batch = new ArrayList<>(BATCH);
                for (int i = 0; i < Math.min(BATCH, count - sent); i++) {
                    batch.add(order());
                }
                session.send(batch);
            }
            session.awaitApplied(PATIENCE);
        } finally {
            channel.shutdownNow();
        }
    }

    /** Rests: buys below, sells above, on two thousand prices. */
    private Command order() {
        final long id = nextId++;
        final boolean isBuy = (id & 1) == 0;
        final long distance = 1 + id * 7 % 1_000;
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(id).setInstrumentId(1).setSide(isBuy ? Side.SIDE_BUY : Side.SIDE_SELL)
            .setOrderType(OrderType.ORDER_TYPE_LIMIT).setTimeInForce(TimeInForce.TIME_IN_FORCE_GTC).setPrice(10_000 + (isBuy ? -distance : distance))
            .setQuantity(1 + id % 50)).build();
    }

    private static BearerToken token(final OwnVenue venue, final EnumSet<Right> rights) throws IOException {
        return new BearerToken(new TokenMinter(KeyFile.openOrCreate(venue.data()).privateKey(), "bourse", "bourse")
            .mint("bench", ACCOUNT, rights, new int[0], Duration.ofHours(1)));
    }

    private static long snapshot(final OwnVenue venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().admin());
        final long begunNs = System.nanoTime();
        try {
            AdminGrpc.newBlockingStub(channel).withCallCredentials(token(venue, EnumSet.of(Right.ADMIN))).withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .takeSnapshot(TakeSnapshotRequest.getDefaultInstance());
            return (System.nanoTime() - begunNs) / 1_000_000;
        } catch (final IOException e) {
            throw new IllegalStateException("the venue's key cannot be read", e);
        } finally {
            channel.shutdownNow();
        }
    }

    /** One order after the other until {@code end}: the longest that one had to wait. */
    private double longestWaitMs(final OwnVenue venue, final CompletableFuture<Void> end) throws IOException {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().orderEntry());
        try {
            final OrderEntryGrpc.OrderEntryBlockingStub stub = OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(token(venue, EnumSet.of(Right.TRADE)));
            long longestNs = 0;
            submit(stub);
            while (!end.isDone()) {
                final long begunNs = System.nanoTime();
                submit(stub);
                longestNs = Math.max(longestNs, System.nanoTime() - begunNs);
            }
            end.join();
            return longestNs / 1e6;
        } finally {
            channel.shutdownNow();
        }
    }

    private void submit(final OrderEntryGrpc.OrderEntryBlockingStub stub) {
        stub.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS).submit(SubmitRequest.newBuilder().setSessionId(1).addCommands(order()).build());
    }

    private long killAndAwait(final OwnVenue venue, final int port) throws IOException, InterruptedException {
        venue.kill();
        final long begunNs = System.nanoTime();
        final CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> firstAck(venue, port));
        venue.restart();
        return (first.join() - begunNs) / 1_000_000;
    }

    private long firstAck(final OwnVenue venue, final int port) {
        final ManagedChannel channel = VenueChannels.plaintext("127.0.0.1:" + port);
        try {
            final OrderEntryGrpc.OrderEntryBlockingStub stub = OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(token(venue, EnumSet.of(Right.TRADE)));
            final long giveUpNs = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try {
                    submit(stub);
                    return System.nanoTime();
                } catch (final StatusRuntimeException notYet) {
                    if (System.nanoTime() > giveUpNs) {
                        throw notYet;
                    }
                    channel.resetConnectBackoff();
                    sleep(RETRY_MS);
                }
            }
        } catch (final IOException e) {
            throw new IllegalStateException("the venue's key cannot be read", e);
        } finally {
            channel.shutdownNow();
        }
    }

    private static void sleep(final long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
