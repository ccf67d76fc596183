package bourse.bench.regime;

import bourse.bench.report.Environment;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Throughput in each regime, and the worst of them, which is the benchmark's result.
 *
 * @param worst                 label of the slowest regime
 * @param worstMillionPerSecond its median
 * @param published             top of book and depth were brought up to date after every message
 */
public record RegimeReport(long seed, int orders, boolean published, List<Result> regimes, String worst, double worstMillionPerSecond,
                           Environment environment) {
    /**
     * One regime.
     *
     * @param millionPerSecond median of the passes, messages
     * @param standingOrders   open orders: mean and most over the run
     * @param levels           price levels with orders: mean and most
     * @param reportHash       SHA-256 of the reports' canonical text
     * @param reportHashPublished the benchmark publishes this run's hash, and it is this one
     */
    public record Result(String regime, int messages, double millionPerSecond, double millionPerSecondMin, double millionPerSecondMax,
                         double nsPerMessage, int passes, long trades, long rejects, long reports, int standingOrders, int standingOrdersMax,
                         int levels, int levelsMax, String reportHash, boolean reportHashPublished) {
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "regimes: %,d new orders, seed %d, reports drained by another thread%s%n", orders, seed,
                published ? ", published book" : "");
        out.printf(Locale.ROOT, "  %-12s %10s %20s %8s %9s %18s %16s%n", "regime", "M msg/s", "min to max", "ns", "trades",
                "standing mean/max", "levels mean/max");
        for (final Result r : regimes) {
            out.printf(Locale.ROOT, "  %-12s %10.2f %11.2f to %5.2f %8.1f %,9d %,9d/%,8d %,8d/%,7d%n", r.regime, r.millionPerSecond,
                    r.millionPerSecondMin, r.millionPerSecondMax, r.nsPerMessage, r.trades, r.standingOrders, r.standingOrdersMax, r.levels,
                    r.levelsMax);
        }
        out.printf(Locale.ROOT, "  worst: %s, %.2f M messages/s%n", worst, worstMillionPerSecond);
        if (regimes.stream().allMatch(Result::reportHashPublished)) {
            out.println("  every report is the published one (SHA-256 of the canonical text)");
        }
        environment.print(out);
    }
}
