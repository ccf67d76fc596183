package bourse.bench.core;

import bourse.bench.report.Environment;
import bourse.bench.stream.StreamResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What a recorded stream cost in process. The prefill is not timed; a fresh book per pass.
 *
 * @param nsPerCommand              median of the measured passes, wall clock
 * @param cpuNsPerCommand           median, the thread's CPU clock
 * @param allocatedBytesPerCommand  by the bench's thread, all measured passes
 * @param batch                     commands in one log entry; 1 in mode book
 * @param passNs                    nanoseconds per command of each measured pass
 */
public record CoreReport(String mode, String stream, int prefill, int measured, long seed, long live, long meanDistance, int batch,
                         int warmUpPasses, int passes, double nsPerCommand, double nsPerCommandMin, double nsPerCommandMax,
                         double cpuNsPerCommand, double allocatedBytesPerCommand, long commandsPerSecond, List<Double> passNs,
                         long trades, long tradedQuantity, long notional, String tradeHash, long liveBids, long liveAsks, long bestBid,
                         long bestAsk, long rejects, String bookHash, String jdk, Environment environment) {

    /** The results that the stream must reach, whoever runs it. */
    public StreamResult result() {
        return new StreamResult(trades, tradedQuantity, notional, Long.parseUnsignedLong(tradeHash, 16), liveBids, liveAsks, bestBid,
                bestAsk, rejects);
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "core, %s: %s, %,d live, %,d commands measured, %d passes after %d%s%n", mode, stream, live, measured, passes,
                warmUpPasses, batch > 1 ? ", batches of " + batch : "");
        out.printf(Locale.ROOT, "  %,.1f ns per command (%,.1f to %,.1f), CPU %,.1f ns, %.3f B allocated: %,d commands/s%n", nsPerCommand,
                nsPerCommandMin, nsPerCommandMax, cpuNsPerCommand, allocatedBytesPerCommand, commandsPerSecond);
        out.printf(Locale.ROOT, "  %,d trades, %,d traded, hash %s, live %,d+%,d, best %,d/%,d, %d rejects, book %s%n", trades,
                tradedQuantity, tradeHash, liveBids, liveAsks, bestBid, bestAsk, rejects, bookHash);
        environment.print(out);
    }
}
