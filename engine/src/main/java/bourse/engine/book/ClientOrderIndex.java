package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * From (account slot, client order id) to the open order's slot, or to "finished, not to be used again". Hot path. Thread: engine.
 *
 * <p>Open addressing, at most half full, linear probing, deletion by shifting back. Four consecutive ids of an account share a cache line: clients count upwards.
 * <pre>
 *  0               8             12      16
 *  +---------------+-------------+-------+
 *  | clientOrderId | accountSlot | value |   value: 0 = empty cell, above 0 = order slot, -1 = finished
 *  +---------------+-------------+-------+
 * </pre>
 */
public final class ClientOrderIndex {
    /** Value of an id that is used up. */
    public static final int FINISHED = -1;
    private static final int ID = 0;
    private static final int ACCOUNT = 8;
    private static final int VALUE = 12;
    private static final int SHIFT = 4;

    private final long cells;
    private final int mask;

    public ClientOrderIndex(final BookMemory memory, final long maxIds) {
        final int table = tableCells(maxIds);
        cells = memory.carve("client order ids", (long) table << SHIFT);
        mask = table - 1;
    }

    /** Bytes that an index carves, alignment included. */
    public static long bytes(final long maxIds) {
        return ((long) tableCells(maxIds) << SHIFT) + 64;
    }

    /** 0 = unknown, {@link #FINISHED}, or the order's slot. */
    public int find(final int accountSlot, final long clientOrderId) {
        for (int i = home(accountSlot, clientOrderId); ; i = (i + 1) & mask) {
            final long cell = cell(i);
            final int value = getInt(cell + VALUE);
            if (value == 0 || getLong(cell + ID) == clientOrderId && getInt(cell + ACCOUNT) == accountSlot) {
                return value;
            }
        }
    }

    /** Adds or overwrites; {@code value} is not 0. */
    public void put(final int accountSlot, final long clientOrderId, final int value) {
        for (int i = home(accountSlot, clientOrderId); ; i = (i + 1) & mask) {
            final long cell = cell(i);
            final int old = getInt(cell + VALUE);
            if (old == 0) {
                putLong(cell + ID, clientOrderId);
                putInt(cell + ACCOUNT, accountSlot);
                putInt(cell + VALUE, value);
                return;
            }
            if (getLong(cell + ID) == clientOrderId && getInt(cell + ACCOUNT) == accountSlot) {
                putInt(cell + VALUE, value);
                return;
            }
        }
    }

    /** Forgets an id that is there. */
    public void remove(final int accountSlot, final long clientOrderId) {
        int hole = home(accountSlot, clientOrderId);
        while (getLong(cell(hole) + ID) != clientOrderId || getInt(cell(hole) + ACCOUNT) != accountSlot) {
            if (getInt(cell(hole) + VALUE) == 0) {
                throw new IllegalStateException("id not in index, accountSlot=" + accountSlot + ", clientOrderId=" + clientOrderId);
            }
            hole = (hole + 1) & mask;
        }
        for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
            final long cell = cell(i);
            final int value = getInt(cell + VALUE);
            if (value == 0) {
                break;
            }
            if (((i - home(getInt(cell + ACCOUNT), getLong(cell + ID))) & mask) >= ((i - hole) & mask)) {
                putLong(cell(hole) + ID, getLong(cell + ID));
                putLong(cell(hole) + ACCOUNT, getLong(cell + ACCOUNT));
                hole = i;
            }
        }
        putLong(cell(hole) + ID, 0);
        putLong(cell(hole) + ACCOUNT, 0);
    }

    private int home(final int accountSlot, final long clientOrderId) {
        final long block = Hash.mix((clientOrderId >>> 2) + accountSlot * 0x9E37_79B9_7F4A_7C15L);
        return ((int) (block >>> 32) << 2 | (int) clientOrderId & 3) & mask;
    }

    private long cell(final int i) {
        return cells + ((long) i << SHIFT);
    }

    private static int tableCells(final long maxIds) {
        if (maxIds > 1L << 29) {
            throw new IllegalArgumentException("maxIds: " + maxIds + " (expected: at most " + (1L << 29) + ")");
        }
        return (int) (Long.highestOneBit(Math.max(64, maxIds) * 2 - 1) << 1);
    }
}
