package bourse.bench.jmh;

import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each kind of command on the fast matcher with a standing book, published top and depth included. With {@code -prof gc} the column
 * {@code gc.alloc.rate.norm} is the bytes that a command allocates: 0.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow", "--add-modules=jdk.incubator.vector"})
public class CommandJmh {
    private static final int INSTRUMENT = 1;
    private static final int ACCOUNT = 1;
    private static final int BUY = 0;
    private static final int SELL = 1;
    private static final int LIMIT = 0;
    private static final int GTC = 0;
    private static final int IOC = 1;
    private static final long MID = 100_000;
    private static final long DEEP = 1L << 30;

    /** Standing orders, half a side. */
    @Param({"1000", "100000"})
    private int live;

    private BookMemory memory;
    private LadderMatcher matcher;
    private CountingListener listener;
    private SplittableRandom random;
    private long nextClientId;
    private long deepBuyClientId;
    private long deepLeft;
    private long movedClientId;
    private boolean moved;
    private long sequence;

    /** A standing book around the mid, a deep order at the best bid, and one to move about. */
    @Setup(Level.Iteration)
    public void fill() {
        final MatcherLimits limits = MatcherLimits.bench(live + live / 4 + 4_096);
        memory = LadderMatcher.offHeapMemory(limits);
        listener = new CountingListener();
        matcher = new LadderMatcher(limits, memory, listener);
        matcher.defineInstrument(InstrumentSpec.plain(INSTRUMENT, "JMH"));
        matcher.advanceTime(1);
        random = new SplittableRandom(42);
        nextClientId = 1;
        for (int i = 0; i < live; i++) {
            final int side = i & 1;
            final int distance = 2 + random.nextInt(live / 10);
            enter(side, GTC, side == BUY ? MID - distance : MID + distance, 1 + random.nextInt(100));
        }
        refillDeep();
        movedClientId = enter(SELL, GTC, MID + 2, 10);
    }

    @TearDown(Level.Iteration)
    public void close() {
        if (listener.rejects() > 0) {
            throw new IllegalStateException(listener.rejects() + " commands were refused");
        }
        memory.close();
    }

    private long enter(final int side, final int timeInForce, final long price, final long quantity) {
        final long id = nextClientId++;
        matcher.newOrder(ACCOUNT, 0, id, INSTRUMENT, side, LIMIT, timeInForce, 0, 0, price, quantity, null);
        return id;
    }

    private void refillDeep() {
        deepBuyClientId = enter(BUY, GTC, MID - 1, DEEP);
        deepLeft = DEEP;
    }

    /** A passive order comes and goes. */
    @Benchmark
    @OperationsPerInvocation(2)
    public long newAndCancel() {
        final int side = (int) (nextClientId & 1);
        final int distance = 2 + random.nextInt(live / 10);
        final long id = enter(side, GTC, side == BUY ? MID - distance : MID + distance, 10);
        matcher.publish(++sequence);
        matcher.cancel(ACCOUNT, 0, id);
        matcher.publish(++sequence);
        return listener.calls();
    }

    /** One lot off a resting order. */
    @Benchmark
    public long reduce() {
        if (--deepLeft == 0) {
            refillDeep();
        }
        matcher.reduce(ACCOUNT, 0, deepBuyClientId, 1);
        matcher.publish(++sequence);
        return listener.calls();
    }

    /** An order moves to and fro between two prices. */
    @Benchmark
    public long replace() {
        moved = !moved;
        matcher.replace(ACCOUNT, 0, movedClientId, moved ? MID + 3 : MID + 2, 10);
        matcher.publish(++sequence);
        return listener.calls();
    }

    /** An aggressor takes one lot off the best order. */
    @Benchmark
    public long trade() {
        if (--deepLeft == 0) {
            refillDeep();
        }
        enter(SELL, IOC, MID - 1, 1);
        matcher.publish(++sequence);
        return listener.trades();
    }

    /** An order that names nothing: the cost of a refusal. */
    @Benchmark
    public long refusedCancel() {
        matcher.cancel(ACCOUNT, Long.MAX_VALUE, 0);
        listener.forgiveReject();
        return listener.calls();
    }
}
