package bourse.bench.regime;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getLongAcquire;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putLongRelease;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A ring of fixed-size reports between two threads: one writes, the other drains. Positions count reports and never wrap.
 * Hot path. Threads: one writer, one reader.
 * <pre>
 *  report  0 i32 kind (bits 0..7) and side (bit 8) | 4 i32 quantity | 8 i64 sequence | 16 i64 orderId | 24 i64 price | 32 i64 makerOrderId
 * </pre>
 * Kinds are numbered as in the canonical text of reports. What was written is seen by the reader after {@link #publish}, so that the line with the
 * position moves between the cores once a batch; writer's and reader's positions lie 128 bytes and more apart from each other. The ring takes 320 KiB: one
 * of 1.3 MB took the second-level cache from the book.
 */
final class ReportRing {
    static final int ORDER_ACK = 0;
    static final int TRADE = 1;
    static final int CANCEL_ACK = 2;
    static final int MODIFY_ACK = 3;
    static final int CANCEL_REJECT = 4;
    static final int MODIFY_REJECT = 5;

    /** Takes reports as they are drained. Reader's thread. */
    interface Reader {
        void onReport(int kind, int side, int quantity, long sequence, long orderId, long price, long makerOrderId);
    }

    private static final int SLOT_LENGTH = 40;
    private static final int CAPACITY = 1 << 13;
    private static final int WRITTEN = 128;
    private static final int READ = 2 * 128;
    private static final int FIRST_SLOT = 3 * 128;
    private static final long HASH_PRIME = 1099511628211L;

    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(FIRST_SLOT + CAPACITY * SLOT_LENGTH + 128, 128));
    private final long writtenAt = memory.addressOffset() + WRITTEN;
    private final long readAt = memory.addressOffset() + READ;
    private final long slots = memory.addressOffset() + FIRST_SLOT;
    private long next;
    private long room = CAPACITY;

    /** Waits, spinning, while the reader is a whole ring behind. */
    void write(final int kind, final int side, final int quantity, final long sequence, final long orderId, final long price,
               final long makerOrderId) {
        final long at = next;
        if (at == room) {
            awaitReader(at);
        }
        final long slot = slots + (at & CAPACITY - 1) * SLOT_LENGTH;
        putLong(slot, (long) quantity << 32 | side << 8 | kind);
        putLong(slot + 8, sequence);
        putLong(slot + 16, orderId);
        putLong(slot + 24, price);
        putLong(slot + 32, makerOrderId);
        next = at + 1;
    }

    /** Shows the reader what was written. */
    void publish() {
        putLongRelease(null, writtenAt, next);
    }

    private void awaitReader(final long at) {
        publish();
        long read = getLongAcquire(null, readAt);
        while (at - read >= CAPACITY) {
            Thread.onSpinWait();
            read = getLongAcquire(null, readAt);
        }
        room = read + CAPACITY;
    }

    /** Waits until everything published has been read. Writer's thread. */
    void awaitDrained() {
        while (getLongAcquire(null, readAt) != next) {
            Thread.onSpinWait();
        }
    }

    /** Reads what is there; returns the digest with it. Reader's thread. */
    long drain(final long digest) {
        final long from = getLong(readAt);
        final long end = getLongAcquire(null, writtenAt);
        if (from == end) {
            return digest;
        }
        long hash = digest;
        for (long at = from; at < end; at++) {
            final long slot = slots + (at & CAPACITY - 1) * SLOT_LENGTH;
            hash = (hash ^ getLong(slot) ^ Long.rotateLeft(getLong(slot + 8), 17) ^ Long.rotateLeft(getLong(slot + 16), 31)
                    ^ Long.rotateLeft(getLong(slot + 24), 43) ^ Long.rotateLeft(getLong(slot + 32), 53)) * HASH_PRIME;
        }
        putLongRelease(null, readAt, end);
        return hash;
    }

    /** Reads what is there, report by report. Reader's thread. */
    void drain(final Reader reader) {
        final long from = getLong(readAt);
        final long end = getLongAcquire(null, writtenAt);
        for (long at = from; at < end; at++) {
            final long slot = slots + (at & CAPACITY - 1) * SLOT_LENGTH;
            final int kindAndSide = getInt(slot);
            reader.onReport(kindAndSide & 0xFF, kindAndSide >>> 8, getInt(slot + 4), getLong(slot + 8), getLong(slot + 16),
                    getLong(slot + 24), getLong(slot + 32));
        }
        putLongRelease(null, readAt, end);
    }

    /** Reports written so far. */
    long reports() {
        return next;
    }
}
