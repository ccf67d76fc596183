package bourse.engine.match;

/**
 * What a new order must satisfy before it touches anything, in the order that {@link Matcher} fixes; the first failure is left in the fields. Slow
 * path: plain orders that are obviously in range skip it. Thread: engine.
 */
final class OrderChecks {
    /** Largest price x quantity where fees or balances are computed. */
    static final long MAX_SETTLED_NOTIONAL = 1L << 60;

    int reason;
    int field;
    long limit;
    long value;

    /** @return the failure is noted (always false, for use as a result) */
    private boolean fails(final int why, final int what, final long bound, final long actual) {
        reason = why;
        field = what;
        limit = bound;
        value = actual;
        return false;
    }

    boolean enums(final int side, final int type, final int timeInForce, final int flags, final int selfTradePrevention) {
        if (side < 0 || side > Raw.SELL) {
            return fails(Raw.MALFORMED, Raw.FIELD_SIDE, Raw.SELL, side);
        }
        if (type < 0 || type > Raw.PEGGED) {
            return fails(Raw.MALFORMED, Raw.FIELD_ORDER_TYPE, Raw.PEGGED, type);
        }
        if (timeInForce < 0 || timeInForce > Raw.AT_AUCTION) {
            return fails(Raw.MALFORMED, Raw.FIELD_TIME_IN_FORCE, Raw.AT_AUCTION, timeInForce);
        }
        if (flags < 0 || flags > Raw.FLAGS_ALL) {
            return fails(Raw.MALFORMED, Raw.FIELD_FLAGS, Raw.FLAGS_ALL, flags);
        }
        if (selfTradePrevention < 0 || selfTradePrevention > Raw.STP_SKIP) {
            return fails(Raw.MALFORMED, Raw.FIELD_FLAGS, Raw.STP_SKIP, selfTradePrevention);
        }
        return true;
    }

    boolean open(final InstrumentBook book) {
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

    boolean limitPrice(final InstrumentBook book, final long price) {
        if (!price(book, price, Raw.INVALID_PRICE, Raw.PRICE_NOT_ON_TICK, Raw.FIELD_PRICE)) {
            return false;
        }
        final long band = book.spec.priceBand();
        final long reference = book.referencePrice();
        if (band != 0 && reference != 0) {
            if (price < reference - band) {
                return fails(Raw.PRICE_OUT_OF_BAND, Raw.FIELD_PRICE, reference - band, price);
            }
            if (price > reference + band) {
                return fails(Raw.PRICE_OUT_OF_BAND, Raw.FIELD_PRICE, reference + band, price);
            }
        }
        return true;
    }

    boolean stopPrice(final InstrumentBook book, final long price) {
        return price(book, price, Raw.INVALID_STOP_PRICE, Raw.INVALID_STOP_PRICE, Raw.FIELD_STOP_PRICE);
    }

    private boolean price(final InstrumentBook book, final long price, final int range, final int tick, final int what) {
        if (price < book.minPrice) {
            return fails(range, what, book.minPrice, price);
        }
        if (price > book.maxPrice) {
            return fails(range, what, book.maxPrice, price);
        }
        return price % book.tickSize == 0 || fails(tick, what, book.tickSize, price);
    }

    boolean noPrice(final long price) {
        return price == 0 || fails(Raw.INVALID_PRICE, Raw.FIELD_PRICE, 0, price);
    }

    boolean notional(final InstrumentBook book, final long price, final long quantity) {
        final long max = book.maxNotional != 0 ? book.maxNotional : book.settles ? MAX_SETTLED_NOTIONAL : 0;
        if (max == 0) {
            return true;
        }
        final long product = Math.multiplyHigh(price, quantity) != 0 || price * quantity < 0 ? Long.MAX_VALUE : price * quantity;
        return product <= max || fails(Raw.NOTIONAL_LIMIT, Raw.FIELD_NOTIONAL, max, product);
    }

    /** A part of the quantity: shown peak or least first execution. */
    boolean part(final InstrumentBook book, final long part, final long quantity, final int why, final int what) {
        if (part < 0) {
            return fails(why, what, 0, part);
        }
        if (part > quantity) {
            return fails(why, what, quantity, part);
        }
        return part % book.lotSize == 0 || fails(why, what, book.lotSize, part);
    }

    boolean supported(final boolean holds, final int what, final long actual) {
        return holds || fails(Raw.UNSUPPORTED_COMBINATION, what, 0, actual);
    }

    /** What the trading state allows besides cancelling. */
    boolean inState(final InstrumentBook book, final int type, final int timeInForce, final int flags, final long minQuantity) {
        final int state = book.state();
        if (state == Raw.CONTINUOUS) {
            return timeInForce != Raw.AT_AUCTION || fails(Raw.NOT_ALLOWED_IN_STATE, Raw.FIELD_TIME_IN_FORCE, state, timeInForce);
        }
        if (type == Raw.MARKET) {
            return fails(Raw.NOT_ALLOWED_IN_STATE, Raw.FIELD_ORDER_TYPE, state, type);
        }
        if (timeInForce == Raw.IOC || timeInForce == Raw.FOK) {
            return fails(Raw.NOT_ALLOWED_IN_STATE, Raw.FIELD_TIME_IN_FORCE, state, timeInForce);
        }
        return (flags & Raw.FLAG_ALL_OR_NONE) == 0 && minQuantity == 0
            || fails(Raw.NOT_ALLOWED_IN_STATE, Raw.FIELD_FLAGS, state, flags);
    }
}
