package bourse.marketdata.receiver;

import bourse.sbe.feed.FeedMessageLayout;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last messages of a channel by feed sequence, each in a slot of {@link #SLOT_LENGTH} bytes; a newer message takes the slot of the
 * one that is {@code capacity} older. Hot path: no allocation. Thread: one.
 *
 * <pre>
 *  slot   0             8            12          16
 *        +-------------+------------+-----------+-----------------+
 *        | feed seq    | length     | unused    | message         |
 *        +-------------+------------+-----------+-----------------+
 * </pre>
 */
public final class MessageRing {
    /** Bytes of a slot. */
    public static final int SLOT_LENGTH = 128;
    private static final int LENGTH_OFFSET = Long.BYTES;
    private static final int MESSAGE_OFFSET = 16;

    private final UnsafeBuffer buffer;
    private final int capacity;
    private final int mask;

    static {
        if (MESSAGE_OFFSET + FeedMessageLayout.MAX_MESSAGE_LENGTH > SLOT_LENGTH) {
            throw new ExceptionInInitializerError("MessageRing: SLOT_LENGTH: " + SLOT_LENGTH + " (expected: >= "
                + (MESSAGE_OFFSET + FeedMessageLayout.MAX_MESSAGE_LENGTH) + ")");
        }
    }

    /** Holds {@code capacity} messages, a power of two from 64 to 8,388,608. */
    public MessageRing(final int capacity) {
        if (!BitUtil.isPowerOfTwo(capacity) || capacity < 64 || capacity > 1 << 23) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a power of two in 64..8388608)");
        }
        this.capacity = capacity;
        this.mask = capacity - 1;
        this.buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity * SLOT_LENGTH, 64));
    }

    /** Messages that it holds. */
    public int capacity() {
        return capacity;
    }

    /** Keeps a message; longer ones than a slot holds (a newer venue's) are cut to what this build understands. */
    public void put(final long feedSeq, final DirectBuffer source, final int offset, final int length) {
        final int slot = slot(feedSeq);
        final int kept = Math.min(length, SLOT_LENGTH - MESSAGE_OFFSET);
        buffer.putLong(slot, feedSeq);
        buffer.putInt(slot + LENGTH_OFFSET, kept);
        buffer.putBytes(slot + MESSAGE_OFFSET, source, offset, kept);
    }

    /** Whether the message is still, or already, here. */
    public boolean contains(final long feedSeq) {
        return feedSeq != 0 && buffer.getLong(slot(feedSeq)) == feedSeq;
    }

    /** Where the message stands in {@link #buffer}; only when {@link #contains}. */
    public int offset(final long feedSeq) {
        return slot(feedSeq) + MESSAGE_OFFSET;
    }

    /** Length of the message; only when {@link #contains}. */
    public int length(final long feedSeq) {
        return buffer.getInt(slot(feedSeq) + LENGTH_OFFSET);
    }

    /** The bytes of all slots. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Forgets everything. */
    public void clear() {
        for (int slot = 0; slot < capacity; slot++) {
            buffer.putLong(slot * SLOT_LENGTH, 0);
        }
    }

    private int slot(final long feedSeq) {
        return ((int) feedSeq & mask) * SLOT_LENGTH;
    }
}
