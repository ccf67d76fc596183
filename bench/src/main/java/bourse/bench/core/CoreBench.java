package bourse.bench.core;

import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamResult;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Runs a stream several times in the calling thread and times what is behind the prefill. */
public final class CoreBench {
    private final CommandStream stream;
    private final String name;
    private final int warmUpPasses;
    private final int passes;

    /**
     * @param warmUpPasses 0..100
     * @param passes       1..1000
     */
    public CoreBench(final CommandStream stream, final String name, final int warmUpPasses, final int passes) {
        if (warmUpPasses < 0 || warmUpPasses > 100 || passes < 1 || passes > 1_000) {
            throw new IllegalArgumentException("passes: " + passes + ", warm-up: " + warmUpPasses + " (expected: 1..1000, 0..100)");
        }
        this.stream = stream;
        this.name = name;
        this.warmUpPasses = warmUpPasses;
        this.passes = passes;
    }

    /**
     * Matching alone.
     *
     * @param batch commands in one log entry, 1..512: as in the venue their targets are read ahead where that pays, and what other
     *              processes read is published once behind them
     */
    public CoreReport book(final int batch) {
        return run(commands -> new BookRung(commands, batch), batch);
    }

    /**
     * The whole engine of a shard.
     *
     * @param batch commands in one log entry, 1..512
     */
    public CoreReport engine(final int batch) {
        try (EncodedCommands commands = new EncodedCommands(stream, batch)) {
            final StreamResult verified;
            final long bookHash;
            try (EngineRung rung = new EngineRung(stream, commands, true)) {
                rung.apply(0, stream.prefill());
                rung.apply(stream.prefill(), stream.count());
                verified = rung.result();
                bookHash = rung.bookHash();
            }
            return run(ignored -> new VerifiedRung(new EngineRung(stream, commands, false), verified, bookHash), batch);
        }
    }

    /** A rung whose trades were counted in an earlier pass; the book that it leaves must be the same. */
    private record VerifiedRung(CoreRung rung, StreamResult verified, long verifiedHash) implements CoreRung {
        @Override
        public String mode() {
            return rung.mode();
        }

        @Override
        public void apply(final int from, final int to) {
            rung.apply(from, to);
        }

        @Override
        public StreamResult result() {
            if (rung.bookHash() != verifiedHash) {
                throw new IllegalStateException("the timed pass left another book than the verified one");
            }
            return verified;
        }

        @Override
        public long bookHash() {
            return verifiedHash;
        }

        @Override
        public void close() {
            rung.close();
        }
    }

    private CoreReport run(final Function<CommandStream, CoreRung> rungs, final int batch) {
        stream.touch();
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        final double[] wallNs = new double[passes];
        final double[] cpuNs = new double[passes];
        long allocated = 0;
        StreamResult result = null;
        String mode = "";
        long bookHash = 0;
        for (int pass = -warmUpPasses; pass < passes; pass++) {
            try (CoreRung rung = rungs.apply(stream)) {
                rung.apply(0, stream.prefill());
                final long bytesBefore = threads.getCurrentThreadAllocatedBytes();
                final long cpuBefore = threads.getCurrentThreadCpuTime();
                final long before = System.nanoTime();
                rung.apply(stream.prefill(), stream.count());
                final long after = System.nanoTime();
                final long cpuAfter = threads.getCurrentThreadCpuTime();
                final long bytesAfter = threads.getCurrentThreadAllocatedBytes();
                if (pass >= 0) {
                    wallNs[pass] = (double) (after - before) / stream.measured();
                    cpuNs[pass] = (double) (cpuAfter - cpuBefore) / stream.measured();
                    allocated += bytesAfter - bytesBefore;
                }
                result = same(result, rung.result());
                bookHash = rung.bookHash();
                mode = rung.mode();
            }
        }
        return report(mode, batch, wallNs, cpuNs, allocated, result, bookHash, begin);
    }

    private static StreamResult same(final StreamResult before, final StreamResult now) {
        if (before != null && !before.equals(now)) {
            throw new IllegalStateException("two passes differ: " + before + " and " + now);
        }
        return now;
    }

    private CoreReport report(final String mode, final int batch, final double[] wallNs, final double[] cpuNs, final long allocated,
                              final StreamResult result, final long bookHash, final Environment.CpuTicks begin) {
        final List<Double> passNs = new ArrayList<>();
        for (final double ns : wallNs) {
            passNs.add(round(ns));
        }
        Arrays.sort(wallNs);
        Arrays.sort(cpuNs);
        final double median = median(wallNs);
        return new CoreReport(mode, name, stream.prefill(), stream.measured(), stream.seed(), stream.live(), stream.meanDistance(), batch,
                warmUpPasses, passes, round(median), round(wallNs[0]), round(wallNs[passes - 1]), round(median(cpuNs)),
                Math.round(1_000.0 * allocated / stream.measured() / passes) / 1_000.0, Math.round(1e9 / median), passNs,
                result.trades(), result.tradedQuantity(), result.notional(), result.tradeHashText(), result.liveBids(), result.liveAsks(),
                result.bestBid(), result.bestAsk(), result.rejects(), String.format("%016x", bookHash),
                System.getProperty("java.vm.version"), Environment.since(begin));
    }

    private static double median(final double[] sorted) {
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double round(final double value) {
        return Math.round(value * 100) / 100.0;
    }
}
