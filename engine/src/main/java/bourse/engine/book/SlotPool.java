package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

/**
 * Slots of a fixed length and a list of the free ones, last freed first (its line is still in the cache), threaded through the slots themselves.
 * Hot path. Thread: engine. Indices run from 1 to {@link #capacity}; slot 0 is never given out.
 */
public final class SlotPool {
    private final long base;
    private final int shift;
    private final int linkOffset;
    private final int capacity;
    private int free;
    private int fresh = 1;
    private int inUse;

    /**
     * @param shift      log2 of the slot's length
     * @param linkOffset of an int in the slot that may hold the free list's link while the slot is free
     */
    public SlotPool(final BookMemory memory, final String name, final int shift, final int linkOffset, final int capacity) {
        this.base = memory.carve(name, bytes(shift, capacity));
        this.shift = shift;
        this.linkOffset = linkOffset;
        this.capacity = capacity;
    }

    /** Bytes that a pool carves. */
    public static long bytes(final int shift, final int capacity) {
        return (capacity + 1L) << shift;
    }

    /** Address of slot 0. */
    public long base() {
        return base;
    }

    public long address(final int index) {
        return base + ((long) index << shift);
    }

    /** A slot with undefined content; the caller has seen that {@link #available} is above 0. */
    public int take() {
        inUse++;
        final int index = free;
        if (index != 0) {
            free = getInt(address(index) + linkOffset);
            return index;
        }
        if (fresh > capacity) {
            throw new IllegalStateException("pool exhausted, capacity=" + capacity);
        }
        return fresh++;
    }

    public void release(final int index) {
        inUse--;
        putInt(address(index) + linkOffset, free);
        free = index;
    }

    public int available() {
        return capacity - inUse;
    }

    public int inUse() {
        return inUse;
    }

    public int capacity() {
        return capacity;
    }
}
