package bourse.bench.soak;

import bourse.bench.report.Environment;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.order.v1.Cancel;
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
import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A venue of its own under a steady load for as long as wanted, snapshots and pruning included; every window its memory, descriptors and latencies are
 * written down. One client streams batches, half new orders, half cancellations of older ones; another waits for one order after the other.
 */
public final class SoakBench {
    private static final int BATCH = 64;
    private static final int RESTING = 16_000;
    private static final int MAX_AHEAD = 200;
    private static final long PROBE_INTERVAL_NS = 5_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TOKEN_LIFE = Duration.ofHours(48);

    private final Duration length;
    private final int rate;
    private final List<String> settings;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean isStopping;
    private volatile Throwable failure;
    private volatile long applied;

    /**
     * @param length   of the run, 4 s or more
     * @param rate     commands a second, 1,000..10,000,000
     * @param settings of the venue's configuration
     */
    public SoakBench(final Duration length, final int rate, final List<String> settings) {
        if (length.toSeconds() < 4) {
            throw new IllegalArgumentException("--seconds: " + length.toSeconds() + " (expected: 4 or more)");
        }
        if (rate < 1_000 || rate > 10_000_000) {
            throw new IllegalArgumentException("--rate: " + rate + " (expected: 1000..10000000)");
        }
        this.length = length;
        this.rate = rate;
        this.settings = List.copyOf(settings);
    }

    /** Runs it in a temporary directory. */
    public SoakReport run() throws IOException, InterruptedException, TimeoutException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        final List<String> all = new ArrayList<>(List.of("marketdata.multicast=false", "engine.snapshotInterval=60s"));
        all.addAll(settings);
        try (OwnVenue venue = OwnVenue.start(OwnVenue.JVM, all)) {
            final Thread load = Thread.ofPlatform().name("load").start(() -> load(venue));
            try {
                return SoakReport.of(rate, watch(venue), Environment.since(begin));
            } finally {
                isStopping = true;
                load.join();
            }
        }
    }

    private List<SoakReport.Window> watch(final OwnVenue venue) throws IOException, InterruptedException {
        final List<SoakReport.Window> windows = new ArrayList<>();
        final long windowNs = Math.max(500_000_000L, Math.min(TimeUnit.SECONDS.toNanos(10), length.toNanos() / 24));
        final long beginNs = System.nanoTime();
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().orderEntry());
        try {
            final OrderEntryGrpc.OrderEntryBlockingStub stub = OrderEntryGrpc.newBlockingStub(channel).withCallCredentials(token(venue, 2));
            while (System.nanoTime() - beginNs < length.toNanos()) {
                windows.add(window(venue, stub, beginNs, windowNs));
            }
        } finally {
            channel.shutdownNow();
        }
        return windows;
    }

    private SoakReport.Window window(final OwnVenue venue, final OrderEntryGrpc.OrderEntryBlockingStub stub, final long beginNs, final long windowNs)
        throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        final long appliedBefore = applied;
        final Histogram latencies = new Histogram(3);
        long heap = Long.MAX_VALUE;
        long nextSampleNs = startNs;
        while (System.nanoTime() - startNs < windowNs) {
            if (failure != null) {
                throw new IllegalStateException("the load has ended: " + failure, failure);
            }
            if (System.nanoTime() - nextSampleNs >= 0) {
                heap = Math.min(heap, metric(metrics(venue), "jvm_memory_used", "\"heap\""));
                nextSampleNs = System.nanoTime() + 500_000_000L;
            }
            final long sentNs = System.nanoTime();
            stub.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS).submit(SubmitRequest.newBuilder().setSessionId(1).addCommands(probe()).build());
            latencies.recordValue(System.nanoTime() - sentNs);
            LockSupport.parkNanos(PROBE_INTERVAL_NS);
        }
        final long nowNs = System.nanoTime();
        final Path process = Path.of("/proc", Long.toString(venue.processes().getFirst().pid()));
        return new SoakReport.Window((nowNs - beginNs) / 1_000_000_000L, (applied - appliedBefore) * 1e9 / (nowNs - startNs), anonBytes(process), heap,
            metric(metrics(venue), "jvm_buffer_memory_used", "\"direct\""), descriptors(process), latencies.getValueAtPercentile(50) / 1e6,
            latencies.getValueAtPercentile(99) / 1e6);
    }

    private String metrics(final OwnVenue venue) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(venue.endpoints().telemetry() + "/metrics")).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static long metric(final String metrics, final String name, final String label) {
        return metrics.lines().filter(line -> line.startsWith(name) && line.contains(label)).findFirst()
            .map(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .orElseThrow(() -> new IllegalStateException("the venue has no metric " + name + " with " + label));
    }

    private static long anonBytes(final Path process) throws IOException {
        final String line = Files.readAllLines(process.resolve("status")).stream().filter(one -> one.startsWith("RssAnon:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }

    private static int descriptors(final Path process) throws IOException {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return (int) files.count();
        }
    }

    /** Never rests: it ends at once, whatever the book. */
    private static Command probe() {
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(System.nanoTime()).setInstrumentId(1).setSide(Side.SIDE_BUY)
            .setOrderType(OrderType.ORDER_TYPE_LIMIT).setTimeInForce(TimeInForce.TIME_IN_FORCE_IOC).setPrice(9_000).setQuantity(1)).build();
    }

    private void load(final OwnVenue venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().orderEntry());
        try (SessionClient session = SessionClient.connect(channel, token(venue, 1), SessionOptions.of(1), (accountSeq, event) -> { })) {
            session.awaitEstablished(PATIENCE);
            final long beginNs = System.nanoTime();
            long sent = 0;
            long nextId = 1;
            while (!isStopping) {
                final long due = (long) ((System.nanoTime() - beginNs) / 1e9 * rate);
                applied = session.appliedClientSeq();
                if (sent >= due || sent - applied > (long) MAX_AHEAD * BATCH) {
                    LockSupport.parkNanos(200_000);
                    continue;
                }
                session.send(batch(nextId));
                nextId += BATCH / 2;
                sent += BATCH;
            }
            session.awaitApplied(PATIENCE);
        } catch (final IOException | InterruptedException | TimeoutException | RuntimeException e) {
            failure = e;
        } finally {
            channel.shutdownNow();
        }
    }

    private static List<Command> batch(final long firstId) {
        final List<Command> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH / 2; i++) {
            final long id = firstId + i;
            final boolean isBuy = (id & 1) == 0;
            // Three in sixteen reach across the middle and trade.
            final long distance = id * 7 % 16 - 3;
            batch.add(Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(id).setInstrumentId(1).setSide(isBuy ? Side.SIDE_BUY : Side.SIDE_SELL)
                .setOrderType(OrderType.ORDER_TYPE_LIMIT).setTimeInForce(TimeInForce.TIME_IN_FORCE_GTC).setPrice(10_000 + (isBuy ? -distance : distance))
                .setQuantity(1 + id % 50)).build());
            batch.add(Command.newBuilder().setCancel(Cancel.newBuilder().setClientOrderId(Math.max(1, id - RESTING))).build());
        }
        return batch;
    }

    private static BearerToken token(final OwnVenue venue, final int account) throws IOException {
        return new BearerToken(new TokenMinter(KeyFile.openOrCreate(venue.data()).privateKey(), "bourse", "bourse")
            .mint("soak", account, EnumSet.of(Right.TRADE, Right.READ), new int[0], TOKEN_LIFE));
    }
}
