package bourse.engine.events;

import java.nio.ByteOrder;
import java.util.Arrays;

import bourse.engine.store.StateMemory;

import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sequence numbers by a positive int key (an account, an instrument): open addressing, off heap, bounded. Hot path. Thread: engine.
 * No allocation after construction.
 *
 * <pre>
 *   0        4        8                16
 *   | key    | unused | last number     |      key 0 = free slot
 * </pre>
 */
public final class SequenceTable {
    /** {@link #slot} of a key that is not there. */
    public static final int MISSING = -1;

    private static final int SLOT_LENGTH = 16;
    private static final int SLOT_SHIFT = 4;
    private static final int KEY_OFFSET = 0;
    private static final int NUMBER_OFFSET = 8;

    private final UnsafeBuffer slots;
    private final long address;
    private final int mask;
    private final int maxKeys;
    private int size;
    /** The key that was asked for last: most events of a batch are one account's and one instrument's. Keys are above 0. */
    private int lastKey;
    private int lastSlot = MISSING;

    /** @param maxKeys 1..2^24 */
    public SequenceTable(final int maxKeys) {
        this(maxKeys, StateMemory::collected);
    }

    /** @param maxKeys 1..2^24 */
    public SequenceTable(final int maxKeys, final StateMemory memory) {
        if (maxKeys < 1 || maxKeys > 1 << 24) {
            throw new IllegalArgumentException("maxKeys: " + maxKeys + " (expected: 1.." + (1 << 24) + ")");
        }
        final int slotCount = BitUtil.findNextPositivePowerOfTwo(maxKeys * 2);
        this.maxKeys = maxKeys;
        this.mask = slotCount - 1;
        this.slots = memory.allocate(slotCount * SLOT_LENGTH);
        this.address = slots.addressOffset();
    }

    /** The slot of {@code key}, or {@link #MISSING}. */
    public int slot(final int key) {
        return key == lastKey ? lastSlot : slotSlowPath(key);
    }

    private int slotSlowPath(final int key) {
        int i = hash(key) & mask;
        while (true) {
            final int found = UnsafeApi.getInt(address + ((long) i << SLOT_SHIFT));
            if (found == key) {
                lastKey = key;
                lastSlot = i;
                return i;
            }
            if (found == 0) {
                return MISSING;
            }
            i = (i + 1) & mask;
        }
    }

    /** The slot of {@code key}, which is added with the number 0 if need be; {@link #MISSING} when the table is full. */
    public int slotOrAdd(final int key) {
        if (key <= 0) {
            throw new IllegalArgumentException("key: " + key + " (expected: 1..2147483647)");
        }
        int i = hash(key) & mask;
        while (true) {
            final int found = slots.getInt(i << SLOT_SHIFT);
            if (found == key) {
                return i;
            }
            if (found == 0) {
                if (size == maxKeys) {
                    return MISSING;
                }
                size++;
                slots.putInt((i << SLOT_SHIFT) + KEY_OFFSET, key);
                slots.putLong((i << SLOT_SHIFT) + NUMBER_OFFSET, 0);
                return i;
            }
            i = (i + 1) & mask;
        }
    }

    /** The next number of a slot. */
    public long next(final int slot) {
        final long at = address + ((long) slot << SLOT_SHIFT) + NUMBER_OFFSET;
        final long number = UnsafeApi.getLong(at) + 1;
        UnsafeApi.putLong(at, number);
        return number;
    }

    /** The last number given in a slot, 0 = none. */
    public long last(final int slot) {
        return slots.getLong((slot << SLOT_SHIFT) + NUMBER_OFFSET);
    }

    /** Sets what a snapshot says. */
    public void restore(final int key, final long number) {
        final int slot = slotOrAdd(key);
        if (slot == MISSING) {
            throw new IllegalStateException("the snapshot has more accounts or instruments than engine.maxAccounts or engine.maxInstruments allow, which is " + maxKeys);
        }
        slots.putLong((slot << SLOT_SHIFT) + NUMBER_OFFSET, number);
    }

    public int size() {
        return size;
    }

    /** Copies the keys and numbers, 16 bytes each, and returns how many; {@code target} holds {@link #size()} of them. Cold. */
    public int copyTo(final UnsafeBuffer target, final int offset) {
        int at = offset;
        for (int i = 0; i <= mask; i++) {
            if (slots.getInt(i << SLOT_SHIFT) != 0) {
                target.putInt(at, slots.getInt(i << SLOT_SHIFT), ByteOrder.LITTLE_ENDIAN);
                target.putInt(at + 4, 0);
                target.putLong(at + 8, slots.getLong((i << SLOT_SHIFT) + NUMBER_OFFSET), ByteOrder.LITTLE_ENDIAN);
                at += SLOT_LENGTH;
            }
        }
        return size;
    }

    /** All keys, ascending. Cold. */
    public int[] keys() {
        final int[] keys = new int[size];
        int count = 0;
        for (int i = 0; i <= mask; i++) {
            if (slots.getInt(i << SLOT_SHIFT) != 0) {
                keys[count++] = slots.getInt(i << SLOT_SHIFT);
            }
        }
        Arrays.sort(keys);
        return keys;
    }

    /** Hash of all keys and numbers; the order in which keys came does not matter. */
    public long stateHash() {
        long sum = size;
        for (int i = 0; i <= mask; i++) {
            final int key = slots.getInt(i << SLOT_SHIFT);
            if (key != 0) {
                sum += StateHashing.mix(key, slots.getLong((i << SLOT_SHIFT) + NUMBER_OFFSET));
            }
        }
        return sum;
    }

    private static int hash(final int key) {
        final int h = key * 0x9E3779B9;
        return h ^ (h >>> 15);
    }
}
