package bourse.bench.jmh;

import bourse.marketdata.analytics.ScalarKernels;
import bourse.marketdata.analytics.VectorKernels;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The analytics' kernels, one lane at a time and with the Vector API, over arrays of different length. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow", "--add-modules=jdk.incubator.vector"})
public class KernelsJmh {
    /** Levels, or instruments. */
    @Param({"10", "100", "1000", "10000"})
    private int length;

    private long[] prices;
    private long[] quantities;
    private long[] asks;
    private long[] askQuantities;
    private long[] spreads;
    private boolean[] crossed;
    private long[] levelPrices;
    private long[] levelQuantities;
    private long[] deltas;

    /** Prices around a mid, some books crossed, some empty. */
    @Setup(Level.Trial)
    public void fill() {
        final SplittableRandom random = new SplittableRandom(42);
        prices = new long[length];
        quantities = new long[length];
        asks = new long[length];
        askQuantities = new long[length];
        spreads = new long[length];
        crossed = new boolean[length];
        deltas = new long[length];
        levelPrices = new long[length];
        levelQuantities = new long[length];
        for (int i = 0; i < length; i++) {
            prices[i] = 100_000 + random.nextInt(1_000);
            quantities[i] = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(1_000);
            asks[i] = prices[i] - 2 + random.nextInt(20);
            askQuantities[i] = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(1_000);
        }
    }

    @Benchmark
    public double vwapScalar() {
        return ScalarKernels.vwap(prices, quantities, length);
    }

    @Benchmark
    public double vwapVector() {
        return VectorKernels.vwap(prices, quantities, length);
    }

    @Benchmark
    public long sumScalar() {
        return ScalarKernels.sum(quantities, length);
    }

    @Benchmark
    public long sumVector() {
        return VectorKernels.sum(quantities, length);
    }

    @Benchmark
    public long[] spreadsScalar() {
        ScalarKernels.spreads(prices, quantities, asks, askQuantities, spreads, length);
        return spreads;
    }

    @Benchmark
    public long[] spreadsVector() {
        VectorKernels.spreads(prices, quantities, asks, askQuantities, spreads, length);
        return spreads;
    }

    @Benchmark
    public int crossedScalar() {
        return ScalarKernels.crossed(prices, quantities, asks, askQuantities, crossed, length);
    }

    @Benchmark
    public int crossedVector() {
        return VectorKernels.crossed(prices, quantities, asks, askQuantities, crossed, length);
    }

    @Benchmark
    public double imbalanceScalar() {
        return ScalarKernels.imbalance(quantities, length, askQuantities, length);
    }

    @Benchmark
    public double imbalanceVector() {
        return VectorKernels.imbalance(quantities, length, askQuantities, length);
    }

    /** The high and the low of a bar. */
    @Benchmark
    public long rangeScalar() {
        return ScalarKernels.highest(prices, length) - ScalarKernels.lowest(prices, length);
    }

    @Benchmark
    public long rangeVector() {
        return VectorKernels.highest(prices, length) - VectorKernels.lowest(prices, length);
    }

    /** Levels change, empty ones are removed; the arrays are filled anew each time, in both. */
    @Benchmark
    public int updateScalar() {
        refill();
        return ScalarKernels.update(levelPrices, levelQuantities, deltas, length);
    }

    @Benchmark
    public int updateVector() {
        refill();
        return VectorKernels.update(levelPrices, levelQuantities, deltas, length);
    }

    private void refill() {
        System.arraycopy(prices, 0, levelPrices, 0, length);
        System.arraycopy(askQuantities, 0, levelQuantities, 0, length);
    }
}
