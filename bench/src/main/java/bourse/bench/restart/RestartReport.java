package bourse.bench.restart;

import bourse.bench.report.Environment;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a {@link RestartBench} found.
 *
 * @param orders            resting, when the venue was killed
 * @param firstAckMs        from the start of the new process to the first acknowledgement of a new order, ascending
 * @param lastStages        of the last start, begin and end of each in seconds since its JVM was there
 * @param snapshots         taken one after the other while one client traded
 */
public record RestartReport(int orders, long[] firstAckMs, String lastStages, List<SnapshotRun> snapshots, Environment environment) {
    /**
     * One snapshot.
     *
     * @param ms            that it took beside the running venue
     * @param stallMs       for which it stopped the log: from the entry that marks it until the next one could be sequenced
     * @param maxCycleMs    longest time between two duty cycles of the engine's thread while it was taken: it stood still, for whatever reason, or slept
     * @param quietMaxCycleMs the same for as long just before, without a snapshot
     * @param maxAckMs      longest wait for an acknowledgement while it was taken
     * @param quietMaxAckMs the same for as long just before, without a snapshot
     */
    public record SnapshotRun(long ms, double stallMs, double maxCycleMs, double quietMaxCycleMs, double maxAckMs, double quietMaxAckMs) {
    }

    /** For people. */
    public void print(final PrintStream out) {
        final int runs = firstAckMs.length;
        out.printf("%,d resting orders%n", orders);
        if (runs > 0) {
            out.printf("process start to first acknowledgement, ms: runs=%d min=%d p50=%d p90=%d max=%d%n", runs, firstAckMs[0], firstAckMs[runs / 2],
                firstAckMs[Math.min(runs - 1, runs * 9 / 10)], firstAckMs[runs - 1]);
            out.println("all: " + Arrays.toString(firstAckMs));
            out.println("the last start, seconds: " + lastStages);
        }
        out.printf("snapshots beside the venue: %d, ms each: %s%n", snapshots.size(), figures(SnapshotRun::ms));
        out.printf("  for which each stopped the log, ms: %s%n", figures(SnapshotRun::stallMs));
        out.printf("  longest pause between two cycles of the engine's thread, ms: %s; without a snapshot %s%n", figures(SnapshotRun::maxCycleMs),
            figures(SnapshotRun::quietMaxCycleMs));
        out.printf("  longest wait for an acknowledgement, ms: %s; without a snapshot %s%n", figures(SnapshotRun::maxAckMs), figures(SnapshotRun::quietMaxAckMs));
    }

    private String figures(final ToDoubleFunction<SnapshotRun> figure) {
        final double[] sorted = snapshots.stream().mapToDouble(figure).sorted().toArray();
        return "min %.1f, median %.1f, max %.1f".formatted(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
}
