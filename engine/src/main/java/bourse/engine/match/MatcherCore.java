package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.OwnerSlot;
import bourse.engine.book.AccountSlot;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/** What all parts of the matcher share: the store, the counters, and the moves that every rule is made of. Hot path. Thread: engine. */
final class MatcherCore {
    final OrderStore store;
    final MatchListener listener;
    final InstrumentBook[] books = new InstrumentBook[MatcherLimits.MAX_INSTRUMENTS + 1];
    final InstrumentBook[] unpublished;
    final Incoming incoming = new Incoming();
    int unpublishedCount;
    int instrumentCount;
    long timeNs;
    long nextOrderId = 1;
    long nextTradeId = 1;
    long nextSequence = 1;

    MatcherCore(final OrderStore store, final MatchListener listener, final int maxInstruments) {
        this.store = store;
        this.listener = listener;
        unpublished = new InstrumentBook[maxInstruments];
    }

    InstrumentBook book(final int instrumentId) {
        return instrumentId > 0 && instrumentId < books.length ? books[instrumentId] : null;
    }

    InstrumentBook bookOf(final long order) {
        return books[OrderSlot.instrument(order)];
    }

    /** A level of a side has changed: note whether the published part must be written again. */
    void touched(final InstrumentBook book, final SideBook side, final long key) {
        if (key <= side.depthKey()) {
            side.depthChanged(true);
            if (!book.unpublished) {
                unpublish(book);
            }
        }
    }

    private void unpublish(final InstrumentBook book) {
        book.unpublished = true;
        unpublished[unpublishedCount++] = book;
    }

    // ---------------------------------------------------------------- into the book

    /** Puts what is left of the incoming order at the back of its price's queue. */
    void rest(final Incoming in, final long price) {
        final InstrumentBook book = in.book;
        final SideBook side = book.side(in.side);
        final long key = side.key(price);
        final long level = side.levelAt(key, price);
        if (in.slot == 0) {
            allot(in);
        }
        final long order = store.order(in.slot);
        final long slice = in.display != 0 ? Math.min(in.display, in.leaves) : in.leaves;
        putLong(order + OrderSlot.SEQUENCE, in.sequence);
        putLong(order + OrderSlot.LEAVES, in.leaves);
        putLong(order + OrderSlot.SLICE, slice);
        putInt(order + OrderSlot.TRAITS, in.traits);
        store.append(level, in.slot, order, in.leaves, (in.traits & OrderSlot.HIDDEN) != 0 ? 0 : slice);
        if ((in.traits & OrderSlot.ALL_OR_NONE) != 0) {
            countAllOrNone(side, level, 1);
        }
        touched(book, side, key);
    }

    /** Gives the incoming order its slot and makes it findable. */
    void allot(final Incoming in) {
        final int slot = store.orders.take();
        final long order = store.order(slot);
        in.slot = slot;
        putLong(order + OrderSlot.ORDER_ID, in.orderId);
        putLong(order + OrderSlot.CLIENT_ORDER_ID, in.clientOrderId);
        putInt(order + OrderSlot.ACCOUNT, in.account);
        putInt(order + OrderSlot.INSTRUMENT, in.book.instrumentId);
        store.byOrderId.add(in.orderId, slot);
        if (in.accountSlot != 0) {
            store.addOwned(slot, in.accountSlot, in.session, in.clientOrderId);
        }
    }

    // ---------------------------------------------------------------- out of the book

    /** Takes a resting order out of its level, and the level out of its side when it was the last. */
    void leave(final InstrumentBook book, final int slot, final long order) {
        final int traits = OrderSlot.traits(order);
        final SideBook side = book.side(traits & OrderSlot.SIDE_BIT);
        final long level = store.levelOf(order);
        final long key = LevelSlot.key(level);
        store.unlink(level, order, OrderSlot.leaves(order), (traits & OrderSlot.HIDDEN) != 0 ? 0 : OrderSlot.slice(order));
        if ((traits & OrderSlot.ALL_OR_NONE) != 0) {
            countAllOrNone(side, level, -1);
        }
        touched(book, side, key);
        if (LevelSlot.orders(level) == 0) {
            side.remove(level);
        }
    }

    /** Takes a waiting stop out of its queue. */
    void leaveStops(final InstrumentBook book, final long order) {
        final SideBook side = book.stops(OrderSlot.traits(order) & OrderSlot.SIDE_BIT);
        final long level = store.levelOf(order);
        store.unlink(level, order, OrderSlot.leaves(order), 0);
        if (LevelSlot.orders(level) == 0) {
            side.remove(level);
        }
    }

    /** The order is no more: its ids leave the indices, its slot is free. It is in no queue. */
    void finish(final int slot, final long order, final int traits) {
        store.byOrderId.remove(OrderSlot.orderId(order), slot);
        if ((traits & OrderSlot.DIRECT) == 0) {
            store.removeOwned(slot, OrderSlot.clientOrderId(order));
        }
        store.orders.release(slot);
    }

    /** Takes an open order out, wherever it waits, and says so. */
    void cancelOpen(final int slot, final long order, final int reason) {
        final InstrumentBook book = bookOf(order);
        final int traits = OrderSlot.traits(order);
        final long price = priceOf(order, traits);
        if ((traits & OrderSlot.PENDING) != 0) {
            leaveStops(book, order);
        } else {
            leave(book, slot, order);
        }
        listener.onCancelled(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, price, OrderSlot.leaves(order), (traits & (OrderSlot.PENDING | OrderSlot.HIDDEN)) == 0, reason);
        finish(slot, order, traits);
    }

    /** Ends the incoming order, which stands in no queue, with what is left of it. */
    void cancelIncoming(final Incoming in, final int reason) {
        listener.onCancelled(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, in.price, in.leaves, false, reason);
        in.leaves = 0;
        finishIncoming(in);
    }

    /** The incoming order is filled or ended. */
    void finishIncoming(final Incoming in) {
        if (in.slot != 0) {
            finish(in.slot, store.order(in.slot), in.traits);
        } else if (in.accountSlot != 0) {
            store.finished.add(in.accountSlot, in.clientOrderId);
        }
    }

    /** An order's limit, 0 = none. */
    long priceOf(final long order, final int traits) {
        if ((traits & OrderSlot.PENDING) != 0) {
            return getLong(store.terms(store.slotOf(order)) + TermsSlot.LIMIT);
        }
        return LevelSlot.price(store.levelOf(order));
    }

    /** Loads an open order that has left its queue, to work it again. */
    void load(final Incoming in, final int slot, final long order, final long price) {
        final int traits = OrderSlot.traits(order);
        in.book = bookOf(order);
        in.side = traits & OrderSlot.SIDE_BIT;
        in.type = OrderSlot.type(traits);
        in.timeInForce = OrderSlot.timeInForce(traits);
        in.selfTradePrevention = OrderSlot.selfTradePrevention(traits);
        in.traits = traits;
        in.account = OrderSlot.account(order);
        if ((traits & OrderSlot.DIRECT) != 0) {
            in.accountSlot = 0;
            in.firm = 0;
        } else {
            in.accountSlot = getInt(store.owner(slot) + OwnerSlot.ACCOUNT_SLOT);
            in.firm = AccountSlot.firm(store.accounts.address(in.accountSlot));
        }
        in.slot = slot;
        in.orderId = OrderSlot.orderId(order);
        in.clientOrderId = OrderSlot.clientOrderId(order);
        in.sequence = OrderSlot.sequence(order);
        in.price = price;
        in.leaves = OrderSlot.leaves(order);
        final boolean terms = (traits & OrderSlot.TERMS) != 0;
        in.display = terms ? getLong(store.terms(slot) + TermsSlot.DISPLAY) : 0;
        in.minQuantity = 0;
        in.replaced = false;
        in.announcedResting = false;
    }

    void countAllOrNone(final SideBook side, final long level, final int orders) {
        side.addAllOrNone(orders);
        putInt(level + LevelSlot.ALL_OR_NONE, getInt(level + LevelSlot.ALL_OR_NONE) + orders);
    }

    // ---------------------------------------------------------------- trades

    /** Fee in quote units, rounded against the payer; rates are millionths. */
    static long fee(final long price, final long quantity, final int rate) {
        if (rate == 0) {
            return 0;
        }
        final long notional = price * quantity;
        return notional / 1_000_000 * rate + Math.ceilDiv(notional % 1_000_000 * rate, 1_000_000L);
    }
}
