package bourse.bench.ladder;

import bourse.bench.ladder.LadderReport.PlantFound;
import bourse.bench.ladder.LadderReport.WaterfallStep;
import bourse.bench.rung.RungResult;
import bourse.bench.rung.RungResult.CounterReading;
import bourse.bench.rung.RungResult.KneeStep;
import bourse.bench.rung.RungResult.ProcessCost;
import bourse.bench.rung.RungResult.TopMethods;
import java.io.PrintStream;
import java.util.Locale;

/** The report for a terminal. */
public final class TextReport {
    private static final int BAR = 40;

    private final LadderReport report;
    static final String NOISE = "Noise: what the throughput of two runs may differ by; medians by 40% (side by side on a rung: a factor of 3), p99 by a factor of"
            + " 2.5 at least, more where the intervals of the open loop lie further apart.";

    private final PrintStream out;

    public TextReport(final LadderReport report, final PrintStream out) {
        this.report = report;
        this.out = out;
    }

    /** All of it. */
    public void print() {
        print("%nThe ladder, %s form, %s, %.0f s%s%n", report.form(), report.begun(), report.seconds(), report.complete() ? ""
                : ": INTERRUPTED, what follows was measured before");
        if (report.networkToEngineRatio() > 0) {
            print("An order takes %.1f times as long through gRPC (64 a message) as in the engine alone.%n", report.networkToEngineRatio());
        }
        print("State after %,d commands: %s%n%n", report.prefix(), report.hashesEqual() ? "equal on every rung" : "NOT EQUAL: the run is a failure");
        rungs();
        waterfall();
        knee();
        processes();
        verdict();
        profiles();
        machine();
    }

    private void rungs() {
        print("%-15s %13s %13s %13s %9s %9s %9s %9s %9s %9s %8s %10s %9s %6s  %s%n", "rung", "orders/s", "min", "max", "p50 us", "p90", "p95", "p99", "p99.9",
                "max", "jitter", "CPU ns", "B/order", "noise", "state");
        for (final RungResult rung : report.rungs()) {
            if (rung.fault() != null) {
                print("%-15s FAILED: %s%n", rung.name(), rung.fault());
                continue;
            }
            print("%-15s %,13d %,13d %,13d %9s %9s %9s %9s %9s %9s %8s %,10.0f %9s %5.0f%%  %s%s%n", rung.name(), rung.ordersPerSecond(),
                    rung.ordersPerSecondMin(), rung.ordersPerSecondMax(), figure(rung.p50Us()), figure(rung.p90Us()), figure(rung.p95Us()),
                    figure(rung.p99Us()), figure(rung.p999Us()), figure(rung.maxUs()), figure(rung.jitterUs()), rung.cpuNsPerOrder(),
                    figure(rung.allocatedBytesPerOrder()), rung.noisePercent(), rung.stateHash(), rung.missedRate() ? "  FAILED: " + rung.latencyRate()
                    + " orders/s were not kept" : "");
            if (rung.feedP50Us() >= 0) {
                print("%-15s order to market data: p50 %s us, p99 %s, p99.9 %s%n", "", figure(rung.feedP50Us()), figure(rung.feedP99Us()),
                        figure(rung.feedP999Us()));
            }
        }
        print("Latencies: open loop at the smaller of 100,000 orders/s and half the throughput, from when an order was due. CPU of all processes,"
                + " the rig's too (threads that wait by spinning count). %s%n", NOISE);
        if (report.rigNsPerOrder() >= 0) {
            print("The rig itself takes %.1f ns a command; they are in every rung from engine to tcp.%n", report.rigNsPerOrder());
        }
        print("%n");
    }

    private void waterfall() {
        print("Waterfall: what each layer adds to an order at saturation%n");
        for (final WaterfallStep step : report.waterfall()) {
            final int length = (int) Math.clamp(Math.round(Math.log10(Math.max(10, step.nsPerOrder())) / 6 * BAR), 1, BAR);
            print("  %-15s %,11.1f ns %s%-40s %-14s %s%n", step.rung(), step.nsPerOrder(), "", "#".repeat(length), step.below() == null ? ""
                    : String.format(Locale.ROOT, "%+,.1f", step.addedNs()), step.adds() + (step.below() == null ? "" : " (over " + step.below() + ")"));
        }
        for (final PlantFound plant : report.plants()) {
            print("  %s%n", plant.text());
        }
        if (report.threads() != null && report.threads().queued() > 0) {
            print("  threads: one engine on one thread %,d orders/s; fed by a second thread through a queue %,d; two shards on two threads %s%n",
                    report.threads().oneEngine(), report.threads().queued(), report.threads().twoShards() < 0 ? "not measured"
                    : String.format(Locale.ROOT, "%,d together", report.threads().twoShards()));
        }
        if (report.placement() != null) {
            final LadderReport.Placement placement = report.placement();
            print("  placement: %s with the venue's threads free %,d orders/s, p50 %s us, p99 %s; with %s %,d, p50 %s us, p99 %s%n", placement.rung(),
                    placement.ordersPerSecondFree(), figure(placement.p50UsFree()), figure(placement.p99UsFree()), placement.settings(),
                    placement.ordersPerSecondBound(), figure(placement.p50UsBound()), figure(placement.p99UsBound()));
        }
        print("%n");
    }

    private void knee() {
        for (final RungResult rung : report.rungs()) {
            if (!rung.knee().isEmpty()) {
                print("Load in steps, %s; the knee is at %,d orders/s (the last step with a p99 below three times the calmest):%n", rung.name(), rung.kneePerSecond());
                for (final KneeStep step : rung.knee()) {
                    print("  %,12d orders/s  p50 %s us  p99 %s  max %s%s%n", step.offeredPerSecond(), figure(step.p50Us()), figure(step.p99Us()),
                            figure(step.maxUs()), step.missedRate() ? "  not kept" : "");
                }
                print("%n");
            }
        }
    }

    private void processes() {
        print("%-15s %-8s %10s %9s %9s %8s %10s %9s %8s %14s %8s %12s%n", "rung", "process", "CPU ns", "B/order", "MB/s", "peak MB", "switches/s", "forced/s",
                "GC ms", "safepoints ms", "longest", "lock waits");
        for (final RungResult rung : report.rungs()) {
            for (final ProcessCost cost : rung.processes()) {
                print("%-15s %-8s %,10.0f %9s %9s %8s %10s %9s %8s %14s %8s %12s%n", rung.name(), cost.process(), cost.cpuNsPerOrder(),
                        figure(cost.allocatedBytesPerOrder()), figure(cost.allocatedMbPerSecond()), whole(cost.peakResidentMb()),
                        whole(cost.switchesVoluntaryPerSecond()), whole(cost.switchesForcedPerSecond()), whole(cost.gcMs()),
                        cost.safepoints() < 0 ? "-" : cost.safepoints() + "x " + figure(cost.safepointMs()), figure(cost.longestSafepointMs()), cost.lockWaits() < 0 ? "-"
                        : cost.lockWaits() + "x " + cost.lockWaitMs() + " ms");
            }
        }
        for (final RungResult rung : report.rungs()) {
            for (final CounterReading reading : rung.counters()) {
                print("%-15s %-8s instructions per cycle %s; an order: %s%n", rung.name(), reading.process(), figure(reading.instructionsPerCycle()), reading.perOrder());
            }
        }
        print("%n");
    }

    private void verdict() {
        final Verdict verdict = report.verdict();
        print("Verdict: %s; bottleneck: %s. %s%n", verdict.scenario(), verdict.bottleneck(), verdict.meaning());
        verdict.basis().forEach(line -> print("  because  %s%n", line));
        verdict.next().forEach(line -> print("  next     %s%n", line));
        print("%n");
    }

    private void profiles() {
        for (final RungResult rung : report.rungs()) {
            for (final TopMethods top : rung.profiles()) {
                print("%s, %s, %s%n", rung.name(), top.process(), top.event());
                top.methods().forEach(method -> print("  %s%n", method));
            }
        }
    }

    private void machine() {
        final Machine machine = report.machine();
        report.environment().print(out);
        print("timer     clock source %s, invariant TSC %s, read %.1f ns, step %.0f ns, %d steps backwards; parkNanos(1) takes %,.0f ns, a wake-up %,.0f ns%n",
                machine.clockSource(), machine.invariantTsc() ? "yes" : "no", machine.clockReadNs(), machine.clockGranularityNs(),
                machine.clockBackwards(), machine.parkNs(), machine.wakeUpNs());
        print("numa      %s; cores of cpu0's physical core: %s%n", String.join("; ", machine.numaNodes()), machine.siblings());
        machine.bandwidth().forEach(line -> print("memory    %s%n", line));
        print("counters  %s%n", machine.counters());
    }

    /** A figure of a few significant digits; - = not known. */
    static String figure(final double value) {
        if (value < 0) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String whole(final long value) {
        return value < 0 ? "-" : String.format(Locale.ROOT, "%,d", value);
    }

    private void print(final String format, final Object... arguments) {
        out.printf(Locale.ROOT, format, arguments);
    }
}
