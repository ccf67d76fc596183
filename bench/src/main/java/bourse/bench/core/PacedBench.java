package bourse.bench.core;

import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * The worst latencies in process: one command after the other at a fixed rate, each timed from when it was due (an open loop, so that a stall is
 * charged to every command that waited behind it), and what stalled. One command is one log entry, published for itself.
 */
public final class PacedBench {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long SLOW_NS = 20_000;
    private static final int WORST = 12;
    /** What took at least this part of a stall explains it. */
    private static final long LEAST_PART = 3;
    private static final String UNEXPLAINED = "unexplained";

    private final CommandStream stream;
    private final String name;
    private final long rate;
    private final int warmUpPasses;
    private final int passes;
    private final Histogram latenciesNs = new Histogram(60 * NS_PER_SECOND, 3);
    private final List<PacedReport.Span> spans = new ArrayList<>();
    private final List<Double> passMaxUs = new ArrayList<>();
    private double slowMs;
    private double explainedMs;
    private long slowCount;
    private long spanNs;
    private boolean missedRate;

    /** @param rate commands per second, 1,000..20,000,000 */
    public PacedBench(final CommandStream stream, final String name, final long rate, final int warmUpPasses, final int passes) {
        if (rate < 1_000 || rate > 20_000_000) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: 1000..20000000 commands per second)");
        }
        this.stream = stream;
        this.name = name;
        this.rate = rate;
        this.warmUpPasses = warmUpPasses;
        this.passes = passes;
    }

    /** Matching alone. */
    public PacedReport book() throws IOException, InterruptedException {
        return run(() -> new BookRung(stream, 1));
    }

    /** The whole engine of a shard. */
    public PacedReport engine() throws IOException, InterruptedException {
        try (EncodedCommands commands = new EncodedCommands(stream, 1)) {
            return run(() -> new EngineRung(stream, commands, false));
        }
    }

    private PacedReport run(final Supplier<CoreRung> rungs) throws IOException, InterruptedException {
        stream.touch();
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        long bookHash = 0;
        String mode = "";
        for (int pass = -warmUpPasses; pass < passes; pass++) {
            try (CoreRung rung = rungs.get()) {
                rung.apply(0, stream.prefill());
                if (pass < 0) {
                    pace(rung, new Histogram(latenciesNs), new SlowSpans(SLOW_NS), System.nanoTime());
                } else {
                    measure(rung, pass);
                }
                final long hash = rung.bookHash();
                if (pass > -warmUpPasses && hash != bookHash) {
                    throw new IllegalStateException("two passes left different books");
                }
                bookHash = hash;
                mode = rung.mode();
            }
        }
        spans.sort(Comparator.comparingDouble(PacedReport.Span::worstUs).reversed());
        return new PacedReport(mode, name, rate, Math.round(1e9 * passes * stream.measured() / spanNs), missedRate,
                (long) passes * stream.measured(), passes, us(50), us(90), us(99), us(99.9), us(99.99), latenciesNs.getMaxValue() / 1e3,
                passMaxUs, SLOW_NS / 1e3, slowCount, round(slowMs), round(explainedMs), spans.subList(0, Math.min(WORST, spans.size())),
                String.format("%016x", bookHash), System.getProperty("java.vm.version"), Environment.since(begin));
    }

    private void measure(final CoreRung rung, final int pass) throws IOException, InterruptedException {
        final Histogram ofPass = new Histogram(latenciesNs);
        final SlowSpans slow = new SlowSpans(SLOW_NS);
        final PauseSampler sampler = new PauseSampler();
        final List<SafepointLog.Pause> pauses;
        final long startNs;
        try (SafepointLog safepoints = new SafepointLog()) {
            sampler.start();
            startNs = System.nanoTime() + NS_PER_SECOND / 100;
            final long endNs = pace(rung, ofPass, slow, startNs);
            spanNs += endNs - startNs;
            final long dueNs = stream.measured() * NS_PER_SECOND / rate;
            missedRate |= endNs - startNs - dueNs > dueNs / 100;
            sampler.stop();
            pauses = safepoints.stop();
        }
        latenciesNs.add(ofPass);
        passMaxUs.add(ofPass.getMaxValue() / 1e3);
        slowCount += slow.count() + slow.beyondBound();
        for (int i = 0; i < slow.count(); i++) {
            final PacedReport.Span span = explain(slow, i, pass, startNs, sampler, pauses);
            slowMs += span.lastedUs() / 1e3;
            explainedMs += span.cause().startsWith(UNEXPLAINED) ? 0 : span.lastedUs() / 1e3;
            spans.add(span);
        }
    }

    /** @return when the last command was done */
    private long pace(final CoreRung rung, final Histogram ofPass, final SlowSpans slow, final long startNs) {
        final int first = stream.prefill();
        final int count = stream.measured();
        long doneNs = startNs;
        for (int i = 0; i < count; i++) {
            final long dueNs = startNs + i * NS_PER_SECOND / rate;
            while (System.nanoTime() < dueNs) {
                Thread.onSpinWait();
            }
            rung.apply(first + i, first + i + 1);
            doneNs = System.nanoTime();
            ofPass.recordValue(doneNs - dueNs);
            slow.onCommand(dueNs, doneNs);
        }
        return doneNs;
    }

    private static PacedReport.Span explain(final SlowSpans slow, final int i, final int pass, final long startNs, final PauseSampler sampler,
                                            final List<SafepointLog.Pause> pauses) {
        final long from = slow.fromNs(i);
        final long to = slow.toNs(i);
        final long worst = slow.worstNs(i);
        long safepoint = 0;
        String operation = "";
        for (final SafepointLog.Pause pause : pauses) {
            final long overlap = Math.min(to, pause.toNs()) - Math.max(from, pause.fromNs());
            if (overlap > 0) {
                safepoint += overlap;
                operation = pause.what();
            }
        }
        final long waited = sampler.waitedNs(from, to);
        final long stolen = sampler.stolenNs(from, to);
        final long late = sampler.lateNs(from, to);
        final long needed = worst / LEAST_PART;
        final String cause;
        if (safepoint >= needed) {
            cause = String.format(Locale.ROOT, "the JVM stood at a safepoint for %,.0f us (%s)", safepoint / 1e3, operation);
        } else if (waited >= needed) {
            cause = String.format(Locale.ROOT, "no core for %,.0f us: the kernel ran another thread on it", waited / 1e3);
        } else if (stolen > 0) {
            cause = String.format(Locale.ROOT, "the hypervisor took %,.0f us (counted in steps of 10 ms)", stolen / 1e3);
        } else if (late >= needed) {
            cause = String.format(Locale.ROOT, "the whole machine stood: a thread on the other core woke %,.0f us late, too", late / 1e3);
        } else {
            cause = UNEXPLAINED + ": interrupt or hypervisor without steal time (thread had its core, no safepoint, other core ran)";
        }
        return new PacedReport.Span(pass, (from - startNs) / 1e6, worst / 1e3, (to - from) / 1e3, waited / 1e3, safepoint / 1e3,
                stolen / 1e3, late / 1e3, cause);
    }

    private double us(final double percentile) {
        return latenciesNs.getValueAtPercentile(percentile) / 1e3;
    }

    private static double round(final double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
