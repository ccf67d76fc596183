package bourse.bench.grpc;

import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamResult;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The batched stream: throughput by a closed loop, then latency by an open one at a lower rate. */
public final class GrpcBench {
    /** Rounds of the stream that a run may take, each in an instrument of its own. */
    private static final int ROUNDS = 64;
    private static final double LATENCY_SHARE = 0.5;
    private static final long LATENCY_RATE = 100_000;

    private final CommandStream stream;
    private final StreamResult published;
    private final Load load;

    /**
     * What to do.
     *
     * @param batch    orders in a message, 1..512
     * @param window   orders in flight, at least a batch
     * @param form     how commands and reports are written
     * @param warmUp   before anything is counted
     * @param duration of the closed loop, and of the open one
     * @param rate     orders per second: only the open loop, at this rate; 0 = both, the open one at 100,000 or half of what was reached
     * @param shard    engine that is loaded, where the gateway has several
     */
    public record Load(int batch, int window, SessionLoad.Form form, Duration warmUp, Duration duration, long rate, int shard) {
        private static final int LEAST_USUAL_WINDOW = 8_192;
        private static final int USUAL_BATCHES = 256;
        private static final int LARGEST_WINDOW = 65_536;

        public Load {
            require(batch >= 1 && batch <= bourse.sbe.WireLimits.MAX_BATCH_COMMANDS, "batch", batch, "1.."
                    + bourse.sbe.WireLimits.MAX_BATCH_COMMANDS);
            require(window >= batch && window <= LARGEST_WINDOW, "window", window, batch + ".." + LARGEST_WINDOW);
            require(duration.toMillis() >= 100, "duration", duration, "100 ms or more");
            require(rate >= 0, "rate", rate, "0 or more");
        }

        /** What a command line asks for: 0 = 256 batches, of 8,192 to 65,536 orders; never less than a batch. */
        public static int window(final int wanted, final int batch) {
            return wanted == 0 ? Math.clamp((long) USUAL_BATCHES * batch, LEAST_USUAL_WINDOW, LARGEST_WINDOW) : Math.max(wanted, batch);
        }

        private static void require(final boolean holds, final String name, final Object value, final String expected) {
            if (!holds) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
            }
        }
    }

    /** @param published what the stream leads to; null = not known, then nothing is verified */
    public GrpcBench(final CommandStream stream, final StreamResult published, final Load load) {
        this.stream = stream;
        this.published = published;
        this.load = load;
    }

    /** Runs it all against a venue. */
    public GrpcReport run(final LoadVenueOptions place, final String streamName) throws IOException, InterruptedException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        try (LoadVenue venue = LoadVenue.open(place.place())) {
            final var measurement = new Measurement(venue);
            final boolean verified = measurement.verify();
            measurement.warmUp();
            if (load.rate == 0) {
                measurement.throughput();
            }
            final long rate = load.rate > 0 ? load.rate : Math.min(LATENCY_RATE, (long) (measurement.ordersPerSecond * LATENCY_SHARE));
            measurement.latency(rate);
            return measurement.report(place, streamName, verified, rate, Environment.since(begin));
        }
    }

    private final class Measurement {
        private final LoadVenue venue;
        private final SessionLoad session;
        private final int perRound;
        private String tradeHash;
        private long orders;
        private double seconds;
        private long ordersPerSecond;
        private long slowestSecond;
        private long fastestSecond;
        private ProcessProbe.Usage server = new ProcessProbe.Usage(-1, -1, -1);
        private long clientCpuNs;
        private boolean missedRate;

        Measurement(final LoadVenue venue) throws InterruptedException {
            this.venue = venue;
            final StreamCommands commands = new StreamCommands(stream, venue.createInstruments(load.shard, ROUNDS));
            perRound = commands.perRound();
            session = new SessionLoad(commands, load.batch, load.window, load.form);
            session.open(venue.channel(), venue.credentials(), load.shard, System.currentTimeMillis());
        }

        /** Applies the stream's first commands, all of them when the stream is short, and compares the trades. */
        boolean verify() throws InterruptedException {
            if (published == null) {
                return false;
            }
            session.saturate(System.nanoTime() + TimeUnit.MINUTES.toNanos(2), perRound);
            session.settle();
            tradeHash = String.format("%016x", session.tradeHash());
            if (session.applied() < perRound) {
                throw new IllegalStateException("the verification did not end within two minutes, applied=" + session.applied());
            }
            if (session.tradeHash() != published.tradeHash() || session.trades() != published.trades() || session.rejected() > 0) {
                throw new IllegalStateException("the venue's trades are not those of the stream: " + session.trades() + " trades, hash "
                        + tradeHash + ", " + session.rejected() + " rejected (expected: " + published.trades() + ", "
                        + published.tradeHashText() + ", 0)");
            }
            return true;
        }

        void warmUp() throws InterruptedException {
            session.saturate(System.nanoTime() + load.warmUp.toNanos(), Long.MAX_VALUE);
            session.settle();
        }

        void throughput() throws IOException, InterruptedException {
            try (ProcessProbes probe = venue.probe()) {
                final long rampNs = TimeUnit.MILLISECONDS.toNanos(200);
                session.saturate(System.nanoTime() + rampNs, Long.MAX_VALUE);
                final ProcessProbe.Usage before = probe == null ? null : probe.now();
                final long cpuBefore = ownCpuNs();
                final long ordersBefore = session.applied();
                final long startNs = System.nanoTime();
                final long deadlineNs = startNs + load.duration.toNanos();
                slowestSecond = Long.MAX_VALUE;
                for (long now = startNs; now < deadlineNs;) {
                    final long from = session.applied();
                    session.saturate(Math.min(deadlineNs, now + TimeUnit.SECONDS.toNanos(1)), Long.MAX_VALUE);
                    final long end = System.nanoTime();
                    final long rate = Math.round((session.applied() - from) * 1e9 / (end - now));
                    slowestSecond = Math.min(slowestSecond, rate);
                    fastestSecond = Math.max(fastestSecond, rate);
                    now = end;
                }
                seconds = (System.nanoTime() - startNs) / 1e9;
                orders = session.applied() - ordersBefore;
                clientCpuNs = ownCpuNs() - cpuBefore;
                server = probe == null ? server : probe.now().since(before);
                ordersPerSecond = Math.round(orders / seconds);
            }
            session.settle();
        }

        void latency(final long rate) throws IOException, InterruptedException {
            try (ProcessProbes probe = load.rate > 0 ? venue.probe() : null) {
                final ProcessProbe.Usage before = probe == null ? null : probe.now();
                final long cpuBefore = ownCpuNs();
                final long ordersBefore = session.applied();
                session.record(true);
                final long startNs = System.nanoTime();
                final long behindNs = session.pace(rate, startNs + load.duration.toNanos());
                session.record(false);
                missedRate = behindNs > TimeUnit.MILLISECONDS.toNanos(50);
                if (load.rate > 0) {
                    seconds = (System.nanoTime() - startNs) / 1e9;
                    orders = session.applied() - ordersBefore;
                    ordersPerSecond = Math.round(orders / seconds);
                    slowestSecond = ordersPerSecond;
                    fastestSecond = ordersPerSecond;
                    clientCpuNs = ownCpuNs() - cpuBefore;
                    server = probe == null ? server : probe.now().since(before);
                }
            }
        }

        GrpcReport report(final LoadVenueOptions place, final String streamName, final boolean verified, final long rate,
                          final Environment environment) {
            final Histogram latency = session.latency();
            final GrpcReport report = new GrpcReport(load.batch == 1 ? "grpc-stream" : "grpc-batch", place.layout(), place.sync(), load.batch,
                    load.form.name().toLowerCase(Locale.ROOT), load.window, streamName, Math.round(seconds * 100) / 100.0, orders, ordersPerSecond, slowestSecond, fastestSecond, rate,
                    us(latency, 50), us(latency, 90), us(latency, 99), us(latency, 99.9), latency.getMaxValue() / 1e3, missedRate,
                    perOrder(server.cpuNs()), perOrder(server.allocatedBytes()), perOrder(clientCpuNs),
                    server.residentKb() < 0 ? -1 : server.residentKb() / 1024, session.trades(), session.tradedQuantity(),
                    session.rejected(), tradeHash, verified, environment);
            session.close();
            return report;
        }

        private double perOrder(final long total) {
            return total < 0 || orders == 0 ? -1 : Math.round(10.0 * total / orders) / 10.0;
        }
    }

    private static double us(final Histogram latency, final double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    private static long ownCpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
