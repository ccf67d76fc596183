package bourse.bench.rung;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Takes the time of an order in slices with a {@link Plant} and without it, until the median difference is known well enough. Neighbours in time share what
 * the machine and the compiler do to them; of what disturbs a single slice a median knows nothing. Thread: the rig's.
 */
final class PlantSlices {
    static final long LONGEST_MS = 30_000;
    private static final int LEAST = 25;
    private static final double WANTED_ERROR = 0.08;
    /** What was on its way when the plant came or went has left by then. */
    private static final long SETTLING_NS = Plant.SLICE_NS / 4;
    private static final long BEFORE_END_NS = TimeUnit.MILLISECONDS.toNanos(4);
    /** Half of a 95% interval of a median, in quartile distances over the root of n: 1.96 * 1.2533 / 1.349; neighbours share a slice, which widens it by 2 / sqrt 3. */
    private static final double ERROR_FACTOR = 1.96 * 1.2533 / 1.349 * 2 / Math.sqrt(3);

    private final Load load;

    /** @param load warm */
    PlantSlices(final Load load) {
        this.load = load;
    }

    PlantReading read(final String name, final long plantedNs) throws InterruptedException {
        final long giveUpNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MS);
        double[] differences = new double[64];
        int count = 0;
        double before = nsPerOrder(false);
        double errorNs;
        do {
            final double with = nsPerOrder(true);
            final double behind = nsPerOrder(false);
            if (count == differences.length) {
                differences = Arrays.copyOf(differences, 2 * count);
            }
            differences[count++] = with - (before + behind) / 2;
            before = behind;
            errorNs = errorNs(differences, count);
        } while ((count < LEAST || errorNs > WANTED_ERROR * plantedNs) && System.nanoTime() - giveUpNs < 0);
        return new PlantReading(name, RungMeasurement.round(quantile(differences, count, 0.5)), RungMeasurement.round(errorNs), count, null);
    }

    private double nsPerOrder(final boolean isThere) throws InterruptedException {
        final long nowNs = System.nanoTime();
        long startNs = Plant.sliceStart(nowNs);
        if (Plant.isThere(startNs) != isThere) {
            startNs += Plant.SLICE_NS;
        } else if (nowNs - startNs > SETTLING_NS) {
            startNs += 2 * Plant.SLICE_NS;
        }
        load.saturate(startNs + SETTLING_NS);
        final long from = load.applied();
        final long fromNs = System.nanoTime();
        load.saturate(startNs + Plant.SLICE_NS - BEFORE_END_NS);
        final long orders = load.applied() - from;
        // A slice in which the machine stood still: its neighbours' median does not mind.
        return (System.nanoTime() - fromNs) / (double) Math.max(1, orders);
    }

    static double errorNs(final double[] values, final int count) {
        return ERROR_FACTOR * (quantile(values, count, 0.75) - quantile(values, count, 0.25)) / Math.sqrt(count);
    }

    static double quantile(final double[] values, final int count, final double share) {
        final double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        final double at = share * (count - 1);
        final int below = (int) at;
        return sorted[below] + (at - below) * (sorted[Math.min(below + 1, count - 1)] - sorted[below]);
    }
}
