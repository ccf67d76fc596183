package bourse.gateway.session;

import java.util.Arrays;

import org.agrona.collections.Long2LongHashMap;

/**
 * From order ids to slots. Ids are dense and count upwards, so the low bits of an id address a cell, and a neighbour is in the same cache line; no
 * hash on the common path. An order that still lives when its cell comes round again stays there, and the younger one goes to a hash map. Hot path.
 * Thread: the agent. Allocates only to grow, with the number of live orders.
 */
final class OrderSlots {
    static final int NONE = -1;

    private static final long EMPTY = -1;
    private static final int INITIAL_CELLS = 1 << 16;
    private static final int MAX_CELLS = 1 << 26;
    /** Cells for each live order: few enough collisions, few enough cache lines. */
    private static final int CELLS_PER_ORDER = 4;

    private final Long2LongHashMap displaced = new Long2LongHashMap(1 << 10, 0.55f, NONE);
    private long[] ids;
    private int[] slots;
    private int mask;
    private int size;

    OrderSlots() {
        allocate(INITIAL_CELLS);
    }

    /** So many orders will come: room for them at once instead of step by step. Only while there are none. */
    void expect(final long orders) {
        int cells = INITIAL_CELLS;
        while (cells / CELLS_PER_ORDER < orders && cells < MAX_CELLS) {
            cells *= 2;
        }
        if (size == 0 && cells > ids.length) {
            allocate(cells);
        }
    }

    /** An id that is not there yet; above 0. */
    void put(final long orderId, final int slot) {
        if (++size > ids.length / CELLS_PER_ORDER && ids.length < MAX_CELLS) {
            grow();
        }
        place(orderId, slot);
    }

    private void place(final long orderId, final int slot) {
        final int cell = (int) orderId & mask;
        if (ids[cell] == EMPTY) {
            ids[cell] = orderId;
            slots[cell] = slot;
        } else {
            displaced.put(orderId, slot);
        }
    }

    int get(final long orderId) {
        final int cell = (int) orderId & mask;
        return ids[cell] == orderId ? slots[cell] : getSlowPath(orderId);
    }

    private int getSlowPath(final long orderId) {
        return displaced.isEmpty() ? NONE : (int) displaced.get(orderId);
    }

    /** @return its slot, or {@link #NONE} when it was not there. */
    int remove(final long orderId) {
        final int cell = (int) orderId & mask;
        if (ids[cell] == orderId) {
            ids[cell] = EMPTY;
            size--;
            return slots[cell];
        }
        return removeSlowPath(orderId);
    }

    private int removeSlowPath(final long orderId) {
        final int slot = displaced.isEmpty() ? NONE : (int) displaced.remove(orderId);
        if (slot != NONE) {
            size--;
        }
        return slot;
    }

    int size() {
        return size;
    }

    private void grow() {
        final long[] oldIds = ids;
        final int[] oldSlots = slots;
        allocate(2 * oldIds.length);
        for (int cell = 0; cell < oldIds.length; cell++) {
            if (oldIds[cell] != EMPTY) {
                place(oldIds[cell], oldSlots[cell]);
            }
        }
        final long[] displacedIds = displaced.keySet().stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(displacedIds);
        for (final long orderId : displacedIds) {
            place(orderId, (int) displaced.remove(orderId));
        }
    }

    private void allocate(final int cells) {
        ids = new long[cells];
        Arrays.fill(ids, EMPTY);
        slots = new int[cells];
        mask = cells - 1;
    }
}
