package bourse.bench.core;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamRecord;
import bourse.bench.stream.StreamResult;
import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;

/**
 * Matching alone: the fast matcher, orders named by the engine's ids, the published top of book and depth brought up to date after every
 * log entry, as in the venue. No client ids, sessions, risk, or encoded events. Hot path. Thread: the bench's.
 */
final class BookRung implements CoreRung {
    private static final int INSTRUMENT = 1;

    private final CommandStream stream;
    private final BookMemory memory;
    private final LadderMatcher matcher;
    private final TradeTally tally = new TradeTally();
    private final int batch;
    private long applied;
    private long prefetched;

    BookRung(final CommandStream stream, final int batch) {
        this.stream = stream;
        this.batch = batch;
        final MatcherLimits limits = limits(stream);
        memory = LadderMatcher.offHeapMemory(limits);
        matcher = new LadderMatcher(limits, memory, tally);
        matcher.defineInstrument(InstrumentSpec.plain(INSTRUMENT, "BENCH"));
        matcher.advanceTime(1);
    }

    /** Room for the stream's live orders and a quarter more. */
    static MatcherLimits limits(final CommandStream stream) {
        final long orders = Math.min(MatcherLimits.MAX_ORDERS, stream.live() + stream.live() / 4 + 4_096);
        return MatcherLimits.bench((int) orders);
    }

    @Override
    public String mode() {
        return "book";
    }

    @Override
    public void apply(final int from, final int to) {
        for (int first = from; first < to; first += batch) {
            final long begin = stream.address(first);
            final long end = begin + (long) Math.min(batch, to - first) * StreamRecord.LENGTH;
            if (matcher.gainsFromPrefetch()) {
                prefetch(begin, end);
            }
            for (long record = begin; record < end; record += StreamRecord.LENGTH) {
                command(record);
            }
            applied += Math.min(batch, to - first);
            matcher.publish(applied);
        }
    }

    private void prefetch(final long begin, final long end) {
        long read = 0;
        for (long record = begin; record < end; record += StreamRecord.LENGTH) {
            read += matcher.prefetch(getLong(null, record + StreamRecord.ORDER_ID_OFFSET));
        }
        prefetched += read;
    }

    private void command(final long record) {
        final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
        final int account = getInt(null, record + StreamRecord.UID_OFFSET);
        switch (type) {
            case StreamRecord.NEW, StreamRecord.IOC -> matcher.enterByOrderId(account, 0, INSTRUMENT,
                    getByte(null, record + StreamRecord.SIDE_OFFSET), type == StreamRecord.IOC, getLong(null, record
                    + StreamRecord.PRICE_OFFSET), getInt(null, record + StreamRecord.QUANTITY_OFFSET));
            case StreamRecord.CANCEL -> matcher.cancel(account, getLong(null, record + StreamRecord.ORDER_ID_OFFSET), 0);
            case StreamRecord.REDUCE -> matcher.reduce(account, getLong(null, record + StreamRecord.ORDER_ID_OFFSET), 0,
                    getInt(null, record + StreamRecord.QUANTITY_OFFSET));
            case StreamRecord.MOVE -> matcher.replace(account, getLong(null, record + StreamRecord.ORDER_ID_OFFSET), 0,
                    getLong(null, record + StreamRecord.PRICE_OFFSET), getInt(null, record + StreamRecord.AUX_OFFSET));
            default -> throw new IllegalStateException("record type " + type + " (expected: 0..4), applied=" + applied);
        }
    }

    @Override
    public StreamResult result() {
        return new StreamResult(tally.trades, tally.tradedQuantity, tally.notional, tally.hash, matcher.openOrders(INSTRUMENT, 0),
                matcher.openOrders(INSTRUMENT, 1), matcher.bestPrice(INSTRUMENT, 0), matcher.bestPrice(INSTRUMENT, 1), tally.rejects);
    }

    @Override
    public long bookHash() {
        return matcher.bookHash();
    }

    @Override
    public void close() {
        memory.close();
    }
}
