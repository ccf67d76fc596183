package bourse.sbe.fold;

import java.util.Arrays;

/**
 * From order ids to handles, for those who fold events or feed messages into live orders. Each id has one cell, chosen by a hash, and whoever finds it taken goes to
 * {@link CollidedIds}: in a table that is an eighth full or less (a large one a quarter) nearly all are found, added and removed with one comparison whose outcome the processor
 * foresees. Ids are dense and count upwards: four that follow each other have one hash and fill one cache line. Hot path. Thread: one. Allocates only to grow,
 * with the number of live orders.
 */
public final class OrderIdTable {
    /** No such order. */
    public static final int NONE = -1;

    static final long EMPTY = -1;
    private static final int MAX_CELLS = 1 << 29;
    /** While the table is small; a larger one is fuller. */
    private static final int CELLS_PER_ORDER = 8;
    private static final int MANY_CELLS = 1 << 16;
    private static final int MANY_CELLS_PER_ORDER = 4;
    /** 2^64 divided by the golden ratio: neighbouring blocks lie far apart (Knuth, The Art of Computer Programming, 6.4). */
    static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final int initialCells;
    private final CollidedIds collided = new CollidedIds();
    /** The id, then the handle. */
    private long[] cells;
    private int mask;
    private int cellsTaken;
    private int mostIds;

    /** @param initialCells a power of two, 64 or more; sixteen bytes each, eight (of many orders four) for each live order */
    public OrderIdTable(final int initialCells) {
        if (initialCells < 64 || Integer.bitCount(initialCells) != 1) {
            throw new IllegalArgumentException("initialCells: " + initialCells + " (expected: a power of two, 64 or more)");
        }
        this.initialCells = initialCells;
        allocate(initialCells);
    }

    /** So many orders will come: room for them at once instead of step by step. Only while there are none. */
    public void expect(final long orders) {
        int count = initialCells;
        while (capacity(count) < orders && count < MAX_CELLS) {
            count *= 2;
        }
        if (size() == 0 && count > mask + 1) {
            allocate(count);
        }
    }

    /** Adds an id that is not there. Any id but -1, any handle but {@link #NONE}. */
    public void put(final long orderId, final int handle) {
        if (orderId == EMPTY) {
            throw new IllegalArgumentException("orderId: -1 (expected: any other)");
        }
        final int at = home(orderId);
        if (cells[at] == EMPTY) {
            cells[at] = orderId;
            cells[at + 1] = handle;
            cellsTaken++;
        } else {
            collided.put(orderId, handle);
        }
        if (size() > mostIds) {
            grow();
        }
    }

    /** Adds an id unless it is there; the handle that it has then, or {@link #NONE} when it was added. Ids and handles as for {@link #put}. */
    public int putIfAbsent(final long orderId, final int handle) {
        final int known = get(orderId);
        if (known == NONE) {
            put(orderId, handle);
        }
        return known;
    }

    /** Its handle, or {@link #NONE}. */
    public int get(final long orderId) {
        final int at = home(orderId);
        return cells[at] == orderId ? (int) cells[at + 1] : collided.get(orderId);
    }

    /** Forgets an id; its handle, or {@link #NONE} when it was not there. */
    public int remove(final long orderId) {
        final int at = home(orderId);
        if (cells[at] != orderId) {
            return collided.remove(orderId);
        }
        final int handle = (int) cells[at + 1];
        if (handle != NONE) {
            cells[at] = EMPTY;
            cells[at + 1] = NONE;
            cellsTaken--;
        }
        return handle;
    }

    /** Ids that are there. */
    public int size() {
        return cellsTaken + collided.size();
    }

    /** Forgets all of them, and the memory that they took. */
    public void clear() {
        collided.clear();
        allocate(initialCells);
    }

    private int home(final long orderId) {
        return (((int) ((orderId >>> 2) * SPREAD >>> 32) << 2 | (int) orderId & 3) & mask) << 1;
    }

    private void grow() {
        final long[] old = cells;
        allocate(2 * (mask + 1));
        for (int at = 0; at < old.length; at += 2) {
            if (old[at] != EMPTY) {
                put(old[at], (int) old[at + 1]);
            }
        }
        collided.moveTo(this);
    }

    private static int capacity(final int count) {
        return count == MAX_CELLS ? Integer.MAX_VALUE : count / (count < MANY_CELLS ? CELLS_PER_ORDER : MANY_CELLS_PER_ORDER);
    }

    private void allocate(final int count) {
        cells = new long[2 * count];
        Arrays.fill(cells, EMPTY);
        mask = count - 1;
        cellsTaken = 0;
        mostIds = capacity(count);
    }
}
