package bourse.sbe.feed;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Where the fields that feed messages have in common stand in each of them, by template. An offset here begins at the message's own
 * SBE header. Hot path: no state, no allocation, any thread.
 */
public final class FeedMessageLayout {
    /** Bytes of the SBE header before each block. */
    public static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    /** The longest message: header and block of an instrument definition. */
    public static final int MAX_MESSAGE_LENGTH = HEADER_LENGTH + InstrumentDefinitionDecoder.BLOCK_LENGTH;
    /** Bit of the flags byte: the book may be acted on after this message. */
    public static final int END_OF_EVENT = 1;
    /** Bit of the flags byte: a trade of an auction. */
    public static final int AUCTION = 1 << 1;
    /** Bit of the flags byte: the order keeps its place. */
    public static final int PRIORITY_KEPT = 1 << 2;
    /** Bit of the flags byte: the maker was not displayed. */
    public static final int MAKER_HIDDEN = 1 << 3;
    /** Bit of the flags byte: the taker, too, stood in the public book. */
    public static final int TAKER_RESTING = 1 << 4;

    /** Bit of the flags byte: a definition of an instrument that was there before; its book goes on. */
    public static final int CHANGED = 1 << 5;

    private static final int TEMPLATES = 32;
    private static final int NONE = -1;
    private static final int[] BLOCK_LENGTH = new int[TEMPLATES];
    private static final int[] INSTRUMENT_OFFSET = new int[TEMPLATES];
    private static final int[] RPT_SEQ_OFFSET = new int[TEMPLATES];
    private static final int[] FLAGS_OFFSET = new int[TEMPLATES];

    static {
        java.util.Arrays.fill(BLOCK_LENGTH, NONE);
        template(AddOrderDecoder.TEMPLATE_ID, AddOrderDecoder.BLOCK_LENGTH, AddOrderDecoder.instrumentIdEncodingOffset(),
            AddOrderDecoder.rptSeqEncodingOffset(), AddOrderDecoder.flagsEncodingOffset());
        template(ReduceOrderDecoder.TEMPLATE_ID, ReduceOrderDecoder.BLOCK_LENGTH, ReduceOrderDecoder.instrumentIdEncodingOffset(),
            ReduceOrderDecoder.rptSeqEncodingOffset(), ReduceOrderDecoder.flagsEncodingOffset());
        template(DeleteOrderDecoder.TEMPLATE_ID, DeleteOrderDecoder.BLOCK_LENGTH, DeleteOrderDecoder.instrumentIdEncodingOffset(),
            DeleteOrderDecoder.rptSeqEncodingOffset(), DeleteOrderDecoder.flagsEncodingOffset());
        template(ReplaceOrderDecoder.TEMPLATE_ID, ReplaceOrderDecoder.BLOCK_LENGTH, ReplaceOrderDecoder.instrumentIdEncodingOffset(),
            ReplaceOrderDecoder.rptSeqEncodingOffset(), ReplaceOrderDecoder.flagsEncodingOffset());
        template(TradeReportDecoder.TEMPLATE_ID, TradeReportDecoder.BLOCK_LENGTH, TradeReportDecoder.instrumentIdEncodingOffset(),
            TradeReportDecoder.rptSeqEncodingOffset(), TradeReportDecoder.flagsEncodingOffset());
        template(InstrumentDefinitionDecoder.TEMPLATE_ID, InstrumentDefinitionDecoder.BLOCK_LENGTH,
            InstrumentDefinitionDecoder.instrumentIdEncodingOffset(), NONE, InstrumentDefinitionDecoder.flagsEncodingOffset());
        template(InstrumentStatusDecoder.TEMPLATE_ID, InstrumentStatusDecoder.BLOCK_LENGTH,
            InstrumentStatusDecoder.instrumentIdEncodingOffset(), InstrumentStatusDecoder.rptSeqEncodingOffset(),
            InstrumentStatusDecoder.flagsEncodingOffset());
        template(AuctionIndicativeDecoder.TEMPLATE_ID, AuctionIndicativeDecoder.BLOCK_LENGTH,
            AuctionIndicativeDecoder.instrumentIdEncodingOffset(), AuctionIndicativeDecoder.rptSeqEncodingOffset(),
            AuctionIndicativeDecoder.flagsEncodingOffset());
        template(SnapshotBeginDecoder.TEMPLATE_ID, SnapshotBeginDecoder.BLOCK_LENGTH, SnapshotBeginDecoder.instrumentIdEncodingOffset(),
            SnapshotBeginDecoder.rptSeqEncodingOffset(), NONE);
        template(SnapshotOrderDecoder.TEMPLATE_ID, SnapshotOrderDecoder.BLOCK_LENGTH, SnapshotOrderDecoder.instrumentIdEncodingOffset(),
            NONE, NONE);
        template(SnapshotEndDecoder.TEMPLATE_ID, SnapshotEndDecoder.BLOCK_LENGTH, SnapshotEndDecoder.instrumentIdEncodingOffset(),
            NONE, NONE);
        template(BookChecksumDecoder.TEMPLATE_ID, BookChecksumDecoder.BLOCK_LENGTH, BookChecksumDecoder.instrumentIdEncodingOffset(),
            BookChecksumDecoder.rptSeqEncodingOffset(), NONE);
    }

    private FeedMessageLayout() {
    }

    private static void template(final int id, final int blockLength, final int instrument, final int rptSeq, final int flags) {
        BLOCK_LENGTH[id] = blockLength;
        INSTRUMENT_OFFSET[id] = HEADER_LENGTH + instrument;
        RPT_SEQ_OFFSET[id] = rptSeq == NONE ? NONE : HEADER_LENGTH + rptSeq;
        FLAGS_OFFSET[id] = flags == NONE ? NONE : HEADER_LENGTH + flags;
    }

    /**
     * Whether {@code length} bytes at {@code offset} can be a message of this schema: schema, block length at least the known one, inside
     * the length. A template that is not known is well formed (a newer venue's): it is skipped, not refused.
     */
    public static boolean isWellFormed(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH || (buffer.getShort(offset + 4, LITTLE_ENDIAN) & 0xFFFF) != AddOrderDecoder.SCHEMA_ID) {
            return false;
        }
        final int blockLength = buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
        return HEADER_LENGTH + blockLength <= length && blockLength >= blockLengthOf(templateId(buffer, offset));
    }

    /** Template of the message at {@code offset}. */
    public static int templateId(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + 2, LITTLE_ENDIAN) & 0xFFFF;
    }

    /** Whether this build knows the template. */
    public static boolean isKnown(final int templateId) {
        return templateId < TEMPLATES && BLOCK_LENGTH[templateId] != NONE;
    }

    /** Instrument of a message with a known template. */
    public static int instrumentId(final DirectBuffer buffer, final int offset, final int templateId) {
        return buffer.getInt(offset + INSTRUMENT_OFFSET[templateId], LITTLE_ENDIAN);
    }

    /** Bytes of a message with a known template, header included. */
    public static int lengthOf(final int templateId) {
        return HEADER_LENGTH + BLOCK_LENGTH[templateId];
    }

    /** {@link #rptSeq(DirectBuffer, int, int)} of a message at an address. */
    public static int rptSeq(final long message, final int templateId) {
        return UnsafeApi.getInt(message + RPT_SEQ_OFFSET[templateId]);
    }

    /** {@link #flags(DirectBuffer, int, int)} of a message at an address. */
    public static int flags(final long message, final int templateId) {
        final int flagsOffset = FLAGS_OFFSET[templateId];
        return flagsOffset == NONE ? 0 : UnsafeApi.getByte(message + flagsOffset) & 0xFF;
    }

    /** Whether the instrument's counter counts messages of this template. */
    public static boolean hasRptSeq(final int templateId) {
        return RPT_SEQ_OFFSET[templateId] != NONE;
    }

    /** The instrument's own counter; only where {@link #hasRptSeq}. */
    public static int rptSeq(final DirectBuffer buffer, final int offset, final int templateId) {
        return buffer.getInt(offset + RPT_SEQ_OFFSET[templateId], LITTLE_ENDIAN);
    }

    /** The flags byte, 0 where the template has none. */
    public static int flags(final DirectBuffer buffer, final int offset, final int templateId) {
        final int flagsOffset = FLAGS_OFFSET[templateId];
        return flagsOffset == NONE ? 0 : buffer.getByte(offset + flagsOffset) & 0xFF;
    }

    /** Sets {@link #END_OF_EVENT} where the template has flags. */
    public static void markEndOfEvent(final MutableDirectBuffer buffer, final int offset, final int templateId) {
        final int flagsOffset = FLAGS_OFFSET[templateId];
        if (flagsOffset != NONE) {
            buffer.putByte(offset + flagsOffset, (byte) (buffer.getByte(offset + flagsOffset) | END_OF_EVENT));
        }
    }

    /** The event that caused a numbered message: its first field in every template of the increment channel. */
    public static long eventSeq(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + HEADER_LENGTH, LITTLE_ENDIAN);
    }

    /** Time of that event, nanoseconds since the epoch: the second field of every numbered message. */
    public static long timeNs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + HEADER_LENGTH + Long.BYTES, LITTLE_ENDIAN);
    }

    private static int blockLengthOf(final int templateId) {
        return isKnown(templateId) ? BLOCK_LENGTH[templateId] : 0;
    }
}
