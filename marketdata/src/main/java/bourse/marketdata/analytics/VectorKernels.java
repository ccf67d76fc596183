package bourse.marketdata.analytics;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of {@link ScalarKernels} on the machine's widest vectors, with masked tails: the same results for every input. Needs
 * {@code --add-modules jdk.incubator.vector}; {@link Kernels} chooses the scalar twin where it is absent.
 */
public final class VectorKernels {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorKernels() {
    }

    /** See {@link ScalarKernels#notional}. */
    public static long notional(final long[] prices, final long[] quantities, final int length) {
        LongVector sum = LongVector.zero(SPECIES);
        int i = 0;
        for (final int bound = SPECIES.loopBound(length); i < bound; i += LANES) {
            sum = sum.add(LongVector.fromArray(SPECIES, prices, i).mul(LongVector.fromArray(SPECIES, quantities, i)));
        }
        long total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            total += prices[i] * quantities[i];
        }
        return total;
    }

    /** See {@link ScalarKernels#sum}. */
    public static long sum(final long[] values, final int length) {
        LongVector sum = LongVector.zero(SPECIES);
        int i = 0;
        for (final int bound = SPECIES.loopBound(length); i < bound; i += LANES) {
            sum = sum.add(LongVector.fromArray(SPECIES, values, i));
        }
        long total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            total += values[i];
        }
        return total;
    }

    /** See {@link ScalarKernels#vwap}. */
    public static double vwap(final long[] prices, final long[] quantities, final int length) {
        final long volume = sum(quantities, length);
        return volume == 0 ? Double.NaN : (double) notional(prices, quantities, length) / volume;
    }

    /** See {@link ScalarKernels#spreads}. */
    public static void spreads(final long[] bids, final long[] bidQuantities, final long[] asks, final long[] askQuantities,
                               final long[] spreads, final int length) {
        for (int i = 0; i < length; i += LANES) {
            final VectorMask<Long> inside = SPECIES.indexInRange(i, length);
            final LongVector spread = LongVector.fromArray(SPECIES, asks, i, inside).sub(LongVector.fromArray(SPECIES, bids, i, inside))
                .max(0);
            final VectorMask<Long> empty = LongVector.fromArray(SPECIES, bidQuantities, i, inside).eq(0)
                .or(LongVector.fromArray(SPECIES, askQuantities, i, inside).eq(0));
            spread.blend(-1, empty).intoArray(spreads, i, inside);
        }
    }

    /** See {@link ScalarKernels#crossed}. */
    public static int crossed(final long[] bids, final long[] bidQuantities, final long[] asks, final long[] askQuantities,
                              final boolean[] crossed, final int length) {
        int count = 0;
        int i = 0;
        for (final int bound = SPECIES.loopBound(length); i < bound; i += LANES) {
            final VectorMask<Long> hit = LongVector.fromArray(SPECIES, bids, i)
                .compare(VectorOperators.GE, LongVector.fromArray(SPECIES, asks, i))
                .and(LongVector.fromArray(SPECIES, bidQuantities, i).compare(VectorOperators.NE, 0))
                .and(LongVector.fromArray(SPECIES, askQuantities, i).compare(VectorOperators.NE, 0));
            hit.intoArray(crossed, i);
            count += hit.trueCount();
        }
        for (; i < length; i++) {
            crossed[i] = bidQuantities[i] != 0 && askQuantities[i] != 0 && bids[i] >= asks[i];
            count += crossed[i] ? 1 : 0;
        }
        return count;
    }

    /** See {@link ScalarKernels#update}. */
    public static int update(final long[] prices, final long[] quantities, final long[] deltas, final int length) {
        int kept = 0;
        int i = 0;
        for (final int bound = SPECIES.loopBound(length); i < bound; i += LANES) {
            final LongVector quantity = LongVector.fromArray(SPECIES, quantities, i).add(LongVector.fromArray(SPECIES, deltas, i));
            final VectorMask<Long> left = quantity.compare(VectorOperators.GT, 0);
            final LongVector price = LongVector.fromArray(SPECIES, prices, i);
            if (left.allTrue()) {
                price.intoArray(prices, kept);
                quantity.intoArray(quantities, kept);
            } else {
                price.compress(left).intoArray(prices, kept);
                quantity.compress(left).intoArray(quantities, kept);
            }
            kept += left.trueCount();
        }
        for (; i < length; i++) {
            final long quantity = quantities[i] + deltas[i];
            if (quantity > 0) {
                prices[kept] = prices[i];
                quantities[kept] = quantity;
                kept++;
            }
        }
        return kept;
    }

    /** See {@link ScalarKernels#lowest}. */
    public static long lowest(final long[] prices, final int length) {
        LongVector least = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
        int i = 0;
        for (final int bound = SPECIES.loopBound(length); i < bound; i += LANES) {
            least = least.min(LongVector.fromArray(SPECIES, prices, i));
        }
        long lowest = least.reduceLanes(VectorOperators.MIN);
        for (; i < length; i++) {
            lowest = Math.min(lowest, prices[i]);
        }
        return lowest;
    }

    /** See {@link ScalarKernels#highest}. */
    public static long highest(final long[] prices, final int length) {
        LongVector most = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
        int i = 0;
        for (final int bound = SPECIES.loopBound(length); i < bound; i += LANES) {
            most = most.max(LongVector.fromArray(SPECIES, prices, i));
        }
        long highest = most.reduceLanes(VectorOperators.MAX);
        for (; i < length; i++) {
            highest = Math.max(highest, prices[i]);
        }
        return highest;
    }

    /** See {@link ScalarKernels#imbalance}. */
    public static double imbalance(final long[] buyQuantities, final int buys, final long[] sellQuantities, final int sells) {
        final long buy = sum(buyQuantities, buys);
        final long sell = sum(sellQuantities, sells);
        return buy + sell == 0 ? 0 : (double) (buy - sell) / (buy + sell);
    }
}
