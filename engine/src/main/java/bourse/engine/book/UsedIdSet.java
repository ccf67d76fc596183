package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * Set of (account slot, client order id): the finished ids of accounts whose ids do not only grow. Thread: engine. Open addressing, at most half full,
 * linear probing, deletion by shifting back.
 * <pre>
 *  0               8             12     16
 *  +---------------+-------------+------+
 *  | clientOrderId | accountSlot | used |
 *  +---------------+-------------+------+
 * </pre>
 */
final class UsedIdSet {
    private static final int ID = 0;
    private static final int ACCOUNT = 8;
    private static final int USED = 12;
    private static final int SHIFT = 4;

    private final long cells;
    private final int mask;

    UsedIdSet(final BookMemory memory, final long maxIds) {
        final int table = tableCells(maxIds);
        cells = memory.carve("used client order ids", (long) table << SHIFT);
        mask = table - 1;
    }

    static long bytes(final long maxIds) {
        return ((long) tableCells(maxIds) << SHIFT) + 64;
    }

    boolean contains(final int accountSlot, final long clientOrderId) {
        return getInt(cell(seek(accountSlot, clientOrderId)) + USED) != 0;
    }

    void add(final int accountSlot, final long clientOrderId) {
        final long cell = cell(seek(accountSlot, clientOrderId));
        putLong(cell + ID, clientOrderId);
        putInt(cell + ACCOUNT, accountSlot);
        putInt(cell + USED, 1);
    }

    void remove(final int accountSlot, final long clientOrderId) {
        int hole = seek(accountSlot, clientOrderId);
        if (getInt(cell(hole) + USED) == 0) {
            throw new IllegalStateException("id not in set, accountSlot=" + accountSlot + ", clientOrderId=" + clientOrderId);
        }
        for (int i = (hole + 1) & mask; getInt(cell(i) + USED) != 0; i = (i + 1) & mask) {
            final long cell = cell(i);
            if (((i - home(getInt(cell + ACCOUNT), getLong(cell + ID))) & mask) >= ((i - hole) & mask)) {
                putLong(cell(hole) + ID, getLong(cell + ID));
                putLong(cell(hole) + ACCOUNT, getLong(cell + ACCOUNT));
                hole = i;
            }
        }
        putLong(cell(hole) + ID, 0);
        putLong(cell(hole) + ACCOUNT, 0);
    }

    private int seek(final int accountSlot, final long clientOrderId) {
        int i = home(accountSlot, clientOrderId);
        while (getInt(cell(i) + USED) != 0 && (getLong(cell(i) + ID) != clientOrderId || getInt(cell(i) + ACCOUNT) != accountSlot)) {
            i = (i + 1) & mask;
        }
        return i;
    }

    private int home(final int accountSlot, final long clientOrderId) {
        return (int) (Hash.mix(clientOrderId + accountSlot * 0x9E37_79B9_7F4A_7C15L) >>> 32) & mask;
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
