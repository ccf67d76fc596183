package bourse.engine.log;

import org.agrona.DirectBuffer;

/** Where a snapshot comes from, chunk by chunk as it was written. Thread: the log's service thread. */
@FunctionalInterface
public interface SnapshotReader {

    /** Hands the next chunk to {@code handler}; false at the end of the snapshot. */
    boolean next(ChunkHandler handler);

    /** Gets one chunk; the buffer is only valid during the call. */
    @FunctionalInterface
    interface ChunkHandler {
        void onChunk(DirectBuffer buffer, int offset, int length);
    }
}
