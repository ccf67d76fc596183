package bourse.bench.ladder;

import bourse.bench.report.Environment;
import bourse.bench.rung.RungResult;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Locale;

/**
 * A run of the ladder.
 *
 * @param form                 {@code quick} or {@code full}
 * @param complete             false = it was interrupted; what is here was measured
 * @param hashesEqual          every rung that keeps a book reached the same state
 * @param networkToEngineRatio time of an order through gRPC (batches of 64) by its time in the engine; -1 = one of them is missing
 * @param placement            null = not measured
 * @param rigNsPerOrder        what the rig itself needs for a command: of the empty rung; contained in every rung that sends SBE
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LadderReport(String form, String begun, double seconds, boolean complete, String stream, int prefix, double networkToEngineRatio,
                           boolean hashesEqual, double rigNsPerOrder, List<RungResult> rungs, List<WaterfallStep> waterfall,
                           List<PlantFound> plants, Verdict verdict, Threads threads, Placement placement, Environment environment, Machine machine) {
    /**
     * What one layer adds.
     *
     * @param rung  with the layer
     * @param below without it; null = the first
     * @param adds  the layer in words
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record WaterfallStep(String rung, String below, String adds, double nsPerOrder, double addedNs, double cpuNsPerOrder,
                                double addedCpuNs) {
    }

    /**
     * A planted slow-down and what the waterfall made of it.
     *
     * @param besideNs burnt for each order with it and without it, see {@link bourse.bench.rung.RungName#isSideBySide}
     * @param foundNs  time of an order with it minus without it, see {@link bourse.bench.rung.PlantReading}
     * @param errorNs  half of the interval that holds that 95 times of 100
     * @param slices   that had it
     */
    public record PlantFound(String rung, double plantedNs, double besideNs, double foundNs, double errorNs, int slices, double errorPercent,
                             boolean withinTwentyPercent) {
        String text() {
            return String.format(Locale.ROOT, "planted in %s: %.0f ns beside %,.0f, found %.1f ± %.0f ns (%+.1f%%) in %d slices: %s", rung, plantedNs, besideNs,
                    foundNs, errorNs, errorPercent, slices, withinTwentyPercent ? "found" : "MISSED by more than 20%");
        }
    }

    /**
     * The same work with one thread and with two.
     *
     * @param oneEngine  orders/s of one engine on one thread
     * @param queued     of the same behind a queue: sender and engine on a thread each
     * @param twoShards  of two engines side by side on a thread each, together; -1 = not measured
     */
    public record Threads(long oneEngine, long queued, long twoShards) {
    }

    /**
     * The same rung with each thread of the venue bound to a core and without.
     *
     * @param settings of the venue that bind its threads
     */
    public record Placement(String rung, String settings, long ordersPerSecondFree, long ordersPerSecondBound, double p50UsFree, double p50UsBound,
                            double p99UsFree, double p99UsBound) {
    }
}
