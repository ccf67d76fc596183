package bourse.bench.rung;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.bench.lab.OrderIds;
import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamRecord;
import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.match.MatchListener;
import org.agrona.collections.LongArrayList;

/**
 * Rung {@code core}: matching alone, orders named by the engine's ids, top and depth published after each batch. Hot path. Thread: the rig's.
 */
final class BookDriver implements Driver {
    private final CommandStream stream;
    private final int batch;
    private final int prefix;
    private final Plant plant;
    private final BookMemory memory;
    private final LadderMatcher matcher;
    private long[] leftover;
    private long round;
    private int at;
    private long base;
    private long entered;
    private long applied;
    private long prefetched;

    BookDriver(final CommandStream stream, final int batch, final int prefix, final MatchListener listener, final Plant plant) {
        this.stream = stream;
        this.batch = batch;
        this.prefix = prefix;
        this.plant = plant;
        final MatcherLimits limits = limits(stream);
        memory = LadderMatcher.offHeapMemory(limits);
        matcher = new LadderMatcher(limits, memory, listener);
        matcher.defineInstrument(InstrumentSpec.plain(RoundMessages.INSTRUMENT, "BENCH"));
        matcher.advanceTime(1);
    }

    /** Room for the stream's live orders and a quarter more. */
    static MatcherLimits limits(final CommandStream stream) {
        return MatcherLimits.bench((int) Math.min(MatcherLimits.MAX_ORDERS, stream.live() + stream.live() / 4 + 4_096));
    }

    @Override
    public int send() {
        if (at == stream.count()) {
            cancelWhatIsLeft();
            matcher.publish(++applied);
            at = 0;
            round++;
            base = entered;
            return 1;
        }
        final int end = Math.min(at + batch, round == 0 && at < prefix ? Math.min(prefix, stream.count()) : stream.count());
        final long first = stream.address(at);
        final long last = stream.address(end);
        if (matcher.gainsFromPrefetch()) {
            for (long record = first; record < last; record += StreamRecord.LENGTH) {
                prefetched += matcher.prefetch(base + getLong(null, record + StreamRecord.ORDER_ID_OFFSET));
            }
        }
        for (long record = first; record < last; record += StreamRecord.LENGTH) {
            command(record);
        }
        final int count = end - at;
        plant.burn(count);
        applied += count;
        matcher.publish(applied);
        at = end;
        return count;
    }

    /** Orders that were entered by id belong to no account, so that no mass cancel finds them. The same ones are left in every round. */
    private void cancelWhatIsLeft() {
        if (leftover == null) {
            final var ids = new LongArrayList();
            matcher.forEachState(new OrderIds(id -> ids.addLong(id - base)));
            leftover = ids.toLongArray();
        }
        for (final long id : leftover) {
            matcher.cancel(1, base + id, 0);
        }
    }

    private void command(final long record) {
        final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
        final long id = base + getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
        switch (type) {
            case StreamRecord.NEW, StreamRecord.IOC -> {
                entered++;
                matcher.enterByOrderId(1, id, RoundMessages.INSTRUMENT, getByte(null, record + StreamRecord.SIDE_OFFSET),
                        type == StreamRecord.IOC, getLong(null, record + StreamRecord.PRICE_OFFSET),
                        getInt(null, record + StreamRecord.QUANTITY_OFFSET));
            }
            case StreamRecord.CANCEL -> matcher.cancel(1, id, 0);
            case StreamRecord.REDUCE -> matcher.reduce(1, id, 0, getInt(null, record + StreamRecord.QUANTITY_OFFSET));
            default -> matcher.replace(1, id, 0, getLong(null, record + StreamRecord.PRICE_OFFSET),
                    getInt(null, record + StreamRecord.AUX_OFFSET));
        }
    }

    @Override
    public long poll() {
        return applied;
    }

    /** The book itself is there: its own hash is the one that all others must reach. */
    long bookHash() {
        return matcher.bookHash();
    }

    /** Reads that the prefetch made; a number without meaning. */
    long prefetched() {
        return prefetched;
    }

    @Override
    public void fold(final StateFold fold) {
        // the book is here
    }

    @Override
    public void close() {
        memory.close();
    }
}
