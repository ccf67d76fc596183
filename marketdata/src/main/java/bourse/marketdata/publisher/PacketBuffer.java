package bourse.marketdata.publisher;

import bourse.sbe.WireLimits;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.PacketLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One packet in the making: messages are appended, then it is sealed. Hot path: no allocation. Thread: one. */
public final class PacketBuffer {
    private final ByteBuffer bytes = BufferUtil.allocateDirectAligned(2_048, 64);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final PacketCheck check = new PacketCheck();
    private int length = PacketLayout.HEADER_LENGTH;
    private int count;

    /** Messages so far. */
    public int count() {
        return count;
    }

    /** Bytes so far, without the CRC. */
    public int length() {
        return length;
    }

    /** Whether a message of this length still fits. */
    public boolean hasRoomFor(final int messageLength) {
        return length + PacketLayout.PREFIX_LENGTH + messageLength + PacketLayout.TRAILER_LENGTH <= WireLimits.MAX_FEED_PACKET_BYTES
            && count < PacketLayout.MAX_COUNT;
    }

    /** Appends a message that has room. */
    public void append(final DirectBuffer source, final int offset, final int messageLength) {
        buffer.putShort(length, (short) messageLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(length + PacketLayout.PREFIX_LENGTH, source, offset, messageLength);
        length += PacketLayout.PREFIX_LENGTH + messageLength;
        count++;
    }

    /** Where to write a message of {@code messageLength} in place, behind the length that is written here. */
    public int claim(final int messageLength) {
        buffer.putShort(length, (short) messageLength, ByteOrder.LITTLE_ENDIAN);
        final int at = length + PacketLayout.PREFIX_LENGTH;
        length = at + messageLength;
        count++;
        return at;
    }

    /** Adds bytes that are not messages: the body of a refusal. */
    public void extend(final int toLength) {
        length = toLength;
    }

    /** The bytes. */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Writes header and CRC; the returned bytes are valid until the next call of {@link #clear}. */
    public ByteBuffer seal(final long firstSeq, final long sendTimeNs, final int epoch, final int channel, final int flags) {
        PacketLayout.header(buffer, 0, firstSeq, sendTimeNs, epoch, channel, flags, count);
        final int total = check.seal(buffer, 0, length);
        return bytes.clear().limit(total);
    }

    /** Begins the next packet. */
    public void clear() {
        length = PacketLayout.HEADER_LENGTH;
        count = 0;
    }
}
