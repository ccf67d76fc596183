package bourse.sbe.fold;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Records into chunks: a record is its kind and its fields, all little-endian int64; bytes are their length and then themselves, padded to eight. A chunk
 * holds whole records. Cold. Thread: one.
 */
public final class RecordWriter {
    /** Longest chunk. */
    public static final int MAX_CHUNK_BYTES = 64 * 1024;
    /** Longest record. */
    public static final int MAX_RECORD_BYTES = 8 * 1024;

    /** Takes chunks in their order; copies what it keeps. */
    @FunctionalInterface
    public interface Sink {
        void onChunk(DirectBuffer buffer, int offset, int length);
    }

    private final UnsafeBuffer chunk = new UnsafeBuffer(new byte[MAX_CHUNK_BYTES]);
    private final Sink sink;
    private int at;

    public RecordWriter(final Sink sink) {
        this.sink = sink;
    }

    /** A record begins. */
    public RecordWriter begin(final long kind) {
        if (at + MAX_RECORD_BYTES > MAX_CHUNK_BYTES) {
            flush();
        }
        return put(kind);
    }

    public RecordWriter put(final long value) {
        chunk.putLong(at, value, ByteOrder.LITTLE_ENDIAN);
        at += Long.BYTES;
        return this;
    }

    public RecordWriter put(final boolean value) {
        return put(value ? 1L : 0L);
    }

    public RecordWriter put(final byte[] bytes) {
        if (bytes.length > MAX_RECORD_BYTES / 2) {
            throw new IllegalArgumentException("bytes: " + bytes.length + " (expected: at most " + MAX_RECORD_BYTES / 2 + ")");
        }
        put(bytes.length);
        chunk.putBytes(at, bytes);
        at += bytes.length + 7 & ~7;
        return this;
    }

    public RecordWriter put(final String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Hands on what is not yet; after the last record. */
    public void flush() {
        if (at != 0) {
            sink.onChunk(chunk, 0, at);
            at = 0;
        }
    }
}
