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

/**
 * Runs the regimes: one thread matches, one message at a time, and writes every report into a ring; another drains it. Timed from the first
 * message until the last report has been read. The client's order ids are translated to the engine's by a flat array, as in the original's
 * adapters.
 */
public final class RegimeBench {
    private static final int INSTRUMENT = 1;
    private static final int ACCOUNT = 1;
    private static final int SAMPLES = 1_000;

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
        final int[] standing = new int[2];
        final int[] levels = new int[2];
        final double[] perSecond = new double[passes];
        Pass last = null;
        for (int i = -warmUpPasses - 1; i < passes; i++) {
            // The first pass only looks: what stands in the book is sampled, so it is not timed.
            final boolean sample = i == -warmUpPasses - 1;
            try (Pass pass = new Pass(messages, published)) {
                final long ns = pass.run(sample ? standing : null, levels);
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
                round(1e3 / median), passes, last.writer.trades(), last.writer.rejects(), last.ring.reports(), standing[0], standing[1],
                levels[0], levels[1], String.format("%016x", last.digest));
    }

    private static double round(final double value) {
        return Math.round(value * 100) / 100.0;
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

        /** Nanoseconds of the whole run; with {@code standing}, samples the book instead of being comparable. */
        long run(final int[] standing, final int[] levels) throws InterruptedException {
            final Thread reader = Thread.ofPlatform().name("report-reader").start(this::drain);
            final long start = System.nanoTime();
            if (standing == null) {
                applyAll();
            } else {
                applySampled(standing, levels);
            }
            ring.awaitDrained();
            final long ns = System.nanoTime() - start;
            done = true;
            reader.join();
            return ns;
        }

        private void applyAll() {
            long record = messages.address(0);
            for (int i = messages.count(); i > 0; i--, record += StreamRecord.LENGTH) {
                apply(record);
            }
        }

        private void applySampled(final int[] standing, final int[] levels) {
            final int step = Math.max(1, messages.count() / SAMPLES);
            long standingSum = 0;
            long levelSum = 0;
            int samples = 0;
            for (int i = 0; i < messages.count(); i++) {
                apply(messages.address(i));
                if (i % step == 0) {
                    samples++;
                    standingSum += matcher.slotsInUse();
                    levelSum += matcher.levelsInUse();
                    standing[1] = Math.max(standing[1], matcher.slotsInUse());
                    levels[1] = Math.max(levels[1], matcher.levelsInUse());
                }
            }
            standing[0] = (int) (standingSum / samples);
            levels[0] = (int) (levelSum / samples);
        }

        private void apply(final long record) {
            final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
            final int id = (int) getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
            switch (type) {
                case StreamRecord.NEW, StreamRecord.IOC -> engineIds[id] = matcher.enterByOrderId(ACCOUNT, INSTRUMENT,
                        getByte(null, record + StreamRecord.SIDE_OFFSET), type == StreamRecord.IOC,
                        getLong(null, record + StreamRecord.PRICE_OFFSET), getInt(null, record + StreamRecord.QUANTITY_OFFSET));
                case StreamRecord.CANCEL -> matcher.cancel(ACCOUNT, engineIds[id], 0);
                default -> matcher.replace(ACCOUNT, engineIds[id], 0, getLong(null, record + StreamRecord.PRICE_OFFSET),
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
                Thread.onSpinWait();
            }
            digest = ring.drain(hash);
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
