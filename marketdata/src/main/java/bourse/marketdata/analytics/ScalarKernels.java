package bourse.marketdata.analytics;

/** What {@link VectorKernels} computes, one element at a time. Arrays are of the same length or longer than {@code length}. */
public final class ScalarKernels {
    private ScalarKernels() {
    }

    /** Sum of price times quantity; exact while it stays below 2^63. */
    public static long notional(final long[] prices, final long[] quantities, final int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += prices[i] * quantities[i];
        }
        return sum;
    }

    /** Sum. */
    public static long sum(final long[] values, final int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** Volume-weighted average price in price units; NaN without volume. */
    public static double vwap(final long[] prices, final long[] quantities, final int length) {
        final long volume = sum(quantities, length);
        return volume == 0 ? Double.NaN : (double) notional(prices, quantities, length) / volume;
    }

    /** Ask less bid of each instrument; -1 where a side is empty (quantity 0). Negative below -1 cannot be: a crossed book gives 0. */
    public static void spreads(final long[] bids, final long[] bidQuantities, final long[] asks, final long[] askQuantities,
                               final long[] spreads, final int length) {
        for (int i = 0; i < length; i++) {
            spreads[i] = bidQuantities[i] == 0 || askQuantities[i] == 0 ? -1 : Math.max(0, asks[i] - bids[i]);
        }
    }

    /** Instruments whose bid reaches the ask: their number; {@code crossed[i]} says which. */
    public static int crossed(final long[] bids, final long[] bidQuantities, final long[] asks, final long[] askQuantities,
                              final boolean[] crossed, final int length) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            crossed[i] = bidQuantities[i] != 0 && askQuantities[i] != 0 && bids[i] >= asks[i];
            count += crossed[i] ? 1 : 0;
        }
        return count;
    }

    /**
     * Adds {@code deltas} to the quantities of levels and removes those that are left with none, in place, order kept.
     *
     * @return levels left
     */
    public static int update(final long[] prices, final long[] quantities, final long[] deltas, final int length) {
        int kept = 0;
        for (int i = 0; i < length; i++) {
            final long quantity = quantities[i] + deltas[i];
            if (quantity > 0) {
                prices[kept] = prices[i];
                quantities[kept] = quantity;
                kept++;
            }
        }
        return kept;
    }

    /** Lowest of the first {@code length} prices; {@link Long#MAX_VALUE} of none. */
    public static long lowest(final long[] prices, final int length) {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < length; i++) {
            lowest = Math.min(lowest, prices[i]);
        }
        return lowest;
    }

    /** Highest of the first {@code length} prices; {@link Long#MIN_VALUE} of none. */
    public static long highest(final long[] prices, final int length) {
        long highest = Long.MIN_VALUE;
        for (int i = 0; i < length; i++) {
            highest = Math.max(highest, prices[i]);
        }
        return highest;
    }

    /** (buy - sell) / (buy + sell) of two volumes, -1 to 1; 0 without volume. */
    public static double imbalance(final long[] buyQuantities, final int buys, final long[] sellQuantities, final int sells) {
        return imbalance(sum(buyQuantities, buys), sum(sellQuantities, sells));
    }

    /** The same of two sums. */
    static double imbalance(final long buy, final long sell) {
        return buy + sell == 0 ? 0 : (double) (buy - sell) / (buy + sell);
    }
}
