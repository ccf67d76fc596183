package bourse.bench.feed;

import bourse.bench.report.Environment;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What the feed costs.
 *
 * @param commands  of the stream, measured part
 * @param messages  public messages that they cause
 */
public record FeedReport(String stream, int commands, long messages, int batch, int passes, List<Publishing> publishing,
                         List<EngineCost> engine, Environment environment) {
    /**
     * One way of publishing.
     *
     * @param cpuNsPerMessage    CPU time of the market-data thread, median of the passes
     * @param messagesPerSecond  by the wall clock, median
     * @param rate               messages a second that were offered; 0 = as fast as they were taken
     * @param packets            a pass, each counted once for both lines
     * @param readerCpuNs        CPU time of the reader a message; 0 = no reader
     * @param missed             messages that the reader had to ask for again, all passes
     * @param readerInSync       the reader had every message and no checksum failed
     */
    public record Publishing(String name, double cpuNsPerMessage, double cpuNsMin, double cpuNsMax, long messagesPerSecond, long rate,
                             long packets, long droppedPackets, double allocatedBytesPerMessage, double readerCpuNs, long missed,
                             boolean readerInSync) {
    }

    /** CPU time of the engine's thread a command, median of the passes; {@code risePercent} against the first of the list. */
    public record EngineCost(String name, double cpuNsPerCommand, double cpuNsMin, double cpuNsMax, double risePercent) {
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "feed: %s, %,d commands in batches of %d, %,d public messages, %d passes%n", stream, commands, batch, messages,
                passes);
        out.println("  market-data thread, CPU a message (lowest to highest pass)");
        for (final Publishing p : publishing) {
            out.printf(Locale.ROOT, "    %-52s %7.1f ns (%.1f to %.1f)  %,11d messages/s%s%n", p.name, p.cpuNsPerMessage, p.cpuNsMin, p.cpuNsMax,
                    p.messagesPerSecond, p.readerCpuNs == 0 ? "" : String.format(Locale.ROOT, "; reader %.1f ns, asked again for %,d, %s",
                            p.readerCpuNs, p.missed, p.readerInSync ? "in sync" : "NOT IN SYNC"));
        }
        if (!engine.isEmpty()) {
            out.println("  engine thread, CPU a command");
        }
        for (final EngineCost e : engine) {
            out.printf(Locale.ROOT, "    %-52s %7.1f ns (%.1f to %.1f)  %+.1f%%%n", e.name, e.cpuNsPerCommand, e.cpuNsMin, e.cpuNsMax,
                    e.risePercent);
        }
        environment.print(out);
    }
}
