package bourse.sbe;

import java.nio.ByteOrder;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Where the block of a message lies in memory: its fields are read there, and its extent is looked at once, not at each field. Hot path. Any thread. */
public final class BlockAddress {
    private static final int MAX_BYTES = 512;
    private static final ThreadLocal<UnsafeBuffer> COPY = ThreadLocal.withInitial(() -> new UnsafeBuffer(BufferUtil.allocateDirectAligned(MAX_BYTES, Long.BYTES)));

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("BlockAddress: native byte order " + ByteOrder.nativeOrder() + " (expected: LITTLE_ENDIAN, as messages have)");
        }
    }

    private BlockAddress() {
    }

    /**
     * The address of {@code length} bytes, at most {@value #MAX_BYTES}; valid as long as the buffer, or until this thread's next call where the buffer is an array.
     *
     * @throws IndexOutOfBoundsException when the buffer has not so many bytes there
     */
    public static long of(final DirectBuffer buffer, final int at, final int length) {
        buffer.boundsCheck(at, length);
        return buffer.byteArray() == null ? buffer.addressOffset() + at : ofCopy(buffer, at, length);
    }

    /** Messages come in memory outside of the heap; arrays are what tests and tools have. */
    private static long ofCopy(final DirectBuffer buffer, final int at, final int length) {
        final UnsafeBuffer copy = COPY.get();
        copy.putBytes(0, buffer, at, length);
        return copy.addressOffset();
    }
}
