package bourse.bench.regime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A ring of fixed-size reports between two threads: one writes, the other drains. Positions count reports and never wrap.
 * Hot path. Threads: one writer, one reader.
 * <pre>
 *  report  0 i32 kind | 4 i32 quantity | 8 i64 orderId | 16 i64 makerOrderId | 24 i64 price
 * </pre>
 */
final class ReportRing {
    static final int ORDER_ACK = 1;
    static final int TRADE = 2;
    static final int CANCEL_ACK = 3;
    static final int MODIFY_ACK = 4;
    static final int CANCEL_REJECT = 5;
    static final int MODIFY_REJECT = 6;

    private static final int SLOT_SHIFT = 5;
    private static final int CAPACITY = 1 << 16;
    private static final long HASH_PRIME = 1099511628211L;
    private static final VarHandle WRITTEN;
    private static final VarHandle READ;

    static {
        try {
            WRITTEN = MethodHandles.lookup().findVarHandle(ReportRing.class, "written", long.class);
            READ = MethodHandles.lookup().findVarHandle(ReportRing.class, "read", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY << SLOT_SHIFT, 64));
    private final long address = memory.addressOffset();
    private long next;
    private long readSeen;
    @SuppressWarnings("unused")
    private volatile long written;
    @SuppressWarnings("unused")
    private volatile long read;

    /** Waits, spinning, while the reader is a whole ring behind. */
    void write(final int kind, final int quantity, final long orderId, final long makerOrderId, final long price) {
        final long at = next;
        if (at - readSeen >= CAPACITY) {
            awaitReader(at);
        }
        final long slot = address + ((at & CAPACITY - 1) << SLOT_SHIFT);
        UnsafeApi.putInt(null, slot, kind);
        UnsafeApi.putInt(null, slot + 4, quantity);
        UnsafeApi.putLong(null, slot + 8, orderId);
        UnsafeApi.putLong(null, slot + 16, makerOrderId);
        UnsafeApi.putLong(null, slot + 24, price);
        next = at + 1;
        WRITTEN.setRelease(this, at + 1);
    }

    private void awaitReader(final long at) {
        while (at - (readSeen = (long) READ.getAcquire(this)) >= CAPACITY) {
            Thread.onSpinWait();
        }
    }

    /** Waits until everything written has been read. Writer's thread. */
    void awaitDrained() {
        while ((long) READ.getAcquire(this) != next) {
            Thread.onSpinWait();
        }
    }

    /** Reads what is there; returns the digest with it. Reader's thread. */
    long drain(final long digest) {
        long at = (long) READ.get(this);
        final long end = (long) WRITTEN.getAcquire(this);
        long hash = digest;
        for (; at < end; at++) {
            final long slot = address + ((at & CAPACITY - 1) << SLOT_SHIFT);
            hash = (hash ^ UnsafeApi.getLong(null, slot)) * HASH_PRIME;
            hash = (hash ^ UnsafeApi.getLong(null, slot + 8)) * HASH_PRIME;
            hash = (hash ^ UnsafeApi.getLong(null, slot + 16)) * HASH_PRIME;
            hash = (hash ^ UnsafeApi.getLong(null, slot + 24)) * HASH_PRIME;
        }
        READ.setRelease(this, at);
        return hash;
    }

    /** Reports written so far. */
    long reports() {
        return next;
    }
}
