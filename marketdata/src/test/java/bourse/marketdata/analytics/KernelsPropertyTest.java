package bourse.marketdata.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Vector kernels equal their scalar twins, for random lengths that include every tail. */
class KernelsPropertyTest {
    @RepeatedTest(60)
    void shouldEqualTheScalarTwins(final RepetitionInfo run) {
        final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(run.getCurrentRepetition());
        final int length = run.getCurrentRepetition() <= 40 ? run.getCurrentRepetition() - 1 : random.nextInt(2_000);
        final long[] prices = random.longs(length + 3, -1_000, 1_000_000).toArray();
        final long[] quantities = random.longs(length + 3, 0, 50).map(q -> q < 10 ? 0 : q).toArray();
        final long[] asks = random.longs(length + 3, -1_000, 1_000_000).toArray();
        final long[] askQuantities = random.longs(length + 3, 0, 50).map(q -> q < 10 ? 0 : q).toArray();

        assertThat(VectorKernels.sum(quantities, length)).isEqualTo(ScalarKernels.sum(quantities, length));
        assertThat(VectorKernels.notional(prices, quantities, length)).isEqualTo(ScalarKernels.notional(prices, quantities, length));
        assertThat(Double.compare(VectorKernels.vwap(prices, quantities, length), ScalarKernels.vwap(prices, quantities, length))).isZero();

        assertThat(VectorKernels.lowest(prices, length)).isEqualTo(ScalarKernels.lowest(prices, length));
        assertThat(VectorKernels.highest(prices, length)).isEqualTo(ScalarKernels.highest(prices, length));
        assertThat(VectorKernels.imbalance(quantities, length, askQuantities, length / 2))
            .isEqualTo(ScalarKernels.imbalance(quantities, length, askQuantities, length / 2));

        final long[] fast = new long[length + 3];
        final long[] plain = new long[length + 3];
        VectorKernels.spreads(prices, quantities, asks, askQuantities, fast, length);
        ScalarKernels.spreads(prices, quantities, asks, askQuantities, plain, length);
        assertThat(fast).isEqualTo(plain);

        final boolean[] fastCrossed = new boolean[length + 3];
        final boolean[] plainCrossed = new boolean[length + 3];
        assertThat(VectorKernels.crossed(prices, quantities, asks, askQuantities, fastCrossed, length))
            .isEqualTo(ScalarKernels.crossed(prices, quantities, asks, askQuantities, plainCrossed, length));
        assertThat(fastCrossed).isEqualTo(plainCrossed);

        final long[] deltas = random.longs(length + 3, -50, 20).toArray();
        final long[] fastPrices = prices.clone();
        final long[] fastQuantities = quantities.clone();
        final int kept = ScalarKernels.update(prices, quantities, deltas, length);
        assertThat(VectorKernels.update(fastPrices, fastQuantities, deltas, length)).isEqualTo(kept);
        assertThat(Arrays.copyOf(fastPrices, kept)).isEqualTo(Arrays.copyOf(prices, kept));
        assertThat(Arrays.copyOf(fastQuantities, kept)).isEqualTo(Arrays.copyOf(quantities, kept));
    }

    @Test
    void shouldSayWhatTheyMean() {
        assertThat(ScalarKernels.vwap(new long[] {100, 110}, new long[] {3, 1}, 2)).isEqualTo(102.5);
        assertThat(ScalarKernels.vwap(new long[0], new long[0], 0)).isNaN();
        assertThat(ScalarKernels.imbalance(new long[] {3}, 1, new long[] {1}, 1)).isEqualTo(0.5);
        final long[] spreads = new long[3];
        VectorKernels.spreads(new long[] {99, 100, 5}, new long[] {1, 1, 0}, new long[] {101, 100, 7}, new long[] {1, 1, 1}, spreads, 3);
        assertThat(spreads).containsExactly(2, 0, -1);
    }
}
