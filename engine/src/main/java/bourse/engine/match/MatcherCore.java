package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.OwnerSlot;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;
import bourse.engine.risk.Ledger;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/** What all parts of the matcher share: the store, the counters, and the moves that every rule is made of. Hot path. Thread: engine. */
final class MatcherCore {
    final OrderStore store;
    final Ledger ledger;
    final MatchListener listener;
    final InstrumentBook[] books = new InstrumentBook[MatcherLimits.MAX_INSTRUMENTS + 1];
    final InstrumentBook[] unpublished;
    final Incoming incoming = new Incoming();
    /** Orders with these are counted in their level or book. */
    static final int COUNTED = OrderSlot.ALL_OR_NONE | OrderSlot.PEG | OrderSlot.REST_REMAINDER;

    private final SpecialOrders special;
    int unpublishedCount;
    int instrumentCount;
    int highestInstrumentId;
    long timeNs;
    long nextOrderId = 1;
    long nextTradeId = 1;
    long nextSequence = 1;

    MatcherCore(final OrderStore store, final Ledger ledger, final MatchListener listener, final int maxInstruments) {
        this.store = store;
        this.ledger = ledger;
        this.listener = listener;
        unpublished = new InstrumentBook[maxInstruments];
        special = new SpecialOrders(this);
    }

    SpecialOrders special() {
        return special;
    }

    InstrumentBook book(final int instrumentId) {
        return instrumentId > 0 && instrumentId < books.length ? books[instrumentId] : null;
    }

    InstrumentBook bookOf(final long order) {
        return books[OrderSlot.instrument(order)];
    }

    /** A level of a side has changed: note whether the published part must be written again. */
    void touched(final InstrumentBook book, final SideBook side, final long key) {
        side.touched(key);
        look(book);
    }

    /** Something else that is published has changed: the last trade, the state. */
    void unpublish(final InstrumentBook book) {
        book.unpublished = true;
        look(book);
    }

    /** At the next publication this book is looked at. */
    private void look(final InstrumentBook book) {
        if (!book.listed) {
            book.listed = true;
            unpublished[unpublishedCount++] = book;
        }
    }

    // ---------------------------------------------------------------- into the book

    /** Puts what is left of the incoming order at the back of its price's queue. */
    void rest(final Incoming in) {
        final InstrumentBook book = in.book;
        final SideBook side = book.side(in.side);
        final long key = in.type == Raw.MARKET ? side.marketKey() : side.key(in.price);
        final long level = side.levelAt(key, in.price);
        if (in.slot == 0) {
            allot(in);
        }
        final long order = store.order(in.slot);
        if (book.crossPoint.follows) {
            book.crossPoint.add(in.side, in.type == Raw.MARKET ? 0 : in.price, in.leaves);
        }
        if (book.riskChecked) {
            countOpen(book, in.accountSlot, in.side, in.leaves - OrderSlot.leaves(order));
        }
        final long slice = in.display != 0 ? Math.min(in.display, in.leaves) : in.leaves;
        putLong(order + OrderSlot.SEQUENCE, in.sequence);
        putLong(order + OrderSlot.LEAVES, in.leaves);
        putLong(order + OrderSlot.SLICE, slice);
        putInt(order + OrderSlot.TRAITS, in.traits);
        store.append(level, in.slot, order, in.leaves, (in.traits & OrderSlot.HIDDEN) != 0 ? 0 : slice);
        if ((in.traits & COUNTED) != 0) {
            countInLevel(book, side, level, in.traits, 1);
        }
        touched(book, side, key);
    }

    /** A new plain order goes straight to the back of its price's queue: the most frequent command of all. */
    void restPlain(final InstrumentBook book, final SideBook side, final int account, final int accountSlot, final int session,
                   final long orderId, final long clientOrderId, final int traits, final long price, final long quantity) {
        final long key = side.key(price);
        final long level = side.levelAt(key, price);
        final int slot = store.orders.take();
        final long order = store.order(slot);
        putLong(order + OrderSlot.ORDER_ID, orderId);
        putLong(order + OrderSlot.CLIENT_ORDER_ID, clientOrderId);
        putLong(order + OrderSlot.SEQUENCE, nextSequence++);
        putLong(order + OrderSlot.LEAVES, quantity);
        putLong(order + OrderSlot.SLICE, quantity);
        putInt(order + OrderSlot.ACCOUNT, account);
        putInt(order + OrderSlot.TRAITS, traits);
        putInt(order + OrderSlot.INSTRUMENT, book.instrumentId);
        store.append(level, slot, order, quantity, quantity);
        store.byOrderId.add(orderId, slot);
        if (accountSlot != 0) {
            store.addOwned(slot, accountSlot, session);
            store.byClientOrderId.add(account, clientOrderId, slot);
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
        putLong(order + OrderSlot.SEQUENCE, in.sequence);
        putLong(order + OrderSlot.LEAVES, in.leaves);
        putInt(order + OrderSlot.LEVEL, 0);
        putInt(order + OrderSlot.ACCOUNT, in.account);
        putInt(order + OrderSlot.TRAITS, in.traits);
        putInt(order + OrderSlot.INSTRUMENT, in.book.instrumentId);
        store.byOrderId.add(in.orderId, slot);
        if (in.accountSlot != 0) {
            store.addOwned(slot, in.accountSlot, in.session);
            countOpen(in.book, in.accountSlot, in.side, in.leaves);
            if ((in.traits & OrderSlot.QUOTE) == 0) {
                store.byClientOrderId.add(in.account, in.clientOrderId, slot);
            }
        }
    }

    /** Writes the rare terms of an incoming order that has its slot, and enters it into the lists that they ask for. */
    void attachTerms(final Incoming in, final ExtendedTerms terms, final long quoteId) {
        Terms.write(store.clearTerms(in.slot), terms, in.price, quoteId);
        in.traits = special.enlist(in.book, in.slot, store.order(in.slot), in.traits);
        OrderSlot.traits(store.order(in.slot), in.traits);
    }

    // ---------------------------------------------------------------- out of the book

    /** Takes a resting order out of its level, and the level out of its side when it was the last. */
    void leave(final InstrumentBook book, final long order) {
        final int traits = OrderSlot.traits(order);
        final SideBook side = book.side(traits & OrderSlot.SIDE_BIT);
        final long level = store.levelOf(order);
        final long key = LevelSlot.key(level);
        if (book.crossPoint.follows) {
            book.crossPoint.add(traits & OrderSlot.SIDE_BIT, LevelSlot.price(level), -OrderSlot.leaves(order));
        }
        store.unlink(level, order, OrderSlot.leaves(order), (traits & OrderSlot.HIDDEN) != 0 ? 0 : OrderSlot.slice(order));
        if ((traits & COUNTED) != 0) {
            countInLevel(book, side, level, traits, -1);
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
        if ((traits & (OrderSlot.LINKED | OrderSlot.MOVER | OrderSlot.EXPIRES | OrderSlot.QUOTE)) != 0) {
            special.dismiss(bookOf(order), slot, order, traits);
        }
        if ((traits & OrderSlot.DIRECT) == 0) {
            final int accountSlot = store.removeOwned(slot);
            countOpen(bookOf(order), accountSlot, traits & OrderSlot.SIDE_BIT, -OrderSlot.leaves(order));
            if ((traits & OrderSlot.QUOTE) == 0) {
                store.byClientOrderId.remove(OrderSlot.account(order), OrderSlot.clientOrderId(order), slot);
                store.finished.add(accountSlot, OrderSlot.clientOrderId(order));
            }
        }
        store.orders.release(slot);
    }

    /** Takes an open order out, wherever it waits, and says so. */
    void cancelOpen(final int slot, final long order, final int reason) {
        final InstrumentBook book = bookOf(order);
        final int traits = OrderSlot.traits(order);
        final long price = priceOf(order, traits);
        final boolean visible = (traits & (OrderSlot.PENDING | OrderSlot.HIDDEN)) == 0;
        if (book.riskChecked && (traits & OrderSlot.PENDING) == 0) {
            hold(book, traits & OrderSlot.SIDE_BIT, accountSlot(slot), -holding(book, traits & OrderSlot.SIDE_BIT, price, OrderSlot.leaves(order)));
        }
        if ((traits & OrderSlot.PENDING) != 0) {
            leaveStops(book, order);
        } else {
            leave(book, order);
        }
        listener.onCancelled(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, price, OrderSlot.leaves(order), visible, reason);
        finish(slot, order, traits);
    }

    /** Ends the incoming order, which stands in no queue, with what is left of it. */
    void cancelIncoming(final Incoming in, final int reason) {
        release(in);
        listener.onCancelled(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, in.price, in.leaves, false, reason);
        in.leaves = 0;
        finishIncoming(in);
    }

    /** The incoming order is filled or ended. */
    void finishIncoming(final Incoming in) {
        if (in.slot != 0) {
            finish(in.slot, store.order(in.slot), in.traits);
        } else if (in.accountSlot != 0 && (in.traits & OrderSlot.QUOTE) == 0) {
            store.finished.add(in.accountSlot, in.clientOrderId);
        }
    }

    /** Ends the orders that end with the session, or only those for the auction, by ascending order id. */
    void expireDay(final InstrumentBook book, final boolean auctionOnly) {
        int slot = book.dayHead;
        while (slot != 0) {
            final int next = getInt(store.terms(slot) + TermsSlot.EXPIRY_NEXT);
            final long order = store.order(slot);
            if (!auctionOnly || OrderSlot.timeInForce(OrderSlot.traits(order)) == Raw.AT_AUCTION) {
                cancelOpen(slot, order, Raw.CANCEL_EXPIRED);
            }
            slot = next;
        }
    }

    int accountSlot(final int slot) {
        return getInt(store.owner(slot) + OwnerSlot.ACCOUNT_SLOT);
    }

    /** An order's limit, 0 = none (stops, market orders). */
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
            in.accountSlot = accountSlot(slot);
            in.firm = AccountSlot.firm(store.accounts.address(in.accountSlot));
        }
        in.slot = slot;
        in.orderId = OrderSlot.orderId(order);
        in.clientOrderId = OrderSlot.clientOrderId(order);
        in.sequence = OrderSlot.sequence(order);
        in.price = price;
        in.limit = price;
        in.leaves = OrderSlot.leaves(order);
        in.held = 0;
        in.minQuantity = 0;
        in.resting = false;
        final boolean terms = (traits & OrderSlot.TERMS) != 0;
        in.display = terms ? getLong(store.terms(slot) + TermsSlot.DISPLAY) : 0;
        in.offset = terms ? getLong(store.terms(slot) + TermsSlot.OFFSET) : 0;
        in.stopPrice = terms ? getLong(store.terms(slot) + TermsSlot.STOP_PRICE) : 0;
        putInt(order + OrderSlot.LEVEL, 0);
    }

    /** An all-or-none, pegged or market order joined ({@code by} = 1) or left a level. */
    void countInLevel(final InstrumentBook book, final SideBook side, final long level, final int traits, final int by) {
        if ((traits & OrderSlot.ALL_OR_NONE) != 0) {
            book.special += by;
            side.addAllOrNone(by);
            putInt(level + LevelSlot.ALL_OR_NONE, getInt(level + LevelSlot.ALL_OR_NONE) + by);
        }
        if (OrderSlot.type(traits) == Raw.MARKET) {
            book.special += by;
        }
        if ((traits & (OrderSlot.PEG | OrderSlot.HIDDEN)) == OrderSlot.PEG) {
            putInt(level + LevelSlot.PEGS, getInt(level + LevelSlot.PEGS) + by);
        }
    }

    // ---------------------------------------------------------------- money

    /** What an order of this limit and open quantity holds: quote and fee for buys, base for sells. */
    static long holding(final InstrumentBook book, final int side, final long price, final long quantity) {
        if (side == Raw.SELL) {
            return quantity;
        }
        final long notional = Ledger.notional(price, quantity);
        return notional + Ledger.fee(notional, book.heldFeeRate);
    }

    /** Changes what an account holds for one side of an instrument. */
    void hold(final InstrumentBook book, final int side, final int accountSlot, final long change) {
        ledger.reserve(accountSlot, side == Raw.BUY ? book.quote : book.base, change);
    }

    /** Open quantity of one side of an instrument came or went. Counted for accounts with a position limit where positions are kept. */
    void countOpen(final InstrumentBook book, final int accountSlot, final int side, final long lots) {
        if (book.riskChecked && accountSlot != 0 && getLong(store.accounts.address(accountSlot) + AccountSlot.MAX_POSITION) != 0) {
            ledger.addOpen(accountSlot, book.instrumentId, side, lots);
        }
    }

    /** Counts anew what an account has open: its position limit is a new one. Linear in its orders where it has a limit. */
    void recountOpen(final int accountSlot) {
        for (int id = 1; id <= highestInstrumentId; id++) {
            ledger.clearOpen(accountSlot, id);
        }
        if (getLong(store.accounts.address(accountSlot) + AccountSlot.MAX_POSITION) == 0) {
            return;
        }
        int slot = getInt(store.accounts.address(accountSlot) + AccountSlot.HEAD);
        while (slot != 0) {
            final long order = store.order(slot);
            countOpen(bookOf(order), accountSlot, OrderSlot.side(OrderSlot.traits(order)), OrderSlot.leaves(order));
            slot = getInt(store.owner(slot) + OwnerSlot.NEXT);
        }
    }

    long available(final InstrumentBook book, final int side, final int accountSlot) {
        return ledger.available(accountSlot, side == Raw.BUY ? book.quote : book.base);
    }

    /** Makes the incoming order hold what it needs. @return false, and nothing changed, if the account has not enough */
    boolean hold(final Incoming in) {
        if (!in.book.riskChecked) {
            return true;
        }
        final long needed = holding(in.book, in.side, in.limit, in.leaves);
        if (needed - in.held > available(in.book, in.side, in.accountSlot)) {
            return false;
        }
        hold(in.book, in.side, in.accountSlot, needed - in.held);
        in.held = needed;
        return true;
    }

    void release(final Incoming in) {
        if (in.held != 0) {
            hold(in.book, in.side, in.accountSlot, -in.held);
            in.held = 0;
        }
    }

    /** Less of the incoming order is open. */
    void shrink(final Incoming in) {
        if (in.book.riskChecked) {
            final long needed = holding(in.book, in.side, in.limit, in.leaves);
            hold(in.book, in.side, in.accountSlot, needed - in.held);
            in.held = needed;
        }
    }

    /** Base to the buyer, quote to the seller, fees to the venue. */
    void settle(final InstrumentBook book, final int buyer, final long buyFee, final int seller, final long sellFee, final long price,
                final long quantity) {
        final long notional = price * quantity;
        ledger.add(buyer, book.quote, -notional - buyFee);
        ledger.add(seller, book.quote, notional - sellFee);
        ledger.add(seller, book.base, -quantity);
        ledger.add(buyer, book.base, quantity);
        ledger.collect(book.quote, buyFee + sellFee);
        ledger.addPosition(buyer, book.instrumentId, quantity);
        ledger.addPosition(seller, book.instrumentId, -quantity);
    }
}
