package bourse.engine.store;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.foreign.Arena;

/** Where tables of replicated state have their bytes: for good, or until somebody gives all of them back. Cold. */
@FunctionalInterface
public interface StateMemory {

    /** So many bytes, all 0, at a multiple of 64. */
    UnsafeBuffer allocate(int length);

    /** The collector frees it: for what lives as long as the process. */
    static UnsafeBuffer collected(final int length) {
        final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64));
        buffer.setMemory(0, length, (byte) 0);
        return buffer;
    }

    /** Freed with the arena, at once: whoever uses it afterwards crashes the process. */
    static StateMemory of(final Arena arena) {
        return length -> new UnsafeBuffer(arena.allocate(length, 64).asByteBuffer());
    }
}
