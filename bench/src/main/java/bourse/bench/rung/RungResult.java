package bourse.bench.rung;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What one rung reached.
 *
 * @param batch                  orders in a message
 * @param window                 orders in flight at most, closed loop
 * @param ordersPerSecond        closed loop, mean
 * @param ordersPerSecondMin     slowest interval
 * @param p50Us                  open loop at {@code latencyRate}, from when an order was due to its outcome; -1 = not measured
 * @param jitterUs               standard deviation of the same
 * @param missedRate             the open loop fell behind: its latencies are a failure, not figures
 * @param latencySpread          of the intervals of the open loop; null = it was not taken in intervals
 * @param cpuNsPerOrder          of all processes of the rung, the rig included
 * @param allocatedBytesPerOrder of the venue's side
 * @param stateHash              after the verification prefix: orders in queue order, last trade, trade count; "" = keeps no book
 * @param feedP50Us              until the order's effect was in the public feed; -1 = nobody listened
 * @param counters               of the hardware; none = the machine shows no such counters
 * @param fault                  why there is no result; null = there is one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RungResult(String name, int batch, int window, long ordersPerSecond, long ordersPerSecondMin, long ordersPerSecondMax,
                         double p50Us, double p90Us, double p95Us, double p99Us, double p999Us, double maxUs, double jitterUs,
                         long latencyRate, boolean missedRate, LatencySpread latencySpread, double cpuNsPerOrder, double allocatedBytesPerOrder,
                         String stateHash, long trades, double feedP50Us, double feedP99Us, double feedP999Us, List<ProcessCost> processes,
                         List<KneeStep> knee, List<TopMethods> profiles, List<CounterReading> counters, String fault) {
    private static final double LEAST_TAIL_NOISE_PERCENT = 150;
    private static final double KNEE = 3;

    /**
     * What one process of a rung used in the closed loop.
     *
     * @param process            {@code rig} or the role of the other one
     * @param safepoints         -1 = not known
     * @param longestSafepointMs since the process began
     * @param lockWaits          a thread wanted a monitor that another held
     */
    public record ProcessCost(String process, double cpuNsPerOrder, double allocatedBytesPerOrder, double allocatedMbPerSecond,
                              long peakResidentMb, long switchesVoluntaryPerSecond, long switchesForcedPerSecond, long gcCount, long gcMs,
                              long safepoints, double safepointMs, double longestSafepointMs, long lockWaits, long lockWaitMs) {
    }

    /** The largest load of the steps that was kept with a p99 below three times that of the calmest step; -1 = there were no steps. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public long kneePerSecond() {
        final double calm = knee.stream().mapToDouble(KneeStep::p99Us).min().orElse(0);
        return knee.stream().filter(step -> !step.missedRate && step.p99Us <= KNEE * calm).mapToLong(KneeStep::offeredPerSecond).max().orElse(-1);
    }

    /** The smallest and the largest of the intervals' percentiles, us. */
    public record LatencySpread(double p50Min, double p50Max, double p99Min, double p99Max) {
    }

    /** Load at one rate: what came of it. */
    public record KneeStep(long offeredPerSecond, double p50Us, double p99Us, double maxUs, boolean missedRate) {
    }

    /**
     * A profile in text.
     *
     * @param event   {@code cpu}, {@code alloc} or {@code lock}
     * @param methods most expensive first, as {@code 12.3% name}
     * @param flame   the flame graph: a line a frame, callers first, as {@code depth samples name}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TopMethods(String process, String event, List<String> methods, String flame) {
    }

    /**
     * What the machine's counters say of one process, for each order.
     *
     * @param perOrder             by the name that {@code perf list} gives the event; one that the machine does not have is missing
     * @param instructionsPerCycle -1 = not known
     */
    public record CounterReading(String process, Map<String, Double> perOrder, double instructionsPerCycle) {
    }

    /** A rung that could not be measured. */
    public static RungResult failed(final String name, final String fault) {
        return new RungResult(name, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, 0, false, null, -1, -1, "", 0, -1, -1, -1, List.of(), List.of(),
                List.of(), List.of(), fault);
    }

    /** What the throughput of two runs may differ by without meaning anything: the spread of the intervals, at least what {@link RungName#leastNoisePercent} says. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double noisePercent() {
        return spread(ordersPerSecondMin, ordersPerSecondMax, ordersPerSecond, RungName.leastNoisePercent(name));
    }

    /**
     * The same of the median latency: how much larger its largest interval is than its smallest (a pause of the machine makes one of them many times the others),
     * at least what {@link RungName#leastMedianNoisePercent} says.
     */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double p50NoisePercent() {
        final double least = RungName.leastMedianNoisePercent(name);
        return latencySpread == null ? least : spread(latencySpread.p50Min, latencySpread.p50Max, latencySpread.p50Min, least);
    }

    /** The same of the p99, at least {@value #LEAST_TAIL_NOISE_PERCENT}%. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double p99NoisePercent() {
        return latencySpread == null ? LEAST_TAIL_NOISE_PERCENT : spread(latencySpread.p99Min, latencySpread.p99Max, latencySpread.p99Min, LEAST_TAIL_NOISE_PERCENT);
    }

    private static double spread(final double min, final double max, final double of, final double least) {
        return Math.round(10 * Math.max(least, of <= 0 ? 0 : 100 * (max - min) / of)) / 10.0;
    }

    /** Wall-clock time of an order in the closed loop. */
    public double nsPerOrder() {
        return ordersPerSecond == 0 ? -1 : Math.round(1e10 / ordersPerSecond) / 10.0;
    }
}
