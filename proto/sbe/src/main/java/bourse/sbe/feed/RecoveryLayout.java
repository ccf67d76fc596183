package bourse.sbe.feed;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The unicast re-request: what a receiver asks and how it is refused. What is granted comes back as ordinary packets with
 * {@link PacketLayout#FLAG_RETRANSMISSION}. Little-endian. Hot path: no state, no allocation, any thread.
 *
 * <pre>
 *  request   0        4       5     6       8         12            16             24         32        36          40
 *           +--------+-------+-----+-------+---------+-------------+--------------+----------+---------+-----------+
 *           |"BRRQ"  |version|kind |channel|epoch u32|instrument   |request_id u64|from u64  |count u32|index u32  |
 *           +--------+-------+-----+-------+---------+-------------+--------------+----------+---------+-----------+
 *  refusal   packet header with FLAG_REFUSAL, then
 *            0             8                    16                   20      21       24
 *           +-------------+--------------------+--------------------+-------+--------+
 *           |request_id   |first_available u64 |retry_delay_ms u32  |reason |reserved|   then the packet's CRC
 *           +-------------+--------------------+--------------------+-------+--------+
 * </pre>
 */
public final class RecoveryLayout {
    /** "BRRQ" read as a little-endian u32. */
    public static final int REQUEST_MAGIC = 'B' | 'R' << 8 | 'R' << 16 | 'Q' << 24;
    /** This layout. */
    public static final int VERSION = 1;

    /** Messages {@code from .. from + count - 1} of the channel. */
    public static final int KIND_MESSAGES = 1;
    /**
     * A snapshot of the instrument: orders {@code index .. index + count - 1} of the one with lastFeedSeq {@code from}, or all of the
     * newest where {@code from} is 0 or is not kept any more.
     */
    public static final int KIND_SNAPSHOT = 2;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    public static final int KIND_OFFSET = VERSION_OFFSET + Byte.BYTES;
    public static final int CHANNEL_OFFSET = KIND_OFFSET + Byte.BYTES;
    /** 0 = whichever is current. */
    public static final int EPOCH_OFFSET = CHANNEL_OFFSET + Short.BYTES;
    public static final int INSTRUMENT_OFFSET = EPOCH_OFFSET + Integer.BYTES;
    /** The receiver's; comes back in a refusal. */
    public static final int REQUEST_ID_OFFSET = INSTRUMENT_OFFSET + Integer.BYTES;
    public static final int FROM_OFFSET = REQUEST_ID_OFFSET + Long.BYTES;
    public static final int COUNT_OFFSET = FROM_OFFSET + Long.BYTES;
    public static final int INDEX_OFFSET = COUNT_OFFSET + Integer.BYTES;
    /** Bytes of a request. */
    public static final int REQUEST_LENGTH = INDEX_OFFSET + Integer.BYTES;
    /** Most messages of one request. */
    public static final int MAX_REQUEST_MESSAGES = 2_048;

    public static final int REFUSAL_REQUEST_ID_OFFSET = PacketLayout.HEADER_LENGTH;
    /** The oldest feed sequence that can still be asked for. */
    public static final int REFUSAL_FIRST_AVAILABLE_OFFSET = REFUSAL_REQUEST_ID_OFFSET + Long.BYTES;
    /** Ask again after this; 0 with a reason that time does not heal. */
    public static final int REFUSAL_RETRY_DELAY_OFFSET = REFUSAL_FIRST_AVAILABLE_OFFSET + Long.BYTES;
    public static final int REFUSAL_REASON_OFFSET = REFUSAL_RETRY_DELAY_OFFSET + Integer.BYTES;
    /** Bytes of a refusal before its CRC. */
    public static final int REFUSAL_LENGTH = REFUSAL_REASON_OFFSET + Integer.BYTES;

    /** Too many requests now; ask again after the delay. */
    public static final int REASON_BUSY = 1;
    /** Older than what is kept: take a snapshot. */
    public static final int REASON_TOO_OLD = 2;
    /** Not sent yet. */
    public static final int REASON_NOT_YET = 3;
    /** Unknown version, kind or channel, or a count out of bounds. */
    public static final int REASON_MALFORMED = 4;
    /** The venue has started anew since. */
    public static final int REASON_WRONG_EPOCH = 5;
    /** No such instrument. */
    public static final int REASON_UNKNOWN_INSTRUMENT = 6;

    static {
        if (REQUEST_LENGTH != 40 || REFUSAL_LENGTH != 48) {
            throw new ExceptionInInitializerError("RecoveryLayout: REQUEST_LENGTH: " + REQUEST_LENGTH + " (expected: 40), REFUSAL_LENGTH: "
                + REFUSAL_LENGTH + " (expected: 48)");
        }
    }

    private RecoveryLayout() {
    }

    /** Writes a whole request; returns its length. */
    public static int request(final MutableDirectBuffer buffer, final int offset, final int kind, final int channel, final int epoch,
                              final int instrumentId, final long requestId, final long from, final int count, final int index) {
        buffer.putInt(offset + MAGIC_OFFSET, REQUEST_MAGIC, LITTLE_ENDIAN);
        buffer.putByte(offset + VERSION_OFFSET, (byte) VERSION);
        buffer.putByte(offset + KIND_OFFSET, (byte) kind);
        buffer.putShort(offset + CHANNEL_OFFSET, (short) channel, LITTLE_ENDIAN);
        buffer.putInt(offset + EPOCH_OFFSET, epoch, LITTLE_ENDIAN);
        buffer.putInt(offset + INSTRUMENT_OFFSET, instrumentId, LITTLE_ENDIAN);
        buffer.putLong(offset + REQUEST_ID_OFFSET, requestId, LITTLE_ENDIAN);
        buffer.putLong(offset + FROM_OFFSET, from, LITTLE_ENDIAN);
        buffer.putInt(offset + COUNT_OFFSET, count, LITTLE_ENDIAN);
        buffer.putInt(offset + INDEX_OFFSET, index, LITTLE_ENDIAN);
        return REQUEST_LENGTH;
    }

    /** Writes what follows the packet header of a refusal. */
    public static void refusal(final MutableDirectBuffer packet, final int offset, final long requestId, final long firstAvailable,
                               final int retryDelayMs, final int reason) {
        packet.putLong(offset + REFUSAL_REQUEST_ID_OFFSET, requestId, LITTLE_ENDIAN);
        packet.putLong(offset + REFUSAL_FIRST_AVAILABLE_OFFSET, firstAvailable, LITTLE_ENDIAN);
        packet.putInt(offset + REFUSAL_RETRY_DELAY_OFFSET, retryDelayMs, LITTLE_ENDIAN);
        packet.putInt(offset + REFUSAL_REASON_OFFSET, reason & 0xFF, LITTLE_ENDIAN);
    }

    /** True for a request of this version with a known kind. */
    public static boolean isRequest(final DirectBuffer buffer, final int offset, final int length) {
        return length >= REQUEST_LENGTH
            && buffer.getInt(offset + MAGIC_OFFSET, LITTLE_ENDIAN) == REQUEST_MAGIC
            && buffer.getByte(offset + VERSION_OFFSET) == VERSION;
    }
}
