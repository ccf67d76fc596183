package bourse.sbe.fold;

import java.util.Arrays;

/**
 * From order ids to handles, for those who fold events or feed messages into live orders. Ids are dense and count upwards: eight that follow each other have one
 * hash and lie side by side, so that most of what is looked for is in a cache line that was just used. Open addressing, at most a quarter full, linear
 * probing, deletion by shifting back. Hot path. Thread: one. Allocates only to grow, with the number of live orders.
 */
public final class OrderIdTable {
    /** No such order. */
    public static final int NONE = -1;

    private static final long EMPTY = -1;
    private static final int MAX_CELLS = 1 << 30;
    private static final int CELLS_PER_ORDER = 4;
    /** 2^64 divided by the golden ratio: neighbouring blocks lie far apart (Knuth, The Art of Computer Programming, 6.4). */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final int initialCells;
    private long[] ids;
    private int[] handles;
    private int mask;
    private int size;

    /** @param initialCells a power of two, 64 or more; twelve bytes each, four for each live order */
    public OrderIdTable(final int initialCells) {
        if (initialCells < 64 || Integer.bitCount(initialCells) != 1) {
            throw new IllegalArgumentException("initialCells: " + initialCells + " (expected: a power of two, 64 or more)");
        }
        this.initialCells = initialCells;
        allocate(initialCells);
    }

    /** So many orders will come: room for them at once instead of step by step. Only while there are none. */
    public void expect(final long orders) {
        int cells = initialCells;
        while (cells / CELLS_PER_ORDER < orders && cells < MAX_CELLS) {
            cells *= 2;
        }
        if (size == 0 && cells > ids.length) {
            allocate(cells);
        }
    }

    /** Adds an id that is not there. Any id but -1. */
    public void put(final long orderId, final int handle) {
        if (orderId == EMPTY) {
            throw new IllegalArgumentException("orderId: -1 (expected: any other)");
        }
        if (++size > ids.length / CELLS_PER_ORDER && ids.length < MAX_CELLS) {
            grow();
        }
        place(orderId, handle);
    }

    /** Adds an id unless it is there; the handle that it has then, or {@link #NONE} when it was added. Any id but -1. */
    public int putIfAbsent(final long orderId, final int handle) {
        if (orderId == EMPTY) {
            throw new IllegalArgumentException("orderId: -1 (expected: any other)");
        }
        int cell = home(orderId);
        for (long id = ids[cell]; id != EMPTY; id = ids[cell]) {
            if (id == orderId) {
                return handles[cell];
            }
            cell = cell + 1 & mask;
        }
        if (++size > ids.length / CELLS_PER_ORDER && ids.length < MAX_CELLS) {
            grow();
            place(orderId, handle);
        } else {
            ids[cell] = orderId;
            handles[cell] = handle;
        }
        return NONE;
    }

    /** Its handle, or {@link #NONE}. */
    public int get(final long orderId) {
        for (int cell = home(orderId); ; cell = cell + 1 & mask) {
            final long id = ids[cell];
            if (id == EMPTY) {
                return NONE;
            }
            if (id == orderId) {
                return handles[cell];
            }
        }
    }

    /** Forgets an id; its handle, or {@link #NONE} when it was not there. */
    public int remove(final long orderId) {
        int hole = home(orderId);
        for (long id = ids[hole]; id != orderId; id = ids[hole]) {
            if (id == EMPTY) {
                return NONE;
            }
            hole = hole + 1 & mask;
        }
        if (orderId == EMPTY) {
            return NONE;
        }
        final int handle = handles[hole];
        for (int cell = hole + 1 & mask; ids[cell] != EMPTY; cell = cell + 1 & mask) {
            if ((cell - home(ids[cell]) & mask) >= (cell - hole & mask)) {
                ids[hole] = ids[cell];
                handles[hole] = handles[cell];
                hole = cell;
            }
        }
        ids[hole] = EMPTY;
        size--;
        return handle;
    }

    /** Ids that are there. */
    public int size() {
        return size;
    }

    /** Forgets all of them, and the memory that they took. */
    public void clear() {
        size = 0;
        allocate(initialCells);
    }

    private int home(final long orderId) {
        return ((int) ((orderId >>> 3) * SPREAD >>> 32) << 3 | (int) orderId & 7) & mask;
    }

    private void place(final long orderId, final int handle) {
        int cell = home(orderId);
        while (ids[cell] != EMPTY) {
            cell = cell + 1 & mask;
        }
        ids[cell] = orderId;
        handles[cell] = handle;
    }

    private void grow() {
        final long[] oldIds = ids;
        final int[] oldHandles = handles;
        allocate(2 * oldIds.length);
        for (int cell = 0; cell < oldIds.length; cell++) {
            if (oldIds[cell] != EMPTY) {
                place(oldIds[cell], oldHandles[cell]);
            }
        }
    }

    private void allocate(final int cells) {
        ids = new long[cells];
        Arrays.fill(ids, EMPTY);
        handles = new int[cells];
        mask = cells - 1;
    }
}
