package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * From (account, a number of the client's) to the slot of an open order: client order ids, link ids. Hot path. Thread: engine.
 *
 * <p>Open addressing, at most half full, linear probing, deletion by shifting back. A cell is the slot (low 32 bits) and the hash (high 32 bits); the order's
 * slot proves account and number. Eight numbers that follow each other share the hash of their block and lie in one cache line: clients count upwards, and
 * what an entry costs is the miss of a large table. Only open orders are here; while they are few they are in a table that stays in the cache, and move once, at
 * {@value #FEW_CELLS} / 2, to the one that has room for all: some tenths of a millisecond.
 */
public final class AccountKeyIndex {
    private static final int FEW_CELLS = 1 << 14;

    private final long orders;
    private final long keys;
    private final int keyShift;
    private final long allCells;
    private final int allMask;
    private long cells;
    private int mask;
    private int size;

    /** @param keys address of the number of slot 0, {@code keyShift} the log2 of its stride */
    public AccountKeyIndex(final BookMemory memory, final String name, final SlotPool orders, final long keys, final int keyShift) {
        this.keys = keys;
        this.keyShift = keyShift;
        this.orders = orders.base();
        final int table = tableCells(orders.capacity());
        allCells = memory.carve(name, 8L * (table + fewCells(table)));
        allMask = table - 1;
        cells = fewCells(table) > 0 ? allCells + 8L * table : allCells;
        mask = Math.min(table, FEW_CELLS) - 1;
    }

    /** Bytes that an index carves, alignment included. */
    public static long bytes(final int maxOrders) {
        final int table = tableCells(maxOrders);
        return 8L * (table + fewCells(table)) + 64;
    }

    /** Slot of the open order, 0 = none. */
    public int find(final int account, final long key) {
        final int hash = hash(account, key);
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            final long cell = getLong(cells + ((long) i << 3));
            if (cell == 0) {
                return 0;
            }
            if ((int) (cell >>> 32) == hash) {
                final long order = orders + ((cell & 0xffff_ffffL) << OrderSlot.SHIFT);
                if (getLong(keys + ((cell & 0xffff_ffffL) << keyShift)) == key && getInt(order + OrderSlot.ACCOUNT) == account) {
                    return (int) cell;
                }
            }
        }
    }

    /** Adds a number that is not there. */
    public void add(final int account, final long key, final int slot) {
        if (++size > FEW_CELLS / 2 && mask != allMask) {
            moveToAllCells();
        }
        place((long) hash(account, key) << 32 | slot);
    }

    private void place(final long cell) {
        int i = (int) (cell >>> 32) & mask;
        while (getLong(cells + ((long) i << 3)) != 0) {
            i = (i + 1) & mask;
        }
        putLong(cells + ((long) i << 3), cell);
    }

    private void moveToAllCells() {
        final long few = cells;
        cells = allCells;
        mask = allMask;
        for (int i = 0; i < FEW_CELLS; i++) {
            final long cell = getLong(few + ((long) i << 3));
            if (cell != 0) {
                place(cell);
            }
        }
    }

    /** Forgets a number that is there with this slot. */
    public void remove(final int account, final long key, final int slot) {
        final int hash = hash(account, key);
        final long sought = (long) hash << 32 | slot;
        int hole = hash & mask;
        while (getLong(cells + ((long) hole << 3)) != sought) {
            hole = (hole + 1) & mask;
        }
        for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
            final long cell = getLong(cells + ((long) i << 3));
            if (cell == 0) {
                break;
            }
            if (((i - (int) (cell >>> 32)) & mask) >= ((i - hole) & mask)) {
                putLong(cells + ((long) hole << 3), cell);
                hole = i;
            }
        }
        putLong(cells + ((long) hole << 3), 0);
        size--;
    }

    private static int hash(final int account, final long key) {
        return (int) (Hash.mix((key >>> 3) + account * 0x9E37_79B9_7F4A_7C15L) >>> 32) & ~7 | (int) key & 7;
    }

    private static int fewCells(final int table) {
        return table > FEW_CELLS ? FEW_CELLS : 0;
    }

    private static int tableCells(final int maxOrders) {
        return Integer.highestOneBit(Math.max(maxOrders, 16) * 2 - 1) << 1;
    }
}
