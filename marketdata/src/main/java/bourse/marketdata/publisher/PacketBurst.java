package bourse.marketdata.publisher;

import bourse.sbe.WireLimits;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.PacketLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packets of increments side by side, as one system call can send them: all but the last are of the same length, the longest allowed, because
 * the kernel cuts the bytes where it is told one length. A full packet's last message is made longer by zero bytes for that; its length counts them, so
 * receivers skip them. Hot path: no allocation. Thread: one.
 */
final class PacketBurst {
    /** Packets of one burst: half of what a receiver's socket takes where it was given the least, 208 KiB. */
    static final int MAX_PACKETS = 32;
    static final int PACKET_LENGTH = WireLimits.MAX_FEED_PACKET_BYTES;
    private static final int BODY_END = PACKET_LENGTH - PacketLayout.TRAILER_LENGTH;

    private final ByteBuffer bytes = BufferUtil.allocateDirectAligned(MAX_PACKETS * PACKET_LENGTH, 64);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final PacketCheck check = new PacketCheck();
    private int packets;
    private int start;
    private int at = PacketLayout.HEADER_LENGTH;
    private int lastPrefixAt;
    private int count;

    static {
        if (PacketLayout.MAX_BODY_LENGTH / (PacketLayout.PREFIX_LENGTH + FeedMessageLayout.HEADER_LENGTH) > PacketLayout.MAX_COUNT) {
            throw new ExceptionInInitializerError("PacketBurst: MAX_COUNT: " + PacketLayout.MAX_COUNT + " (expected: more than fit a packet)");
        }
    }

    /** Messages of the packet in the making. */
    int count() {
        return count;
    }

    /** Sealed packets. */
    int packets() {
        return packets;
    }

    /** Whether the packet in the making takes a message of this length. */
    boolean hasRoomFor(final int messageLength) {
        return at - start + PacketLayout.PREFIX_LENGTH + messageLength <= BODY_END;
    }

    /** Appends a message that has room. */
    void append(final DirectBuffer source, final int offset, final int messageLength) {
        lastPrefixAt = at;
        buffer.putShort(at, (short) messageLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(at + PacketLayout.PREFIX_LENGTH, source, offset, messageLength);
        at += PacketLayout.PREFIX_LENGTH + messageLength;
        count++;
    }

    /** Seals the packet in the making at full length: others follow in this burst. */
    void sealFull(final long firstSeq, final long sendTimeNs, final int epoch, final int channel) {
        final int filling = start + BODY_END - at;
        final int length = buffer.getShort(lastPrefixAt, ByteOrder.LITTLE_ENDIAN) + filling;
        buffer.putShort(lastPrefixAt, (short) length, ByteOrder.LITTLE_ENDIAN);
        buffer.setMemory(at, filling, (byte) 0);
        at += filling;
        seal(firstSeq, sendTimeNs, epoch, channel);
    }

    /** Seals the packet in the making as it is: the burst ends with it. */
    void seal(final long firstSeq, final long sendTimeNs, final int epoch, final int channel) {
        PacketLayout.header(buffer, start, firstSeq, sendTimeNs, epoch, channel, 0, count);
        start += check.seal(buffer, start, at - start);
        at = start + PacketLayout.HEADER_LENGTH;
        packets++;
        count = 0;
    }

    /** The bytes of all sealed packets; valid until the next {@link #append}. */
    ByteBuffer sealed() {
        return bytes.clear().limit(start);
    }

    /** Begins the next burst. */
    void clear() {
        packets = 0;
        start = 0;
        at = PacketLayout.HEADER_LENGTH;
        count = 0;
    }
}
