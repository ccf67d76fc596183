package bourse.engine.book;

/**
 * The rare terms of an order, beside its {@link OrderSlot} in a column of its own: plain orders never touch it.
 * <pre>
 *  0      8         16            24           32       40           48       56        64      72             76        80          84
 *  +------+---------+-------------+------------+--------+------------+--------+---------+-------+--------------+---------+-----------+-----------+
 *  | stop | display | minQuantity | expireTime | offset | limitPrice | linkId | quoteId | limit | pegReference | partner | moverNext | moverPrev |
 *  +------+---------+-------------+------------+--------+------------+--------+---------+-------+--------------+---------+-----------+-----------+
 *  88           92         96          128
 *  +------------+----------+-----------+-------+
 *  | expiryNext | expiryPrev | heapPlace | (pad) |
 *  +------------+----------+-----------+-------+
 * </pre>
 * {@code limit}: the limit of a waiting stop, which has no level of that price yet. {@code partner}: the other order of a one-cancels-other pair. The lists: pegs
 * or trailing stops of an instrument; orders of an instrument that end with the session. {@code heapPlace}: in the {@link ExpiryHeap}, 0 = not there.
 */
public final class TermsSlot {
    public static final int STOP_PRICE = 0;
    public static final int DISPLAY = STOP_PRICE + 8;
    public static final int MIN_QUANTITY = DISPLAY + 8;
    public static final int EXPIRE_TIME = MIN_QUANTITY + 8;
    public static final int OFFSET = EXPIRE_TIME + 8;
    public static final int LIMIT_PRICE = OFFSET + 8;
    public static final int LINK_ID = LIMIT_PRICE + 8;
    public static final int QUOTE_ID = LINK_ID + 8;
    public static final int LIMIT = QUOTE_ID + 8;
    public static final int PEG_REFERENCE = LIMIT + 8;
    public static final int PARTNER = PEG_REFERENCE + 4;
    public static final int MOVER_NEXT = PARTNER + 4;
    public static final int MOVER_PREV = MOVER_NEXT + 4;
    public static final int EXPIRY_NEXT = MOVER_PREV + 4;
    public static final int EXPIRY_PREV = EXPIRY_NEXT + 4;
    public static final int HEAP_PLACE = EXPIRY_PREV + 4;
    public static final int LENGTH = 128;
    public static final int SHIFT = 7;

    static {
        if (HEAP_PLACE + 4 > LENGTH || 1 << SHIFT != LENGTH) {
            throw new ExceptionInInitializerError("TermsSlot: LENGTH=" + LENGTH);
        }
    }

    private TermsSlot() {
    }
}
