package bourse.marketdata.analytics;

/**
 * The vector kernels where the virtual machine was started with the Vector API and the arrays are long enough to gain from it, else their scalar twins. Measured
 * lengths: docs/benchmarks/jmh.md.
 */
public final class Kernels {
    private static final boolean VECTORS = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    /** Shorter arrays are done before vectors pay. */
    static final int LEAST_LENGTH = 64;
    /** The same for spreads, which have a masked tail. */
    static final int LEAST_LENGTH_OF_SPREADS = 128;

    private Kernels() {
    }

    /** Whether vectors are used. */
    public static boolean areVectors() {
        return VECTORS;
    }

    /** See {@link ScalarKernels#vwap}. */
    public static double vwap(final long[] prices, final long[] quantities, final int length) {
        return VECTORS && length >= LEAST_LENGTH ? VectorKernels.vwap(prices, quantities, length) : ScalarKernels.vwap(prices, quantities, length);
    }

    /** See {@link ScalarKernels#sum}. */
    public static long sum(final long[] values, final int length) {
        return VECTORS && length >= LEAST_LENGTH ? VectorKernels.sum(values, length) : ScalarKernels.sum(values, length);
    }

    /** See {@link ScalarKernels#spreads}. */
    public static void spreads(final long[] bids, final long[] bidQuantities, final long[] asks, final long[] askQuantities,
                               final long[] spreads, final int length) {
        if (VECTORS && length >= LEAST_LENGTH_OF_SPREADS) {
            VectorKernels.spreads(bids, bidQuantities, asks, askQuantities, spreads, length);
        } else {
            ScalarKernels.spreads(bids, bidQuantities, asks, askQuantities, spreads, length);
        }
    }

    /** See {@link ScalarKernels#crossed}. */
    public static int crossed(final long[] bids, final long[] bidQuantities, final long[] asks, final long[] askQuantities,
                              final boolean[] crossed, final int length) {
        return VECTORS && length >= LEAST_LENGTH ? VectorKernels.crossed(bids, bidQuantities, asks, askQuantities, crossed, length)
            : ScalarKernels.crossed(bids, bidQuantities, asks, askQuantities, crossed, length);
    }

    /** See {@link ScalarKernels#imbalance}. */
    public static double imbalance(final long[] buyQuantities, final int buys, final long[] sellQuantities, final int sells) {
        return ScalarKernels.imbalance(sum(buyQuantities, buys), sum(sellQuantities, sells));
    }
}
