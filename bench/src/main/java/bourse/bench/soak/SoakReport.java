package bourse.bench.soak;

import bourse.bench.report.Environment;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a {@link SoakBench} saw, window by window, and whether it stayed flat: the medians of the last quarter against those of the second one. The first is
 * left out, compilers and pools are still at work in it.
 *
 * @param rate    orders and cancellations a second that were asked for
 * @param windows in their order
 */
public record SoakReport(int rate, List<Window> windows, List<Verdict> verdicts, Environment environment) {
    private static final long MIB = 1 << 20;

    /**
     * One stretch of the run.
     *
     * @param seconds     since the begin, at its end
     * @param perSecond   commands applied a second
     * @param anonBytes   memory of its own, as the operating system counts; without files and shared memory
     * @param heapBytes   the least heap in use that was seen, about what a collection leaves
     * @param directBytes buffers outside the heap
     * @param descriptors open files and sockets
     * @param p50Ms       of single orders beside the load
     * @param p99Ms       likewise
     */
    public record Window(long seconds, double perSecond, long anonBytes, long heapBytes, long directBytes, int descriptors, double p50Ms, double p99Ms) {
    }

    /** One figure that must stay flat. */
    public record Verdict(String figure, double early, double late, double allowed, boolean isFlat) {
    }

    static SoakReport of(final int rate, final List<Window> windows, final Environment environment) {
        return new SoakReport(rate, List.copyOf(windows), List.of(
            verdict(windows, "memory of its own, MiB", window -> (double) window.anonBytes / MIB, 1.10, 16),
            verdict(windows, "heap after collections, MiB", window -> (double) window.heapBytes / MIB, 1.10, 16),
            verdict(windows, "direct buffers, MiB", window -> (double) window.directBytes / MIB, 1.10, 4),
            verdict(windows, "descriptors", Window::descriptors, 1, 4),
            verdict(windows, "p50, ms", Window::p50Ms, 1.5, 0.5),
            verdict(windows, "p99, ms", Window::p99Ms, 1.5, 5)), environment);
    }

    private static Verdict verdict(final List<Window> windows, final String figure, final ToDoubleFunction<Window> value, final double factor, final double more) {
        final int quarter = Math.max(1, windows.size() / 4);
        final double early = median(windows.subList(Math.min(quarter, windows.size() - 1), Math.min(2 * quarter, windows.size() - 1) + 1), value);
        final double late = median(windows.subList(windows.size() - quarter, windows.size()), value);
        final double allowed = early * factor + more;
        return new Verdict(figure, early, late, allowed, late <= allowed);
    }

    private static double median(final List<Window> windows, final ToDoubleFunction<Window> value) {
        final double[] sorted = windows.stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** All of them. */
    public boolean isFlat() {
        return verdicts.stream().allMatch(Verdict::isFlat);
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf("%9s %11s %10s %10s %10s %11s %9s %9s%n", "s", "commands/s", "own MiB", "heap MiB", "direct MiB", "descriptors", "p50 ms", "p99 ms");
        final int step = Math.max(1, windows.size() / 24);
        for (int i = step - 1; i < windows.size(); i += step) {
            final Window w = windows.get(i);
            out.printf(Locale.ROOT, "%9d %11.0f %10d %10d %10d %11d %9.2f %9.2f%n", w.seconds, w.perSecond, w.anonBytes / MIB, w.heapBytes / MIB, w.directBytes / MIB,
                w.descriptors, w.p50Ms, w.p99Ms);
        }
        for (final Verdict v : verdicts) {
            out.printf(Locale.ROOT, "%-30s second quarter %10.2f, last quarter %10.2f, allowed %10.2f: %s%n", v.figure, v.early, v.late, v.allowed, v.isFlat ? "flat" : "GROWS");
        }
        out.println(isFlat() ? "flat" : "NOT flat");
    }
}
