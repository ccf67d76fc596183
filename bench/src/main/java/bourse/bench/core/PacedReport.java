package bourse.bench.core;

import bourse.bench.report.Environment;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Latencies of an open loop in process: each from the moment at which its command was due, whether or not the engine was free then.
 *
 * @param rate           commands per second that were due
 * @param achievedRate   that were done
 * @param missedRate     the last command of a pass was done more than a hundredth of the pass too late: the figures mean nothing
 * @param slowThresholdUs from which on a command counts as slow
 * @param slowSpans      stalls with the queue behind each, all passes
 * @param worst          the longest of them, by what explains them
 */
public record PacedReport(String mode, String stream, long rate, long achievedRate, boolean missedRate, long commands, int passes,
                          double p50Us, double p90Us, double p99Us, double p999Us, double p9999Us, double maxUs, List<Double> passMaxUs,
                          double slowThresholdUs, long slowSpans, double slowMs, double explainedMs, List<Span> worst, String bookHash,
                          String jdk, Environment environment) {
    /**
     * One stall.
     *
     * @param atMs        since the pass began
     * @param worstUs     its longest latency
     * @param lastedUs    until the queue behind it was worked off
     * @param waitedUs    of it the thread was ready and had no core: the kernel ran something else on it
     * @param safepointUs of it this JVM stood at a safepoint
     * @param stolenUs    of it the hypervisor took, both cores, in steps of 10 ms
     * @param samplerLateUs by which a second thread, on the other core, woke late in the same span
     * @param cause       the largest of these, in words
     */
    public record Span(int pass, double atMs, double worstUs, double lastedUs, double waitedUs, double safepointUs, double stolenUs,
                       double samplerLateUs, String cause) {
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "core, %s, paced: %s at %,d commands/s, %,d commands, %d passes%s%n", mode, stream, rate, commands, passes,
                missedRate ? "  FAILED: the rate was not kept, " + achievedRate + "/s" : "");
        out.printf(Locale.ROOT, "  us from when each was due: p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.1f, p99.99 %,.0f, max %,.0f (of the passes: %s)%n",
                p50Us, p90Us, p99Us, p999Us, p9999Us, maxUs, passMaxUs);
        out.printf(Locale.ROOT, "  %,d stalls above %.0f us, %,.1f ms in all, %,.1f ms of it explained:%n", slowSpans, slowThresholdUs, slowMs,
                explainedMs);
        for (final Span span : worst) {
            out.printf(Locale.ROOT, "    %,9.0f us at %,8.1f ms of pass %d: %s%n", span.worstUs, span.atMs, span.pass, span.cause);
        }
        environment.print(out);
    }
}
