package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;

import static org.agrona.UnsafeApi.getInt;

/** New orders: checks, acceptance, and into the book or against it. Hot path. Thread: engine. */
final class OrderEntry {
    private static final ExtendedTerms NO_TERMS = new ExtendedTerms();

    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;
    private final Crossing crossing;
    private final StopOrders stops;
    private final OrderChecks checks = new OrderChecks();

    OrderEntry(final MatcherCore core, final Crossing crossing, final StopOrders stops) {
        this.core = core;
        this.crossing = crossing;
        this.stops = stops;
        store = core.store;
        listener = core.listener;
    }

    void newOrder(final int account, final int session, final long clientOrderId, final int instrumentId, final int side, final int type,
                  final int timeInForce, final int flags, final int selfTradePrevention, final long price, final long quantity,
                  final ExtendedTerms terms) {
        if (account == 0) {
            refuse(instrumentId, account, clientOrderId, Raw.UNKNOWN_ACCOUNT, Raw.FIELD_ACCOUNT, 0, 0);
            return;
        }
        if (clientOrderId == 0) {
            refuse(instrumentId, account, clientOrderId, Raw.INVALID_CLIENT_ORDER_ID, Raw.FIELD_CLIENT_ORDER_ID, 0, 0);
            return;
        }
        final int accountSlot = store.accounts.findOrAdd(account);
        if (accountSlot == 0) {
            refuse(instrumentId, account, clientOrderId, Raw.CAPACITY, Raw.FIELD_ACCOUNT, store.accounts.capacity(), account);
            return;
        }
        if (!claimId(account, accountSlot, clientOrderId)) {
            refuse(instrumentId, account, clientOrderId, Raw.DUPLICATE_CLIENT_ORDER_ID, Raw.FIELD_CLIENT_ORDER_ID, 0, clientOrderId);
            return;
        }
        final InstrumentBook book = core.book(instrumentId);
        if (book != null && book.simple && (type | flags | selfTradePrevention) == 0 && (timeInForce == Raw.GTC || timeInForce == Raw.IOC)
            && (side | 1) == 1 && price >= book.minPrice && price <= book.maxPrice && quantity > 0 && quantity <= book.maxQuantity
            && !book.settles && book.state() == Raw.CONTINUOUS && getInt(store.accounts.address(accountSlot) + AccountSlot.CHECKED) == 0
            && (timeInForce == Raw.IOC || roomFor())) {
            plainLimit(book, account, accountSlot, session, clientOrderId, side, timeInForce, price, quantity);
        } else {
            anyOrder(book, account, accountSlot, session, clientOrderId, instrumentId, side, type, timeInForce, flags, selfTradePrevention,
                price, quantity, (flags & Raw.FLAG_EXTENDED) != 0 && terms != null ? terms : NO_TERMS);
        }
    }

    /** A limit order that passed every check, without flags, terms or self-trade prevention. {@code accountSlot} 0 = by order id only. */
    void plainLimit(final InstrumentBook book, final int account, final int accountSlot, final int session, final long clientOrderId,
                    final int side, final int timeInForce, final long price, final long quantity) {
        final SideBook opposite = side == Raw.BUY ? book.asks : book.bids;
        final boolean resting = timeInForce == Raw.GTC && opposite.bestKey() > opposite.key(price);
        final Incoming in = core.incoming;
        in.book = book;
        in.side = side;
        in.type = Raw.LIMIT;
        in.timeInForce = timeInForce;
        in.selfTradePrevention = 0;
        in.traits = side | timeInForce << 4 | (accountSlot == 0 ? OrderSlot.DIRECT : 0);
        in.account = account;
        in.accountSlot = accountSlot;
        in.session = session;
        in.slot = 0;
        in.orderId = core.nextOrderId++;
        in.clientOrderId = clientOrderId;
        in.sequence = core.nextSequence++;
        in.price = price;
        in.leaves = quantity;
        in.display = 0;
        in.announcedResting = resting;
        listener.onAccepted(book.instrumentId, in.orderId, account, clientOrderId, side, Raw.LIMIT, timeInForce, 0, price, quantity,
            resting ? quantity : 0, 0, resting);
        if (resting) {
            core.rest(in, price);
        } else {
            final long trades = core.nextTradeId;
            crossing.work(in);
            if (core.nextTradeId != trades) {
                stops.fire(book);
            }
        }
    }

    private void anyOrder(final InstrumentBook book, final int account, final int accountSlot, final int session, final long clientOrderId,
                          final int instrumentId, final int side, final int type, final int timeInForce, final int flags,
                          final int selfTradePrevention, final long price, final long quantity, final ExtendedTerms terms) {
        if (!check(book, account, accountSlot, instrumentId, side, type, timeInForce, flags, selfTradePrevention, price, quantity, terms)) {
            store.finished.add(accountSlot, clientOrderId);
            refuse(instrumentId, account, clientOrderId, checks.reason, checks.field, checks.limit, checks.value);
            return;
        }
        final boolean stop = type == Raw.STOP || type == Raw.STOP_LIMIT;
        final SideBook opposite = book.side(side ^ 1);
        final boolean continuous = book.state() == Raw.CONTINUOUS;
        final boolean crosses = opposite.bestKey() <= Crossing.limitKey(opposite, price);
        if ((flags & Raw.FLAG_POST_ONLY) != 0 && !stop && continuous && crosses) {
            store.finished.add(accountSlot, clientOrderId);
            refuse(instrumentId, account, clientOrderId, Raw.POST_ONLY_WOULD_TRADE, Raw.FIELD_PRICE, opposite.bestPrice(), price);
            return;
        }
        final boolean mayRest = stop || type != Raw.MARKET && timeInForce != Raw.IOC && timeInForce != Raw.FOK;
        if (mayRest && !roomFor()) {
            store.finished.add(accountSlot, clientOrderId);
            refuse(instrumentId, account, clientOrderId, Raw.BOOK_FULL, Raw.FIELD_NONE, store.orders.capacity(), store.orders.inUse());
            return;
        }
        final Incoming in = core.incoming;
        in.book = book;
        in.side = side;
        in.type = type;
        in.timeInForce = timeInForce;
        in.selfTradePrevention = selfTradePrevention;
        in.traits = OrderSlot.traits(side, type, timeInForce, selfTradePrevention, flags & 15)
            | (terms != NO_TERMS || stop ? OrderSlot.TERMS : 0) | (terms.displayQuantity != 0 ? OrderSlot.ICEBERG : 0);
        in.account = account;
        in.accountSlot = accountSlot;
        in.firm = AccountSlot.firm(store.accounts.address(accountSlot));
        in.session = session;
        in.slot = 0;
        in.orderId = core.nextOrderId++;
        in.clientOrderId = clientOrderId;
        in.sequence = core.nextSequence++;
        in.price = price;
        in.leaves = quantity;
        in.display = terms.displayQuantity;
        in.minQuantity = terms.minQuantity;
        in.replaced = false;
        in.announcedResting = mayRest && !stop && !(continuous && crosses);
        final long peak = in.display != 0 ? Math.min(in.display, quantity) : quantity;
        listener.onAccepted(instrumentId, in.orderId, account, clientOrderId, side, type, timeInForce, flags & 15, price, quantity,
            in.announcedResting && (flags & Raw.FLAG_HIDDEN) == 0 ? peak : 0, stop ? terms.stopPrice : 0, in.announcedResting);
        if ((in.traits & OrderSlot.TERMS) != 0 && mayRest) {
            core.allot(in);
            Terms.write(store.clearTerms(in.slot), terms, price);
        }
        if (stop) {
            stops.wait(in, terms.stopPrice);
        } else if (continuous) {
            final long trades = core.nextTradeId;
            crossing.work(in);
            if (core.nextTradeId != trades) {
                stops.fire(book);
            }
        } else {
            core.rest(in, price);
        }
    }

    private boolean check(final InstrumentBook book, final int account, final int accountSlot, final int instrumentId, final int side,
                          final int type, final int timeInForce, final int flags, final int selfTradePrevention, final long price,
                          final long quantity, final ExtendedTerms terms) {
        if (book == null) {
            checks.reason = Raw.UNKNOWN_INSTRUMENT;
            checks.field = Raw.FIELD_INSTRUMENT;
            checks.limit = 0;
            checks.value = instrumentId;
            return false;
        }
        return checks.enums(side, type, timeInForce, flags, selfTradePrevention)
            && checks.open(book)
            && checks.quantity(book, quantity)
            && (type == Raw.LIMIT || type == Raw.STOP_LIMIT
                ? checks.limitPrice(book, price) && checks.notional(book, price, quantity) : checks.noPrice(price))
            && (type != Raw.STOP && type != Raw.STOP_LIMIT || checks.stopPrice(book, terms.stopPrice))
            && checks.part(book, terms.displayQuantity, quantity, Raw.INVALID_DISPLAY_QUANTITY, Raw.FIELD_DISPLAY_QUANTITY)
            && checks.part(book, terms.minQuantity, quantity, Raw.INVALID_MIN_QUANTITY, Raw.FIELD_MIN_QUANTITY)
            && checks.inState(book, type, timeInForce, flags, terms.minQuantity);
    }

    /** The id is neither an open order's nor in the window. Ids above the account's highest are neither. */
    private boolean claimId(final int account, final int accountSlot, final long clientOrderId) {
        return store.finished.isHighest(accountSlot, clientOrderId)
            || store.byClientOrderId.find(account, clientOrderId) == 0 && store.finished.isUnused(accountSlot, clientOrderId);
    }

    /** A slot and a level are free: whatever the order does, it cannot be left without a place. */
    boolean roomFor() {
        return store.orders.available() > 0 && store.levels.available() > 0;
    }

    private void refuse(final int instrumentId, final int account, final long clientOrderId, final int reason, final int field,
                        final long limit, final long value) {
        listener.onRejected(Raw.KIND_NEW, instrumentId, account, 0, clientOrderId, reason, field, limit, value);
    }
}
