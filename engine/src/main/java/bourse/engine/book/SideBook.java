package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * The price levels of one side of one book, best first. Hot path. Thread: engine. Best and a level around it in O(1), anything else in O(log n).
 *
 * <p>Prices are turned into keys, ticks for asks and their complement for bids, so that the smallest key is the best price on both sides and one
 * code path serves both. Keys in a window of {@code ladderTicks} are addressed directly: a ring of level indices with a three-step
 * bitmap to find the next one. Keys outside of it stand in a {@link FarField}. The window moves to the best price only after as many visits
 * of the far field as a move would cost, so that no pattern of orders makes moving expensive.
 */
public final class SideBook {
    /** {@link #bestKey} of an empty side: above every key. */
    public static final long NONE = Long.MAX_VALUE;

    private static final long ABOVE_KEYS = 1L << 60;

    /** Above the ticks of every price. */
    private static final long MARKET_TICKS = 1L << 43;

    private final SlotPool pool;
    private final long levels;
    private final long cells;
    private final long words0;
    private final long words1;
    private final long words2;
    private final int words0Count;
    private final int words1Count;
    private final int words2Count;
    private final int ticks;
    private final int mask;
    private final long keyMask;
    private long tickSize;
    private final FarField far;

    private long base = Long.MIN_VALUE;
    private long bestKey = NONE;
    private long bestLevel;
    private int nearCount;
    private int farVisits;
    private int allOrNoneOrders;
    private long depthKey = NONE;
    /** The depth key, or what is above every key and can be subtracted from. */
    private long depthLimit = ABOVE_KEYS;
    /** Below 0: a published level is not what it was. */
    private long depthTouched = -1;

    /**
     * @param descending  a higher price is better (bids, sell stops)
     * @param ladderTicks a power of two, at least 256
     */
    public SideBook(final BookMemory memory, final SlotPool levelPool, final boolean descending, final long tickSize, final int ladderTicks) {
        pool = levelPool;
        levels = levelPool.base();
        ticks = ladderTicks;
        mask = ladderTicks - 1;
        keyMask = descending ? -1 : 0;
        this.tickSize = tickSize;
        words0Count = ladderTicks >>> 6;
        words1Count = (words0Count + 63) >>> 6;
        words2Count = (words1Count + 63) >>> 6;
        cells = memory.carve("ladder", 4L * ladderTicks);
        words0 = memory.carve("ladder bitmap", 8L * (words0Count + words1Count + words2Count) + 8);
        words1 = words0 + 8L * words0Count;
        words2 = words1 + 8L * words1Count;
        far = new FarField(levelPool, words2 + 8L * words2Count);
    }

    /** Bytes that a side carves, alignment included. */
    public static long bytes(final int ladderTicks) {
        return 4L * ladderTicks + 8L * (ladderTicks / 64 + ladderTicks / 4096 + 8) + 128;
    }

    /** Prices count in other ticks from now on; there is no level. Cold. */
    public void tickSize(final long newTickSize) {
        if (!isEmpty()) {
            throw new IllegalStateException("ticks of a side with levels cannot change, levels=" + levelCount());
        }
        tickSize = newTickSize;
        base = Long.MIN_VALUE;
        depthKey(NONE);
        depthTouched = -1;
    }

    /** Key of the best level, {@link #NONE} when empty. */
    public long bestKey() {
        return bestKey;
    }

    /** Address of the best level; meaningless when empty. */
    public long bestLevel() {
        return bestLevel;
    }

    /** Address of the best level, 0 when empty. */
    public long bestLevelOrNone() {
        return bestKey == NONE ? 0 : bestLevel;
    }

    public boolean isEmpty() {
        return bestKey == NONE;
    }

    /** Price of the best level, 0 when empty or when it is that of the orders at any price. */
    public long bestPrice() {
        return bestKey == NONE ? 0 : LevelSlot.price(bestLevel);
    }

    /** Levels of this side. */
    public int levelCount() {
        return nearCount + far.count();
    }

    /** Levels outside of the directly addressed window. */
    public int farCount() {
        return far.count();
    }

    /** Key of a price that is on the tick. */
    public long key(final long price) {
        return (tickSize == 1 ? price : price / tickSize) ^ keyMask;
    }

    /** Key of the orders that wait at any price: before all prices. */
    public long marketKey() {
        return MARKET_TICKS & keyMask ^ keyMask;
    }

    /** Orders of this side that trade whole or not at all. */
    public int allOrNoneOrders() {
        return allOrNoneOrders;
    }

    public void addAllOrNone(final int orders) {
        allOrNoneOrders += orders;
    }

    /** Worst key among the published levels ({@link #NONE} while fewer are published than could be): beyond it nothing needs publishing. */
    public long depthKey() {
        return depthKey;
    }

    public void depthKey(final long key) {
        depthKey = key;
        depthLimit = Math.min(key, ABOVE_KEYS);
    }

    /** The level of this key is not what it was. No branch: whether it is among the published ones nothing predicts. */
    public void touched(final long key) {
        depthTouched |= ~(depthLimit - key);
    }

    /** A published level is not what it was. */
    public boolean depthChanged() {
        return depthTouched < 0;
    }

    /** All levels are published as they are. */
    public void depthPublished() {
        depthTouched = 0;
    }

    /** The level of this key, made if absent. A free level slot has been seen to exist. */
    public long levelAt(final long key, final long price) {
        final long offset = key - base;
        if (offset >= 0 && offset < ticks) {
            final long cell = cells + ((key & mask) << 2);
            final int index = getInt(cell);
            return index != 0 ? pool.address(index) : addNear(cell, key, price);
        }
        return levelSlowPath(key, price);
    }

    /** The level of this key, 0 = none. */
    public long find(final long key) {
        final long offset = key - base;
        if (offset >= 0 && offset < ticks) {
            final int index = getInt(cells + ((key & mask) << 2));
            return index == 0 ? 0 : pool.address(index);
        }
        final long found = far.ceiling(key);
        return found != 0 && LevelSlot.key(found) == key ? found : 0;
    }

    /**
     * The worst key that an order of the other side with this limit reaches. The limit may be off the tick or out of range.
     *
     * @param price {@link Long#MAX_VALUE} = any, where this is the ask side; 0 = any, where it is the bid side
     */
    public long reach(final long price) {
        if (tickSize == 1) {
            return keyMask == 0 && price == Long.MAX_VALUE ? NONE - 1 : price ^ keyMask;
        }
        return reachSlowPath(price);
    }

    private long reachSlowPath(final long price) {
        if (keyMask == 0) {
            return price == Long.MAX_VALUE ? NONE - 1 : Math.floorDiv(price, tickSize);
        }
        return ~Math.ceilDiv(price, tickSize);
    }

    /** Takes out a level whose last order has left. */
    public void remove(final long level) {
        final long key = LevelSlot.key(level);
        final int index = (int) ((level - levels) >>> LevelSlot.SHIFT);
        final long offset = key - base;
        if (offset >= 0 && offset < ticks) {
            putInt(cells + ((key & mask) << 2), 0);
            clearBit((int) key & mask);
            nearCount--;
        } else {
            far.remove(key);
        }
        pool.release(index);
        if (key == bestKey) {
            findBest(key);
        }
    }

    /** The next worse level after {@code key}, 0 = none. */
    public long next(final long key) {
        final long near = nextNear(key);
        if (far.count() == 0) {
            return near == NONE ? 0 : nearLevel(near);
        }
        final long found = far.ceiling(key + 1);
        return found != 0 && LevelSlot.key(found) < near ? found : near == NONE ? 0 : nearLevel(near);
    }

    /** The worst level at or before {@code key}, 0 = none. Not for the hot path: scans the bitmap word by word. */
    public long floor(final long key) {
        final long levelAtOrBefore = far.floor(key);
        final long near = floorNear(key);
        if (near == NONE) {
            return levelAtOrBefore;
        }
        return levelAtOrBefore != 0 && LevelSlot.key(levelAtOrBefore) > near ? levelAtOrBefore : nearLevel(near);
    }

    private long floorNear(final long key) {
        if (nearCount == 0 || key < base) {
            return NONE;
        }
        long at = Math.min(key, base + ticks - 1);
        while (at >= base) {
            final int position = (int) at & mask;
            final long word = getLong(words0 + ((long) (position >>> 6) << 3)) & -1L >>> (63 - (position & 63));
            if (word != 0) {
                return at - (position & 63) + 63 - Long.numberOfLeadingZeros(word);
            }
            at = (at & -64L) - 1;
        }
        return NONE;
    }

    private long addNear(final long cell, final long key, final long price) {
        final long level = newLevel(key, price);
        putInt(cell, (int) ((level - levels) >>> LevelSlot.SHIFT));
        setBit((int) key & mask);
        nearCount++;
        if (key < bestKey) {
            bestKey = key;
            bestLevel = level;
        }
        return level;
    }

    private long newLevel(final long key, final long price) {
        final long level = pool.address(pool.take());
        putLong(level + LevelSlot.KEY, key);
        putLong(level + LevelSlot.VISIBLE, 0);
        putLong(level + LevelSlot.TOTAL, 0);
        putLong(level + LevelSlot.HEAD, 0);
        putLong(level + LevelSlot.ORDERS, 0);
        putLong(level + LevelSlot.LEFT, 0);
        putLong(level + LevelSlot.PRICE, price);
        putLong(level + LevelSlot.ALL_OR_NONE, 0);
        return level;
    }

    private long levelSlowPath(final long key, final long price) {
        if (base == Long.MIN_VALUE || levelCount() == 0) {
            base = windowBase(key);
            return levelAt(key, price);
        }
        visitFar();
        final long offset = key - base;
        if (offset >= 0 && offset < ticks) {
            return levelAt(key, price);
        }
        final long found = far.ceiling(key);
        if (found != 0 && LevelSlot.key(found) == key) {
            return found;
        }
        final long level = newLevel(key, price);
        far.insert(level, key);
        if (key < bestKey) {
            bestKey = key;
            bestLevel = level;
        }
        return level;
    }

    private void findBest(final long after) {
        final long near = nextNear(after);
        if (near <= far.bestKey()) {
            bestKey = near;
            bestLevel = near == NONE ? 0 : nearLevel(near);
        } else {
            bestKey = far.bestKey();
            bestLevel = far.ceiling(bestKey);
            visitFar();
        }
    }

    private long nearLevel(final long key) {
        return pool.address(getInt(cells + ((key & mask) << 2)));
    }

    // ---------------------------------------------------------------- bitmap

    private void setBit(final int position) {
        final long word = words0 + ((long) (position >>> 6) << 3);
        final long old = getLong(word);
        putLong(word, old | 1L << position);
        if (old == 0) {
            final int i = position >>> 6;
            final long word1 = words1 + ((long) (i >>> 6) << 3);
            putLong(word1, getLong(word1) | 1L << i);
            final int j = i >>> 6;
            final long word2 = words2 + ((long) (j >>> 6) << 3);
            putLong(word2, getLong(word2) | 1L << j);
        }
    }

    private void clearBit(final int position) {
        final long word = words0 + ((long) (position >>> 6) << 3);
        final long now = getLong(word) & ~(1L << position);
        putLong(word, now);
        if (now == 0) {
            final int i = position >>> 6;
            final long word1 = words1 + ((long) (i >>> 6) << 3);
            final long now1 = getLong(word1) & ~(1L << i);
            putLong(word1, now1);
            if (now1 == 0) {
                final int j = i >>> 6;
                final long word2 = words2 + ((long) (j >>> 6) << 3);
                putLong(word2, getLong(word2) & ~(1L << j));
            }
        }
    }

    /** First set position at or after {@code from}, -1 = none up to the ring's end. */
    private int nextBit(final int from) {
        if (from >= ticks) {
            return -1;
        }
        final int i = from >>> 6;
        final long word = getLong(words0 + ((long) i << 3)) & -1L << from;
        if (word != 0) {
            return (i << 6) + Long.numberOfTrailingZeros(word);
        }
        return nextBitSlowPath(i + 1);
    }

    private int nextBitSlowPath(final int i) {
        if (i >= words0Count) {
            return -1;
        }
        final int j = i >>> 6;
        long word = getLong(words1 + ((long) j << 3)) & -1L << i;
        int found = j;
        if (word == 0) {
            found = nextWord1(j + 1);
            if (found < 0) {
                return -1;
            }
            word = getLong(words1 + ((long) found << 3));
        }
        final int w = (found << 6) + Long.numberOfTrailingZeros(word);
        return (w << 6) + Long.numberOfTrailingZeros(getLong(words0 + ((long) w << 3)));
    }

    private int nextWord1(final int j) {
        if (j >= words1Count) {
            return -1;
        }
        int k = j >>> 6;
        long word = getLong(words2 + ((long) k << 3)) & -1L << j;
        while (word == 0) {
            if (++k >= words2Count) {
                return -1;
            }
            word = getLong(words2 + ((long) k << 3));
        }
        return (k << 6) + Long.numberOfTrailingZeros(word);
    }

    /** Smallest near key above {@code key}, {@link #NONE} if there is none. */
    private long nextNear(final long key) {
        if (nearCount == 0) {
            return NONE;
        }
        final long from = key < base ? base : key + 1;
        if (from >= base + ticks) {
            return NONE;
        }
        final int position = (int) from & mask;
        final int basePosition = (int) base & mask;
        int found = nextBit(position);
        if (position < basePosition) {
            return found < 0 || found >= basePosition ? NONE : base + ((found - basePosition) & mask);
        }
        if (found < 0 && basePosition != 0) {
            found = nextBit(0);
            if (found >= basePosition) {
                return NONE;
            }
        }
        return found < 0 ? NONE : base + ((found - basePosition) & mask);
    }

    // ---------------------------------------------------------------- the window

    private long windowBase(final long key) {
        return key - (ticks >>> 2) & -64L;
    }

    /** Counts a visit of the far field; moves the window when that has become worth it. */
    private void visitFar() {
        final long offset = bestKey - base;
        if (++farVisits <= nearCount + 64) {
            return;
        }
        farVisits = 0;
        if (offset < 0 || offset > ticks >>> 1) {
            moveWindow(windowBase(bestKey));
        }
    }

    private void moveWindow(final long newBase) {
        long key = nextNear(base - 1);
        while (key != NONE) {
            final long following = nextNear(key);
            final long offset = key - newBase;
            if (offset < 0 || offset >= ticks) {
                final long level = nearLevel(key);
                putInt(cells + ((key & mask) << 2), 0);
                clearBit((int) key & mask);
                nearCount--;
                far.insert(level, key);
            }
            key = following;
        }
        base = newBase;
        long level = far.ceiling(newBase);
        while (level != 0 && LevelSlot.key(level) < newBase + ticks) {
            final long moving = LevelSlot.key(level);
            far.remove(moving);
            putInt(cells + ((moving & mask) << 2), (int) ((level - levels) >>> LevelSlot.SHIFT));
            setBit((int) moving & mask);
            nearCount++;
            level = far.ceiling(newBase);
            if (level != 0 && LevelSlot.key(level) <= moving) {
                throw new IllegalStateException("far field out of order, key=" + moving);
            }
        }
    }
}
