package bourse.gateway.egress;

import static org.agrona.BufferUtil.ARRAY_BASE_OFFSET;
import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putShort;

import java.util.Objects;

import org.agrona.DirectBuffer;

import bourse.sbe.BlockAddress;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.OrderTriggeredDecoder;
import bourse.sbe.engine.QuoteAcceptedDecoder;
import bourse.sbe.engine.TradeDecoder;

/**
 * Writes one event of the engine as a {@code bourse.order.v1.Event} in protobuf's wire format. Hot path. Thread: the agent.
 * No allocation after construction. Reads and writes exactly what the generated code would, default values left out. That the block is there and that the
 * event has room is looked at once, before the first field.
 *
 * <p>The largest event (an execution with every field at its longest) has 121 bytes, so that each of the two nested lengths is one byte.
 */
public final class EventWriter {
    /** No event is longer than this, its tag and its length in the frame not counted. */
    public static final int MAX_EVENT_BYTES = 127;
    /** Bytes behind an event that may be overwritten while it is written. */
    public static final int SLACK_BYTES = Protobuf.SLACK_BYTES;

    private static final int EVENT_SEQ = 1 << 3 | 1;
    private static final int CLIENT_SEQ = 2 << 3 | 1;
    private static final int SESSION_ID = 3 << 3 | 1;
    private static final int TIME_NS = 4 << 3 | 1;
    private static final int ACCEPTED = 5;
    private static final int REJECTED = 6;
    private static final int EXECUTION = 7;
    private static final int BOOKED = 8;
    private static final int CANCELLED = 9;
    private static final int REDUCED = 10;
    private static final int REPLACED = 11;
    private static final int TRIGGERED = 12;
    private static final int RESTATED = 13;
    private static final int MASS_CANCELLED = 14;
    private static final int QUOTE_ACCEPTED = 15;
    private static final int LENGTH_DELIMITED = 2;
    private static final int LAST_REAL_SIDE = 1;
    private static final int LARGEST_BYTE = 0x7F;

    /** Of an account's event, by template; 0 = it is none. */
    private static final int[] BLOCK_BYTES = new int[128];

    static {
        BLOCK_BYTES[OrderAcceptedDecoder.TEMPLATE_ID] = OrderAcceptedDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[CommandRejectedDecoder.TEMPLATE_ID] = CommandRejectedDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[TradeDecoder.TEMPLATE_ID] = TradeDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[OrderBookedDecoder.TEMPLATE_ID] = OrderBookedDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[OrderCancelledDecoder.TEMPLATE_ID] = OrderCancelledDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[OrderReducedDecoder.TEMPLATE_ID] = OrderReducedDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[OrderReplacedDecoder.TEMPLATE_ID] = OrderReplacedDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[OrderTriggeredDecoder.TEMPLATE_ID] = OrderTriggeredDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[OrderRestatedDecoder.TEMPLATE_ID] = OrderRestatedDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[MassCancelledDecoder.TEMPLATE_ID] = MassCancelledDecoder.BLOCK_LENGTH;
        BLOCK_BYTES[QuoteAcceptedDecoder.TEMPLATE_ID] = QuoteAcceptedDecoder.BLOCK_LENGTH;
    }

    private final byte[] scratch = new byte[MAX_EVENT_BYTES + SLACK_BYTES];

    /** Bytes of the SBE block of an account's event; 0 for events of other templates. */
    public static int blockBytes(final int templateId) {
        return templateId < BLOCK_BYTES.length ? BLOCK_BYTES[templateId] : 0;
    }

    /** What {@link #write(int, DirectBuffer, int, boolean, long, long, long, long)} wrote last, from index 0. */
    public byte[] bytes() {
        return scratch;
    }

    /** Writes to {@link #bytes()}. */
    public int write(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final long eventSeq,
                     final long timeNs, final long sessionId, final long clientSeq) {
        return write(scratch, 0, templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq);
    }

    /**
     * Writes the event whose SBE block begins at {@code at}; of a trade the execution of the maker or of the taker.
     *
     * @param out      has {@link #MAX_EVENT_BYTES} and {@link #SLACK_BYTES} from {@code offset} on
     * @param clientSeq 0 when no command of the account caused it; then {@code sessionId} is 0, too
     * @return its length in bytes, 0 when an event of this template is not an account's
     */
    public static int write(final byte[] out, final int offset, final int templateId, final DirectBuffer buffer, final int at,
                            final boolean maker, final long eventSeq, final long timeNs, final long sessionId, final long clientSeq) {
        Objects.checkFromIndexSize(offset, MAX_EVENT_BYTES + SLACK_BYTES, out.length);
        final int blockBytes = blockBytes(templateId);
        if (blockBytes == 0) {
            return 0;
        }
        final long from = BlockAddress.of(buffer, at, blockBytes);
        final long start = ARRAY_BASE_OFFSET + offset;
        long p = putFixed64(out, start, EVENT_SEQ, eventSeq);
        if (clientSeq != 0) {
            p = putFixed64(out, p, CLIENT_SEQ, clientSeq);
        }
        if (sessionId != 0) {
            p = putFixed64(out, p, SESSION_ID, sessionId);
        }
        p = putFixed64(out, p, TIME_NS, timeNs);
        final long memberAt = p;
        final long bodyAt = p + 2;
        final int member;
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                member = ACCEPTED;
                p = accepted(out, bodyAt, from);
            }
            case TradeDecoder.TEMPLATE_ID -> {
                member = EXECUTION;
                p = execution(out, bodyAt, from, maker);
            }
            case OrderCancelledDecoder.TEMPLATE_ID -> {
                member = CANCELLED;
                p = cancelled(out, bodyAt, from);
            }
            case OrderBookedDecoder.TEMPLATE_ID -> {
                member = BOOKED;
                p = booked(out, bodyAt, from);
            }
            case CommandRejectedDecoder.TEMPLATE_ID -> {
                member = REJECTED;
                p = rejected(out, bodyAt, from);
            }
            case OrderReducedDecoder.TEMPLATE_ID -> {
                member = REDUCED;
                p = reduced(out, bodyAt, from);
            }
            case OrderReplacedDecoder.TEMPLATE_ID -> {
                member = REPLACED;
                p = replaced(out, bodyAt, from);
            }
            default -> {
                member = rareMember(templateId);
                p = writeSlowPath(out, bodyAt, templateId, from);
            }
        }
        putByte(out, memberAt, (byte) (member << 3 | LENGTH_DELIMITED));
        putByte(out, memberAt + 1, (byte) (p - bodyAt));
        return (int) (p - start);
    }

    private static int rareMember(final int templateId) {
        return switch (templateId) {
            case OrderTriggeredDecoder.TEMPLATE_ID -> TRIGGERED;
            case OrderRestatedDecoder.TEMPLATE_ID -> RESTATED;
            case MassCancelledDecoder.TEMPLATE_ID -> MASS_CANCELLED;
            default -> QUOTE_ACCEPTED;
        };
    }

    private static long writeSlowPath(final byte[] out, final long p, final int templateId, final long at) {
        return switch (templateId) {
            case OrderTriggeredDecoder.TEMPLATE_ID -> triggered(out, p, at);
            case OrderRestatedDecoder.TEMPLATE_ID -> restated(out, p, at);
            case MassCancelledDecoder.TEMPLATE_ID -> massCancelled(out, p, at);
            default -> quoteAccepted(out, p, at);
        };
    }

    private static long accepted(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderAcceptedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderAcceptedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderAcceptedDecoder.instrumentIdEncodingOffset()));
        p = small(out, p, 4, side(at + OrderAcceptedDecoder.sideEncodingOffset()));
        p = small(out, p, 5, uint8(at + OrderAcceptedDecoder.orderTypeEncodingOffset()) + 1);
        p = small(out, p, 6, uint8(at + OrderAcceptedDecoder.timeInForceEncodingOffset()) + 1);
        p = varint(out, p, 7, int64(at + OrderAcceptedDecoder.priceEncodingOffset()));
        p = varint(out, p, 8, int64(at + OrderAcceptedDecoder.quantityEncodingOffset()));
        p = small(out, p, 9, flag(at + OrderAcceptedDecoder.restingEncodingOffset()));
        p = varint(out, p, 10, int64(at + OrderAcceptedDecoder.visibleQuantityEncodingOffset()));
        p = varint(out, p, 11, int64(at + OrderAcceptedDecoder.stopPriceEncodingOffset()));
        return p;
    }

    private static long rejected(final byte[] out, final long start, final long at) {
        long p = start;
        p = small(out, p, 1, uint8(at + CommandRejectedDecoder.kindEncodingOffset()));
        p = small(out, p, 2, uint8(at + CommandRejectedDecoder.reasonEncodingOffset()));
        p = small(out, p, 3, uint8(at + CommandRejectedDecoder.fieldEncodingOffset()));
        p = varint(out, p, 4, int64(at + CommandRejectedDecoder.limitValueEncodingOffset()));
        p = varint(out, p, 5, int64(at + CommandRejectedDecoder.actualValueEncodingOffset()));
        p = fixed64(out, p, 6, int64(at + CommandRejectedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 7, int64(at + CommandRejectedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 8, uint32(at + CommandRejectedDecoder.instrumentIdEncodingOffset()));
        return p;
    }

    private static long execution(final byte[] out, final long start, final long at, final boolean maker) {
        long p = start;
        final int takerSide = uint8(at + TradeDecoder.takerSideEncodingOffset());
        final boolean auction = flag(at + TradeDecoder.auctionEncodingOffset()) != 0;
        if (maker) {
            p = fixed64(out, p, 1, int64(at + TradeDecoder.makerClientOrderIdEncodingOffset()));
            p = fixed64(out, p, 2, int64(at + TradeDecoder.makerOrderIdEncodingOffset()));
        } else {
            p = fixed64(out, p, 1, int64(at + TradeDecoder.takerClientOrderIdEncodingOffset()));
            p = fixed64(out, p, 2, int64(at + TradeDecoder.takerOrderIdEncodingOffset()));
        }
        p = fixed64(out, p, 3, int64(at + TradeDecoder.tradeIdEncodingOffset()));
        p = varint(out, p, 4, uint32(at + TradeDecoder.instrumentIdEncodingOffset()));
        p = small(out, p, 5, (maker ? takerSide ^ 1 : takerSide) + 1);
        p = varint(out, p, 6, int64(at + TradeDecoder.priceEncodingOffset()));
        p = varint(out, p, 7, int64(at + TradeDecoder.quantityEncodingOffset()));
        p = varint(out, p, 8, int64(at + (maker ? TradeDecoder.makerLeavesEncodingOffset() : TradeDecoder.takerLeavesEncodingOffset())));
        p = small(out, p, 9, maker && !auction ? 1 : 0);
        p = small(out, p, 10, auction ? 1 : 0);
        p = varint(out, p, 11, Protobuf.zigzag(int64(at + (maker ? TradeDecoder.makerFeeEncodingOffset() : TradeDecoder.takerFeeEncodingOffset()))));
        return p;
    }

    private static long booked(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderBookedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderBookedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderBookedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(at + OrderBookedDecoder.priceEncodingOffset()));
        p = varint(out, p, 5, int64(at + OrderBookedDecoder.leavesEncodingOffset()));
        return p;
    }

    private static long cancelled(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderCancelledDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderCancelledDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderCancelledDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(at + OrderCancelledDecoder.quantityEncodingOffset()));
        p = small(out, p, 5, uint8(at + OrderCancelledDecoder.reasonEncodingOffset()));
        p = small(out, p, 6, side(at + OrderCancelledDecoder.sideEncodingOffset()));
        return p;
    }

    private static long reduced(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderReducedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderReducedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderReducedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(at + OrderReducedDecoder.leavesEncodingOffset()));
        return p;
    }

    private static long replaced(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderReplacedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderReplacedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderReplacedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(at + OrderReplacedDecoder.priceEncodingOffset()));
        p = varint(out, p, 5, int64(at + OrderReplacedDecoder.leavesEncodingOffset()));
        p = small(out, p, 6, flag(at + OrderReplacedDecoder.priorityKeptEncodingOffset()));
        p = small(out, p, 7, flag(at + OrderReplacedDecoder.restingEncodingOffset()));
        return p;
    }

    private static long triggered(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderTriggeredDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderTriggeredDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderTriggeredDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(at + OrderTriggeredDecoder.stopPriceEncodingOffset()));
        return p;
    }

    private static long restated(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + OrderRestatedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(at + OrderRestatedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(at + OrderRestatedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(at + OrderRestatedDecoder.priceEncodingOffset()));
        p = varint(out, p, 5, int64(at + OrderRestatedDecoder.leavesEncodingOffset()));
        p = varint(out, p, 6, int64(at + OrderRestatedDecoder.visibleQuantityEncodingOffset()));
        p = small(out, p, 7, flag(at + OrderRestatedDecoder.priorityKeptEncodingOffset()));
        p = small(out, p, 8, uint8(at + OrderRestatedDecoder.reasonEncodingOffset()));
        return p;
    }

    private static long massCancelled(final byte[] out, final long start, final long at) {
        long p = start;
        p = varint(out, p, 1, uint32(at + MassCancelledDecoder.instrumentIdEncodingOffset()));
        p = small(out, p, 2, side(at + MassCancelledDecoder.sideEncodingOffset()));
        p = varint(out, p, 3, int64(at + MassCancelledDecoder.cancelledOrdersEncodingOffset()));
        p = small(out, p, 4, uint8(at + MassCancelledDecoder.reasonEncodingOffset()));
        return p;
    }

    private static long quoteAccepted(final byte[] out, final long start, final long at) {
        long p = start;
        p = fixed64(out, p, 1, int64(at + QuoteAcceptedDecoder.quoteIdEncodingOffset()));
        p = varint(out, p, 2, uint32(at + QuoteAcceptedDecoder.instrumentIdEncodingOffset()));
        p = fixed64(out, p, 3, int64(at + QuoteAcceptedDecoder.bidOrderIdEncodingOffset()));
        p = fixed64(out, p, 4, int64(at + QuoteAcceptedDecoder.askOrderIdEncodingOffset()));
        return p;
    }

    static long int64(final long at) {
        return getLong(at);
    }

    static long uint32(final long at) {
        return getInt(at) & 0xFFFF_FFFFL;
    }

    static int uint8(final long at) {
        return getByte(at) & 0xFF;
    }

    static int flag(final long at) {
        return getByte(at) != 0 ? 1 : 0;
    }

    /** Both sides, or none, is unspecified. */
    static int side(final long at) {
        final int side = uint8(at);
        return side <= LAST_REAL_SIDE ? side + 1 : 0;
    }

    private static long fixed64(final byte[] out, final long p, final int field, final long value) {
        return value == 0 ? p : putFixed64(out, p, field << 3 | 1, value);
    }

    private static long putFixed64(final byte[] out, final long p, final int tag, final long value) {
        putByte(out, p, (byte) tag);
        putLong(out, p + 1, value);
        return p + 1 + Long.BYTES;
    }

    /** The same of what has nearly always one byte. */
    private static long small(final byte[] out, final long p, final int field, final int value) {
        if (Integer.compareUnsigned(value - 1, LARGEST_BYTE) >= 0) {
            return varint(out, p, field, value);
        }
        putShort(out, p, (short) (value << Byte.SIZE | field << 3));
        return p + 2;
    }

    /** The tag and up to seven bytes of the value in one store. */
    private static long varint(final byte[] out, final long p, final int field, final long value) {
        if (value == 0) {
            return p;
        }
        if (value >>> Protobuf.SHORT_VARINT_BITS != 0) {
            putByte(out, p, (byte) (field << 3));
            return Protobuf.putLongVarint(out, p + 1, value);
        }
        final int continued = Protobuf.continued(value);
        putLong(out, p, Protobuf.varintBytes(value, continued) << Byte.SIZE | field << 3);
        return p + 2 + continued;
    }
}
