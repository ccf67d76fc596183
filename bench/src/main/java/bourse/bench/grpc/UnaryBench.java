package bourse.bench.grpc;

import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
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
 * One order per unary call, each caller waiting for its answer: what a simple client does. Callers have a session and an instrument each, and a
 * thread unless they are pipelined. A closed loop: latencies are those that the callers saw, without the orders that a stall kept them from sending.
 */
public final class UnaryBench {
    private final CommandStream stream;
    private final int callers;
    private final int connections;
    private final Duration warmUp;
    private final Duration duration;

    /**
     * @param callers     1..64
     * @param connections 0 = each caller blocks a thread until its answer is there, all on one connection; above 0: nobody blocks, a caller's answer brings its next
     *                    call, on so many connections
     */
    public UnaryBench(final CommandStream stream, final int callers, final int connections, final Duration warmUp, final Duration duration) {
        if (callers < 1 || callers > 64 || connections < 0 || connections > callers) {
            throw new IllegalArgumentException("callers: " + callers + ", connections: " + connections + " (expected: 1..64, of them at most as many connections)");
        }
        this.connections = connections;
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
            final List<ManagedChannel> channels = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                final StreamCommands commands = new StreamCommands(stream, new int[] {instruments[caller]});
                final long session = System.currentTimeMillis() + caller;
                final int number = caller;
                if (connections > 0) {
                    if (caller < connections) {
                        channels.add(venue.channel());
                    }
                    new PipelinedCaller(calls, OrderEntryGrpc.newStub(channels.get(caller % connections)).withCallCredentials(venue.credentials()), commands,
                        session, number).next();
                    continue;
                }
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
        return new GrpcReport(connections > 0 ? "grpc-unary-pipelined" : "grpc-unary", place.layout(), place.sync(), 1, "messages", callers, streamName, Math.round(seconds * 100) / 100.0, orders,
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

    /** Sends its next order when the last one is answered, on the network's thread. */
    private static final class PipelinedCaller implements StreamObserver<SubmitResponse> {
        private final Calls calls;
        private final OrderEntryGrpc.OrderEntryStub stub;
        private final StreamCommands commands;
        private final long session;
        private final int number;
        private long sent;
        private long startNs;

        PipelinedCaller(final Calls calls, final OrderEntryGrpc.OrderEntryStub stub, final StreamCommands commands, final long session, final int number) {
            this.calls = calls;
            this.stub = stub;
            this.commands = commands;
            this.session = session;
            this.number = number;
        }

        void next() {
            if (calls.stop.get() || sent == commands.count()) {
                return;
            }
            startNs = System.nanoTime();
            stub.submit(SubmitRequest.newBuilder().setSessionId(session).setFirstClientSeq(sent + 1).addCommands(commands.command(sent++, number)).build(), this);
        }

        @Override
        public void onNext(final SubmitResponse response) {
            if (calls.recording.get()) {
                calls.latency.recordValue(System.nanoTime() - startNs);
            }
            calls.answered.incrementAndGet();
            try {
                calls.count(response);
            } catch (final IllegalStateException e) {
                calls.fault = e;
            }
        }

        @Override
        public void onError(final Throwable failure) {
            if (!calls.stop.get()) {
                calls.fault = failure;
            }
        }

        @Override
        public void onCompleted() {
            next();
        }
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
