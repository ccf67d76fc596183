package bourse.sbe.fold;

import java.util.Arrays;

/**
 * From those order ids to handles whose cell in an {@link OrderIdTable} another one has. Open addressing, at most a quarter full, linear probing, deletion by shifting back.
 * Hot path. Thread: one. Allocates only to grow.
 */
final class CollidedIds {
    private static final int NONE = OrderIdTable.NONE;
    private static final long EMPTY = OrderIdTable.EMPTY;
    private static final int MAX_CELLS = 1 << 30;
    private static final int INITIAL_CELLS = 64;
    private static final int CELLS_PER_ORDER = 4;

    private long[] ids;
    private int[] handles;
    private int mask;
    private int size;

    CollidedIds() {
        allocate(INITIAL_CELLS);
    }

    /** So many may come, when all live long: room for them at once. Only while there are none. */
    void expect(final long orders) {
        int cells = INITIAL_CELLS;
        while ((long) cells / CELLS_PER_ORDER < orders && cells < MAX_CELLS) {
            cells *= 2;
        }
        allocate(cells);
    }

    /** Adds an id that is not there. */
    void put(final long orderId, final int handle) {
        if (++size > ids.length / CELLS_PER_ORDER && ids.length < MAX_CELLS) {
            grow();
        }
        place(orderId, handle);
    }

    /** Its handle, or {@link #NONE}. */
    int get(final long orderId) {
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
    int remove(final long orderId) {
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
    int size() {
        return size;
    }

    /** Forgets all of them, and the memory that they took. */
    void clear() {
        size = 0;
        allocate(INITIAL_CELLS);
    }

    /** Puts all of them into the table, and forgets them, but keeps the room: most come back when they live long. */
    void moveTo(final OrderIdTable table) {
        final long[] oldIds = ids;
        final int[] oldHandles = handles;
        size = 0;
        allocate(oldIds.length);
        for (int cell = 0; cell < oldIds.length; cell++) {
            if (oldIds[cell] != EMPTY) {
                table.put(oldIds[cell], oldHandles[cell]);
            }
        }
    }

    private int home(final long orderId) {
        return (int) (orderId * OrderIdTable.SPREAD >>> 32) & mask;
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
