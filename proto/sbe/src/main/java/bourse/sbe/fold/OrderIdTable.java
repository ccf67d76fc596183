package bourse.sbe.fold;

/**
 * From order ids to handles, for those who fold events or feed messages into live orders. Ids are dense and count upwards, and most orders live shortly: an id's low bits
 * choose its cell, so that the ids of now lie side by side, eight in a cache line, whatever the table's size. When they come round they begin elsewhere, so that ids with even
 * distances (a book of 256 in turn) meet in no cell either. An order whose cell a newer one takes moves to {@link CollidedIds}: those that live for longer than as many ids as
 * there are cells, eight for each live order (of many four), and of the others few. Hot path. Thread: one. Allocates only to grow, with the number of live orders.
 *
 * <pre>
 *  cell   63                      32 31              0
 *        +--------------------------+-----------------+
 *        | id above the low bits    | handle + 1      |   0 = empty
 *        +--------------------------+-----------------+
 * </pre>
 */
public final class OrderIdTable {
    /** No such order. */
    public static final int NONE = -1;

    static final long EMPTY = -1;
    /** 2^64 divided by the golden ratio: neighbours lie far apart (Knuth, The Art of Computer Programming, 6.4). */
    static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int MAX_CELLS = 1 << 30;
    /** While the table is small; a larger one is fuller. */
    private static final int CELLS_PER_ORDER = 8;
    private static final int MANY_CELLS = 1 << 16;
    private static final int MANY_CELLS_PER_ORDER = 4;
    private static final long LOW_WORD = 0xFFFF_FFFFL;
    /** Cells between the beginnings of two rounds: odd, so that no two rounds of a table begin alike. */
    private static final int TURN = (int) (SPREAD >>> 32) | 1;

    private final int initialCells;
    private final CollidedIds collided = new CollidedIds();
    private long[] cells;
    private int indexBits;
    private int cellsTaken;
    private int mostIds;

    /** @param initialCells a power of two, 64 or more; eight bytes each, eight cells (of many orders four) for each live order */
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
        if (size() == 0 && count > cells.length) {
            allocate(count);
            collided.expect(orders);
        }
    }

    /** Adds an id that is not there. Any id but -1, any handle from 0 to 2^31 - 2. */
    public void put(final long orderId, final int handle) {
        if (orderId == EMPTY) {
            throw new IllegalArgumentException("orderId: -1 (expected: any other)");
        }
        final long high = orderId >>> indexBits;
        if (high > LOW_WORD) {
            collided.put(orderId, handle);
        } else {
            final int at = cell(orderId, high);
            final long older = cells[at];
            cells[at] = high << 32 | handle + 1;
            if (older == 0) {
                cellsTaken++;
            } else {
                collided.put(id(at, older >>> 32, indexBits, cells.length - 1), (int) older - 1);
            }
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
        final long high = orderId >>> indexBits;
        final long cell = cells[cell(orderId, high)];
        return cell != 0 && cell >>> 32 == high ? (int) cell - 1 : collided.get(orderId);
    }

    /** Forgets an id; its handle, or {@link #NONE} when it was not there. */
    public int remove(final long orderId) {
        final long high = orderId >>> indexBits;
        final int at = cell(orderId, high);
        final long cell = cells[at];
        if (cell == 0 || cell >>> 32 != high) {
            return collided.remove(orderId);
        }
        cells[at] = 0;
        cellsTaken--;
        return (int) cell - 1;
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

    private int cell(final long orderId, final long high) {
        return (int) orderId + (int) high * TURN & cells.length - 1;
    }

    /** The other way round. */
    private static long id(final int cell, final long high, final int bits, final int mask) {
        return high << bits | cell - (int) high * TURN & mask;
    }

    private void grow() {
        final long[] old = cells;
        final int oldBits = indexBits;
        allocate(2 * old.length);
        for (int at = 0; at < old.length; at++) {
            if (old[at] != 0) {
                put(id(at, old[at] >>> 32, oldBits, old.length - 1), (int) old[at] - 1);
            }
        }
        collided.moveTo(this);
    }

    private static int capacity(final int count) {
        return count == MAX_CELLS ? Integer.MAX_VALUE : count / (count < MANY_CELLS ? CELLS_PER_ORDER : MANY_CELLS_PER_ORDER);
    }

    private void allocate(final int count) {
        cells = new long[count];
        indexBits = Integer.numberOfTrailingZeros(count);
        cellsTaken = 0;
        mostIds = capacity(count);
    }
}
