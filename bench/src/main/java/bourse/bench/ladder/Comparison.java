package bourse.bench.ladder;

import bourse.bench.rung.RungResult;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two runs side by side. A figure has changed when it moved further than the noise, the larger of both runs': for throughput and CPU
 * {@link RungResult#noisePercent}, for latencies {@link RungResult#p50NoisePercent} and {@link RungResult#p99NoisePercent}. docs/BENCH.md says where these come from.
 *
 * @param better of the changed figures, those that became better
 */
public record Comparison(List<Change> changes, int changed, int better, boolean hashesEqual, List<String> notes) {
    private static final double ALLOCATION_NOISE = 0.40;
    /** Less than an object for each order: what housekeeping allocates in a second, divided by how many orders there were. */
    private static final double NOTHING_BYTES = 16;

    /**
     * One figure of one rung.
     *
     * @param changePercent of the first one
     * @param noisePercent  what it may move without meaning anything
     * @param verdict       {@code better}, {@code worse} or {@code same}
     */
    public record Change(String rung, String figure, double before, double after, double changePercent, double noisePercent, String verdict) {
    }

    /** Compares what both have. */
    public static Comparison of(final LadderReport before, final LadderReport after) {
        final List<Change> changes = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        boolean equal = true;
        for (final RungResult old : before.rungs()) {
            final RungResult now = after.rungs().stream().filter(rung -> rung.name().equals(old.name())).findFirst().orElse(null);
            if (now == null || old.fault() != null || now.fault() != null) {
                notes.add(old.name() + ": not in both runs");
                continue;
            }
            equal &= old.stateHash().equals(now.stateHash());
            final double noise = Math.max(old.noisePercent(), now.noisePercent()) / 100;
            changes.add(change(old.name(), "orders/s", old.ordersPerSecond(), now.ordersPerSecond(), noise, true));
            changes.add(change(old.name(), "CPU ns/order", old.cpuNsPerOrder(), now.cpuNsPerOrder(), noise, false));
            if (old.p50Us() > 0 && now.p50Us() > 0 && !old.missedRate() && !now.missedRate()) {
                changes.add(change(old.name(), "p50 us", old.p50Us(), now.p50Us(), Math.max(old.p50NoisePercent(), now.p50NoisePercent()) / 100, false));
                changes.add(change(old.name(), "p99 us", old.p99Us(), now.p99Us(), Math.max(old.p99NoisePercent(), now.p99NoisePercent()) / 100, false));
            }
            if (old.allocatedBytesPerOrder() >= 0 && now.allocatedBytesPerOrder() >= 0) {
                changes.add(change(old.name(), "B/order", Math.max(NOTHING_BYTES, old.allocatedBytesPerOrder()), Math.max(NOTHING_BYTES, now.allocatedBytesPerOrder()),
                        ALLOCATION_NOISE, false));
            }
        }
        if (!before.environment().cpu().equals(after.environment().cpu())) {
            notes.add("another machine: " + before.environment().cpu() + " and " + after.environment().cpu());
        }
        if (!before.form().equals(after.form())) {
            notes.add("another form: " + before.form() + " and " + after.form());
        }
        final int changed = (int) changes.stream().filter(change -> !"same".equals(change.verdict)).count();
        final int better = (int) changes.stream().filter(change -> "better".equals(change.verdict)).count();
        return new Comparison(changes, changed, better, equal, notes);
    }

    private static Change change(final String rung, final String figure, final double before, final double after, final double noise,
                                 final boolean moreIsBetter) {
        final double ratio = before == 0 ? 1 : after / before;
        // A tail may fall as far as it may rise: 2.5 times up is 2.5 times down.
        final boolean same = ratio <= 1 + noise && ratio >= 1 / (1 + noise);
        final String verdict = same ? "same" : ratio > 1 == moreIsBetter ? "better" : "worse";
        return new Change(rung, figure, before, after, Waterfall.round(100 * (ratio - 1)), Waterfall.round(100 * noise), verdict);
    }

    /** For people: each rung's throughput with its noise, then what changed; what did not is only counted. */
    public void print(final PrintStream out) {
        notes.forEach(note -> out.println("note: " + note));
        out.println(hashesEqual ? "Both runs reached the same state on every rung." : "THE RUNS REACHED DIFFERENT STATES: they did not do the same work.");
        out.printf(Locale.ROOT, "%n%-15s %14s %14s %9s %8s%n", "orders/s of", "before", "after", "change", "noise");
        changes.stream().filter(change -> "orders/s".equals(change.figure)).forEach(change -> out.printf(Locale.ROOT, "%-15s %,14.0f %,14.0f %+8.1f%% %7.1f%%%n",
                change.rung, change.before, change.after, change.changePercent, change.noisePercent));
        out.println();
        for (final Change change : changes) {
            if (!"same".equals(change.verdict)) {
                out.printf(Locale.ROOT, "%-7s %-15s %-13s %,14.1f -> %,14.1f  %+.1f%% (noise %.1f%%)%n", change.verdict, change.rung, change.figure,
                        change.before, change.after, change.changePercent, change.noisePercent);
            }
        }
        out.printf(Locale.ROOT, "%d figures compared: %d better, %d worse, %d within the noise%n", changes.size(), better, changed - better,
                changes.size() - changed);
    }
}
