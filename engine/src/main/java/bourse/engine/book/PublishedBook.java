package bourse.engine.book;

import bourse.sbe.layout.PublishedBookLayout;

import java.lang.invoke.VarHandle;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putLongRelease;

/**
 * Writes the region that other processes read, {@link PublishedBookLayout}: each part under its version, only what has changed. Levels without visible
 * quantity are left out. Hot path. Thread: engine.
 */
public final class PublishedBook {
    private final long base;
    private final int capacity;
    private int count;

    /** Writes the header; the region is the memory's. */
    public PublishedBook(final BookMemory memory, final int capacity) {
        if (memory.publishedLength() < PublishedBookLayout.length(capacity)) {
            throw new IllegalArgumentException("published region: " + memory.publishedLength() + " bytes (expected: at least "
                + PublishedBookLayout.length(capacity) + ")");
        }
        base = memory.publishedAddress();
        this.capacity = capacity;
        putInt(base + PublishedBookLayout.LAYOUT_VERSION_OFFSET, PublishedBookLayout.LAYOUT_VERSION);
        putInt(base + PublishedBookLayout.BLOCK_LENGTH_OFFSET, PublishedBookLayout.BLOCK_LENGTH);
        putInt(base + PublishedBookLayout.DEPTH_OFFSET, PublishedBookLayout.DEPTH);
        putInt(base + PublishedBookLayout.CAPACITY_OFFSET, capacity);
        putLongRelease(null, base + PublishedBookLayout.MAGIC_OFFSET, PublishedBookLayout.MAGIC);
    }

    /** Gives the next block to an instrument; returns its index. Cold. */
    public int define(final int instrumentId, final int state) {
        if (count == capacity) {
            throw new IllegalStateException("published region full, capacity=" + capacity);
        }
        final long block = base + PublishedBookLayout.block(count);
        putInt(block + PublishedBookLayout.INSTRUMENT_ID, instrumentId);
        putInt(block + PublishedBookLayout.STATE, state);
        count++;
        VarHandle.releaseFence();
        putInt(base + PublishedBookLayout.COUNT_OFFSET, count);
        return count - 1;
    }

    /** Best prices with their visible quantities, and the last trade. */
    public void top(final int index, final SideBook bids, final SideBook asks, final long lastPrice, final long lastQuantity, final long eventSeq) {
        final long block = base + PublishedBookLayout.block(index);
        final long bid = firstVisible(bids);
        final long ask = firstVisible(asks);
        final long version = begin(block + PublishedBookLayout.TOP_VERSION);
        putLong(block + PublishedBookLayout.TOP_EVENT_SEQ, eventSeq);
        putLong(block + PublishedBookLayout.BID_PRICE, bid == 0 ? 0 : LevelSlot.price(bid));
        putLong(block + PublishedBookLayout.BID_QUANTITY, bid == 0 ? 0 : LevelSlot.visible(bid));
        putLong(block + PublishedBookLayout.ASK_PRICE, ask == 0 ? 0 : LevelSlot.price(ask));
        putLong(block + PublishedBookLayout.ASK_QUANTITY, ask == 0 ? 0 : LevelSlot.visible(ask));
        putLong(block + PublishedBookLayout.LAST_PRICE, lastPrice);
        putLong(block + PublishedBookLayout.LAST_QUANTITY, lastQuantity);
        putLongRelease(null, block + PublishedBookLayout.TOP_VERSION, version + 1);
    }

    /** The sides that changed. */
    public void depth(final int index, final SideBook bids, final SideBook asks, final int state, final long eventSeq) {
        final long block = base + PublishedBookLayout.block(index);
        final long version = begin(block + PublishedBookLayout.DEPTH_VERSION);
        putLong(block + PublishedBookLayout.DEPTH_EVENT_SEQ, eventSeq);
        putInt(block + PublishedBookLayout.STATE, state);
        if (bids.depthChanged()) {
            putInt(block + PublishedBookLayout.BID_LEVELS, side(block + PublishedBookLayout.LEVELS, bids));
        }
        if (asks.depthChanged()) {
            putInt(block + PublishedBookLayout.ASK_LEVELS, side(block + PublishedBookLayout.ASKS, asks));
        }
        putLongRelease(null, block + PublishedBookLayout.DEPTH_VERSION, version + 1);
    }

    private static int side(final long first, final SideBook side) {
        int written = 0;
        long at = first;
        long level = side.bestLevelOrNone();
        long key = SideBook.NONE;
        while (level != 0) {
            key = LevelSlot.key(level);
            if (LevelSlot.visibleOrders(level) != 0) {
                putLong(at + PublishedBookLayout.LEVEL_PRICE, LevelSlot.price(level));
                putLong(at + PublishedBookLayout.LEVEL_QUANTITY, LevelSlot.visible(level));
                putLong(at + PublishedBookLayout.LEVEL_ORDERS, LevelSlot.visibleOrders(level));
                at += PublishedBookLayout.LEVEL_LENGTH;
                if (++written == PublishedBookLayout.DEPTH) {
                    break;
                }
            }
            level = side.next(key);
        }
        side.depthKey(written == PublishedBookLayout.DEPTH ? key : SideBook.NONE);
        side.depthPublished();
        return written;
    }

    private static long firstVisible(final SideBook side) {
        long level = side.bestLevelOrNone();
        while (level != 0 && LevelSlot.visibleOrders(level) == 0) {
            level = side.next(LevelSlot.key(level));
        }
        return level;
    }

    /** Makes the version odd, before anything that follows; returns it. */
    private static long begin(final long version) {
        final long odd = getLong(version) + 1;
        putLong(version, odd);
        VarHandle.storeStoreFence();
        return odd;
    }
}
