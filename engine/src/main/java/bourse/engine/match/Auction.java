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
    /** Prices on each side of the crossing point that may be as good as it. */
    private static final int NEIGHBOURS = 2;

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

    /**
     * Finds what an uncross would do now: price, volume, surplus.
     *
     * <p>With the price demand falls and supply rises, so the volume is greatest where they cross. Where that was last time is remembered with both sums, which follow each
     * order that comes or goes ({@link CrossPoint}): the cost is that of the levels between the last crossing point and this one. All levels of both sides are summed up anew on
     * entering the call, and as long as all-or-none or linked orders are in the book: what takes part then depends on more than quantities.
     */
    void find(final InstrumentBook book) {
        price = 0;
        volume = 0;
        surplus = 0;
        final CrossPoint point = book.crossPoint;
        final boolean sumsHold = book.linked == 0 && (book.bids.allOrNoneOrders() | book.asks.allOrNoneOrders()) == 0;
        if (!point.follows || !sumsHold) {
            start(book, point);
        }
        point.follows = sumsHold && book.state() == Raw.AUCTION_CALL;
        if (book.bids.isEmpty() || book.asks.isEmpty()) {
            return;
        }
        climb(book, point);
        descend(book, point);
        // Sums that are equal at neighbours (an ask's price and the next bid's) leave the choice to the reference price: one more on each side.
        final long at = point.price;
        final long demand = point.demand;
        final long supply = point.supply;
        int left = 2 * NEIGHBOURS;
        for (int i = 0; i < NEIGHBOURS && down(book, point); i++) {
            // Each step is the work.
        }
        do {
            if (isLimit(book, point.price)) {
                consider(book, point.price, point.demand, point.supply);
            }
        } while (left-- > 0 && up(book, point));
        point.price = at;
        point.demand = demand;
        point.supply = supply;
    }

    private void start(final InstrumentBook book, final CrossPoint point) {
        final long ask = limitOf(book.asks, book.asks.bestLevelOrNone());
        final long bid = limitOf(book.bids, book.bids.bestLevelOrNone());
        point.price = ask != 0 ? ask : bid != 0 ? bid : book.tickSize;
        point.demand = sumUpTo(book, book.bids, book.bids.key(point.price));
        point.supply = sumUpTo(book, book.asks, book.asks.key(point.price));
    }

    /** Price of this level, of the next if this one has none; 0 = no level. */
    private static long limitOf(final SideBook side, final long level) {
        if (level == 0 || LevelSlot.price(level) != 0) {
            return level == 0 ? 0 : LevelSlot.price(level);
        }
        final long next = side.next(LevelSlot.key(level));
        return next == 0 ? 0 : LevelSlot.price(next);
    }

    /** While more is wanted than offered: to higher prices. */
    private void climb(final InstrumentBook book, final CrossPoint point) {
        while (point.supply < point.demand && up(book, point)) {
            // Each step is the work.
        }
    }

    /** Back to the lowest price at which not more is wanted than offered. */
    private void descend(final InstrumentBook book, final CrossPoint point) {
        while (point.supply >= point.demand && down(book, point)) {
            // Each step is the work.
        }
    }

    /** To the next higher price of an order that takes part. @return there was one */
    private boolean up(final InstrumentBook book, final CrossPoint point) {
        do {
            if (!upOneLevel(book, point)) {
                return false;
            }
        } while (!isLimit(book, point.price));
        return true;
    }

    private boolean upOneLevel(final InstrumentBook book, final CrossPoint point) {
        final long ask = book.asks.next(book.asks.key(point.price));
        final long bid = book.bids.floor(book.bids.key(point.price) - 1);
        final long askPrice = ask == 0 ? Long.MAX_VALUE : LevelSlot.price(ask);
        final long bidPrice = bid == 0 || LevelSlot.price(bid) == 0 ? Long.MAX_VALUE : LevelSlot.price(bid);
        final long next = Math.min(askPrice, bidPrice);
        if (next == Long.MAX_VALUE) {
            return false;
        }
        point.demand -= quantityAt(book, book.bids, point.price);
        point.supply += askPrice == next ? quantity(book, ask) : 0;
        point.price = next;
        return true;
    }

    /** To the next lower price of an order that takes part. @return there was one */
    private boolean down(final InstrumentBook book, final CrossPoint point) {
        do {
            if (!downOneLevel(book, point)) {
                return false;
            }
        } while (!isLimit(book, point.price));
        return true;
    }

    private boolean downOneLevel(final InstrumentBook book, final CrossPoint point) {
        final long bid = book.bids.next(book.bids.key(point.price));
        final long ask = book.asks.floor(book.asks.key(point.price) - 1);
        final long bidPrice = bid == 0 ? 0 : LevelSlot.price(bid);
        final long next = Math.max(bidPrice, ask == 0 ? 0 : LevelSlot.price(ask));
        if (next == 0) {
            return false;
        }
        point.supply -= quantityAt(book, book.asks, point.price);
        point.demand += bidPrice == next ? quantity(book, bid) : 0;
        point.price = next;
        return true;
    }

    private long quantityAt(final InstrumentBook book, final SideBook side, final long at) {
        final long level = side.find(side.key(at));
        return level == 0 ? 0 : quantity(book, level);
    }

    /** An order that takes part has this limit. */
    private boolean isLimit(final InstrumentBook book, final long at) {
        return quantityAt(book, book.bids, at) != 0 || quantityAt(book, book.asks, at) != 0;
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
        book.crossPoint.follows = false;
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
