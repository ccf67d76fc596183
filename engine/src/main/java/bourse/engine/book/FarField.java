package bourse.engine.book;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

/**
 * The levels of a side outside of its directly addressed window: a treap threaded through the level slots, so that it needs no memory of its own and any
 * price will do. Its shape follows from the keys alone: priorities are {@link Hash#mix} of the key. Everything in O(log n). Hot path. Thread: engine.
 */
final class FarField {
    private final SlotPool pool;
    private final long root;
    private long bestKey = SideBook.NONE;
    private int count;

    /** @param root address of an int, 0 now */
    FarField(final SlotPool pool, final long root) {
        this.pool = pool;
        this.root = root;
    }

    /** Smallest key, {@link SideBook#NONE} when empty. */
    long bestKey() {
        return bestKey;
    }

    int count() {
        return count;
    }

    /** The level of the greatest key at or below {@code key}, 0 = none. */
    long floor(final long key) {
        int node = getInt(root);
        long found = 0;
        while (node != 0) {
            final long level = pool.address(node);
            if (LevelSlot.key(level) <= key) {
                found = level;
                node = getInt(level + LevelSlot.RIGHT);
            } else {
                node = getInt(level + LevelSlot.LEFT);
            }
        }
        return found;
    }

    private long priority(final int index) {
        return Hash.mix(LevelSlot.key(pool.address(index)));
    }

    /** The far level of the smallest key at or above {@code key}, 0 = none. */
    long ceiling(final long key) {
        int node = getInt(root);
        long found = 0;
        while (node != 0) {
            final long level = pool.address(node);
            if (LevelSlot.key(level) >= key) {
                found = level;
                node = getInt(level + LevelSlot.LEFT);
            } else {
                node = getInt(level + LevelSlot.RIGHT);
            }
        }
        return found;
    }

    void insert(final long level, final long key) {
        final int index = (int) ((level - pool.base()) >>> LevelSlot.SHIFT);
        final long priority = Hash.mix(key);
        long link = root;
        int node = getInt(link);
        while (node != 0 && priority(node) >= priority) {
            final long at = pool.address(node);
            link = at + (key < LevelSlot.key(at) ? LevelSlot.LEFT : LevelSlot.RIGHT);
            node = getInt(link);
        }
        putInt(link, index);
        long left = level + LevelSlot.LEFT;
        long right = level + LevelSlot.RIGHT;
        while (node != 0) {
            final long at = pool.address(node);
            if (LevelSlot.key(at) < key) {
                putInt(left, node);
                left = at + LevelSlot.RIGHT;
                node = getInt(left);
            } else {
                putInt(right, node);
                right = at + LevelSlot.LEFT;
                node = getInt(right);
            }
        }
        putInt(left, 0);
        putInt(right, 0);
        count++;
        if (key < bestKey) {
            bestKey = key;
        }
    }

    void remove(final long key) {
        long link = root;
        int node = getInt(link);
        while (node != 0 && LevelSlot.key(pool.address(node)) != key) {
            final long at = pool.address(node);
            link = at + (key < LevelSlot.key(at) ? LevelSlot.LEFT : LevelSlot.RIGHT);
            node = getInt(link);
        }
        if (node == 0) {
            throw new IllegalStateException("level not in the far field, key=" + key);
        }
        final long removed = pool.address(node);
        int left = getInt(removed + LevelSlot.LEFT);
        int right = getInt(removed + LevelSlot.RIGHT);
        while (left != 0 && right != 0) {
            if (priority(left) >= priority(right)) {
                putInt(link, left);
                link = pool.address(left) + LevelSlot.RIGHT;
                left = getInt(link);
            } else {
                putInt(link, right);
                link = pool.address(right) + LevelSlot.LEFT;
                right = getInt(link);
            }
        }
        putInt(link, left != 0 ? left : right);
        count--;
        if (key == bestKey) {
            final long best = ceiling(Long.MIN_VALUE);
            bestKey = best == 0 ? SideBook.NONE : LevelSlot.key(best);
        }
    }
}
