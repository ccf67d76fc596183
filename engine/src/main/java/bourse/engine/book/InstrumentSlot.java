package bourse.engine.book;

/**
 * What changes of an instrument besides its orders, in one cache line.
 * <pre>
 *  0           8              16           24                32      36             40     64
 *  +-----------+--------------+------------+-----------------+-------+--------------+------+
 *  | lastPrice | lastQuantity | tradeCount | referencePrice  | state | hasLastPrice | (pad)|
 *  +-----------+--------------+------------+-----------------+-------+--------------+------+
 * </pre>
 */
public final class InstrumentSlot {
    public static final int LAST_PRICE = 0;
    public static final int LAST_QUANTITY = LAST_PRICE + 8;
    public static final int TRADE_COUNT = LAST_QUANTITY + 8;
    public static final int REFERENCE_PRICE = TRADE_COUNT + 8;
    public static final int STATE = REFERENCE_PRICE + 8;
    public static final int HAS_LAST_PRICE = STATE + 4;
    public static final int LENGTH = 64;
    public static final int SHIFT = 6;

    static {
        if (HAS_LAST_PRICE + 4 > LENGTH || 1 << SHIFT != LENGTH) {
            throw new ExceptionInInitializerError("InstrumentSlot: LENGTH=" + LENGTH);
        }
    }

    private InstrumentSlot() {
    }
}
