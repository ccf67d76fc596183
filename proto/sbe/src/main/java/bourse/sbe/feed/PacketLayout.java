package bourse.sbe.feed;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import bourse.sbe.WireLimits;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The packet of the public feed: a header, {@code count} messages each behind its u16 length, a CRC. Little-endian, at most
 * {@link WireLimits#MAX_FEED_PACKET_BYTES}. Hot path: no state, no allocation, any thread.
 *
 * <pre>
 *   0                   8                   16        20      22     23     24
 *  +-------------------+-------------------+---------+-------+------+------+
 *  | first_seq u64     | send_ts u64 (ns)  |epoch u32|channel|flags |count |  header
 *  +-------------------+-------------------+---------+-------+------+------+
 *  | length u16 | message (8-byte SBE header, block) ... `count` times      |
 *  +-----------------------------------------------------------------------+
 *  | crc u32: CRC-32 (ISO-HDLC, zlib's crc32) of every byte before it      |  trailer
 *  +------------------------------------------------------------------------
 * </pre>
 *
 * What {@code first_seq} means follows from the flags; see {@link #FLAG_HEARTBEAT} and {@link #FLAG_SNAPSHOT}.
 */
public final class PacketLayout {
    /** Feed sequence of the first message; message i has {@code first_seq + i}. */
    public static final int FIRST_SEQ_OFFSET = 0;
    /** Sender's clock when the packet left, nanoseconds since the epoch. */
    public static final int SEND_TS_OFFSET = FIRST_SEQ_OFFSET + Long.BYTES;
    /** Changes when a venue starts anew; sequences of different epochs have nothing to do with each other. */
    public static final int EPOCH_OFFSET = SEND_TS_OFFSET + Long.BYTES;
    /** Feed channel; the shard's number. */
    public static final int CHANNEL_OFFSET = EPOCH_OFFSET + Integer.BYTES;
    /** {@code FLAG_*} bits. */
    public static final int FLAGS_OFFSET = CHANNEL_OFFSET + Short.BYTES;
    /** Messages in the packet. */
    public static final int COUNT_OFFSET = FLAGS_OFFSET + Byte.BYTES;
    /** Bytes before the first message's length. */
    public static final int HEADER_LENGTH = COUNT_OFFSET + Byte.BYTES;
    /** Bytes of the length before each message. */
    public static final int PREFIX_LENGTH = Short.BYTES;
    /** Bytes of the CRC at the end. */
    public static final int TRAILER_LENGTH = Integer.BYTES;
    /** Bytes that messages and their lengths may take. */
    public static final int MAX_BODY_LENGTH = WireLimits.MAX_FEED_PACKET_BYTES - HEADER_LENGTH - TRAILER_LENGTH;
    /** Most messages of one packet: what an unsigned byte counts. */
    public static final int MAX_COUNT = 255;

    /** Nothing new: first_seq is the next sequence. Messages in it (BookChecksum) have no sequence. */
    public static final int FLAG_HEARTBEAT = 0x01;
    /** The venue closed cleanly; nothing follows in this epoch until it is started again. */
    public static final int FLAG_END_OF_SESSION = 0x02;
    /** Part of a snapshot of one instrument: first_seq is the index of its first SnapshotOrder. */
    public static final int FLAG_SNAPSHOT = 0x04;
    /** Sent to one receiver because it asked. */
    public static final int FLAG_RETRANSMISSION = 0x08;
    /** Answer to a request that is not met: {@link RecoveryLayout} refusal instead of messages; first_seq is the next sequence. */
    public static final int FLAG_REFUSAL = 0x10;

    static {
        if (HEADER_LENGTH != 24) {
            throw new ExceptionInInitializerError("PacketLayout: HEADER_LENGTH: " + HEADER_LENGTH + " (expected: 24)");
        }
    }

    private PacketLayout() {
    }

    /** Writes the whole header. */
    public static void header(final MutableDirectBuffer packet, final int offset, final long firstSeq, final long sendTimeNs,
                              final int epoch, final int channel, final int flags, final int count) {
        packet.putLong(offset + FIRST_SEQ_OFFSET, firstSeq, LITTLE_ENDIAN);
        packet.putLong(offset + SEND_TS_OFFSET, sendTimeNs, LITTLE_ENDIAN);
        packet.putInt(offset + EPOCH_OFFSET, epoch, LITTLE_ENDIAN);
        packet.putShort(offset + CHANNEL_OFFSET, (short) channel, LITTLE_ENDIAN);
        packet.putByte(offset + FLAGS_OFFSET, (byte) flags);
        packet.putByte(offset + COUNT_OFFSET, (byte) count);
    }

    /** See {@link #FIRST_SEQ_OFFSET}. */
    public static long firstSeq(final DirectBuffer packet, final int offset) {
        return packet.getLong(offset + FIRST_SEQ_OFFSET, LITTLE_ENDIAN);
    }

    /** See {@link #SEND_TS_OFFSET}. */
    public static long sendTimeNs(final DirectBuffer packet, final int offset) {
        return packet.getLong(offset + SEND_TS_OFFSET, LITTLE_ENDIAN);
    }

    /** See {@link #EPOCH_OFFSET}. */
    public static int epoch(final DirectBuffer packet, final int offset) {
        return packet.getInt(offset + EPOCH_OFFSET, LITTLE_ENDIAN);
    }

    /** See {@link #CHANNEL_OFFSET}. */
    public static int channel(final DirectBuffer packet, final int offset) {
        return packet.getShort(offset + CHANNEL_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    /** See {@link #FLAGS_OFFSET}. */
    public static int flags(final DirectBuffer packet, final int offset) {
        return packet.getByte(offset + FLAGS_OFFSET) & 0xFF;
    }

    /** See {@link #COUNT_OFFSET}. */
    public static int count(final DirectBuffer packet, final int offset) {
        return packet.getByte(offset + COUNT_OFFSET) & 0xFF;
    }

    /** Length of the message whose length field is at {@code offset}. */
    public static int messageLength(final DirectBuffer packet, final int offset) {
        return packet.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
    }
}
