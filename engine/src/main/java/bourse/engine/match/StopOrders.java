package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * Waiting stops and their triggering by the last trade price: after the causing command has finished, one stop runs to its end before
 * the next; buy stops lowest first, sell stops highest first, then age; of the two sides the one with the oldest triggered stop. A stop whose condition
 * holds at entry triggers at once. Nothing triggers outside of continuous trading. Hot path. Thread: engine.
 */
final class StopOrders {
    private final MatcherCore core;
    private final OrderStore store;
    private final Crossing crossing;

    StopOrders(final MatcherCore core, final Crossing crossing) {
        this.core = core;
        this.crossing = crossing;
        store = core.store;
    }

    /** An accepted stop, slot and terms written, takes its place and triggers if its condition holds. */
    void wait(final Incoming in, final long stopPrice) {
        final InstrumentBook book = in.book;
        enqueue(in, stopPrice);
        if (book.state() == Raw.CONTINUOUS && book.hasLastPrice()
            && (in.side == Raw.BUY ? book.lastPrice() >= stopPrice : book.lastPrice() <= stopPrice)) {
            trigger(in.slot, store.order(in.slot));
            fire(book);
        }
    }

    /** Puts a stop into its queue. */
    void enqueue(final Incoming in, final long stopPrice) {
        final SideBook side = in.book.stops(in.side);
        final long level = side.levelAt(side.key(stopPrice), stopPrice);
        final long order = store.order(in.slot);
        in.traits |= OrderSlot.PENDING | OrderSlot.TERMS;
        putLong(order + OrderSlot.SEQUENCE, in.sequence);
        OrderSlot.leaves(order, in.leaves);
        OrderSlot.slice(order, 0);
        OrderSlot.traits(order, in.traits);
        store.append(level, in.slot, order, in.leaves, 0);
    }

    /** Triggers what the last price now triggers, and what that triggers. */
    void fire(final InstrumentBook book) {
        if (book.buyStops.isEmpty() & book.sellStops.isEmpty()) {
            return;
        }
        fireSlowPath(book);
    }

    private void fireSlowPath(final InstrumentBook book) {
        while (book.state() == Raw.CONTINUOUS && book.hasLastPrice()) {
            final long last = book.lastPrice();
            final long buyOldest = oldestTriggered(book.buyStops, book.buyStops.key(last));
            final long sellOldest = oldestTriggered(book.sellStops, book.sellStops.key(last));
            if (buyOldest == Long.MAX_VALUE && sellOldest == Long.MAX_VALUE) {
                return;
            }
            final SideBook side = buyOldest < sellOldest ? book.buyStops : book.sellStops;
            final int slot = LevelSlot.head(side.bestLevel());
            trigger(slot, store.order(slot));
        }
    }

    /** Least order id among the stops up to this key, {@link Long#MAX_VALUE} = none. Queues are in order of age, so heads suffice. */
    private long oldestTriggered(final SideBook side, final long key) {
        long oldest = Long.MAX_VALUE;
        if (side.bestKey() > key) {
            return oldest;
        }
        for (long level = side.bestLevel(); level != 0 && LevelSlot.key(level) <= key; level = side.next(LevelSlot.key(level))) {
            oldest = Math.min(oldest, OrderSlot.orderId(store.order(LevelSlot.head(level))));
        }
        return oldest;
    }

    private void trigger(final int slot, final long order) {
        final InstrumentBook book = core.bookOf(order);
        final int traits = OrderSlot.traits(order);
        final long limit = getLong(store.terms(slot) + TermsSlot.LIMIT);
        core.leaveStops(book, order);
        core.listener.onTriggered(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            getLong(store.terms(slot) + TermsSlot.STOP_PRICE));
        final int type = OrderSlot.type(traits) == Raw.STOP_LIMIT ? Raw.LIMIT : Raw.MARKET;
        OrderSlot.traits(order, OrderSlot.withType(traits & ~OrderSlot.PENDING, type));
        final Incoming in = core.incoming;
        core.load(in, slot, order, limit);
        crossing.work(in);
    }
}
