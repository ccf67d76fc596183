package bourse.sbe.fold;

import org.agrona.DirectBuffer;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads a chunk of {@link RecordWriter}. Cold. Thread: one. */
public final class RecordReader {
    private DirectBuffer chunk;
    private int at;
    private int end;

    public RecordReader wrap(final DirectBuffer buffer, final int offset, final int length) {
        chunk = buffer;
        at = offset;
        end = offset + length;
        return this;
    }

    /** Another record follows in this chunk; its kind is the next number. */
    public boolean hasNext() {
        return at < end;
    }

    public long next() {
        if (at + Long.BYTES > end) {
            throw new IllegalStateException("record reaches beyond its chunk");
        }
        final long value = chunk.getLong(at, ByteOrder.LITTLE_ENDIAN);
        at += Long.BYTES;
        return value;
    }

    public int nextInt() {
        return Math.toIntExact(next());
    }

    public boolean nextBoolean() {
        return next() != 0;
    }

    public byte[] nextBytes() {
        final int length = nextInt();
        if (length < 0 || at + length > end) {
            throw new IllegalStateException("record of bytes reaches beyond its chunk, length=" + length);
        }
        final byte[] bytes = new byte[length];
        chunk.getBytes(at, bytes);
        at += length + 7 & ~7;
        return bytes;
    }

    public String nextText() {
        return new String(nextBytes(), StandardCharsets.UTF_8);
    }
}
