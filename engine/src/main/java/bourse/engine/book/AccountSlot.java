package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;

/**
 * One account in two cache lines: what every order touches first, limits behind.
 * <pre>
 *  0        4      8         12           16     20     24         28          32          36           40           44       48          56
 *  +--------+------+---------+------------+------+------+----------+-----------+-----------+------------+------------+--------+-----------+---------+
 *  | number | firm | checked | openOrders | head | tail | finished | headChunk | tailChunk | headOffset | tailOffset | killed | highestId | indexed |
 *  +--------+------+---------+------------+------+------+----------+-----------+-----------+------------+------------+--------+-----------+---------+
 *  64                 72                 80            88              96                   104          112
 *  +------------------+------------------+-------------+---------------+--------------------+------------+-----------+
 *  | maxOrderQuantity | maxOrderNotional | maxPosition | maxOpenOrders | maxOrdersPerSecond | rateSecond | rateCount |
 *  +------------------+------------------+-------------+---------------+--------------------+------------+-----------+
 * </pre>
 * {@code checked}: not 0 when the kill switch or any limit is set, so that an unlimited account costs one test.
 */
public final class AccountSlot {
    public static final int NUMBER = 0;
    public static final int FIRM = NUMBER + 4;
    public static final int CHECKED = FIRM + 4;
    public static final int OPEN_ORDERS = CHECKED + 4;
    public static final int HEAD = OPEN_ORDERS + 4;
    public static final int TAIL = HEAD + 4;
    public static final int FINISHED = TAIL + 4;
    public static final int HEAD_CHUNK = FINISHED + 4;
    public static final int TAIL_CHUNK = HEAD_CHUNK + 4;
    public static final int HEAD_OFFSET = TAIL_CHUNK + 4;
    public static final int TAIL_OFFSET = HEAD_OFFSET + 4;
    public static final int KILLED = TAIL_OFFSET + 4;
    public static final int HIGHEST_ID = KILLED + 4;
    public static final int INDEXED = HIGHEST_ID + 8;
    public static final int MAX_ORDER_QUANTITY = 64;
    public static final int MAX_ORDER_NOTIONAL = MAX_ORDER_QUANTITY + 8;
    public static final int MAX_POSITION = MAX_ORDER_NOTIONAL + 8;
    public static final int MAX_OPEN_ORDERS = MAX_POSITION + 8;
    public static final int MAX_ORDERS_PER_SECOND = MAX_OPEN_ORDERS + 8;
    public static final int RATE_SECOND = MAX_ORDERS_PER_SECOND + 8;
    public static final int RATE_COUNT = RATE_SECOND + 8;
    public static final int LENGTH = 128;
    public static final int SHIFT = 7;

    static {
        if (INDEXED + 4 > MAX_ORDER_QUANTITY || RATE_COUNT + 8 > LENGTH || 1 << SHIFT != LENGTH) {
            throw new ExceptionInInitializerError("AccountSlot: LENGTH=" + LENGTH);
        }
    }

    private AccountSlot() {
    }

    /** After the kill switch or a limit has changed. */
    public static void updateChecked(final long account) {
        final boolean limited = (getLong(account + MAX_ORDER_QUANTITY) | getLong(account + MAX_ORDER_NOTIONAL) | getLong(account + MAX_POSITION)
            | getLong(account + MAX_OPEN_ORDERS) | getLong(account + MAX_ORDERS_PER_SECOND)) != 0;
        putInt(account + CHECKED, limited || getInt(account + KILLED) != 0 ? 1 : 0);
    }

    public static int number(final long account) {
        return getInt(account + NUMBER);
    }

    public static int firm(final long account) {
        return getInt(account + FIRM);
    }

    public static int openOrders(final long account) {
        return getInt(account + OPEN_ORDERS);
    }

    public static int finished(final long account) {
        return getInt(account + FINISHED);
    }
}
