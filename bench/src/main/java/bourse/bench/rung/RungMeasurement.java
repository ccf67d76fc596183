package bourse.bench.rung;

import bourse.bench.rung.RungResult.CounterReading;
import bourse.bench.rung.RungResult.KneeStep;
import bourse.bench.rung.RungResult.ProcessCost;
import bourse.bench.rung.RungResult.TopMethods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Verifies a rung, warms it, and takes its throughput, its latency and its knee. Blocking. Thread: the rig's. */
final class RungMeasurement {
    private static final long BEHIND_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Rung rung;
    private final RungPlan plan;
    private final Load load;
    private String stateHash = "";
    private long trades;
    private long slowest = Long.MAX_VALUE;
    private long fastest;
    private long orders;
    private double seconds;

    RungMeasurement(final Rung rung, final RungPlan plan) {
        this.rung = rung;
        this.plan = plan;
        load = rung.load();
    }

    /** @param warmUpMs closed loop before anything is counted */
    RungResult run(final long warmUpMs) throws IOException, InterruptedException {
        verify();
        load.saturate(deadline(warmUpMs));
        final List<ProcessCost> costs = throughput();
        final List<TopMethods> top = new RungProfiles(rung.name(), true, rung.nodes(), plan.profile()).run(event ->
                load.saturate(deadline(plan.profileMs())));
        final List<CounterReading> counters = counters();
        load.settle();
        final long perSecond = Math.round(orders / seconds);
        final long rate = Math.min(plan.latencyRate(), perSecond / 2);
        // The first tenth of a second only starts the clockwork of pacing.
        load.pace(rate, deadline(100));
        final PacedIntervals paced = PacedIntervals.measure(load, rate, plan.latencyMs());
        final Histogram latency = paced.latency();
        final Histogram feed = paced.feed();
        final List<KneeStep> knee = knee(perSecond);
        double cpu = 0;
        double allocated = 0;
        for (final ProcessCost cost : costs) {
            cpu += cost.cpuNsPerOrder();
            allocated += "rig".equals(cost.process()) && !rung.nodes().isEmpty() ? 0 : cost.allocatedBytesPerOrder();
        }
        return new RungResult(rung.name(), rung.batch(), rung.window(), perSecond, slowest, fastest, us(latency, 50), us(latency, 90),
                us(latency, 95), us(latency, 99), us(latency, 99.9), round(latency.getMaxValue() / 1e3), round(latency.getStdDeviation() / 1e3),
                rate, isMissed(paced.behindNs(), plan.latencyMs()), paced.spread(), round(cpu), round(allocated), stateHash, trades, us(feed, 50), us(feed, 99), us(feed, 99.9), costs,
                knee, top, counters, null);
    }

    /** Instead of all that: what a slow-down costs that was planted. */
    PlantReading plant(final long warmUpMs, final Plant plant) throws InterruptedException {
        verify();
        load.saturate(deadline(warmUpMs));
        return new PlantSlices(load).read(rung.name(), plant.plantedNs());
    }

    /** An open loop that ended so far behind its plan did not keep its rate: by more than a hundredth of the time, and more than one pause of a shared machine. */
    static boolean isMissed(final long behindNs, final long ms) {
        return behindNs > Math.max(BEHIND_NS, TimeUnit.MILLISECONDS.toNanos(ms) / 100);
    }

    /** Of each process, while the rung is saturated for another moment. */
    private List<CounterReading> counters() throws InterruptedException {
        if (!HardwareCounters.areExposed()) {
            return List.of();
        }
        final List<HardwareCounters> counting = new ArrayList<>(List.of(HardwareCounters.start("rig", ProcessHandle.current().pid())));
        rung.nodes().forEach(node -> counting.add(HardwareCounters.start(node.role(), node.pid())));
        final long before = load.applied();
        load.saturate(deadline(HardwareCounters.MS));
        final long counted = load.applied() - before;
        final List<CounterReading> readings = new ArrayList<>();
        for (final HardwareCounters counters : counting) {
            readings.add(counters.stop(counted));
        }
        return readings;
    }

    private void verify() throws InterruptedException {
        final StateFold fold = new StateFold();
        load.fold(fold);
        load.complete(plan.prefix());
        load.fold(null);
        if (fold.rejects() > 0) {
            throw new IllegalStateException(rung.name() + ": " + fold.rejects() + " commands of the verification were refused");
        }
        if (rung.proof() != null) {
            stateHash = String.format(Locale.ROOT, "%016x", rung.proof().stateHash(fold));
            trades = fold.trades();
        }
    }

    private List<ProcessCost> throughput() throws InterruptedException {
        final List<ProcessUsage> before = usage();
        final long ordersBefore = load.applied();
        final long startNs = System.nanoTime();
        for (int i = 1; i <= plan.intervals(); i++) {
            final long from = load.applied();
            final long fromNs = System.nanoTime();
            load.saturate(startNs + TimeUnit.MILLISECONDS.toNanos(plan.throughputMs()) * i / plan.intervals());
            final long rate = Math.round((load.applied() - from) * 1e9 / (System.nanoTime() - fromNs));
            slowest = Math.min(slowest, rate);
            fastest = Math.max(fastest, rate);
        }
        seconds = (System.nanoTime() - startNs) / 1e9;
        orders = load.applied() - ordersBefore;
        if (orders == 0) {
            throw new IllegalStateException(rung.name() + ": no order came through in " + seconds + " s");
        }
        final List<ProcessUsage> after = usage();
        final List<ProcessCost> costs = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            costs.add(cost(i == 0 ? "rig" : rung.nodes().get(i - 1).role(), after.get(i).since(before.get(i)), orders, seconds));
        }
        return costs;
    }

    private List<ProcessUsage> usage() {
        final List<ProcessUsage> all = new ArrayList<>(List.of(ProcessUsage.now()));
        rung.nodes().forEach(node -> all.add(node.usage()));
        return all;
    }

    static ProcessCost cost(final String process, final ProcessUsage used, final long orders, final double seconds) {
        return new ProcessCost(process, round((double) used.cpuNs() / orders), round((double) used.allocatedBytes() / orders),
                round(used.allocatedBytes() / seconds / (1 << 20)), used.peakResidentKb() >> 10, Math.round(used.switchesVoluntary() / seconds),
                Math.round(used.switchesForced() / seconds), used.gcCount(), used.gcMs(), used.safepoints(), round(used.safepointNs() / 1e6),
                round(used.safepointMaxNs() / 1e6), used.lockWaits(), used.lockWaitMs());
    }

    private List<KneeStep> knee(final long perSecond) throws InterruptedException {
        final List<KneeStep> steps = new ArrayList<>();
        for (int i = 1; i <= plan.kneeSteps(); i++) {
            final long rate = Math.max(1, perSecond * i / plan.kneeSteps());
            final long behindNs = load.pace(rate, deadline(plan.kneeMs()));
            final Histogram latency = load.latency();
            steps.add(new KneeStep(rate, us(latency, 50), us(latency, 99), round(latency.getMaxValue() / 1e3), isMissed(behindNs, plan.kneeMs())));
        }
        return steps;
    }

    static long deadline(final long ms) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    static double us(final Histogram latency, final double percentile) {
        return latency == null || latency.getTotalCount() == 0 ? -1 : round(latency.getValueAtPercentile(percentile) / 1e3);
    }

    static double round(final double value) {
        return Math.round(value * 100) / 100.0;
    }
}
