package bourse.sbe.feed;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import bourse.sbe.WireLimits;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Seals packets with their CRC and refuses those that are torn or changed. Hot path: no allocation. Thread: one per instance.
 */
public final class PacketCheck {
    private final CRC32 crc = new CRC32();

    /** Writes the CRC of {@code length} bytes behind them; returns the length of the packet. */
    public int seal(final MutableDirectBuffer packet, final int offset, final int length) {
        packet.putInt(offset + length, crcOf(packet, offset, length), LITTLE_ENDIAN);
        return length + PacketLayout.TRAILER_LENGTH;
    }

    /** Whether length, CRC and, but for refusals, the messages' lengths and headers add up. */
    public boolean isWellFormed(final DirectBuffer packet, final int offset, final int length) {
        if (length < PacketLayout.HEADER_LENGTH + PacketLayout.TRAILER_LENGTH || length > WireLimits.MAX_FEED_PACKET_BYTES) {
            return false;
        }
        final int end = length - PacketLayout.TRAILER_LENGTH;
        if (packet.getInt(offset + end, LITTLE_ENDIAN) != crcOf(packet, offset, end)) {
            return false;
        }
        if ((PacketLayout.flags(packet, offset) & PacketLayout.FLAG_REFUSAL) != 0) {
            return end == RecoveryLayout.REFUSAL_LENGTH;
        }
        int at = PacketLayout.HEADER_LENGTH;
        for (int i = 0, count = PacketLayout.count(packet, offset); i < count; i++) {
            if (at + PacketLayout.PREFIX_LENGTH > end) {
                return false;
            }
            final int messageLength = PacketLayout.messageLength(packet, offset + at);
            at += PacketLayout.PREFIX_LENGTH;
            if (at + messageLength > end || !FeedMessageLayout.isWellFormed(packet, offset + at, messageLength)) {
                return false;
            }
            at += messageLength;
        }
        return at == end;
    }

    private int crcOf(final DirectBuffer packet, final int offset, final int length) {
        crc.reset();
        final int at = packet.wrapAdjustment() + offset;
        final byte[] array = packet.byteArray();
        if (array != null) {
            crc.update(array, at, length);
        } else {
            final ByteBuffer bytes = packet.byteBuffer();
            final int limit = bytes.limit();
            final int position = bytes.position();
            bytes.clear().position(at).limit(at + length);
            crc.update(bytes);
            bytes.clear().position(position).limit(limit);
        }
        return (int) crc.getValue();
    }
}
