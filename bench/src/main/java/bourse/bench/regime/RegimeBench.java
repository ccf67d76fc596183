package bourse.bench.regime;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.bench.report.Environment;
import bourse.bench.stream.StreamRecord;
import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the regimes: one thread matches, one message at a time, and writes every report into a ring; another drains it. The ring's position is
 * published behind every {@value #BATCH} messages. Timed from the first message until the last report has been read. The client's order ids are
 * translated to the engine's by a flat array, as in the original's adapters. Before anything is timed, a pass hashes the canonical text of all
 * reports; where the benchmark publishes that hash, it must be reached.
 */
public final class RegimeBench {
    /** The seed whose reports are published. */
    public static final long PUBLISHED_SEED = CanonicalReports.PUBLISHED_SEED;

    private static final int INSTRUMENT = 1;
    private static final int ACCOUNT = 1;
    private static final int SAMPLES = 1_000;
    /** Messages whose reports are shown to the reader together, as those of one log entry. */
    private static final int BATCH = 64;
    /**
     * The reader sleeps between looks, with Linux's timer slack some 70 microseconds: a reader that spins takes the other processor of two from whatever
     * else wants to run, which then runs on the writer's, and execution units where both are threads of one core. The ring holds several naps' reports.
     */
    private static final long NAP_NS = 20_000;

    private final int orders;
    private final long seed;
    private final int warmUpPasses;
    private final int passes;
    private final boolean published;

    /**
     * @param orders    new orders of a run; the original has 1,000,000
     * @param published bring top of book and depth up to date after each message, too
     */
    public RegimeBench(final int orders, final long seed, final int warmUpPasses, final int passes, final boolean published) {
        if (passes < 1 || passes > 1_000 || warmUpPasses < 0 || warmUpPasses > 100) {
            throw new IllegalArgumentException("passes: " + passes + ", warm-up: " + warmUpPasses + " (expected: 1..1000, 0..100)");
        }
        this.orders = orders;
        this.seed = seed;
        this.warmUpPasses = warmUpPasses;
        this.passes = passes;
        this.published = published;
    }

    /** Runs some regimes, one after the other. */
    public RegimeReport run(final List<Regime> regimes) throws InterruptedException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        final List<RegimeReport.Result> results = new ArrayList<>();
        for (final Regime regime : regimes) {
            try (RegimeMessages messages = new RegimeMessages(regime, orders, seed)) {
                results.add(run(regime, messages));
            }
        }
        final RegimeReport.Result worst = results.stream().min(Comparator.comparingDouble(RegimeReport.Result::millionPerSecond))
                .orElseThrow();
        return new RegimeReport(seed, orders, published, results, worst.regime(), worst.millionPerSecond(), Environment.since(begin));
    }

    private RegimeReport.Result run(final Regime regime, final RegimeMessages messages) throws InterruptedException {
        final Look look;
        try (Pass pass = new Pass(messages, published)) {
            look = pass.look();
        }
        final String expected = CanonicalReports.published(regime, orders, seed);
        if (expected != null && !expected.equals(look.hash)) {
            throw new IllegalStateException(regime.label() + ": reports hash to " + look.hash + " (published: " + expected + ")");
        }
        final double[] perSecond = new double[passes];
        Pass last = null;
        for (int i = -warmUpPasses; i < passes; i++) {
            try (Pass pass = new Pass(messages, published)) {
                final long ns = pass.run();
                if (last != null && last.digest != pass.digest) {
                    throw new IllegalStateException(regime.label() + ": two passes made different reports");
                }
                if (i >= 0) {
                    perSecond[i] = messages.count() * 1e3 / ns;
                }
                last = pass;
            }
        }
        Arrays.sort(perSecond);
        final double median = perSecond.length % 2 == 1 ? perSecond[passes / 2] : (perSecond[passes / 2 - 1] + perSecond[passes / 2]) / 2;
        return new RegimeReport.Result(regime.label(), messages.count(), round(median), round(perSecond[0]), round(perSecond[passes - 1]),
                round(1e3 / median), passes, last.writer.trades(), last.writer.rejects(), last.ring.reports(), look.orders, look.ordersMost,
                look.levels, look.levelsMost, look.hash, expected != null);
    }

    private static double round(final double value) {
        return Math.round(value * 100) / 100.0;
    }

    /** What a pass that is not timed saw: open orders and levels, mean and most, and the canonical hash of all reports. */
    private record Look(int orders, int ordersMost, int levels, int levelsMost, String hash) {
    }

    /** A fresh book, its ring, and the thread that drains it. */
    private static final class Pass implements AutoCloseable {
        private final RegimeMessages messages;
        private final boolean published;
        private final long[] engineIds;
        private final ReportRing ring = new ReportRing();
        private final ReportWriter writer = new ReportWriter(ring);
        private final BookMemory memory;
        private final LadderMatcher matcher;
        private volatile boolean done;
        private long digest;

        Pass(final RegimeMessages messages, final boolean published) {
            this.messages = messages;
            this.published = published;
            engineIds = new long[messages.orders() + 1];
            final MatcherLimits limits = MatcherLimits.bench(Math.max(4_096, messages.orders() / 8));
            memory = LadderMatcher.offHeapMemory(limits);
            matcher = new LadderMatcher(limits, memory, writer);
            matcher.defineInstrument(InstrumentSpec.plain(INSTRUMENT, "REGIME"));
            matcher.advanceTime(1);
        }

        /** Nanoseconds of the whole run. */
        long run() throws InterruptedException {
            final Thread reader = Thread.ofPlatform().name("report-reader").start(this::drain);
            final long start = System.nanoTime();
            applyAll();
            ring.awaitDrained();
            final long ns = System.nanoTime() - start;
            done = true;
            reader.join();
            return ns;
        }

        /** Runs message by message, sampling the book and reading every report in this thread. Not timed. */
        Look look() {
            final CanonicalReports canonical = new CanonicalReports();
            final int step = Math.max(1, messages.count() / SAMPLES);
            long orderSum = 0;
            long levelSum = 0;
            int ordersMost = 0;
            int levelsMost = 0;
            int samples = 0;
            for (int i = 0; i < messages.count(); i++) {
                writer.sequence(i);
                apply(messages.address(i));
                ring.publish();
                ring.drain(canonical);
                if (i % step == 0) {
                    samples++;
                    orderSum += matcher.slotsInUse();
                    levelSum += matcher.levelsInUse();
                    ordersMost = Math.max(ordersMost, matcher.slotsInUse());
                    levelsMost = Math.max(levelsMost, matcher.levelsInUse());
                }
            }
            return new Look((int) (orderSum / samples), ordersMost, (int) (levelSum / samples), levelsMost, canonical.hash());
        }

        private void applyAll() {
            final int count = messages.count();
            for (int first = 0; first < count; first += BATCH) {
                final int end = Math.min(count, first + BATCH);
                for (int i = first; i < end; i++) {
                    writer.sequence(i);
                    apply(messages.address(i));
                }
                ring.publish();
            }
        }

        private void apply(final long record) {
            final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
            final int id = (int) getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
            switch (type) {
                case StreamRecord.NEW, StreamRecord.IOC -> engineIds[id] = matcher.enterByOrderId(ACCOUNT, id, INSTRUMENT,
                        getByte(null, record + StreamRecord.SIDE_OFFSET), type == StreamRecord.IOC,
                        getLong(null, record + StreamRecord.PRICE_OFFSET), getInt(null, record + StreamRecord.QUANTITY_OFFSET));
                case StreamRecord.CANCEL -> matcher.cancel(ACCOUNT, engineIds[id], id);
                default -> matcher.replace(ACCOUNT, engineIds[id], id, getLong(null, record + StreamRecord.PRICE_OFFSET),
                        getInt(null, record + StreamRecord.AUX_OFFSET));
            }
            if (published) {
                matcher.publish(0);
            }
        }

        private void drain() {
            long hash = 1469598103934665603L;
            while (!done) {
                hash = ring.drain(hash);
                LockSupport.parkNanos(NAP_NS);
            }
            digest = ring.drain(hash);
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
