package bourse.engine.shard;

import bourse.engine.match.Matcher;

import org.agrona.DirectBuffer;

/**
 * A matcher together with what the shard needs beside its commands: snapshots, the header of its book's memory, and counts.
 * Thread: engine.
 */
public interface MatchingState {

    /** Also an {@link bourse.engine.match.AccountPort} where it keeps accounts. */
    Matcher matcher();

    /** Live orders. */
    long orderCount();

    /** The command of the log entry at {@code position} is about to change the book. */
    void applying(long position);

    /** It has. */
    void applied(long position);

    /** What other processes read of the book is now valid at {@code eventSeq}. */
    void publish(long eventSeq);

    /** Writes all state, in chunks of at most {@link #MAX_CHUNK_BYTES}. */
    void writeSnapshot(ChunkSink sink);

    /** Takes back one chunk, in the order in which they were written, into a matcher that has seen nothing. */
    void readSnapshotChunk(DirectBuffer buffer, int offset, int length);

    /** Every chunk was read. */
    void endSnapshot();

    int MAX_CHUNK_BYTES = 64 * 1024;

    /** Takes one chunk; the buffer is free again after the call. */
    @FunctionalInterface
    interface ChunkSink {
        void write(DirectBuffer buffer, int offset, int length);
    }
}
