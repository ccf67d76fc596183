package bourse.bench.grpc;

import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One order per unary call, each caller waiting for its answer: what a simple client does. Callers have a session, an instrument and a
 * thread each. A closed loop: latencies are those that the callers saw, without the orders that a stall kept them from sending.
 */
public final class UnaryBench {
    private final CommandStream stream;
    private final int callers;
    private final Duration warmUp;
    private final Duration duration;

    /** @param callers 1..64 */
    public UnaryBench(final CommandStream stream, final int callers, final Duration warmUp, final Duration duration) {
        if (callers < 1 || callers > 64) {
            throw new IllegalArgumentException("callers: " + callers + " (expected: 1..64)");
        }
        this.stream = stream;
        this.callers = callers;
        this.warmUp = warmUp;
        this.duration = duration;
    }

    /** Runs it against a venue. */
    public GrpcReport run(final LoadVenueOptions place, final String streamName) throws IOException, InterruptedException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        try (LoadVenue venue = LoadVenue.open(place.place())) {
            final int[] instruments = venue.createInstruments(callers);
            final Calls calls = new Calls();
            final List<Thread> threads = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                final StreamCommands commands = new StreamCommands(stream, new int[] {instruments[caller]});
                final long session = System.currentTimeMillis() + caller;
                final int number = caller;
                threads.add(Thread.ofPlatform().daemon().name("caller-" + caller).start(() -> calls.run(venue, commands, session, number)));
            }
            TimeUnit.NANOSECONDS.sleep(warmUp.toNanos());
            try (ProcessProbes probe = venue.probe()) {
                final ProcessProbe.Usage before = probe == null ? null : probe.now();
                final long cpuBefore = ownCpuNs();
                calls.recording.set(true);
                final long startNs = System.nanoTime();
                final long ordersBefore = calls.answered.get();
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
                final long orders = calls.answered.get() - ordersBefore;
                final double seconds = (System.nanoTime() - startNs) / 1e9;
                final long clientCpuNs = ownCpuNs() - cpuBefore;
                final ProcessProbe.Usage server = probe == null ? new ProcessProbe.Usage(-1, -1, -1) : probe.now().since(before);
                calls.stop.set(true);
                for (final Thread thread : threads) {
                    thread.join(5_000);
                }
                if (calls.fault != null) {
                    throw new IllegalStateException("a caller failed: " + calls.fault.getMessage(), calls.fault);
                }
                return report(place, streamName, orders, seconds, server, clientCpuNs, calls, Environment.since(begin));
            }
        }
    }

    private GrpcReport report(final LoadVenueOptions place, final String streamName, final long orders, final double seconds,
                              final ProcessProbe.Usage server, final long clientCpuNs, final Calls calls, final Environment environment) {
        final Histogram latency = calls.latency;
        final long rate = Math.round(orders / seconds);
        return new GrpcReport("grpc-unary", place.layout(), place.sync(), 1, callers, streamName, Math.round(seconds * 100) / 100.0, orders,
                rate, rate, rate, 0, latency.getValueAtPercentile(50) / 1e3, latency.getValueAtPercentile(90) / 1e3,
                latency.getValueAtPercentile(99) / 1e3, latency.getValueAtPercentile(99.9) / 1e3, latency.getMaxValue() / 1e3, false,
                perOrder(server.cpuNs(), orders), perOrder(server.allocatedBytes(), orders), perOrder(clientCpuNs, orders),
                server.residentKb() < 0 ? -1 : server.residentKb() / 1024, calls.trades.get(), 0, calls.rejected.get(), null, false,
                environment);
    }

    private static double perOrder(final long total, final long orders) {
        return total < 0 || orders == 0 ? -1 : Math.round(10.0 * total / orders) / 10.0;
    }

    private static long ownCpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** What the callers share. */
    private static final class Calls {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicBoolean recording = new AtomicBoolean();
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong trades = new AtomicLong();
        private final AtomicLong rejected = new AtomicLong();
        private final Histogram latency = new ConcurrentHistogram(TimeUnit.SECONDS.toNanos(60), 3);
        private volatile Throwable fault;

        void run(final LoadVenue venue, final StreamCommands commands, final long session, final int number) {
            try {
                final var stub = OrderEntryGrpc.newBlockingStub(venue.channel()).withCallCredentials(venue.credentials());
                for (long i = 0; i < commands.count() && !stop.get(); i++) {
                    final long startNs = System.nanoTime();
                    final SubmitResponse response = stub.withDeadlineAfter(20, TimeUnit.SECONDS).submit(SubmitRequest.newBuilder()
                            .setSessionId(session).setFirstClientSeq(i + 1).addCommands(commands.command(i, number)).build());
                    if (recording.get()) {
                        latency.recordValue(System.nanoTime() - startNs);
                    }
                    answered.incrementAndGet();
                    count(response);
                }
            } catch (final RuntimeException e) {
                fault = e;
            }
        }

        private void count(final SubmitResponse response) {
            if (response.hasNotApplied()) {
                throw new IllegalStateException("NotApplied: " + response.getNotApplied().getReason() + " "
                        + response.getNotApplied().getMessage());
            }
            for (final var event : response.getEventsList()) {
                trades.addAndGet(event.hasExecution() && !event.getExecution().getMaker() ? 1 : 0);
                rejected.addAndGet(event.hasRejected() ? 1 : 0);
            }
        }
    }
}
