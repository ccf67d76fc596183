package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;

import static org.agrona.UnsafeApi.getInt;

/**
 * One price for all: the price of an order in the book with most volume, then least surplus, then nearest to the reference price, then the
 * highest. All open quantity counts, an iceberg's reserve included; orders that want all or none stay out, and of two linked ones the later. Thread: engine.
 */
final class Auction {
    private final MatcherCore core;
    private final OrderStore store;
    private final Trades trades;
    private final Planning planning;
    private final Cursor buying = new Cursor();
    private final Cursor selling = new Cursor();
    /** Of the last {@link #find}: 0 = nothing would trade. */
    long price;
    long volume;
    /** Above 0: buy surplus. */
    long surplus;

    Auction(final MatcherCore core, final Trades trades, final Planning planning) {
        this.core = core;
        this.trades = trades;
        this.planning = planning;
        store = core.store;
    }

    /** Finds what an uncross would do now. Linear in the levels that cross. */
    void find(final InstrumentBook book) {
        price = 0;
        volume = 0;
        surplus = 0;
        if (book.bids.isEmpty() || book.asks.isEmpty() || book.bids.bestPrice() < book.asks.bestPrice()) {
            return;
        }
        final long low = book.asks.bestPrice();
        final long high = book.bids.bestPrice();
        long demand = sumUpTo(book, book.bids, book.bids.key(low));
        long supply = 0;
        long bid = book.bids.floor(book.bids.key(low));
        long ask = book.asks.bestLevel();
        // Upwards through the prices of both sides: supply grows with each ask met, demand shrinks after each bid passed.
        while (true) {
            final long bidPrice = bid == 0 ? Long.MAX_VALUE : LevelSlot.price(bid);
            final long askPrice = ask == 0 ? Long.MAX_VALUE : LevelSlot.price(ask);
            final long candidate = Math.min(bidPrice, askPrice);
            if (candidate > high) {
                return;
            }
            final long asked = askPrice == candidate ? quantity(book, ask) : 0;
            final long wanted = bidPrice == candidate ? quantity(book, bid) : 0;
            supply += asked;
            if (asked != 0 || wanted != 0) {
                consider(book, candidate, demand, supply);
            }
            demand -= wanted;
            if (askPrice == candidate) {
                ask = book.asks.next(LevelSlot.key(ask));
            }
            if (bidPrice == candidate) {
                bid = book.bids.floor(LevelSlot.key(bid) - 1);
            }
        }
    }

    private void consider(final InstrumentBook book, final long candidate, final long demand, final long supply) {
        final long traded = Math.min(demand, supply);
        if (traded == 0 || traded < volume) {
            return;
        }
        final long excess = demand - supply;
        if (traded == volume) {
            final long less = Math.abs(surplus) - Math.abs(excess);
            if (less < 0) {
                return;
            }
            final long reference = book.referencePrice();
            if (less == 0 && reference != 0 && Math.abs(candidate - reference) > Math.abs(price - reference)) {
                return;
            }
        }
        price = candidate;
        volume = traded;
        surplus = excess;
    }

    /** Trades everything that can trade at the one price; buy orders are makers, sell orders takers in the events. Then orders for the auction only expire. */
    void uncross(final InstrumentBook book) {
        find(book);
        if (volume != 0) {
            final long at = price;
            trade(book, at, volume);
            if (book.referencePrice() != 0) {
                book.referencePrice(at);
            }
        }
        core.expireDay(book, true);
    }

    private void trade(final InstrumentBook book, final long at, final long total) {
        long left = total;
        start(buying, book.bids);
        start(selling, book.asks);
        while (left != 0) {
            final long quantity = Math.min(left, Math.min(OrderSlot.leaves(store.order(buying.slot)), OrderSlot.leaves(store.order(selling.slot))));
            final boolean bought = quantity == OrderSlot.leaves(store.order(buying.slot));
            final boolean sold = quantity == OrderSlot.leaves(store.order(selling.slot));
            trades.between(buying.slot, selling.slot, quantity, at, true);
            left -= quantity;
            if (left != 0 && bought) {
                advance(buying, book.bids);
            }
            if (left != 0 && sold) {
                advance(selling, book.asks);
            }
        }
    }

    /** Where one side of the uncross stands. The successor is taken before the order trades: a refilled iceberg goes to the back, its turn stays. */
    private static final class Cursor {
        long key;
        int slot;
        int next;
    }

    private void start(final Cursor cursor, final SideBook side) {
        settle(cursor, side, side.bestLevel());
    }

    private void advance(final Cursor cursor, final SideBook side) {
        if (cursor.next != 0) {
            cursor.slot = cursor.next;
            cursor.next = skip(OrderSlot.next(store.order(cursor.slot)));
        } else {
            settle(cursor, side, side.next(cursor.key));
        }
    }

    private void settle(final Cursor cursor, final SideBook side, final long from) {
        long level = from;
        while (skip(LevelSlot.head(level)) == 0) {
            level = side.next(LevelSlot.key(level));
        }
        cursor.key = LevelSlot.key(level);
        cursor.slot = skip(LevelSlot.head(level));
        cursor.next = skip(OrderSlot.next(store.order(cursor.slot)));
    }

    /** The first order from here on that takes part, 0 = none. */
    private int skip(final int from) {
        int slot = from;
        while (slot != 0 && !takesPart(slot)) {
            slot = OrderSlot.next(store.order(slot));
        }
        return slot;
    }

    private boolean takesPart(final int slot) {
        final long order = store.order(slot);
        return (OrderSlot.traits(order) & OrderSlot.ALL_OR_NONE) == 0 && !planning.isSecondOfPair(slot, order);
    }

    /** Quantity of a level that takes part. */
    private long quantity(final InstrumentBook book, final long level) {
        if (getInt(level + LevelSlot.ALL_OR_NONE) == 0 && book.linked == 0) {
            return LevelSlot.total(level);
        }
        long sum = 0;
        for (int slot = skip(LevelSlot.head(level)); slot != 0; slot = skip(OrderSlot.next(store.order(slot)))) {
            sum += OrderSlot.leaves(store.order(slot));
        }
        return sum;
    }

    private long sumUpTo(final InstrumentBook book, final SideBook side, final long key) {
        long sum = 0;
        for (long level = side.bestLevel(); level != 0 && LevelSlot.key(level) <= key; level = side.next(LevelSlot.key(level))) {
            sum += quantity(book, level);
        }
        return sum;
    }
}
