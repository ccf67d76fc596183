package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * One open order in one cache line.
 * <pre>
 *  0         8               16         24       32      40     44     48      52        56       60           64
 *  +---------+---------------+----------+--------+-------+------+------+-------+---------+--------+------------+
 *  | orderId | clientOrderId | sequence | leaves | slice | next | prev | level | account | traits | instrument |
 *  +---------+---------------+----------+--------+-------+------+------+-------+---------+--------+------------+
 * </pre>
 * {@code slice}: what may trade before the order loses its place (an iceberg's shown peak, otherwise all of {@code leaves}). next, prev and
 * level are slot indices; its price is its level's. {@code traits}: bits 0 side, 1..3 type, 4..6 time in force, 7..9 self-trade
 * prevention, 10..13 {@code OrderFlags} without {@code extended}, then the bits below.
 */
public final class OrderSlot {
    public static final int ORDER_ID = 0;
    public static final int CLIENT_ORDER_ID = ORDER_ID + 8;
    public static final int SEQUENCE = CLIENT_ORDER_ID + 8;
    public static final int LEAVES = SEQUENCE + 8;
    public static final int SLICE = LEAVES + 8;
    public static final int NEXT = SLICE + 8;
    public static final int PREV = NEXT + 4;
    public static final int LEVEL = PREV + 4;
    public static final int ACCOUNT = LEVEL + 4;
    public static final int TRAITS = ACCOUNT + 4;
    public static final int INSTRUMENT = TRAITS + 4;
    public static final int LENGTH = INSTRUMENT + 4;
    public static final int SHIFT = 6;

    public static final int SIDE_BIT = 1;
    public static final int FLAGS_SHIFT = 10;
    public static final int POST_ONLY = 1 << FLAGS_SHIFT;
    public static final int POST_ONLY_REPRICE = 2 << FLAGS_SHIFT;
    public static final int HIDDEN = 4 << FLAGS_SHIFT;
    public static final int ALL_OR_NONE = 8 << FLAGS_SHIFT;
    /** What a market order leaves waits at any price. */
    public static final int REST_REMAINDER = 16 << FLAGS_SHIFT;
    /** Waits as a stop. */
    public static final int PENDING = 1 << 15;
    /** Has a {@link TermsSlot} that means something. */
    public static final int TERMS = 1 << 16;
    /** Entered by order id only: not in the account's list and index. */
    public static final int DIRECT = 1 << 17;
    /** Leg of a quote. */
    public static final int QUOTE = 1 << 18;
    /** DAY, GTD or AT_AUCTION: in a list of those that end by themselves. */
    public static final int EXPIRES = 1 << 19;
    /** One of a one-cancels-other pair, or waiting for the second. */
    public static final int LINKED = 1 << 20;
    /** Peg or waiting trailing stop: in a list of those that the market moves. */
    public static final int MOVER = 1 << 21;
    /** Pegged, resting or about to. */
    public static final int PEG = 1 << 22;

    private static final int PLAIN_FLAGS = 15;
    private static final int REST_REMAINDER_FLAG = 32;

    static {
        if (LENGTH != 64 || 1 << SHIFT != LENGTH) {
            throw new ExceptionInInitializerError("OrderSlot: LENGTH=" + LENGTH + " (expected: one cache line)");
        }
    }

    private OrderSlot() {
    }

    /** @param flags raw {@code OrderFlags}; {@code extended} is not kept */
    public static int traits(final int side, final int type, final int timeInForce, final int selfTradePrevention, final int flags) {
        return side | type << 1 | timeInForce << 4 | selfTradePrevention << 7
            | (flags & PLAIN_FLAGS | (flags & REST_REMAINDER_FLAG) >>> 1) << FLAGS_SHIFT;
    }

    public static int side(final int traits) {
        return traits & SIDE_BIT;
    }

    public static int type(final int traits) {
        return (traits >>> 1) & 7;
    }

    public static int timeInForce(final int traits) {
        return (traits >>> 4) & 7;
    }

    public static int selfTradePrevention(final int traits) {
        return (traits >>> 7) & 7;
    }

    /** {@code OrderFlags} without {@code extended}. */
    public static int flags(final int traits) {
        return (traits >>> FLAGS_SHIFT) & PLAIN_FLAGS | (traits & REST_REMAINDER) >>> FLAGS_SHIFT - 1;
    }

    public static int withType(final int traits, final int type) {
        return (traits & ~(7 << 1)) | type << 1;
    }

    public static long orderId(final long slot) {
        return getLong(slot + ORDER_ID);
    }

    public static long clientOrderId(final long slot) {
        return getLong(slot + CLIENT_ORDER_ID);
    }

    public static long sequence(final long slot) {
        return getLong(slot + SEQUENCE);
    }

    public static long leaves(final long slot) {
        return getLong(slot + LEAVES);
    }

    public static void leaves(final long slot, final long lots) {
        putLong(slot + LEAVES, lots);
    }

    public static long slice(final long slot) {
        return getLong(slot + SLICE);
    }

    public static void slice(final long slot, final long lots) {
        putLong(slot + SLICE, lots);
    }

    public static int next(final long slot) {
        return getInt(slot + NEXT);
    }

    public static int prev(final long slot) {
        return getInt(slot + PREV);
    }

    public static int level(final long slot) {
        return getInt(slot + LEVEL);
    }

    public static int account(final long slot) {
        return getInt(slot + ACCOUNT);
    }

    public static int traits(final long slot) {
        return getInt(slot + TRAITS);
    }

    public static void traits(final long slot, final int traits) {
        putInt(slot + TRAITS, traits);
    }

    public static int instrument(final long slot) {
        return getInt(slot + INSTRUMENT);
    }

    /** What the public book shows of a resting order. */
    public static long visible(final long slot) {
        return (traits(slot) & HIDDEN) != 0 ? 0 : slice(slot);
    }
}
