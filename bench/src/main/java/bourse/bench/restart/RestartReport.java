package bourse.bench.restart;

import bourse.bench.report.Environment;

import java.io.PrintStream;
import java.util.Arrays;

/**
 * What a {@link RestartBench} found.
 *
 * @param orders            resting, when the venue was killed
 * @param firstAckMs        from the start of the new process to the first acknowledgement of a new order, ascending
 * @param lastStages        of the last start, begin and end of each in seconds since its JVM was there
 * @param snapshotMs        that a snapshot took beside the running venue
 * @param snapshotMaxAckMs  longest wait for an acknowledgement while it was taken
 * @param quietMaxAckMs     the same for as long without a snapshot
 * @param snapshotMaxCycleMs longest time between two duty cycles of the engine's thread while the snapshot was taken: it stood still, or slept
 * @param quietMaxCycleMs   the same for as long without a snapshot
 */
public record RestartReport(int orders, long[] firstAckMs, String lastStages, long snapshotMs, double snapshotMaxAckMs, double quietMaxAckMs,
                            double snapshotMaxCycleMs, double quietMaxCycleMs, Environment environment) {

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
        out.printf("snapshot beside the venue: %,d ms; longest wait for an acknowledgement meanwhile %.1f ms, as long without one %.1f ms%n", snapshotMs,
            snapshotMaxAckMs, quietMaxAckMs);
        out.printf("the engine's own thread: longest pause between two cycles while the snapshot was taken %.2f ms, as long without one %.2f ms%n",
            snapshotMaxCycleMs, quietMaxCycleMs);
    }
}
