package bourse.engine.reference;

import static bourse.engine.reference.Order.ALL_OR_NONE;
import static bourse.engine.reference.Order.BUY;

import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;

/** The refusals of docs/SEMANTICS.md, section 11, in its order. A null answer means: nothing against it. */
final class OrderChecks {
    private static final int LARGEST_TYPE = OrderType.PEGGED.value();
    private static final int LARGEST_TIME_IN_FORCE = TimeInForce.AT_AUCTION.value();
    private static final int LARGEST_SELF_TRADE_PREVENTION = 5;
    private static final int ALL_FLAGS = 63;
    private static final long MAX_OFFSET = MatcherLimits.MAX_PRICE;

    private static final long MAX_POSITION = 1L << 60;

    private OrderChecks() {
    }

    /** Step 2, of a new order whose instrument is known. */
    static Refusal enumerated(final int side, final int type, final int timeInForce, final int flags, final int selfTradePrevention,
                              final ExtendedTerms terms) {
        if (side < 0 || side > 1) {
            return malformed(Field.SIDE, 1, side);
        }
        if (type < 0 || type > LARGEST_TYPE) {
            return malformed(Field.ORDER_TYPE, LARGEST_TYPE, type);
        }
        if (timeInForce < 0 || timeInForce > LARGEST_TIME_IN_FORCE) {
            return malformed(Field.TIME_IN_FORCE, LARGEST_TIME_IN_FORCE, timeInForce);
        }
        if (selfTradePrevention < 0 || selfTradePrevention > LARGEST_SELF_TRADE_PREVENTION) {
            return malformed(Field.FLAGS, LARGEST_SELF_TRADE_PREVENTION, selfTradePrevention);
        }
        if (flags < 0 || flags > ALL_FLAGS || (flags & Order.EXTENDED) != 0 && terms == null) {
            return malformed(Field.FLAGS, ALL_FLAGS, flags);
        }
        return null;
    }

    static Refusal malformed(final Field field, final long limit, final long value) {
        return new Refusal(RejectReason.MALFORMED, field, limit, value);
    }

    /** Step 3. */
    static Refusal open(final Account account, final Book book) {
        if (account.killed) {
            return new Refusal(RejectReason.ACCOUNT_KILLED, Field.ACCOUNT, 0, Integer.toUnsignedLong(account.number));
        }
        if (book.state == TradingState.CLOSED.value()) {
            return new Refusal(RejectReason.INSTRUMENT_CLOSED, Field.INSTRUMENT, 0, book.instrumentId());
        }
        if (book.state == TradingState.HALTED.value()) {
            return new Refusal(RejectReason.INSTRUMENT_HALTED, Field.INSTRUMENT, 0, book.instrumentId());
        }
        return null;
    }

    /** Step 4. */
    static Refusal quantity(final InstrumentSpec spec, final long quantity) {
        if (quantity < 1) {
            return new Refusal(RejectReason.INVALID_QUANTITY, Field.QUANTITY, 1, quantity);
        }
        if (quantity % spec.lotSize() != 0) {
            return new Refusal(RejectReason.QUANTITY_NOT_ON_LOT, Field.QUANTITY, spec.lotSize(), quantity);
        }
        if (quantity > spec.maxQuantity()) {
            return new Refusal(RejectReason.QUANTITY_LIMIT, Field.QUANTITY, spec.maxQuantity(), quantity);
        }
        return null;
    }

    /** Step 5, of an order with a limit. */
    static Refusal limitPrice(final Book book, final int side, final long price, final long quantity) {
        Refusal refusal = priceRange(book.spec, price);
        if (refusal == null) {
            refusal = band(book, side, price);
        }
        return refusal == null ? notional(book.spec, price, quantity) : refusal;
    }

    static Refusal priceRange(final InstrumentSpec spec, final long price) {
        if (price < spec.minPrice()) {
            return new Refusal(RejectReason.INVALID_PRICE, Field.PRICE, spec.minPrice(), price);
        }
        if (price > spec.maxPrice()) {
            return new Refusal(RejectReason.INVALID_PRICE, Field.PRICE, spec.maxPrice(), price);
        }
        if (price % spec.tickSize() != 0) {
            return new Refusal(RejectReason.PRICE_NOT_ON_TICK, Field.PRICE, spec.tickSize(), price);
        }
        return null;
    }

    private static Refusal band(final Book book, final int side, final long price) {
        if (book.state != TradingState.CONTINUOUS.value() || book.inBand(price)) {
            return null;
        }
        final long bound = side == BUY ? book.referencePrice + book.spec.priceBand() : book.referencePrice - book.spec.priceBand();
        final boolean aggressive = side == BUY ? price > bound : price < bound;
        return aggressive ? new Refusal(RejectReason.PRICE_OUT_OF_BAND, Field.PRICE, bound, price) : null;
    }

    private static Refusal notional(final InstrumentSpec spec, final long price, final long quantity) {
        final long limit = spec.maxNotional() == 0 ? Ledger.MAX_NOTIONAL : Math.min(spec.maxNotional(), Ledger.MAX_NOTIONAL);
        final long notional = saturatedNotional(price, quantity);
        return notional > limit ? new Refusal(RejectReason.NOTIONAL_LIMIT, Field.NOTIONAL, limit, notional) : null;
    }

    private static long saturatedNotional(final long price, final long quantity) {
        final long notional = price * quantity;
        return Math.multiplyHigh(price, quantity) != 0 || notional < 0 ? Long.MAX_VALUE : notional;
    }

    /** Steps 5 and 6. */
    static Refusal terms(final Order o, final long nowNs) {
        final InstrumentSpec spec = o.book.spec;
        Refusal refusal = null;
        if (o.is(OrderType.LIMIT) || o.is(OrderType.STOP_LIMIT)) {
            refusal = limitPrice(o.book, o.side, o.price, o.leaves);
        } else if (o.price != 0) {
            refusal = new Refusal(RejectReason.INVALID_PRICE, Field.PRICE, 0, o.price);
        } else if (o.is(OrderType.PEGGED)) {
            refusal = pegNotional(o, o.limitPrice, o.leaves);
        } else if (o.restsAtAnyPrice()) {
            refusal = anyPriceNotional(o, o.leaves);
        }
        if (refusal == null) {
            refusal = stopPrice(o, spec);
        }
        if (refusal == null) {
            refusal = partOfQuantity(RejectReason.INVALID_DISPLAY_QUANTITY, Field.DISPLAY_QUANTITY, o.displayQuantity, o, spec);
        }
        if (refusal == null) {
            refusal = partOfQuantity(RejectReason.INVALID_MIN_QUANTITY, Field.MIN_QUANTITY, o.minQuantity, o, spec);
        }
        if (refusal == null) {
            refusal = expiry(o, nowNs);
        }
        return refusal == null ? pegAndLink(o, spec) : refusal;
    }

    /** A peg at the worst price that it may reach. */
    static Refusal pegNotional(final Order o, final long limitPrice, final long quantity) {
        final InstrumentSpec spec = o.book.spec;
        return within(o.isBuy() && limitPrice > 0 && limitPrice < spec.maxPrice() ? limitPrice : spec.maxPrice(), quantity);
    }

    /** An order that may rest at any price, at the highest. */
    static Refusal anyPriceNotional(final Order o, final long quantity) {
        return within(o.book.spec.maxPrice(), quantity);
    }

    private static Refusal within(final long price, final long quantity) {
        final long notional = saturatedNotional(price, quantity);
        return notional > Ledger.MAX_NOTIONAL
            ? new Refusal(RejectReason.NOTIONAL_LIMIT, Field.NOTIONAL, Ledger.MAX_NOTIONAL, notional) : null;
    }

    private static Refusal stopPrice(final Order o, final InstrumentSpec spec) {
        final long stop = o.stopPrice;
        if (!o.isStop() || o.is(OrderType.TRAILING_STOP) && stop == 0) {
            return stop == 0 ? null : new Refusal(RejectReason.INVALID_STOP_PRICE, Field.STOP_PRICE, 0, stop);
        }
        final Refusal range = priceRange(spec, stop);
        return range == null ? null : new Refusal(RejectReason.INVALID_STOP_PRICE, Field.STOP_PRICE, range.limit(), stop);
    }

    private static Refusal partOfQuantity(final RejectReason reason, final Field field, final long part, final Order o,
                                          final InstrumentSpec spec) {
        if (part < 0) {
            return new Refusal(reason, field, 0, part);
        }
        if (part > o.leaves) {
            return new Refusal(reason, field, o.leaves, part);
        }
        return part % spec.lotSize() == 0 ? null : new Refusal(reason, field, spec.lotSize(), part);
    }

    private static Refusal expiry(final Order o, final long nowNs) {
        final boolean legal = o.is(TimeInForce.GTD) ? o.expireTimeNs > nowNs : o.expireTimeNs == 0;
        return legal ? null
            : new Refusal(RejectReason.INVALID_EXPIRY, Field.EXPIRE_TIME, o.is(TimeInForce.GTD) ? nowNs : 0, o.expireTimeNs);
    }

    private static Refusal pegAndLink(final Order o, final InstrumentSpec spec) {
        final boolean pegged = o.is(OrderType.PEGGED);
        final int reference = o.pegReference;
        if (pegged ? reference < 1 || reference > 3 : reference != 0) {
            return new Refusal(RejectReason.INVALID_PEG, Field.PEG, pegged ? 3 : 0, reference);
        }
        final Refusal offset = offset(o, spec);
        if (offset != null) {
            return offset;
        }
        if (o.limitPrice != 0) {
            if (!pegged && !o.is(OrderType.TRAILING_STOP)) {
                return new Refusal(RejectReason.INVALID_PEG, Field.PEG, 0, o.limitPrice);
            }
            final Refusal range = priceRange(spec, o.limitPrice);
            if (range != null) {
                return range;
            }
        }
        return link(o);
    }

    private static Refusal offset(final Order o, final InstrumentSpec spec) {
        final long least;
        final long most;
        if (o.is(OrderType.PEGGED)) {
            least = -MAX_OFFSET;
            most = MAX_OFFSET;
        } else if (o.is(OrderType.TRAILING_STOP)) {
            least = 1;
            most = MAX_OFFSET;
        } else if (o.is(OrderType.MARKET)) {
            least = 0;
            most = MAX_OFFSET;
        } else {
            return o.offset == 0 ? null : new Refusal(RejectReason.INVALID_PEG, Field.PEG, 0, o.offset);
        }
        if (o.offset < least || o.offset > most) {
            return new Refusal(RejectReason.INVALID_PEG, Field.PEG, o.is(OrderType.PEGGED) || o.offset > most ? most : least, o.offset);
        }
        if (!o.is(OrderType.MARKET) && o.offset % spec.tickSize() != 0) {
            return new Refusal(RejectReason.INVALID_PEG, Field.PEG, spec.tickSize(), o.offset);
        }
        return null;
    }

    private static Refusal link(final Order o) {
        if (o.linkId == 0) {
            return null;
        }
        int members = 0;
        for (final Order other : o.owner.liveByOrderId.values()) {
            if (other.linkId == o.linkId) {
                members++;
                if (other.book != o.book || other.side != o.side) {
                    return new Refusal(RejectReason.INVALID_LINK, Field.LINK, 0, o.linkId);
                }
            }
        }
        return members > 1 ? new Refusal(RejectReason.INVALID_LINK, Field.LINK, 2, o.linkId) : null;
    }

    /** Step 7. */
    static Refusal combination(final Order o) {
        final boolean limit = o.is(OrderType.LIMIT);
        final boolean immediate = o.is(TimeInForce.IOC) || o.is(TimeInForce.FOK);
        final boolean pegged = o.is(OrderType.PEGGED);
        if (o.isPostOnly() && (!limit || immediate || o.isAllOrNone() || o.minQuantity > 0)) {
            return unsupported(Field.FLAGS, o.flags);
        }
        if (o.isAllOrNone() && (pegged || o.is(TimeInForce.AT_AUCTION))) {
            return unsupported(Field.FLAGS, o.flags);
        }
        if (o.restsAtAnyPrice() && !mayWaitAtAnyPrice(o)) {
            return unsupported(Field.FLAGS, o.flags);
        }
        if (o.displayQuantity > 0 && (o.isHidden() || o.isAllOrNone() || !limit && !o.is(OrderType.STOP_LIMIT))) {
            return unsupported(Field.DISPLAY_QUANTITY, o.displayQuantity);
        }
        if (o.minQuantity > 0 && (o.isAllOrNone() || o.is(TimeInForce.FOK) || o.is(TimeInForce.AT_AUCTION)
            || !limit && !o.is(OrderType.MARKET))) {
            return unsupported(Field.MIN_QUANTITY, o.minQuantity);
        }
        if (o.is(TimeInForce.AT_AUCTION) && !limit || pegged && immediate) {
            return unsupported(Field.TIME_IN_FORCE, o.timeInForce);
        }
        return null;
    }

    /** Nobody pays for, and nothing bounds, an order that rests without a price. */
    private static boolean mayWaitAtAnyPrice(final Order o) {
        return (o.is(OrderType.MARKET) || o.is(OrderType.STOP)) && o.canRest() && !o.isAllOrNone() && o.minQuantity <= 0 && o.offset == 0
            && o.book.spec.marketProtection() == 0 && !o.book.spec.riskChecked();
    }

    static Refusal unsupported(final Field field, final long value) {
        return new Refusal(RejectReason.UNSUPPORTED_COMBINATION, field, 0, value);
    }

    /** Step 8. */
    static Refusal state(final Order o) {
        final int state = o.book.state;
        if (state == TradingState.CONTINUOUS.value()) {
            return o.is(TimeInForce.AT_AUCTION) ? notAllowed(Field.TIME_IN_FORCE, state) : null;
        }
        if (o.is(OrderType.MARKET) || o.is(OrderType.PEGGED)) {
            return notAllowed(Field.ORDER_TYPE, state);
        }
        if (o.is(TimeInForce.IOC) || o.is(TimeInForce.FOK)) {
            return notAllowed(Field.TIME_IN_FORCE, state);
        }
        if ((o.flags & ALL_OR_NONE) != 0) {
            return notAllowed(Field.FLAGS, state);
        }
        return o.minQuantity > 0 ? notAllowed(Field.MIN_QUANTITY, state) : null;
    }

    static Refusal notAllowed(final Field field, final int state) {
        return new Refusal(RejectReason.NOT_ALLOWED_IN_STATE, field, 0, state);
    }

    /** Step 10, the parts about one order. {@code price} is 0 for orders without a limit of their own. */
    static Refusal accountSize(final Account account, final long price, final long quantity) {
        if (account.maxOrderQuantity > 0 && quantity > account.maxOrderQuantity) {
            return new Refusal(RejectReason.QUANTITY_LIMIT, Field.QUANTITY, account.maxOrderQuantity, quantity);
        }
        final long notional = saturatedNotional(price, quantity);
        if (account.maxOrderNotional > 0 && notional > account.maxOrderNotional) {
            return new Refusal(RejectReason.NOTIONAL_LIMIT, Field.NOTIONAL, account.maxOrderNotional, notional);
        }
        return null;
    }

    static Refusal openOrders(final Account account, final int leaving, final int coming) {
        final long open = account.liveByOrderId.size() - leaving + coming;
        return account.maxOpenOrders > 0 && coming > 0 && open > account.maxOpenOrders
            ? new Refusal(RejectReason.OPEN_ORDER_LIMIT, Field.NONE, account.maxOpenOrders, open) : null;
    }

    /** Counts the command, too. */
    static Refusal rate(final Account account, final long nowNs) {
        if (account.maxOrdersPerSecond == 0) {
            return null;
        }
        final long second = Math.floorDiv(nowNs, 1_000_000_000L);
        if (second != account.rateSecond) {
            account.rateSecond = second;
            account.rateCount = 0;
        }
        account.rateCount++;
        return account.rateCount > account.maxOrdersPerSecond
            ? new Refusal(RejectReason.ORDER_RATE_LIMIT, Field.RATE, account.maxOrdersPerSecond, account.rateCount) : null;
    }

    /** @param leaving open quantity of that side that goes if the command is accepted */
    static Refusal position(final Account account, final Book book, final int side, final long leaving, final long quantity) {
        if (!book.spec.riskChecked()) {
            return null;
        }
        final long most = account.maxPosition == 0 ? MAX_POSITION : Math.min(account.maxPosition, MAX_POSITION);
        final long open = account.maxPosition == 0 ? quantity : account.openQuantity(book, side) - leaving + quantity;
        final long becomes = account.position(book.instrumentId()) + (side == BUY ? open : -open);
        final boolean beyond = side == BUY ? becomes > most : -becomes > most;
        return beyond ? new Refusal(RejectReason.POSITION_LIMIT, Field.POSITION, most, becomes) : null;
    }

    /** @param freed what the account holds now and will not hold any more if the command is accepted */
    static Refusal balance(final Account account, final InstrumentSpec spec, final int side, final long freed, final long needed) {
        final long available = Ledger.available(account, spec, side) + freed;
        return spec.riskChecked() && needed > available
            ? new Refusal(RejectReason.INSUFFICIENT_BALANCE, Field.BALANCE, available, needed) : null;
    }
}
