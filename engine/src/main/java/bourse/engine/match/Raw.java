package bourse.engine.match;

/** The raw SBE numbers that the matcher decides by; a test compares them with the generated enums of {@code bourse.sbe.engine}. */
final class Raw {
    static final int BUY = 0;
    static final int SELL = 1;
    static final int BOTH = 2;

    static final int KIND_NEW = 1;
    static final int KIND_REPLACE = 2;
    static final int KIND_REDUCE = 3;
    static final int KIND_CANCEL = 4;
    static final int KIND_MASS_CANCEL = 5;
    static final int KIND_QUOTE = 6;

    static final int LIMIT = 0;
    static final int MARKET = 1;
    static final int STOP = 2;
    static final int STOP_LIMIT = 3;
    static final int TRAILING_STOP = 4;
    static final int PEGGED = 5;

    static final int GTC = 0;
    static final int IOC = 1;
    static final int FOK = 2;
    static final int DAY = 3;
    static final int GTD = 4;
    static final int AT_AUCTION = 5;

    static final int STP_ALLOW = 0;
    static final int STP_CANCEL_NEWEST = 1;
    static final int STP_CANCEL_OLDEST = 2;
    static final int STP_CANCEL_BOTH = 3;
    static final int STP_DECREMENT = 4;
    static final int STP_SKIP = 5;

    static final int PEG_BID = 1;
    static final int PEG_ASK = 2;
    static final int PEG_MID = 3;

    static final int FLAG_POST_ONLY = 1;
    static final int FLAG_POST_ONLY_REPRICE = 2;
    static final int FLAG_HIDDEN = 4;
    static final int FLAG_ALL_OR_NONE = 8;
    static final int FLAG_EXTENDED = 16;
    static final int FLAG_REST_REMAINDER = 32;
    static final int FLAGS_ALL = 63;

    static final int PRE_OPEN = 0;
    static final int AUCTION_CALL = 1;
    static final int CONTINUOUS = 2;
    static final int HALTED = 3;
    static final int CLOSED = 4;

    static final int MALFORMED = 1;
    static final int UNKNOWN_INSTRUMENT = 2;
    static final int UNKNOWN_ORDER = 3;
    static final int DUPLICATE_CLIENT_ORDER_ID = 4;
    static final int INVALID_PRICE = 5;
    static final int INVALID_QUANTITY = 6;
    static final int PRICE_NOT_ON_TICK = 7;
    static final int QUANTITY_NOT_ON_LOT = 8;
    static final int PRICE_OUT_OF_BAND = 9;
    static final int QUANTITY_LIMIT = 10;
    static final int NOTIONAL_LIMIT = 11;
    static final int POSITION_LIMIT = 12;
    static final int INSUFFICIENT_BALANCE = 13;
    static final int ORDER_RATE_LIMIT = 14;
    static final int POST_ONLY_WOULD_TRADE = 15;
    static final int INSTRUMENT_HALTED = 16;
    static final int INSTRUMENT_CLOSED = 17;
    static final int NOT_ALLOWED_IN_STATE = 18;
    static final int ACCOUNT_KILLED = 20;
    static final int UNSUPPORTED_COMBINATION = 21;
    static final int INVALID_STOP_PRICE = 22;
    static final int INVALID_DISPLAY_QUANTITY = 23;
    static final int INVALID_MIN_QUANTITY = 24;
    static final int INVALID_EXPIRY = 25;
    static final int INVALID_PEG = 26;
    static final int QUOTE_CROSSED = 27;
    static final int BOOK_FULL = 28;
    static final int OPEN_ORDER_LIMIT = 29;
    static final int NO_REFERENCE_PRICE = 30;
    static final int INVALID_CLIENT_ORDER_ID = 31;
    static final int INVALID_LINK = 32;
    static final int UNKNOWN_ACCOUNT = 33;
    static final int CAPACITY = 38;
    static final int OPEN_ORDERS = 39;

    static final int FIELD_NONE = 0;
    static final int FIELD_INSTRUMENT = 1;
    static final int FIELD_SIDE = 2;
    static final int FIELD_ORDER_TYPE = 3;
    static final int FIELD_TIME_IN_FORCE = 4;
    static final int FIELD_PRICE = 5;
    static final int FIELD_QUANTITY = 6;
    static final int FIELD_STOP_PRICE = 7;
    static final int FIELD_DISPLAY_QUANTITY = 8;
    static final int FIELD_MIN_QUANTITY = 9;
    static final int FIELD_EXPIRE_TIME = 10;
    static final int FIELD_PEG = 11;
    static final int FIELD_CLIENT_ORDER_ID = 12;
    static final int FIELD_ORDER_ID = 13;
    static final int FIELD_FLAGS = 14;
    static final int FIELD_NOTIONAL = 15;
    static final int FIELD_POSITION = 16;
    static final int FIELD_BALANCE = 17;
    static final int FIELD_RATE = 18;
    static final int FIELD_ACCOUNT = 19;
    static final int FIELD_LINK = 21;

    static final int CANCEL_REQUESTED = 1;
    static final int CANCEL_IOC_REMAINDER = 2;
    static final int CANCEL_FOK_NOT_FILLED = 3;
    static final int CANCEL_MARKET_REMAINDER = 4;
    static final int CANCEL_SELF_TRADE = 5;
    static final int CANCEL_MASS_CANCEL = 6;
    static final int CANCEL_DISCONNECT = 7;
    static final int CANCEL_EXPIRED = 8;
    static final int CANCEL_KILL_SWITCH = 9;
    static final int CANCEL_LINKED_ORDER = 10;
    static final int CANCEL_POST_ONLY_WOULD_TRADE = 11;
    static final int CANCEL_REDUCED_TO_ZERO = 12;
    static final int CANCEL_QUOTE_REPLACED = 13;
    static final int CANCEL_INSTRUMENT_CLOSED = 14;
    static final int CANCEL_MIN_QUANTITY_NOT_MET = 15;
    static final int CANCEL_NO_REFERENCE_PRICE = 16;
    static final int CANCEL_RISK = 18;

    static final int RESTATE_ICEBERG_REFILL = 1;
    static final int RESTATE_PEG_MOVED = 2;
    static final int RESTATE_POST_ONLY_REPRICED = 3;
    static final int RESTATE_TRAILING_STOP_MOVED = 4;
    static final int RESTATE_SELF_TRADE_DECREMENT = 5;

    private Raw() {
    }
}
