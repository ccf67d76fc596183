package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * One price for all: the price of an order in the book with most volume, then least surplus, then nearest to the reference price, then the
 * highest. All open quantity counts, an iceberg's reserve included; orders that want all or none stay out. Thread: engine.
 */
final class Auction {
    private final MatcherCore core;
    private final OrderStore store;
    /** Of the last {@link #find}: 0 = nothing would trade. */
    long price;
    long volume;
    /** Above 0: buy surplus. */
    long surplus;

    Auction(final MatcherCore core) {
        this.core = core;
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
        long demand = sumUpTo(book.bids, book.bids.key(low));
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
            if (askPrice == candidate) {
                supply += quantity(ask);
            }
            consider(book, candidate, demand, supply);
            if (askPrice == candidate) {
                ask = book.asks.next(LevelSlot.key(ask));
            }
            if (bidPrice == candidate) {
                demand -= quantity(bid);
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

    /** Trades everything that can trade at the one price; buy orders are makers, sell orders takers in the events. */
    void uncross(final InstrumentBook book) {
        find(book);
        if (volume == 0) {
            return;
        }
        final long at = price;
        long left = volume;
        long bidLevel = book.bids.bestLevel();
        long askLevel = book.asks.bestLevel();
        int bid = first(bidLevel);
        int ask = first(askLevel);
        while (left != 0) {
            while (bid == 0) {
                bidLevel = book.bids.next(LevelSlot.key(bidLevel));
                bid = first(bidLevel);
            }
            while (ask == 0) {
                askLevel = book.asks.next(LevelSlot.key(askLevel));
                ask = first(askLevel);
            }
            final long buy = store.order(bid);
            final long sell = store.order(ask);
            final long quantity = Math.min(left, Math.min(OrderSlot.leaves(buy), OrderSlot.leaves(sell)));
            left -= quantity;
            trade(book, buy, sell, at, quantity);
            final long bidKey = LevelSlot.key(bidLevel);
            final long askKey = LevelSlot.key(askLevel);
            if (OrderSlot.leaves(buy) == quantity) {
                final int next = nextOf(buy);
                bidLevel = fill(book, book.bids, bidLevel, bid, buy, quantity);
                bid = next;
                if (bidLevel == 0 && left != 0) {
                    bidLevel = book.bids.next(bidKey);
                    bid = first(bidLevel);
                }
            } else {
                takePart(book, book.bids, bidLevel, bid, buy, quantity);
            }
            if (OrderSlot.leaves(sell) == quantity) {
                final int next = nextOf(sell);
                askLevel = fill(book, book.asks, askLevel, ask, sell, quantity);
                ask = next;
                if (askLevel == 0 && left != 0) {
                    askLevel = book.asks.next(askKey);
                    ask = first(askLevel);
                }
            } else {
                takePart(book, book.asks, askLevel, ask, sell, quantity);
            }
        }
        if (book.referencePrice() != 0) {
            book.referencePrice(at);
        }
    }

    private void trade(final InstrumentBook book, final long buy, final long sell, final long at, final long quantity) {
        book.traded(at, quantity);
        core.listener.onTrade(book.instrumentId, core.nextTradeId++, OrderSlot.orderId(buy), OrderSlot.account(buy),
            OrderSlot.clientOrderId(buy), OrderSlot.leaves(buy) - quantity, (OrderSlot.traits(buy) & OrderSlot.HIDDEN) != 0,
            book.settles ? MatcherCore.fee(at, quantity, book.spec.makerFeeRate()) : 0,
            OrderSlot.orderId(sell), OrderSlot.account(sell), OrderSlot.clientOrderId(sell), OrderSlot.leaves(sell) - quantity, true,
            book.settles ? MatcherCore.fee(at, quantity, book.spec.takerFeeRate()) : 0, Raw.SELL, at, quantity, true);
    }

    /** @return the level, 0 if it went with its last order */
    private long fill(final InstrumentBook book, final SideBook side, final long level, final int slot, final long order, final long quantity) {
        final int traits = OrderSlot.traits(order);
        store.unlink(level, order, quantity, OrderSlot.visible(order));
        core.touched(book, side, LevelSlot.key(level));
        core.finish(slot, order, traits);
        if (LevelSlot.orders(level) == 0) {
            side.remove(level);
            return 0;
        }
        return level;
    }

    private void takePart(final InstrumentBook book, final SideBook side, final long level, final int slot, final long order,
                          final long quantity) {
        final int traits = OrderSlot.traits(order);
        final long leaves = OrderSlot.leaves(order) - quantity;
        final long before = OrderSlot.slice(order);
        long slice = before - quantity;
        if (slice <= 0) {
            final long display = (traits & OrderSlot.TERMS) != 0 ? getLong(store.terms(slot) + TermsSlot.DISPLAY) : 0;
            slice = display != 0 ? Math.min(display, leaves) : leaves;
        }
        OrderSlot.leaves(order, leaves);
        OrderSlot.slice(order, slice);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - quantity);
        if ((traits & OrderSlot.HIDDEN) == 0) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - before + slice);
        }
        core.touched(book, side, LevelSlot.key(level));
        if (slice != before - quantity) {
            core.listener.onRestated(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
                traits & OrderSlot.SIDE_BIT, LevelSlot.price(level), leaves, OrderSlot.visible(order), true, Raw.RESTATE_ICEBERG_REFILL);
        }
    }

    /** The first order of the level that takes part, 0 = none. */
    private int first(final long level) {
        return skip(LevelSlot.head(level));
    }

    private int nextOf(final long order) {
        return skip(OrderSlot.next(order));
    }

    private int skip(final int from) {
        int slot = from;
        while (slot != 0 && (OrderSlot.traits(store.order(slot)) & OrderSlot.ALL_OR_NONE) != 0) {
            slot = OrderSlot.next(store.order(slot));
        }
        return slot;
    }

    /** Quantity of a level that takes part. */
    private long quantity(final long level) {
        long sum = LevelSlot.total(level);
        if (getInt(level + LevelSlot.ALL_OR_NONE) != 0) {
            for (int slot = LevelSlot.head(level); slot != 0; slot = OrderSlot.next(store.order(slot))) {
                if ((OrderSlot.traits(store.order(slot)) & OrderSlot.ALL_OR_NONE) != 0) {
                    sum -= OrderSlot.leaves(store.order(slot));
                }
            }
        }
        return sum;
    }

    private long sumUpTo(final SideBook side, final long key) {
        long sum = 0;
        for (long level = side.bestLevel(); level != 0 && LevelSlot.key(level) <= key; level = side.next(LevelSlot.key(level))) {
            sum += quantity(level);
        }
        return sum;
    }
}
