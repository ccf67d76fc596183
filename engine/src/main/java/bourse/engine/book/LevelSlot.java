package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

/**
 * One price of one side, in one cache line: queue of orders, sums, links of the far field.
 * <pre>
 *  0     8         16      24     28     32       36              40     44      48      56          60     64
 *  +-----+---------+-------+------+------+--------+---------------+------+-------+-------+-----------+------+
 *  | key | visible | total | head | tail | orders | visibleOrders | left | right | price | allOrNone | pegs |
 *  +-----+---------+-------+------+------+--------+---------------+------+-------+-------+-----------+------+
 * </pre>
 * {@code key}: the price in ticks so turned that a smaller key is a better price. {@code total}: all open quantity, {@code visible}: what the public book
 * shows. {@code allOrNone}: orders of the level that trade whole or not at all, {@code pegs}: displayed
 * pegged ones, which no other peg follows.
 */
public final class LevelSlot {
    public static final int KEY = 0;
    public static final int VISIBLE = KEY + 8;
    public static final int TOTAL = VISIBLE + 8;
    public static final int HEAD = TOTAL + 8;
    public static final int TAIL = HEAD + 4;
    public static final int ORDERS = TAIL + 4;
    public static final int VISIBLE_ORDERS = ORDERS + 4;
    public static final int LEFT = VISIBLE_ORDERS + 4;
    public static final int RIGHT = LEFT + 4;
    public static final int PRICE = RIGHT + 4;
    public static final int ALL_OR_NONE = PRICE + 8;
    public static final int PEGS = ALL_OR_NONE + 4;
    public static final int LENGTH = PEGS + 4;
    public static final int SHIFT = 6;

    static {
        if (LENGTH != 64 || 1 << SHIFT != LENGTH) {
            throw new ExceptionInInitializerError("LevelSlot: LENGTH=" + LENGTH + " (expected: one cache line)");
        }
    }

    private LevelSlot() {
    }

    public static long key(final long level) {
        return getLong(level + KEY);
    }

    public static long visible(final long level) {
        return getLong(level + VISIBLE);
    }

    public static long total(final long level) {
        return getLong(level + TOTAL);
    }

    public static int head(final long level) {
        return getInt(level + HEAD);
    }

    public static int tail(final long level) {
        return getInt(level + TAIL);
    }

    public static int orders(final long level) {
        return getInt(level + ORDERS);
    }

    public static int visibleOrders(final long level) {
        return getInt(level + VISIBLE_ORDERS);
    }

    public static long price(final long level) {
        return getLong(level + PRICE);
    }
}
