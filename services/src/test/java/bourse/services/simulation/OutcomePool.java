package bourse.services.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import bourse.engine.session.SessionTable;
import bourse.engine.store.StateMemory;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A megabyte for each session of each life is too much to ask the system for, thousands of times; these are used again. */
final class OutcomePool {
    /** More commands than a session of a simulation sends, of 16 bytes. */
    private static final int USED_BYTES = 64 * 1024;

    private final Deque<UnsafeBuffer> free = new ArrayDeque<>();

    /** The sessions of one life; {@link #release} when it is over. */
    final class Lease implements StateMemory {
        private final List<UnsafeBuffer> taken = new ArrayList<>();

        @Override
        public UnsafeBuffer allocate(final int length) {
            UnsafeBuffer buffer = free.poll();
            if (buffer == null) {
                buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64));
            }
            taken.add(buffer);
            return buffer;
        }

        SessionTable sessions(final int maxSessions) {
            return new SessionTable(maxSessions, this);
        }

        void release() {
            for (final UnsafeBuffer buffer : taken) {
                buffer.setMemory(0, USED_BYTES, (byte) 0);
                free.add(buffer);
            }
            taken.clear();
        }
    }
}
