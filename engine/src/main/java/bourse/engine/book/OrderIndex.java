package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;

/**
 * From the engine's dense order id to the order's slot. Hot path. Thread: engine.
 *
 * <p>An array of slot indices, addressed by the id's low bits: ids are dense, so neighbours share cache lines and a lookup is one load. An order that still
 * lives when its cell comes round again moves to an open-addressing table (linear probing, deletion by shifting back). The slot itself proves
 * the id, so cells are four bytes.
 */
public final class OrderIndex {
    private final long orders;
    private final long cells;
    private final int cellMask;
    private final long overflow;
    private final int overflowMask;
    private int overflowCount;

    public OrderIndex(final BookMemory memory, final SlotPool orders) {
        this.orders = orders.base();
        final int window = windowCells(orders.capacity());
        final int table = tableCells(orders.capacity());
        cells = memory.carve("order index", 4L * window);
        overflow = memory.carve("order index overflow", 4L * table);
        cellMask = window - 1;
        overflowMask = table - 1;
    }

    /** Bytes that an index carves, alignment included. */
    public static long bytes(final int maxOrders) {
        return 4L * windowCells(maxOrders) + 4L * tableCells(maxOrders) + 128;
    }

    /** Slot of the order, 0 = no such open order. */
    public int find(final long orderId) {
        final int slot = getInt(cells + ((orderId & cellMask) << 2));
        if (slot != 0 && id(slot) == orderId) {
            return slot;
        }
        return overflowCount == 0 ? 0 : findOverflow(orderId);
    }

    public void add(final long orderId, final int slot) {
        final long cell = cells + ((orderId & cellMask) << 2);
        final int old = getInt(cell);
        if (old != 0) {
            addOverflow(old);
        }
        putInt(cell, slot);
    }

    public void remove(final long orderId, final int slot) {
        final long cell = cells + ((orderId & cellMask) << 2);
        if (getInt(cell) == slot) {
            putInt(cell, 0);
        } else {
            removeOverflow(orderId, slot);
        }
    }

    /** Orders that outlived a round of the window. */
    public int overflowCount() {
        return overflowCount;
    }

    private long id(final int slot) {
        return getLong(orders + ((long) slot << OrderSlot.SHIFT) + OrderSlot.ORDER_ID);
    }

    private int home(final long orderId) {
        return (int) (Hash.mix(orderId) >>> 32) & overflowMask;
    }

    private long overflowCell(final int i) {
        return overflow + ((long) i << 2);
    }

    private int findOverflow(final long orderId) {
        for (int i = home(orderId); ; i = (i + 1) & overflowMask) {
            final int slot = getInt(overflowCell(i));
            if (slot == 0 || id(slot) == orderId) {
                return slot;
            }
        }
    }

    private void addOverflow(final int slot) {
        int i = home(id(slot));
        while (getInt(overflowCell(i)) != 0) {
            i = (i + 1) & overflowMask;
        }
        putInt(overflowCell(i), slot);
        overflowCount++;
    }

    private void removeOverflow(final long orderId, final int slot) {
        int hole = home(orderId);
        while (getInt(overflowCell(hole)) != slot) {
            hole = (hole + 1) & overflowMask;
        }
        for (int i = (hole + 1) & overflowMask; ; i = (i + 1) & overflowMask) {
            final int other = getInt(overflowCell(i));
            if (other == 0) {
                break;
            }
            if (((i - home(id(other))) & overflowMask) >= ((i - hole) & overflowMask)) {
                putInt(overflowCell(hole), other);
                hole = i;
            }
        }
        putInt(overflowCell(hole), 0);
        overflowCount--;
    }

    private static int windowCells(final int maxOrders) {
        return tableCells(maxOrders) << 1;
    }

    private static int tableCells(final int maxOrders) {
        return Integer.highestOneBit(Math.max(maxOrders, 16) * 2 - 1) << 1;
    }
}
