package bourse.bench.jmh;

import bourse.engine.book.BookMemory;
import bourse.engine.match.AccountPort;
import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every type of order and instruction beyond {@link CommandJmh}'s plain ones, each in its own small round that leaves the book as it was; per command. With
 * {@code -prof gc} the column {@code gc.alloc.rate.norm} is the bytes that a command allocates: 0.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow", "--add-modules=jdk.incubator.vector"})
public class CommandTypesJmh {
    private static final int PLAIN = 1;
    private static final int RISK = 2;
    private static final int EMPTY = 3;
    private static final int MAKER = 1;
    private static final int TAKER = 2;
    private static final int BUY = 0;
    private static final int SELL = 1;
    private static final int LIMIT = 0;
    private static final int MARKET = 1;
    private static final int STOP = 2;
    private static final int TRAILING = 4;
    private static final int PEGGED = 5;
    private static final int GTC = 0;
    private static final int IOC = 1;
    private static final int FOK = 2;
    private static final int DAY = 3;
    private static final int GTD = 4;
    private static final int REPRICE = 2;
    private static final int HIDDEN = 4;
    private static final int ALL_OR_NONE = 8;
    private static final int EXTENDED = 16;
    private static final int REST = 32;
    private static final int DECREMENT = 4;
    private static final int CALL = 1;
    private static final int CONTINUOUS = 2;
    private static final int MASS_CANCEL = 6;
    private static final int DISCONNECT = 7;
    private static final int PEG_BID = 1;
    private static final long MID = 100_000;
    private static final int STANDING = 1_000;

    private final ExtendedTerms terms = new ExtendedTerms();
    private final long asset = AccountPort.asset("Q");
    private BookMemory memory;
    private LadderMatcher matcher;
    private CountingListener listener;
    private long id;
    private long timeNs;

    /** Standing orders on both sides of both instruments, and one trade for a last price. */
    @Setup(Level.Iteration)
    public void fill() {
        final MatcherLimits limits = MatcherLimits.bench(8_192);
        memory = LadderMatcher.offHeapMemory(limits);
        listener = new CountingListener();
        matcher = new LadderMatcher(limits, memory, listener);
        matcher.defineInstrument(InstrumentSpec.plain(PLAIN, "PLAIN"));
        matcher.defineInstrument(new InstrumentSpec(RISK, "RISK", "B", "Q", 0, 0, 1, 1, 1, 1L << 30, 1L << 20, 0, 0, 0, 0, 100, 200, true, CONTINUOUS));
        matcher.defineInstrument(InstrumentSpec.plain(EMPTY, "EMPTY"));
        for (int account = MAKER; account <= TAKER; account++) {
            matcher.transfer(account, AccountPort.asset("B"), 1L << 50);
            matcher.transfer(account, asset, 1L << 58);
        }
        id = 1;
        timeNs = 1;
        for (int i = 0; i < STANDING; i++) {
            final int distance = 10 + i / 2;
            enter(MAKER, PLAIN, i & 1, LIMIT, GTC, 0, (i & 1) == BUY ? MID - distance : MID + distance, 10);
            enter(MAKER, RISK, i & 1, LIMIT, GTC, 0, (i & 1) == BUY ? MID - distance : MID + distance, 10);
        }
        takeOne(PLAIN, 0);
    }

    /** No command was refused. */
    @TearDown(Level.Iteration)
    public void close() {
        if (listener.rejects() > 0) {
            throw new IllegalStateException(listener.rejects() + " commands were refused");
        }
        memory.close();
    }

    private long enter(final int account, final int instrument, final int side, final int type, final int timeInForce, final int flags,
                       final long price, final long quantity) {
        matcher.newOrder(account, 0, id, instrument, side, type, timeInForce, flags, 0, price, quantity, (flags & EXTENDED) != 0 ? terms : null);
        terms.clear();
        return id++;
    }

    private long cancel(final int account, final long clientOrderId) {
        matcher.cancel(account, 0, clientOrderId);
        return listener.calls();
    }

    /** A sell inside the spread, one lot, and a buy that takes it. */
    private long takeOne(final int instrument, final int flags) {
        enter(MAKER, instrument, SELL, LIMIT, GTC, flags, MID, 1);
        enter(TAKER, instrument, BUY, LIMIT, IOC, 0, MID, 1);
        return listener.trades();
    }

    @Benchmark
    public long iocThatDoesNotCross() {
        enter(TAKER, PLAIN, BUY, LIMIT, IOC, 0, MID, 1);
        return listener.calls();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long fillOrKill() {
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, 0, MID, 1);
        enter(TAKER, PLAIN, BUY, LIMIT, FOK, 0, MID, 1);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long market() {
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, 0, MID, 1);
        enter(TAKER, PLAIN, BUY, MARKET, IOC, 0, 0, 1);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long marketWhoseRestWaits() {
        return cancel(TAKER, enter(TAKER, EMPTY, BUY, MARKET, GTC, REST, 0, 5));
    }

    @Benchmark
    @OperationsPerInvocation(3)
    public long icebergRefilled() {
        terms.displayQuantity = 1;
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, EXTENDED, MID, 2);
        enter(TAKER, PLAIN, BUY, LIMIT, IOC, 0, MID, 1);
        enter(TAKER, PLAIN, BUY, LIMIT, IOC, 0, MID, 1);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long hidden() {
        return takeOne(PLAIN, HIDDEN);
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long postOnlyRepriced() {
        return cancel(TAKER, enter(TAKER, PLAIN, BUY, LIMIT, GTC, REPRICE, MID + 10, 1));
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long minimumQuantity() {
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, 0, MID, 2);
        terms.minQuantity = 2;
        enter(TAKER, PLAIN, BUY, LIMIT, IOC, EXTENDED, MID, 2);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long allOrNone() {
        return cancel(TAKER, enter(TAKER, PLAIN, BUY, LIMIT, GTC, ALL_OR_NONE, MID, 3));
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long stopThatWaits() {
        terms.stopPrice = MID + 50;
        return cancel(TAKER, enter(TAKER, PLAIN, BUY, STOP, GTC, EXTENDED, 0, 3));
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long stopThatTriggers() {
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, 0, MID, 1);
        terms.stopPrice = MID - 5;
        enter(TAKER, PLAIN, BUY, STOP, GTC, EXTENDED, 0, 1);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long trailingStop() {
        terms.offset = 40;
        return cancel(TAKER, enter(TAKER, PLAIN, BUY, TRAILING, GTC, EXTENDED, 0, 3));
    }

    /** A peg follows a better bid there and back. */
    @Benchmark
    @OperationsPerInvocation(4)
    public long peggedThatMovesTwice() {
        terms.pegReference = PEG_BID;
        final long peg = enter(TAKER, PLAIN, BUY, PEGGED, GTC, EXTENDED, 0, 3);
        cancel(MAKER, enter(MAKER, PLAIN, BUY, LIMIT, GTC, 0, MID - 5, 1));
        return cancel(TAKER, peg);
    }

    @Benchmark
    @OperationsPerInvocation(3)
    public long oneCancelsOther() {
        terms.linkId = 7;
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, EXTENDED, MID, 1);
        terms.linkId = 7;
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, EXTENDED, MID + 5, 1);
        enter(TAKER, PLAIN, BUY, LIMIT, IOC, 0, MID, 1);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long dayOrder() {
        return cancel(MAKER, enter(MAKER, PLAIN, BUY, LIMIT, DAY, EXTENDED, MID - 5, 1));
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long goodTillDateThatExpires() {
        terms.expireTimeNs = timeNs + 10;
        enter(MAKER, PLAIN, BUY, LIMIT, GTD, EXTENDED, MID - 5, 1);
        timeNs += 10;
        matcher.advanceTime(timeNs);
        return listener.calls();
    }

    @Benchmark
    public long quoteThatReplacesAQuote() {
        terms.stopPrice = MID + 5;
        terms.displayQuantity = 10;
        matcher.quote(MAKER, 0, id++, PLAIN, EXTENDED, 0, MID - 5, 10, terms);
        terms.clear();
        return listener.calls();
    }

    @Benchmark
    @OperationsPerInvocation(3)
    public long massCancelOfTwo() {
        enter(TAKER, PLAIN, BUY, LIMIT, GTC, 0, MID - 5, 1);
        enter(TAKER, PLAIN, SELL, LIMIT, GTC, 0, MID + 5, 1);
        matcher.massCancel(TAKER, PLAIN, 2, MASS_CANCEL);
        return listener.calls();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long disconnectOfOne() {
        enter(TAKER, PLAIN, BUY, LIMIT, GTC, 0, MID - 5, 1);
        matcher.cancelSession(TAKER, 0, DISCONNECT);
        return listener.calls();
    }

    @Benchmark
    @OperationsPerInvocation(2)
    public long selfTradeDecremented() {
        final long own = enter(TAKER, PLAIN, SELL, LIMIT, GTC, 0, MID, 1);
        matcher.newOrder(TAKER, 0, id++, PLAIN, BUY, LIMIT, IOC, 0, DECREMENT, MID, 1, null);
        return own;
    }

    /** With balances and fees: held, settled. */
    @Benchmark
    @OperationsPerInvocation(2)
    public long riskCheckedTrade() {
        return takeOne(RISK, 0);
    }

    @Benchmark
    @OperationsPerInvocation(3)
    public long riskCheckedReplace() {
        final long order = enter(MAKER, RISK, BUY, LIMIT, GTC, 0, MID - 6, 4);
        matcher.replace(MAKER, 0, order, MID - 5, 3);
        return cancel(MAKER, order);
    }

    /** A crossing pair enters the call (an indication each), and the uncross trades it. */
    @Benchmark
    @OperationsPerInvocation(4)
    public long auctionOfTwo() {
        matcher.setTradingState(PLAIN, CALL);
        enter(MAKER, PLAIN, SELL, LIMIT, GTC, 0, MID, 1);
        enter(TAKER, PLAIN, BUY, LIMIT, GTC, 0, MID, 1);
        matcher.setTradingState(PLAIN, CONTINUOUS);
        return listener.trades();
    }

    @Benchmark
    @OperationsPerInvocation(4)
    public long accountLimitsTransfersKillSwitch() {
        matcher.setLimits(TAKER, 3, 1_000, 1L << 40, 1_000_000, 10, 0);
        matcher.setKillSwitch(TAKER, true);
        matcher.setKillSwitch(TAKER, false);
        matcher.transfer(TAKER, asset, (id++ & 1) == 0 ? 1 : -1);
        return listener.calls();
    }
}
