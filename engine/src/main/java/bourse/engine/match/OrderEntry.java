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
    private final Planning planning;
    private final Settling settling;
    private final CommandEnd end;
    final OrderChecks checks;
    /** The accepted terms with what acceptance fills in: a trailing stop's first stop price. */
    private final ExtendedTerms accepted = new ExtendedTerms();
    /** Of a peg under check: its target. */
    private long pegPrice;

    OrderEntry(final MatcherCore core, final Crossing crossing, final Planning planning, final Settling settling, final CommandEnd end) {
        this.core = core;
        this.crossing = crossing;
        this.planning = planning;
        this.settling = settling;
        this.end = end;
        store = core.store;
        listener = core.listener;
        checks = new OrderChecks(core);
    }

    void newOrder(final int account, final int session, final long clientOrderId, final int instrumentId, final int side, final int type,
                  final int timeInForce, final int flags, final int selfTradePrevention, final long price, final long quantity,
                  final ExtendedTerms terms) {
        final int accountSlot = identify(Raw.KIND_NEW, account, clientOrderId, instrumentId);
        if (accountSlot == 0) {
            return;
        }
        final InstrumentBook book = core.book(instrumentId);
        if (book != null && book.plain && (type | flags | selfTradePrevention) == 0 && (timeInForce | 1) == 1
            && (side | 1) == 1 && price >= book.minPrice && price <= book.maxPrice && quantity > 0 && quantity <= book.plainMaxQuantity
            && book.special == 0 && book.isContinuous() && getInt(store.accounts.address(accountSlot) + AccountSlot.CHECKED) == 0
            && roomFor(1)) {
            plainLimit(book, account, accountSlot, session, clientOrderId, side, timeInForce, price, quantity);
        } else {
            anyOrder(book, account, accountSlot, session, clientOrderId, instrumentId, side, type, timeInForce, flags, selfTradePrevention,
                price, quantity, terms);
        }
    }

    /** The account and a client order id that it has not used. @return the account's slot, 0 after a refusal */
    int identify(final int kind, final int account, final long clientOrderId, final int instrumentId) {
        if (account == 0) {
            listener.onRejected(kind, instrumentId, account, 0, clientOrderId, Raw.UNKNOWN_ACCOUNT, Raw.FIELD_ACCOUNT, 0, 0);
            return 0;
        }
        if (clientOrderId == 0) {
            listener.onRejected(kind, instrumentId, account, 0, clientOrderId, Raw.INVALID_CLIENT_ORDER_ID, Raw.FIELD_CLIENT_ORDER_ID, 0, 0);
            return 0;
        }
        final int accountSlot = store.accounts.findOrAdd(account);
        if (accountSlot == 0) {
            listener.onRejected(kind, instrumentId, account, 0, clientOrderId, Raw.CAPACITY, Raw.FIELD_ACCOUNT, store.accounts.capacity(),
                Integer.toUnsignedLong(account));
            return 0;
        }
        if (!claimId(account, accountSlot, clientOrderId)) {
            listener.onRejected(kind, instrumentId, account, 0, clientOrderId, Raw.DUPLICATE_CLIENT_ORDER_ID, Raw.FIELD_CLIENT_ORDER_ID, 0,
                clientOrderId);
            return 0;
        }
        return accountSlot;
    }

    /** The id is neither an open order's nor in the window. Ids above the account's highest are neither. */
    private boolean claimId(final int account, final int accountSlot, final long clientOrderId) {
        return store.finished.isHighest(accountSlot, clientOrderId)
            || store.byClientOrderId.find(account, clientOrderId) == 0 && store.finished.isUnused(accountSlot, clientOrderId);
    }

    /** Slots and levels are free: whatever the orders do, they cannot be left without a place. */
    boolean roomFor(final int newOrders) {
        return store.orders.available() >= newOrders && store.levels.available() >= newOrders;
    }

    /** A limit order that passed every check, without flags, terms or self-trade prevention. {@code accountSlot} 0 = by order id only. */
    void plainLimit(final InstrumentBook book, final int account, final int accountSlot, final int session, final long clientOrderId,
                    final int side, final int timeInForce, final long price, final long quantity) {
        final SideBook opposite = side == Raw.BUY ? book.asks : book.bids;
        final boolean crosses = opposite.bestKey() <= opposite.key(price);
        final int traits = side | timeInForce << 4 | (accountSlot == 0 ? OrderSlot.DIRECT : 0);
        if (timeInForce == Raw.GTC && !crosses) {
            final long orderId = core.nextOrderId++;
            listener.onAccepted(book.instrumentId, orderId, account, clientOrderId, side, Raw.LIMIT, timeInForce, 0, price, quantity,
                quantity, 0, true);
            core.restPlain(book, side == Raw.BUY ? book.bids : book.asks, account, accountSlot, session, orderId, clientOrderId, traits, price,
                quantity);
            return;
        }
        final Incoming in = core.incoming;
        in.book = book;
        in.side = side;
        in.type = Raw.LIMIT;
        in.timeInForce = timeInForce;
        in.traits = traits;
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
        in.held = 0;
        listener.onAccepted(book.instrumentId, in.orderId, account, clientOrderId, side, Raw.LIMIT, timeInForce, 0, price, quantity, 0, 0,
            false);
        if (crosses) {
            crossing.enterPlain(in);
            settling.settle(book);
        } else {
            core.cancelIncoming(in, Raw.CANCEL_IOC_REMAINDER);
        }
    }

    private void anyOrder(final InstrumentBook book, final int account, final int accountSlot, final int session, final long clientOrderId,
                          final int instrumentId, final int side, final int type, final int timeInForce, final int flags,
                          final int selfTradePrevention, final long price, final long quantity, final ExtendedTerms given) {
        final boolean extended = (flags & Raw.FLAG_EXTENDED) != 0;
        final ExtendedTerms terms = extended && given != null ? given : NO_TERMS;
        final Incoming in = core.incoming;
        if (!(book != null || checks.fails(Raw.UNKNOWN_INSTRUMENT, Raw.FIELD_INSTRUMENT, 0, Integer.toUnsignedLong(instrumentId)))
            || !checks.enums(side, type, timeInForce, flags, selfTradePrevention, given)
            || !check(in, book, account, accountSlot, side, type, timeInForce, flags, selfTradePrevention, price, quantity, terms)) {
            store.finished.add(accountSlot, clientOrderId);
            listener.onRejected(Raw.KIND_NEW, instrumentId, account, 0, clientOrderId, checks.reason, checks.field, checks.limit,
                checks.value);
            return;
        }
        in.session = session;
        in.clientOrderId = clientOrderId;
        copyTerms(terms, in.stopPrice);
        accept(in, accepted, extended && (hasTerms(accepted) || timeInForce >= Raw.DAY) || timeInForce >= Raw.DAY || OrderChecks.isStop(type)
            || type == Raw.PEGGED, 0);
        end.finish(book);
    }

    private static boolean hasTerms(final ExtendedTerms terms) {
        return (terms.stopPrice | terms.displayQuantity | terms.minQuantity | terms.expireTimeNs | terms.offset | terms.limitPrice
            | terms.linkId | terms.pegReference) != 0;
    }

    private void copyTerms(final ExtendedTerms terms, final long stopPrice) {
        accepted.stopPrice = stopPrice;
        accepted.displayQuantity = terms.displayQuantity;
        accepted.minQuantity = terms.minQuantity;
        accepted.expireTimeNs = terms.expireTimeNs;
        accepted.offset = terms.offset;
        accepted.limitPrice = terms.limitPrice;
        accepted.linkId = terms.linkId;
        accepted.pegReference = terms.pegReference;
    }

    /** Steps 3 to 12; fills the carrier with what the order will be. */
    private boolean check(final Incoming in, final InstrumentBook book, final int account, final int accountSlot, final int side,
                          final int type, final int timeInForce, final int sent, final int selfTradePrevention, final long price,
                          final long quantity, final ExtendedTerms terms) {
        final long accountAt = store.accounts.address(accountSlot);
        final int flags = (sent & Raw.FLAG_REST_REMAINDER) != 0 ? sent | Raw.FLAG_HIDDEN : sent;
        pegPrice = price;
        if (!checks.open(accountAt, book) || !checks.quantity(book, quantity)
            || !checks.terms(book, account, side, type, timeInForce, flags, price, quantity, terms)
            || !checks.combination(book, type, timeInForce, flags, terms) || !checks.inState(book, type, timeInForce, flags, terms.minQuantity)) {
            return false;
        }
        in.stopPrice = terms.stopPrice;
        if (!reference(in, book, side, type, terms)) {
            return false;
        }
        in.book = book;
        in.side = side;
        in.type = type;
        in.timeInForce = timeInForce;
        in.selfTradePrevention = selfTradePrevention;
        in.traits = OrderSlot.traits(side, type, timeInForce, selfTradePrevention, flags) | (type == Raw.PEGGED ? OrderSlot.PEG : 0);
        in.account = account;
        in.accountSlot = accountSlot;
        in.firm = AccountSlot.firm(accountAt);
        in.slot = 0;
        in.price = pegPrice;
        in.leaves = quantity;
        in.display = terms.displayQuantity;
        in.minQuantity = terms.minQuantity;
        in.offset = terms.offset;
        in.held = 0;
        in.resting = false;
        final boolean stop = OrderChecks.isStop(type);
        Bounds.set(core, in);
        return accountAllows(in, accountAt, stop) && postOnlyAllows(in)
            && (roomFor(1) || checks.fails(Raw.BOOK_FULL, Raw.FIELD_NONE, store.orders.capacity(), store.orders.inUse()));
    }

    private boolean reference(final Incoming in, final InstrumentBook book, final int side, final int type, final ExtendedTerms terms) {
        if (type == Raw.PEGGED) {
            pegPrice = Settling.target(book, side, terms.pegReference, terms.offset, terms.limitPrice);
            return pegPrice != 0 || checks.fails(Raw.NO_REFERENCE_PRICE, Raw.FIELD_PEG, 0, 0);
        }
        if (type == Raw.TRAILING_STOP && terms.stopPrice == 0) {
            if (!book.hasLastPrice()) {
                return checks.fails(Raw.NO_REFERENCE_PRICE, Raw.FIELD_STOP_PRICE, 0, 0);
            }
            in.stopPrice = side == Raw.BUY ? book.lastPrice() + terms.offset : book.lastPrice() - terms.offset;
            return in.stopPrice >= 1 || checks.fails(Raw.INVALID_STOP_PRICE, Raw.FIELD_STOP_PRICE, 1, in.stopPrice);
        }
        return true;
    }

    private boolean accountAllows(final Incoming in, final long account, final boolean stop) {
        if (!checks.ledgerRoom(in.accountSlot, in.book)) {
            return false;
        }
        if (getInt(account + AccountSlot.CHECKED) != 0) {
            final boolean limited = in.type == Raw.LIMIT || in.type == Raw.STOP_LIMIT;
            if (!checks.size(account, limited ? in.price : 0, in.leaves) || !checks.openOrders(account, 0, 1) || !checks.rate(account)) {
                return false;
            }
        }
        if (!in.book.riskChecked) {
            return true;
        }
        return checks.position(in.accountSlot, in.book, in.side, 0, in.leaves)
            && (stop || checks.balance(in.accountSlot, in.book, in.side, 0, MatcherCore.holding(in.book, in.side, in.limit, in.leaves)));
    }

    private boolean postOnlyAllows(final Incoming in) {
        if (!isPostOnly(in) || !in.book.isContinuous() || !Crossing.crossesBest(in) || isRepricing(in) && repriced(in) != 0) {
            return true;
        }
        return checks.fails(Raw.POST_ONLY_WOULD_TRADE, Raw.FIELD_PRICE, Crossing.opposite(in).bestPrice(), in.price);
    }

    private static boolean isPostOnly(final Incoming in) {
        return (in.traits & (OrderSlot.POST_ONLY | OrderSlot.POST_ONLY_REPRICE)) != 0;
    }

    private static boolean isRepricing(final Incoming in) {
        return (in.traits & OrderSlot.POST_ONLY_REPRICE) != 0;
    }

    /** One tick short of the best opposite price, 0 if that is no legal price. */
    private static long repriced(final Incoming in) {
        final long best = Crossing.opposite(in).bestPrice();
        final long price = in.side == Raw.BUY ? best - in.book.tickSize : best + in.book.tickSize;
        return best == 0 || price < in.book.minPrice || price > in.book.maxPrice ? 0 : price;
    }

    // ---------------------------------------------------------------- acceptance

    /** The order has passed its checks: it gets its numbers, is announced, and trades, rests or waits. */
    void accept(final Incoming in, final ExtendedTerms terms, final boolean keepsTerms, final long quoteId) {
        final InstrumentBook book = in.book;
        in.orderId = core.nextOrderId++;
        in.sequence = core.nextSequence++;
        if (keepsTerms || quoteId != 0) {
            core.allot(in);
            core.attachTerms(in, terms, quoteId);
        }
        if (OrderChecks.isStop(in.type)) {
            settling.enqueue(in, terms.stopPrice);
            announce(in, terms.stopPrice, 0, false);
            if (book.isContinuous() && Settling.holds(book, in.side, terms.stopPrice)) {
                settling.trigger(in.slot);
            }
            return;
        }
        Bounds.set(core, in);
        final boolean resting = !book.isContinuous() || in.mayRest() && in.minQuantity == 0 && !Crossing.crossesBest(in);
        if (resting) {
            core.hold(in);
            core.rest(in);
            announce(in, in.stopPrice, OrderSlot.visible(store.order(in.slot)), true);
        } else {
            announce(in, in.stopPrice, 0, false);
        }
        proceed(in, resting, true);
    }

    private void announce(final Incoming in, final long stopPrice, final long visible, final boolean resting) {
        listener.onAccepted(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, in.type, in.timeInForce,
            OrderSlot.flags(in.traits), in.price, in.leaves, visible, stopPrice, resting);
    }

    /** After the announcement of a new or replaced order. */
    void proceed(final Incoming in, final boolean resting, final boolean isNew) {
        if (resting) {
            planning.allOrNonePass(in.book, in.side);
            return;
        }
        if (isPostOnly(in)) {
            final long price = isRepricing(in) ? repriced(in) : 0;
            if (price == 0) {
                core.cancelIncoming(in, Raw.CANCEL_POST_ONLY_WOULD_TRADE);
                return;
            }
            in.price = price;
            in.limit = price;
            listener.onRestated(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, price, in.leaves, 0, false,
                Raw.RESTATE_POST_ONLY_REPRICED);
        }
        core.hold(in);
        crossing.enter(in, isNew);
    }
}
