package bourse.bench.feed;

import bourse.bench.core.EngineLoad;
import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.marketdata.MarketDataConfig;
import bourse.marketdata.MarketDataServer;
import bourse.marketdata.receiver.FeedAddresses;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;

/**
 * Runs the market-data service's own duty cycle over the events that the engine made of a recorded stream, one part more each time; then the engine
 * with the service beside it. Sockets are real, on the loopback interface.
 */
public final class FeedBench {
    private static final int EVENT_BYTES_PER_COMMAND = 320;
    private static final long IDLE_NS = 50_000;
    private static final long DRAIN_NS = 5_000_000_000L;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final CommandStream stream;
    private final String name;
    private final int batch;
    private final int passes;
    private final long rate;
    private final FeedAddresses addresses;
    private long messages;

    /**
     * @param batch  commands in one log entry, 1..512
     * @param passes measured passes behind one that is not, 1..100
     * @param rate   messages a second where a reader reads
     */
    public FeedBench(final CommandStream stream, final String name, final int batch, final int passes, final long rate) throws IOException {
        if (batch < 1 || batch > bourse.sbe.WireLimits.MAX_BATCH_COMMANDS || passes < 1 || passes > 100 || rate < 1) {
            throw new IllegalArgumentException("batch: " + batch + ", passes: " + passes + ", rate: " + rate
                    + " (expected: 1..512, 1..100, >= 1)");
        }
        this.stream = stream;
        this.name = name;
        this.batch = batch;
        this.passes = passes;
        this.rate = rate;
        addresses = freeAddresses();
    }

    /** Measures all of it; {@code withEngine} = the second part, too. */
    public FeedReport run(final boolean withEngine) throws IOException, InterruptedException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        stream.touch();
        try (EngineLoad load = new EngineLoad(stream, batch)) {
            final StoredEvents events = new StoredEvents(load.fragments(), (long) stream.count() * EVENT_BYTES_PER_COMMAND);
            final int[] past = new int[1];
            load.run(events, rest -> {
                past[0] = events.count();
                rest.run();
            });
            final MarketDataConfig off = config(false, true);
            final List<FeedReport.Publishing> publishing = new ArrayList<>();
            publishing.add(publish("translated and folded, nothing sent", off, events, past[0], false));
            publishing.add(publish("sent on two lines, one packet a system call", config(true, false), events, past[0], false));
            publishing.add(publish("sent on two lines, many packets a system call", config(true, true), events, past[0], false));
            publishing.add(publish("the same with a reader, at a fixed rate", config(true, true), events, past[0], true));
            final List<FeedReport.EngineCost> engine = withEngine ? engine(load, events) : List.of();
            return new FeedReport(name, stream.measured(), messages, batch, passes, publishing, engine, Environment.since(begin));
        }
    }

    private FeedReport.Publishing publish(final String what, final MarketDataConfig config, final StoredEvents events, final int past,
                                          final boolean read) throws IOException, InterruptedException {
        final double[] cpuNs = new double[passes];
        final double[] perSecond = new double[passes];
        final double[] readerNs = new double[passes];
        long allocated = 0;
        long missed = 0;
        boolean inSync = true;
        final Map<String, Long> figures = new HashMap<>();
        for (int pass = -1; pass < passes; pass++) {
            final double fragmentsPerSecond = read ? rate / (double) messages * (events.count() - past) : 0;
            final StoredEventSource source = new StoredEventSource(events, past, fragmentsPerSecond);
            final Map<String, java.util.function.LongSupplier> telemetry = new HashMap<>();
            try (MarketDataServer server = new MarketDataServer(config, source,
                    (figure, unit, description, monotonic, value) -> telemetry.put(figure, value)).start();
                 FeedReader reader = read ? new FeedReader(addresses) : null) {
                requireMulticast(config, server);
                final Agent agent = server.agent();
                do {
                    cycle(agent);
                } while (source.position() < past || server.lastFeedSeq() == 0);
                cycle(agent);
                final long firstSeq = server.lastFeedSeq();
                final long readerBefore = read ? reader.cpuNs() : 0;
                final long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
                final long cpuBefore = THREADS.getCurrentThreadCpuTime();
                final long before = System.nanoTime();
                source.goLive();
                while (source.position() < events.count()) {
                    if (cycle(agent) == 0) {
                        LockSupport.parkNanos(IDLE_NS);
                    }
                }
                cycle(agent);
                final long wallNs = System.nanoTime() - before;
                final long cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
                final long bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
                messages = server.lastFeedSeq() - firstSeq;
                if (read) {
                    awaitReader(agent, reader, server.lastFeedSeq());
                }
                final long readerCpu = read ? reader.cpuNs() - readerBefore : 0;
                if (read) {
                    reader.stop();
                }
                if (pass >= 0) {
                    cpuNs[pass] = (double) cpu / messages;
                    perSecond[pass] = messages * 1e9 / wallNs;
                    readerNs[pass] = (double) readerCpu / messages;
                    allocated += bytes;
                    if (read) {
                        missed += reader.counters().retransmitted();
                        inSync &= reader.isInSync() && reader.nextSeq() == server.lastFeedSeq() + 1;
                    }
                }
                telemetry.forEach((figure, value) -> figures.put(figure, value.getAsLong()));
            }
        }
        Arrays.sort(cpuNs);
        return new FeedReport.Publishing(what, round(median(cpuNs)), round(cpuNs[0]), round(cpuNs[passes - 1]), Math.round(median(perSecond)),
                read ? rate : 0, figures.getOrDefault("marketdata.packets", 0L), figures.getOrDefault("marketdata.packets.dropped", 0L),
                round((double) allocated / passes / messages), round(median(readerNs)), missed, read && inSync);
    }

    /** Goes on with heartbeats and answers until the reader has everything. */
    private static void awaitReader(final Agent agent, final FeedReader reader, final long lastSeq) {
        final long deadlineNs = System.nanoTime() + DRAIN_NS;
        while (reader.nextSeq() <= lastSeq && System.nanoTime() - deadlineNs < 0) {
            if (cycle(agent) == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private static int cycle(final Agent agent) {
        try {
            return agent.doWork();
        } catch (final Exception e) {
            throw new IllegalStateException("market data", e);
        }
    }

    private List<FeedReport.EngineCost> engine(final EngineLoad load, final StoredEvents events) throws IOException, InterruptedException {
        final double[][] ns = new double[3][passes];
        for (int pass = -1; pass < passes; pass++) {
            final double alone = engineAlone(load, events);
            final double beside = engineBeside(load, events, false);
            final double read = engineBeside(load, events, true);
            if (pass >= 0) {
                ns[0][pass] = alone;
                ns[1][pass] = beside;
                ns[2][pass] = read;
            }
        }
        final String[] names = {"without market data", "market data on a thread beside it", "the same and a reader"};
        final List<FeedReport.EngineCost> costs = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            Arrays.sort(ns[i]);
            costs.add(new FeedReport.EngineCost(names[i], round(median(ns[i])), round(ns[i][0]), round(ns[i][passes - 1]),
                    round(100 * (median(ns[i]) / median(ns[0]) - 1))));
        }
        return costs;
    }

    private double engineAlone(final EngineLoad load, final StoredEvents events) throws InterruptedException {
        final long[] cpu = new long[1];
        events.clear();
        load.run(events, rest -> {
            final long before = THREADS.getCurrentThreadCpuTime();
            rest.run();
            cpu[0] = THREADS.getCurrentThreadCpuTime() - before;
        });
        return (double) cpu[0] / stream.measured();
    }

    private double engineBeside(final EngineLoad load, final StoredEvents events, final boolean read) throws IOException, InterruptedException {
        final long[] cpu = new long[1];
        events.clear();
        try (FeedReader reader = read ? new FeedReader(addresses) : null) {
            load.run(events, rest -> {
                try (Beside beside = new Beside(config(true, true), new StoredEventSource(events, events.count(), 0))) {
                    beside.awaitLive();
                    final long before = THREADS.getCurrentThreadCpuTime();
                    rest.run();
                    cpu[0] = THREADS.getCurrentThreadCpuTime() - before;
                    beside.awaitPosition(events.count());
                } catch (final IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            if (read) {
                reader.stop();
            }
        }
        return (double) cpu[0] / stream.measured();
    }

    /** The market-data service on a thread of its own. */
    private static final class Beside implements AutoCloseable {
        private final StoredEventSource source;
        private final MarketDataServer server;
        private final Thread thread;
        private volatile int position;
        private volatile boolean running = true;

        private Beside(final MarketDataConfig config, final StoredEventSource source) throws IOException {
            this.source = source;
            server = new MarketDataServer(config, source, bourse.marketdata.MarketDataTelemetry.NONE).start();
            requireMulticast(config, server);
            source.goLive();
            thread = Thread.ofPlatform().name("market-data").start(this::run);
        }

        private void run() {
            final Agent agent = server.agent();
            while (running) {
                if (cycle(agent) == 0) {
                    LockSupport.parkNanos(IDLE_NS);
                }
                position = source.position();
            }
        }

        private void awaitLive() throws InterruptedException {
            awaitPosition(1);
        }

        private void awaitPosition(final int fragments) throws InterruptedException {
            while (position < fragments) {
                Thread.sleep(1);
            }
        }

        @Override
        public void close() {
            running = false;
            while (thread.isAlive()) {
                LockSupport.parkNanos(IDLE_NS);
            }
            server.close();
        }
    }

    private static void requireMulticast(final MarketDataConfig config, final MarketDataServer server) {
        if (config.multicast() && server.multicastProblem() != null) {
            throw new IllegalStateException("multicast does not work on the loopback interface: " + server.multicastProblem());
        }
    }

    private MarketDataConfig config(final boolean multicast, final boolean bursts) {
        return MarketDataConfig.defaults().withPorts("127.0.0.1", -1, -1).withMulticast(addresses, multicast, 0).withBursts(bursts);
    }

    private static FeedAddresses freeAddresses() throws IOException {
        final int[] ports = new int[4];
        final List<DatagramSocket> held = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            held.add(new DatagramSocket(0));
            ports[i] = held.getLast().getLocalPort();
        }
        held.forEach(DatagramSocket::close);
        return FeedAddresses.of("239.192.77.1:" + ports[0], "239.192.77.2:" + ports[1], "239.192.77.3:" + ports[2], "127.0.0.1:" + ports[3],
                "127.0.0.1");
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double round(final double value) {
        return Math.round(value * 10) / 10.0;
    }
}
