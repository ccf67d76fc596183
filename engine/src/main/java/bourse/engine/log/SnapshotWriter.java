package bourse.engine.log;

import org.agrona.DirectBuffer;

/** Where a snapshot goes, chunk by chunk, in order. Thread: the log's service thread. */
@FunctionalInterface
public interface SnapshotWriter {
    /** Bytes of one chunk at most. */
    int MAX_CHUNK_BYTES = 256 * 1024;

    /** @param length 1..{@link #MAX_CHUNK_BYTES}; throws when the chunk cannot be stored */
    void write(DirectBuffer buffer, int offset, int length);
}
