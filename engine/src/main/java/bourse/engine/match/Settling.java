package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * What follows a command when trading is continuous: trailing stops move, stops trigger, pegs move, one at a time and each to its end, until nothing is left to
 * do. Hot path. Thread: engine.
 *
 * <p>Stops wait in ladders like orders: buys lowest first, sells highest first, at one price by age. Of the two sides the one with the oldest triggered stop goes
 * first. Trailing stops are looked at only when the last price has left the range in which they had nothing to follow.
 */
final class Settling {
    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;
    private final Crossing crossing;
    private final SpecialOrders special;

    Settling(final MatcherCore core, final Crossing crossing) {
        this.core = core;
        this.crossing = crossing;
        store = core.store;
        listener = core.listener;
        special = core.special();
    }

    /** Brings an instrument to rest. */
    void settle(final InstrumentBook book) {
        if (book.buyStops.isEmpty() & book.sellStops.isEmpty() & book.pegHead == 0) {
            return;
        }
        settleSlowPath(book);
    }

    private void settleSlowPath(final InstrumentBook book) {
        boolean again = true;
        while (again && book.isContinuous()) {
            moveTrailingStops(book);
            final int stop = nextStop(book);
            if (stop != 0) {
                trigger(stop);
            } else {
                again = book.pegHead != 0 && movePeg(book);
            }
        }
    }

    // ---------------------------------------------------------------- stops

    /** Puts an accepted stop, slot and terms written, into its queue. */
    void enqueue(final Incoming in, final long stopPrice) {
        final SideBook side = in.book.stops(in.side);
        final long level = side.levelAt(side.key(stopPrice), stopPrice);
        final long order = store.order(in.slot);
        in.traits |= OrderSlot.PENDING | OrderSlot.TERMS;
        putLong(store.terms(in.slot) + TermsSlot.STOP_PRICE, stopPrice);
        putLong(order + OrderSlot.SEQUENCE, in.sequence);
        OrderSlot.leaves(order, in.leaves);
        OrderSlot.slice(order, 0);
        OrderSlot.traits(order, in.traits);
        store.insertByAge(level, in.slot, order, in.leaves);
    }

    static boolean holds(final InstrumentBook book, final int side, final long stopPrice) {
        return book.hasLastPrice() && (side == Raw.BUY ? book.lastPrice() >= stopPrice : book.lastPrice() <= stopPrice);
    }

    private void moveTrailingStops(final InstrumentBook book) {
        if (book.trailHead == 0 || !book.hasLastPrice()) {
            return;
        }
        final long last = book.lastPrice();
        if (last >= book.trailedLow && last <= book.trailedHigh) {
            return;
        }
        book.trailedLow = Math.min(book.trailedLow, last);
        book.trailedHigh = Math.max(book.trailedHigh, last);
        for (int slot = book.trailHead; slot != 0; slot = getInt(store.terms(slot) + TermsSlot.MOVER_NEXT)) {
            final boolean buy = OrderSlot.side(OrderSlot.traits(store.order(slot))) == Raw.BUY;
            final long stop = getLong(store.terms(slot) + TermsSlot.STOP_PRICE);
            final long distance = getLong(store.terms(slot) + TermsSlot.OFFSET);
            final long trail = buy ? last + distance : last - distance;
            if (buy ? trail < stop : trail > stop) {
                moveTrailingStop(book, slot, trail);
            }
        }
    }

    private void moveTrailingStop(final InstrumentBook book, final int slot, final long stopPrice) {
        final long order = store.order(slot);
        final int traits = OrderSlot.traits(order);
        final SideBook side = book.stops(traits & OrderSlot.SIDE_BIT);
        core.leaveStops(book, order);
        putLong(store.terms(slot) + TermsSlot.STOP_PRICE, stopPrice);
        store.insertByAge(side.levelAt(side.key(stopPrice), stopPrice), slot, order, OrderSlot.leaves(order));
        listener.onRestated(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, stopPrice, OrderSlot.leaves(order), 0, true, Raw.RESTATE_TRAILING_STOP_MOVED);
    }

    /** Slot of the stop that triggers next, 0 = none. */
    private int nextStop(final InstrumentBook book) {
        if (book.buyStops.isEmpty() & book.sellStops.isEmpty() || !book.hasLastPrice()) {
            return 0;
        }
        final long last = book.lastPrice();
        final long buyOldest = oldestTriggered(book.buyStops, book.buyStops.reach(last));
        final long sellOldest = oldestTriggered(book.sellStops, book.sellStops.reach(last));
        if (buyOldest == sellOldest) {
            return 0;
        }
        return LevelSlot.head((buyOldest < sellOldest ? book.buyStops : book.sellStops).bestLevel());
    }

    /** Least order id among the stops up to this key, {@link Long#MAX_VALUE} = none. Queues are by age, so heads suffice. */
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

    /** A waiting stop becomes a market or limit order and runs to its end. */
    void trigger(final int slot) {
        final long order = store.order(slot);
        final InstrumentBook book = core.bookOf(order);
        final long terms = store.terms(slot);
        int traits = OrderSlot.traits(order);
        final boolean trailing = OrderSlot.type(traits) == Raw.TRAILING_STOP;
        final long limit = getLong(terms + (trailing ? TermsSlot.LIMIT_PRICE : TermsSlot.LIMIT));
        core.leaveStops(book, order);
        listener.onTriggered(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            getLong(terms + TermsSlot.STOP_PRICE));
        if ((traits & OrderSlot.MOVER) != 0) {
            special.removeMover(book, slot, false);
        }
        final boolean limited = trailing || (traits & OrderSlot.REST_REMAINDER) != 0;
        final int type = OrderSlot.type(traits) == Raw.STOP_LIMIT || limited && limit != 0 ? Raw.LIMIT : Raw.MARKET;
        traits = OrderSlot.withType(traits & ~(OrderSlot.PENDING | OrderSlot.MOVER), type);
        OrderSlot.traits(order, traits);
        putInt(order + OrderSlot.LEVEL, 0);
        if ((traits & OrderSlot.LINKED) != 0 && getInt(terms + TermsSlot.PARTNER) != 0) {
            final int partner = getInt(terms + TermsSlot.PARTNER);
            core.cancelOpen(partner, store.order(partner), Raw.CANCEL_LINKED_ORDER);
        }
        final Incoming in = core.incoming;
        core.load(in, slot, order, limit);
        Bounds.set(core, in);
        if (core.hold(in)) {
            crossing.enter(in, false);
        } else {
            core.cancelIncoming(in, Raw.CANCEL_RISK);
        }
    }

    // ---------------------------------------------------------------- pegs

    /** Best price among displayed orders that are not pegged, 0 if there is none. */
    static long anchor(final SideBook side) {
        for (long level = side.bestLevelOrNone(); level != 0; level = side.next(LevelSlot.key(level))) {
            if (LevelSlot.visibleOrders(level) > getInt(level + LevelSlot.PEGS)) {
                return LevelSlot.price(level);
            }
        }
        return 0;
    }

    /** Where a peg should stand; 0 = its reference is gone. */
    static long target(final InstrumentBook book, final int side, final int reference, final long offset, final long limitPrice) {
        return target(book, anchor(book.bids), anchor(book.asks), side, reference, offset, limitPrice);
    }

    private static long target(final InstrumentBook book, final long bid, final long ask, final int side, final int reference,
                               final long offset, final long limitPrice) {
        final long doubled;
        if (reference == Raw.PEG_MID) {
            doubled = bid == 0 || ask == 0 ? 0 : bid + ask;
        } else {
            doubled = 2 * (reference == Raw.PEG_BID ? bid : ask);
        }
        if (doubled == 0) {
            return 0;
        }
        final long tick = book.tickSize;
        final long twice = doubled + 2 * offset;
        long price = tick * (side == Raw.BUY ? Math.floorDiv(twice, 2 * tick) : Math.ceilDiv(twice, 2 * tick));
        if (limitPrice != 0) {
            price = side == Raw.BUY ? Math.min(price, limitPrice) : Math.max(price, limitPrice);
        }
        final long lowest = Math.ceilDiv(book.minPrice, tick) * tick;
        final long highest = book.maxPrice / tick * tick;
        return Math.min(Math.max(price, lowest), highest);
    }

    /** The peg with the lowest order id that must move does; those before it are not looked at again while the market stays. @return there was one */
    private boolean movePeg(final InstrumentBook book) {
        final long bid = anchor(book.bids);
        final long ask = anchor(book.asks);
        if (bid != book.peggedBid || ask != book.peggedAsk || book.pegsChanged) {
            book.peggedBid = bid;
            book.peggedAsk = ask;
            book.pegsChanged = false;
            book.pegResume = book.pegHead;
        }
        while (book.pegResume != 0) {
            final int slot = book.pegResume;
            final long order = store.order(slot);
            final long terms = store.terms(slot);
            final long target = target(book, bid, ask, OrderSlot.side(OrderSlot.traits(order)), getInt(terms + TermsSlot.PEG_REFERENCE),
                getLong(terms + TermsSlot.OFFSET), getLong(terms + TermsSlot.LIMIT_PRICE));
            if (target == 0) {
                core.cancelOpen(slot, order, Raw.CANCEL_NO_REFERENCE_PRICE);
                return true;
            }
            if (target != LevelSlot.price(store.levelOf(order))) {
                move(book, slot, order, target);
                return true;
            }
            book.pegResume = getInt(terms + TermsSlot.MOVER_NEXT);
        }
        return false;
    }

    private void move(final InstrumentBook book, final int slot, final long order, final long target) {
        final int side = OrderSlot.side(OrderSlot.traits(order));
        if (book.riskChecked) {
            final long leaves = OrderSlot.leaves(order);
            final long more = MatcherCore.holding(book, side, target, leaves)
                - MatcherCore.holding(book, side, LevelSlot.price(store.levelOf(order)), leaves);
            final int account = core.accountSlot(slot);
            if (more > core.available(book, side, account)) {
                core.cancelOpen(slot, order, Raw.CANCEL_RISK);
                return;
            }
            core.hold(book, side, account, more);
        }
        final Incoming in = core.incoming;
        core.leave(book, order);
        core.load(in, slot, order, target);
        in.sequence = core.nextSequence++;
        core.rest(in);
        listener.onRestated(book.instrumentId, in.orderId, in.account, in.clientOrderId, side, target, in.leaves,
            OrderSlot.visible(order), false, Raw.RESTATE_PEG_MOVED);
        crossing.tradeFromBook(slot);
    }
}
