package bourse.engine.book;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * Pairs of numbers by (account slot, small key): balances by asset, positions by instrument. Entries are never removed and never move, so an address stays
 * good. Hot path. Thread: engine. Open addressing, at most half full.
 * <pre>
 *  0                        8       16       24      32
 *  +------------------------+-------+--------+-------+
 *  | account slot, key (+1) | first | second | (pad) |
 *  +------------------------+-------+--------+-------+
 * </pre>
 */
public final class BalanceTable {
    /** Balance: total. Position: net lots. */
    public static final int FIRST = 8;
    /** Balance: reserved. Position: bid and ask of the quote (two slots). */
    public static final int SECOND = 16;
    private static final int SHIFT = 5;

    private final long cells;
    private final int mask;
    private final int capacity;
    private int count;

    public BalanceTable(final BookMemory memory, final String name, final int capacity) {
        final int table = tableCells(capacity);
        cells = memory.carve(name, (long) table << SHIFT);
        mask = table - 1;
        this.capacity = capacity;
    }

    /** Bytes that a table carves, alignment included. */
    public static long bytes(final int capacity) {
        return ((long) tableCells(capacity) << SHIFT) + 64;
    }

    /** Address of the entry, 0 = none. */
    public long find(final int accountSlot, final int key) {
        final long cell = seek(accountSlot, key);
        return getLong(cell) == 0 ? 0 : cell;
    }

    /** Address of the entry, made with zeros if absent; 0 = no room. */
    public long findOrAdd(final int accountSlot, final int key) {
        final long cell = seek(accountSlot, key);
        if (getLong(cell) == 0) {
            if (count == capacity) {
                return 0;
            }
            count++;
            putLong(cell, pack(accountSlot, key));
        }
        return cell;
    }

    /** Entries that can still be made. */
    public int available() {
        return capacity - count;
    }

    private long seek(final int accountSlot, final int key) {
        final long packed = pack(accountSlot, key);
        int i = (int) (Hash.mix(packed) >>> 32) & mask;
        while (true) {
            final long cell = cells + ((long) i << SHIFT);
            final long found = getLong(cell);
            if (found == packed || found == 0) {
                return cell;
            }
            i = (i + 1) & mask;
        }
    }

    private static long pack(final int accountSlot, final int key) {
        return (long) accountSlot << 32 | key + 1;
    }

    private static int tableCells(final int capacity) {
        return Integer.highestOneBit(Math.max(16, capacity) * 2 - 1) << 1;
    }
}
