package bourse.services.replay;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What a replay has shown. Latencies in microseconds, from sending (paced: from when it was due) until the outcome came; 0 where nothing was
 * sent in this run. Values that need a reference book or aggressors are null without them.
 *
 * @param commands        order commands of the flow
 * @param acknowledged    of them, those with an outcome
 * @param rejected        of the outcomes, refusals
 * @param sent            commands sent by this run; the others had been applied by the run that it resumed
 * @param ordersPerSecond sent commands by the time from the first to the last outcome
 * @param rowsSkipped     rows whose moment had passed (a resumed replay in a venue that no longer keeps the feed)
 * @param assertionsChecked IOC lines with fifo=1 and EXPECT_TRADE lines
 * @param executions      IOC lines, {@code makerAgreement} of them hit exactly the named order, price and quantity
 * @param namedSets       aggressors whose fills, taken together, are the named set
 */
public record ReplayReport(String input, String symbol, boolean grouped, long commands, long acknowledged, long rejected, long sent,
                           long trades, long tradedQuantity, double seconds, long ordersPerSecond, double latencyP50Us, double latencyP90Us,
                           double latencyP99Us, double latencyP999Us, double latencyMaxUs, Long rowsCompared, Long rowsEqual,
                           Long rowsSkipped, long assertionsChecked, long assertionsFailed, Long executions, Long makerAgreement,
                           Long aggressors, Long sweeps, Long namedSets, long lastEventSeq, long reconnections, boolean resumed,
                           @JsonIgnore List<String> complaints) {

    /** Everything was applied, every row was equal and every assertion held. */
    public boolean holds() {
        return acknowledged == commands && assertionsFailed == 0
                && (rowsCompared == null || rowsEqual.equals(rowsCompared) && rowsSkipped == 0);
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "%s into %s%s%n", input, symbol, grouped ? ", aggressors as sweeping orders" : "");
        out.printf(Locale.ROOT, "commands      %,d, acknowledged %,d, rejected %,d%s%n", commands, acknowledged, rejected,
                resumed ? String.format(Locale.ROOT, " (resumed: %,d of them sent now)", sent) : "");
        out.printf(Locale.ROOT, "trades        %,d, quantity %,d%n", trades, tradedQuantity);
        out.printf(Locale.ROOT, "speed         %,d orders/s over %.2f s%n", ordersPerSecond, seconds);
        if (latencyMaxUs > 0) {
            out.printf(Locale.ROOT, "latency       p50 %,.0f us, p90 %,.0f, p99 %,.0f, p99.9 %,.0f, max %,.0f%n", latencyP50Us,
                    latencyP90Us, latencyP99Us, latencyP999Us, latencyMaxUs);
        }
        if (rowsCompared != null) {
            out.printf(Locale.ROOT, "book rows     %,d of %,d equal%s%n", rowsEqual, rowsCompared,
                    rowsSkipped > 0 ? String.format(Locale.ROOT, ", %,d not comparable", rowsSkipped) : "");
        }
        if (executions != null) {
            out.printf(Locale.ROOT, "executions    %,d, hit exactly the named order %,d%n", executions, makerAgreement);
            out.printf(Locale.ROOT, "aggressors    %,d (%,d sweep), fills = named set %,d%n", aggressors, sweeps, namedSets);
        }
        if (assertionsChecked > 0) {
            out.printf(Locale.ROOT, "assertions    %,d checked, %,d failed%n", assertionsChecked, assertionsFailed);
        }
        complaints.forEach(complaint -> out.println("  ! " + complaint));
    }
}
