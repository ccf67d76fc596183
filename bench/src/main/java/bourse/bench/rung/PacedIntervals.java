package bourse.bench.rung;

import bourse.bench.rung.RungResult.LatencySpread;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * The open loop in {@value #INTERVALS} intervals, each of which is settled before the next begins: how far their percentiles lie apart is the noise of the whole.
 *
 * @param latency  of all
 * @param feed     until the public feed showed it, of all; null = nobody listens
 * @param behindNs how far the sender was behind its plan at the intervals' ends, their median taken for each: one pause is not a rate that was not kept
 */
record PacedIntervals(Histogram latency, Histogram feed, long behindNs, LatencySpread spread) {
    private static final int INTERVALS = 5;

    /** @param ms of all intervals together */
    static PacedIntervals measure(final Load load, final double ordersPerSecond, final long ms) throws InterruptedException {
        final Histogram all = new Histogram(DrivenLoad.LONGEST_NS, 3);
        Histogram feed = null;
        final long[] behindNs = new long[INTERVALS];
        final double[] medians = new double[INTERVALS];
        final double[] tails = new double[INTERVALS];
        for (int i = 0; i < INTERVALS; i++) {
            behindNs[i] = load.pace(ordersPerSecond, RungMeasurement.deadline(ms * (i + 1) / INTERVALS - ms * i / INTERVALS));
            final Histogram latency = load.latency();
            all.add(latency);
            medians[i] = RungMeasurement.us(latency, 50);
            tails[i] = RungMeasurement.us(latency, 99);
            final Histogram seen = load.feedLatency();
            if (seen != null && feed != null) {
                feed.add(seen);
            } else {
                feed = seen;
            }
        }
        Arrays.sort(behindNs);
        Arrays.sort(medians);
        Arrays.sort(tails);
        return new PacedIntervals(all, feed, INTERVALS * behindNs[INTERVALS / 2], new LatencySpread(medians[0], medians[INTERVALS - 1], tails[0],
                tails[INTERVALS - 1]));
    }
}
