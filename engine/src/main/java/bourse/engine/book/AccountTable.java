package bourse.engine.book;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * The accounts of a shard by number, never removed. Hot path. Thread: engine. Slots in order of first mention, from 1; an open-addressing table of
 * (number, slot) pairs finds them.
 */
public final class AccountTable {
    private final long slots;
    private final long cells;
    private final int mask;
    private final int capacity;
    private int count;
    private int lastNumber;
    private int lastSlot;

    public AccountTable(final BookMemory memory, final int maxAccounts) {
        capacity = maxAccounts;
        slots = memory.carve("accounts", (maxAccounts + 1L) << AccountSlot.SHIFT);
        final int table = Integer.highestOneBit(Math.max(16, maxAccounts) * 2 - 1) << 1;
        cells = memory.carve("account table", 8L * table);
        mask = table - 1;
    }

    /** Bytes that a table carves, alignment included. */
    public static long bytes(final int maxAccounts) {
        return ((maxAccounts + 1L) << AccountSlot.SHIFT) + 8L * (Integer.highestOneBit(Math.max(16, maxAccounts) * 2 - 1) << 1) + 128;
    }

    public long address(final int slot) {
        return slots + ((long) slot << AccountSlot.SHIFT);
    }

    public int count() {
        return count;
    }

    public int capacity() {
        return capacity;
    }

    /** Slot of the account, 0 = never named. */
    public int find(final int number) {
        if (number == lastNumber) {
            return lastSlot;
        }
        return findSlowPath(number);
    }

    private int findSlowPath(final int number) {
        for (int i = home(number); ; i = (i + 1) & mask) {
            final long cell = getLong(cells + ((long) i << 3));
            if (cell == 0) {
                return 0;
            }
            if ((int) cell == number) {
                lastNumber = number;
                lastSlot = (int) (cell >>> 32);
                return lastSlot;
            }
        }
    }

    /** Slot of the account, made on first mention; 0 = no room. {@code number} is not 0. */
    public int findOrAdd(final int number) {
        final int slot = find(number);
        return slot != 0 ? slot : add(number);
    }

    private int add(final int number) {
        if (count == capacity) {
            return 0;
        }
        final int slot = ++count;
        putInt(address(slot) + AccountSlot.NUMBER, number);
        int i = home(number);
        while (getLong(cells + ((long) i << 3)) != 0) {
            i = (i + 1) & mask;
        }
        putLong(cells + ((long) i << 3), (long) slot << 32 | number & 0xffff_ffffL);
        lastNumber = number;
        lastSlot = slot;
        return slot;
    }

    private int home(final int number) {
        return (int) (Hash.mix(number & 0xffff_ffffL) >>> 32) & mask;
    }
}
