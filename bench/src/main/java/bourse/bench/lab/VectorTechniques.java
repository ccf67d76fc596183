package bourse.bench.lab;

import static bourse.bench.lab.Technique.variant;

import bourse.marketdata.analytics.ScalarKernels;
import bourse.marketdata.analytics.VectorKernels;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** The analytics' own kernels, one lane at a time and by the Vector API, over 1,000 levels or instruments. */
final class VectorTechniques {
    private static final int LENGTH = 1_000;

    private VectorTechniques() {
    }

    private static Technique of(final String name, final String what, final LongSupplier scalar, final LongSupplier vector) {
        return Technique.of(name, what, variant("one lane at a time", () -> repeating(scalar)), variant("Vector API", () -> repeating(vector)));
    }

    private static Technique.Work repeating(final LongSupplier kernel) {
        return operations -> {
            long sum = 0;
            for (int i = 0; i < operations; i++) {
                sum += kernel.getAsLong();
            }
            return sum;
        };
    }

    private static long[] numbers(final int seed, final long least, final long bound) {
        return new SplittableRandom(seed).longs(LENGTH, least, bound).toArray();
    }

    static Technique vwap() {
        final long[] prices = numbers(5, 99_000, 101_000);
        final long[] quantities = numbers(6, 1, 1_000);
        return of("simd-vwap", "a VWAP over 1,000 levels", () -> (long) ScalarKernels.vwap(prices, quantities, LENGTH),
                () -> (long) VectorKernels.vwap(prices, quantities, LENGTH));
    }

    /** The arrays are filled anew each time, in both. */
    static Technique updates() {
        final long[] prices = numbers(5, 99_000, 101_000);
        final long[] quantities = numbers(6, 0, 10);
        final long[] deltas = new long[LENGTH];
        final long[] levelPrices = new long[LENGTH];
        final long[] levelQuantities = new long[LENGTH];
        final Runnable refill = () -> {
            System.arraycopy(prices, 0, levelPrices, 0, LENGTH);
            System.arraycopy(quantities, 0, levelQuantities, 0, LENGTH);
        };
        return of("simd-updates", "1,000 levels updated, empty ones removed", () -> {
            refill.run();
            return ScalarKernels.update(levelPrices, levelQuantities, deltas, LENGTH);
        }, () -> {
            refill.run();
            return VectorKernels.update(levelPrices, levelQuantities, deltas, LENGTH);
        });
    }

    static Technique spreads() {
        final Tops tops = new Tops();
        final long[] spreads = new long[LENGTH];
        return of("simd-spreads", "the spreads of 1,000 instruments", () -> {
            ScalarKernels.spreads(tops.bids, tops.bidQuantities, tops.asks, tops.askQuantities, spreads, LENGTH);
            return 1 + spreads[7];
        }, () -> {
            VectorKernels.spreads(tops.bids, tops.bidQuantities, tops.asks, tops.askQuantities, spreads, LENGTH);
            return 1 + spreads[7];
        });
    }

    static Technique crossed() {
        final Tops tops = new Tops();
        final boolean[] crossed = new boolean[LENGTH];
        return of("simd-crossed", "crossed books found among 1,000",
                () -> 1 + ScalarKernels.crossed(tops.bids, tops.bidQuantities, tops.asks, tops.askQuantities, crossed, LENGTH),
                () -> 1 + VectorKernels.crossed(tops.bids, tops.bidQuantities, tops.asks, tops.askQuantities, crossed, LENGTH));
    }

    /** Some are crossed, some have an empty side. */
    private static final class Tops {
        private final long[] bids = numbers(1, 99_990, 100_001);
        private final long[] asks = numbers(2, 100_000, 100_010);
        private final long[] bidQuantities = numbers(3, 0, 10);
        private final long[] askQuantities = numbers(4, 0, 10);
    }
}
