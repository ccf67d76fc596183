package bourse.gateway.egress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

import io.grpc.Drainable;
import io.grpc.KnownLength;

/**
 * One outgoing protobuf message in a buffer that is used again: events are appended to it one after the other, then gRPC drains it
 * into the network buffer. Hot path. One owner at a time: the agent while it is written, a network thread from the moment it
 * is queued until {@link FramePool#release}.
 */
public final class Frame extends InputStream implements Drainable, KnownLength {
    /** Capacity in bytes: some 300 events, several times what one batch causes. */
    public static final int CAPACITY = 32 * 1024;

    final byte[] bytes = new byte[CAPACITY];
    int length;
    private int position;

    Frame() {
    }

    /** Bytes of the message. */
    public int length() {
        return length;
    }

    /** Makes this the given message, which is not larger than {@link #CAPACITY}. For what is rare. */
    public void set(final MessageLite message) {
        final int size = message.getSerializedSize();
        if (size > CAPACITY) {
            throw new IllegalArgumentException("messageBytes: " + size + " (expected: 0.." + CAPACITY + ")");
        }
        try {
            final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 0, size);
            message.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        length = size;
        position = 0;
    }

    void clear() {
        length = 0;
        position = 0;
    }

    @Override
    public int drainTo(final OutputStream target) throws IOException {
        final int remaining = length - position;
        target.write(bytes, position, remaining);
        position = length;
        return remaining;
    }

    @Override
    public int available() {
        return length - position;
    }

    @Override
    public int read() {
        return position < length ? bytes[position++] & 0xFF : -1;
    }

    @Override
    public int read(final byte[] target, final int offset, final int wanted) {
        if (position == length) {
            return -1;
        }
        final int count = Math.min(wanted, length - position);
        System.arraycopy(bytes, position, target, offset, count);
        position += count;
        return count;
    }
}
