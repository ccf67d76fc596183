package bourse.bench.feed;

import bourse.engine.events.EventSink;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An engine's event stream in memory, append-only: one thread writes, any number read what is published. Takes all its memory when it is made, so
 * that writing costs the engine the same with readers and without.
 */
final class StoredEvents implements EventSink {
    private static final int CHUNK_BYTES = 1 << 26;

    private final UnsafeBuffer[] chunks;
    private final long[] positions;
    private final int[] lengths;
    private volatile int published;
    private long end;

    /**
     * @param fragments room for so many
     * @param bytes     room for their bytes; the stream that it is for must not be longer
     */
    StoredEvents(final int fragments, final long bytes) {
        positions = new long[fragments];
        lengths = new int[fragments];
        chunks = new UnsafeBuffer[(int) (bytes / CHUNK_BYTES) + 2];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK_BYTES));
            for (int at = 0; at < CHUNK_BYTES; at += 4_096) {
                chunks[i].putByte(at, (byte) 0);
            }
        }
    }

    /** Begins again with nothing; no reader may be at work. */
    void clear() {
        published = 0;
        end = 0;
    }

    /** Fragments that can be read. */
    int count() {
        return published;
    }

    DirectBuffer buffer(final int fragment) {
        return chunks[(int) (positions[fragment] / CHUNK_BYTES)];
    }

    int offset(final int fragment) {
        return (int) (positions[fragment] % CHUNK_BYTES);
    }

    int length(final int fragment) {
        return lengths[fragment];
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        int at = (int) (end % CHUNK_BYTES);
        if (at + length > CHUNK_BYTES) {
            end += CHUNK_BYTES - at;
            at = 0;
        }
        final int index = published;
        if (index == positions.length || end / CHUNK_BYTES >= chunks.length) {
            throw new IllegalStateException("events are more than was expected, fragments=" + index + ", bytes=" + end);
        }
        chunks[(int) (end / CHUNK_BYTES)].putBytes(at, buffer, offset, length);
        positions[index] = end;
        lengths[index] = length;
        end += length + 63 & -64;
        published = index + 1;
    }

    @Override
    public long lastRecordedEventSeq() {
        return 0;
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        // one life only
    }

    @Override
    public void awaitRecorded() {
        // memory is all there is
    }
}
