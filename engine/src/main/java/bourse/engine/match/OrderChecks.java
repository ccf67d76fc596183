package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.TermsSlot;
import bourse.engine.risk.Ledger;
import bourse.engine.risk.Verdict;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * What an order must satisfy before it touches anything: docs/SEMANTICS.md section 11 in its order. The first failure is left in the {@link Verdict}; each check
 * answers whether it holds. Plain orders that are obviously in range skip it. Thread: engine.
 */
final class OrderChecks extends Verdict {
    static final long MAX_NOTIONAL = Ledger.MAX_NOTIONAL;
    private static final long MAX_OFFSET = MatcherLimits.MAX_PRICE;
    /** Also of accounts without a limit, of which open orders are not counted. */
    private static final long MAX_POSITION = 1L << 60;
    private static final int POST_ONLY_BITS = Raw.FLAG_POST_ONLY | Raw.FLAG_POST_ONLY_REPRICE;

    private final MatcherCore core;
    private final OrderStore store;

    OrderChecks(final MatcherCore core) {
        this.core = core;
        store = core.store;
    }

    /** Saturated. */
    static long notional(final long price, final long quantity) {
        final long notional = price * quantity;
        return Math.multiplyHigh(price, quantity) != 0 || notional < 0 ? Long.MAX_VALUE : notional;
    }

    boolean enums(final int side, final int type, final int timeInForce, final int flags, final int selfTradePrevention,
                  final ExtendedTerms terms) {
        if (side < 0 || side > Raw.SELL) {
            return fails(Raw.MALFORMED, Raw.FIELD_SIDE, Raw.SELL, side);
        }
        if (type < 0 || type > Raw.PEGGED) {
            return fails(Raw.MALFORMED, Raw.FIELD_ORDER_TYPE, Raw.PEGGED, type);
        }
        if (timeInForce < 0 || timeInForce > Raw.AT_AUCTION) {
            return fails(Raw.MALFORMED, Raw.FIELD_TIME_IN_FORCE, Raw.AT_AUCTION, timeInForce);
        }
        if (selfTradePrevention < 0 || selfTradePrevention > Raw.STP_SKIP) {
            return fails(Raw.MALFORMED, Raw.FIELD_FLAGS, Raw.STP_SKIP, selfTradePrevention);
        }
        return flags >= 0 && flags <= Raw.FLAGS_ALL && ((flags & Raw.FLAG_EXTENDED) == 0 || terms != null)
            || fails(Raw.MALFORMED, Raw.FIELD_FLAGS, Raw.FLAGS_ALL, flags);
    }

    boolean open(final long account, final InstrumentBook book) {
        if (getInt(account + AccountSlot.KILLED) != 0) {
            return fails(Raw.ACCOUNT_KILLED, Raw.FIELD_ACCOUNT, 0, Integer.toUnsignedLong(AccountSlot.number(account)));
        }
        final int state = book.state();
        if (state == Raw.CLOSED) {
            return fails(Raw.INSTRUMENT_CLOSED, Raw.FIELD_INSTRUMENT, 0, book.instrumentId);
        }
        return state != Raw.HALTED || fails(Raw.INSTRUMENT_HALTED, Raw.FIELD_INSTRUMENT, 0, book.instrumentId);
    }

    boolean quantity(final InstrumentBook book, final long quantity) {
        if (quantity < 1) {
            return fails(Raw.INVALID_QUANTITY, Raw.FIELD_QUANTITY, 1, quantity);
        }
        if (quantity % book.lotSize != 0) {
            return fails(Raw.QUANTITY_NOT_ON_LOT, Raw.FIELD_QUANTITY, book.lotSize, quantity);
        }
        return quantity <= book.maxQuantity || fails(Raw.QUANTITY_LIMIT, Raw.FIELD_QUANTITY, book.maxQuantity, quantity);
    }

    // ---------------------------------------------------------------- prices

    boolean limitPrice(final InstrumentBook book, final int side, final long price, final long quantity) {
        if (!priceRange(book, price) || !band(book, side, price)) {
            return false;
        }
        final long max = book.maxNotional == 0 ? MAX_NOTIONAL : Math.min(book.maxNotional, MAX_NOTIONAL);
        final long notional = notional(price, quantity);
        return notional <= max || fails(Raw.NOTIONAL_LIMIT, Raw.FIELD_NOTIONAL, max, notional);
    }

    boolean priceRange(final InstrumentBook book, final long price) {
        if (price < book.minPrice) {
            return fails(Raw.INVALID_PRICE, Raw.FIELD_PRICE, book.minPrice, price);
        }
        if (price > book.maxPrice) {
            return fails(Raw.INVALID_PRICE, Raw.FIELD_PRICE, book.maxPrice, price);
        }
        return price % book.tickSize == 0 || fails(Raw.PRICE_NOT_ON_TICK, Raw.FIELD_PRICE, book.tickSize, price);
    }

    private boolean band(final InstrumentBook book, final int side, final long price) {
        if (!book.isContinuous() || book.inBand(price)) {
            return true;
        }
        final long bound = side == Raw.BUY ? book.referencePrice() + book.priceBand : book.referencePrice() - book.priceBand;
        return (side == Raw.BUY ? price <= bound : price >= bound) || fails(Raw.PRICE_OUT_OF_BAND, Raw.FIELD_PRICE, bound, price);
    }

    /** A peg at the worst price that it may reach. */
    boolean pegNotional(final InstrumentBook book, final int side, final long limitPrice, final long quantity) {
        final long worst = side == Raw.BUY && limitPrice > 0 && limitPrice < book.maxPrice ? limitPrice : book.maxPrice;
        final long notional = notional(worst, quantity);
        return notional <= MAX_NOTIONAL || fails(Raw.NOTIONAL_LIMIT, Raw.FIELD_NOTIONAL, MAX_NOTIONAL, notional);
    }

    /** An order that may rest at any price, at the highest. */
    boolean anyPriceNotional(final InstrumentBook book, final long quantity) {
        return pegNotional(book, Raw.SELL, 0, quantity);
    }

    // ---------------------------------------------------------------- terms

    boolean terms(final InstrumentBook book, final int account, final int side, final int type, final int timeInForce, final int flags,
                  final long price, final long quantity, final ExtendedTerms terms) {
        final boolean priced;
        if (type == Raw.LIMIT || type == Raw.STOP_LIMIT) {
            priced = limitPrice(book, side, price, quantity);
        } else if (price != 0) {
            priced = fails(Raw.INVALID_PRICE, Raw.FIELD_PRICE, 0, price);
        } else {
            priced = type == Raw.PEGGED ? pegNotional(book, side, terms.limitPrice, quantity)
                : (flags & Raw.FLAG_REST_REMAINDER) == 0 || anyPriceNotional(book, quantity);
        }
        return priced && stopPrice(book, type, terms.stopPrice)
            && part(book, terms.displayQuantity, quantity, Raw.INVALID_DISPLAY_QUANTITY, Raw.FIELD_DISPLAY_QUANTITY)
            && part(book, terms.minQuantity, quantity, Raw.INVALID_MIN_QUANTITY, Raw.FIELD_MIN_QUANTITY)
            && expiry(timeInForce, terms.expireTimeNs) && peg(book, type, terms) && link(book, account, side, terms.linkId);
    }

    static boolean isStop(final int type) {
        return type == Raw.STOP || type == Raw.STOP_LIMIT || type == Raw.TRAILING_STOP;
    }

    private boolean stopPrice(final InstrumentBook book, final int type, final long stop) {
        if (!isStop(type) || type == Raw.TRAILING_STOP && stop == 0) {
            return stop == 0 || fails(Raw.INVALID_STOP_PRICE, Raw.FIELD_STOP_PRICE, 0, stop);
        }
        return priceRange(book, stop) || fails(Raw.INVALID_STOP_PRICE, Raw.FIELD_STOP_PRICE, limit, stop);
    }

    private boolean part(final InstrumentBook book, final long part, final long quantity, final int why, final int what) {
        if (part < 0) {
            return fails(why, what, 0, part);
        }
        if (part > quantity) {
            return fails(why, what, quantity, part);
        }
        return part % book.lotSize == 0 || fails(why, what, book.lotSize, part);
    }

    private boolean expiry(final int timeInForce, final long expireTimeNs) {
        final boolean gtd = timeInForce == Raw.GTD;
        return (gtd ? expireTimeNs > core.timeNs : expireTimeNs == 0)
            || fails(Raw.INVALID_EXPIRY, Raw.FIELD_EXPIRE_TIME, gtd ? core.timeNs : 0, expireTimeNs);
    }

    private boolean peg(final InstrumentBook book, final int type, final ExtendedTerms terms) {
        final boolean pegged = type == Raw.PEGGED;
        if (pegged ? terms.pegReference < Raw.PEG_BID || terms.pegReference > Raw.PEG_MID : terms.pegReference != 0) {
            return fails(Raw.INVALID_PEG, Raw.FIELD_PEG, pegged ? Raw.PEG_MID : 0, terms.pegReference);
        }
        if (!offset(book, type, terms.offset)) {
            return false;
        }
        if (terms.limitPrice == 0) {
            return true;
        }
        return pegged || type == Raw.TRAILING_STOP ? priceRange(book, terms.limitPrice)
            : fails(Raw.INVALID_PEG, Raw.FIELD_PEG, 0, terms.limitPrice);
    }

    private boolean offset(final InstrumentBook book, final int type, final long offset) {
        final long least;
        if (type == Raw.PEGGED) {
            least = -MAX_OFFSET;
        } else if (type == Raw.TRAILING_STOP) {
            least = 1;
        } else if (type == Raw.MARKET) {
            least = 0;
        } else {
            return offset == 0 || fails(Raw.INVALID_PEG, Raw.FIELD_PEG, 0, offset);
        }
        if (offset < least || offset > MAX_OFFSET) {
            return fails(Raw.INVALID_PEG, Raw.FIELD_PEG, type == Raw.PEGGED || offset > MAX_OFFSET ? MAX_OFFSET : least, offset);
        }
        return type == Raw.MARKET || offset % book.tickSize == 0 || fails(Raw.INVALID_PEG, Raw.FIELD_PEG, book.tickSize, offset);
    }

    private boolean link(final InstrumentBook book, final int account, final int side, final long linkId) {
        final int other = linkId == 0 ? 0 : store.byLinkId.find(account, linkId);
        if (other == 0) {
            return true;
        }
        final long order = store.order(other);
        if (OrderSlot.instrument(order) != book.instrumentId || OrderSlot.side(OrderSlot.traits(order)) != side) {
            return fails(Raw.INVALID_LINK, Raw.FIELD_LINK, 0, linkId);
        }
        return getInt(store.terms(other) + TermsSlot.PARTNER) == 0 || fails(Raw.INVALID_LINK, Raw.FIELD_LINK, 2, linkId);
    }

    boolean combination(final InstrumentBook book, final int type, final int timeInForce, final int flags, final ExtendedTerms terms) {
        final boolean limited = type == Raw.LIMIT;
        final boolean immediate = timeInForce == Raw.IOC || timeInForce == Raw.FOK;
        final boolean whole = (flags & Raw.FLAG_ALL_OR_NONE) != 0;
        final int shown = flags & ~Raw.FLAG_EXTENDED;
        if ((flags & POST_ONLY_BITS) != 0 && (!limited || immediate || whole || terms.minQuantity > 0)
            || whole && (type == Raw.PEGGED || timeInForce == Raw.AT_AUCTION)
            || (flags & Raw.FLAG_REST_REMAINDER) != 0 && !mayWaitAtAnyPrice(book, type, immediate || whole, terms)) {
            return fails(Raw.UNSUPPORTED_COMBINATION, Raw.FIELD_FLAGS, 0, shown);
        }
        if (terms.displayQuantity > 0 && ((flags & Raw.FLAG_HIDDEN) != 0 || whole || !limited && type != Raw.STOP_LIMIT)) {
            return fails(Raw.UNSUPPORTED_COMBINATION, Raw.FIELD_DISPLAY_QUANTITY, 0, terms.displayQuantity);
        }
        if (terms.minQuantity > 0 && (whole || timeInForce == Raw.FOK || timeInForce == Raw.AT_AUCTION || !limited && type != Raw.MARKET)) {
            return fails(Raw.UNSUPPORTED_COMBINATION, Raw.FIELD_MIN_QUANTITY, 0, terms.minQuantity);
        }
        return (timeInForce != Raw.AT_AUCTION || limited) && !(type == Raw.PEGGED && immediate)
            || fails(Raw.UNSUPPORTED_COMBINATION, Raw.FIELD_TIME_IN_FORCE, 0, timeInForce);
    }

    /** Nobody pays for, and nothing bounds, an order that rests without a price. */
    private static boolean mayWaitAtAnyPrice(final InstrumentBook book, final int type, final boolean atOnce, final ExtendedTerms terms) {
        return (type == Raw.MARKET || type == Raw.STOP) && !atOnce && terms.minQuantity <= 0 && terms.offset == 0
            && book.spec.marketProtection() == 0 && !book.riskChecked;
    }

    /** What the trading state allows besides cancelling. */
    boolean inState(final InstrumentBook book, final int type, final int timeInForce, final int flags, final long minQuantity) {
        final int state = book.state();
        if (state == Raw.CONTINUOUS) {
            return timeInForce != Raw.AT_AUCTION || notAllowed(Raw.FIELD_TIME_IN_FORCE, state);
        }
        if (type == Raw.MARKET || type == Raw.PEGGED) {
            return notAllowed(Raw.FIELD_ORDER_TYPE, state);
        }
        if (timeInForce == Raw.IOC || timeInForce == Raw.FOK) {
            return notAllowed(Raw.FIELD_TIME_IN_FORCE, state);
        }
        if ((flags & Raw.FLAG_ALL_OR_NONE) != 0) {
            return notAllowed(Raw.FIELD_FLAGS, state);
        }
        return minQuantity <= 0 || notAllowed(Raw.FIELD_MIN_QUANTITY, state);
    }

    boolean notAllowed(final int what, final int state) {
        return fails(Raw.NOT_ALLOWED_IN_STATE, what, 0, state);
    }

    // ---------------------------------------------------------------- the account

    /** There are entries for its balances and position where they are kept. */
    boolean ledgerRoom(final int accountSlot, final InstrumentBook book) {
        return !book.riskChecked || core.ledger.open(accountSlot, book.base, book.quote, book.instrumentId)
            || fails(Raw.CAPACITY, Raw.FIELD_ACCOUNT, 0, Integer.toUnsignedLong(AccountSlot.number(store.accounts.address(accountSlot))));
    }

    /** @param price 0 for orders without a limit of their own */
    boolean size(final long account, final long price, final long quantity) {
        final long maxQuantity = getLong(account + AccountSlot.MAX_ORDER_QUANTITY);
        if (maxQuantity > 0 && quantity > maxQuantity) {
            return fails(Raw.QUANTITY_LIMIT, Raw.FIELD_QUANTITY, maxQuantity, quantity);
        }
        final long maxNotional = getLong(account + AccountSlot.MAX_ORDER_NOTIONAL);
        return maxNotional <= 0 || notional(price, quantity) <= maxNotional
            || fails(Raw.NOTIONAL_LIMIT, Raw.FIELD_NOTIONAL, maxNotional, notional(price, quantity));
    }

    boolean openOrders(final long account, final int leaving, final int coming) {
        final long max = getLong(account + AccountSlot.MAX_OPEN_ORDERS);
        final long open = (long) AccountSlot.openOrders(account) - leaving + coming;
        return max <= 0 || coming <= 0 || open <= max || fails(Raw.OPEN_ORDER_LIMIT, Raw.FIELD_NONE, max, open);
    }

    /** Counts the command, too. */
    boolean rate(final long account) {
        final long max = getLong(account + AccountSlot.MAX_ORDERS_PER_SECOND);
        if (max == 0) {
            return true;
        }
        final long second = Math.floorDiv(core.timeNs, 1_000_000_000L);
        if (second != getLong(account + AccountSlot.RATE_SECOND)) {
            putLong(account + AccountSlot.RATE_SECOND, second);
            putLong(account + AccountSlot.RATE_COUNT, 0);
        }
        final long count = getLong(account + AccountSlot.RATE_COUNT) + 1;
        putLong(account + AccountSlot.RATE_COUNT, count);
        return count <= max || fails(Raw.ORDER_RATE_LIMIT, Raw.FIELD_RATE, max, count);
    }

    /** @param leaving open quantity of that side that goes if the command is accepted */
    boolean position(final int accountSlot, final InstrumentBook book, final int side, final long leaving, final long quantity) {
        if (!book.riskChecked) {
            return true;
        }
        final long set = getLong(store.accounts.address(accountSlot) + AccountSlot.MAX_POSITION);
        final long max = set == 0 ? MAX_POSITION : Math.min(set, MAX_POSITION);
        final long open = set == 0 ? quantity : core.ledger.open(accountSlot, book.instrumentId, side) - leaving + quantity;
        final long becomes = core.ledger.position(accountSlot, book.instrumentId) + (side == Raw.BUY ? open : -open);
        return (side == Raw.BUY ? becomes <= max : -becomes <= max) || fails(Raw.POSITION_LIMIT, Raw.FIELD_POSITION, max, becomes);
    }

    /** @param freed what the account holds now and will not hold any more if the command is accepted */
    boolean balance(final int accountSlot, final InstrumentBook book, final int side, final long freed, final long needed) {
        if (!book.riskChecked) {
            return true;
        }
        final long available = core.available(book, side, accountSlot) + freed;
        return needed <= available || fails(Raw.INSUFFICIENT_BALANCE, Raw.FIELD_BALANCE, available, needed);
    }
}
