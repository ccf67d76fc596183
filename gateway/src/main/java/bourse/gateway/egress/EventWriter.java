package bourse.gateway.egress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.agrona.DirectBuffer;

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
 * No allocation after construction. Reads and writes exactly what the generated code would, default values left out.
 *
 * <p>The largest event (an execution with every field at its longest) has 121 bytes, so that each of the two nested lengths is one byte.
 */
public final class EventWriter {
    /** No event is longer than this, its tag and its length in the frame not counted. */
    public static final int MAX_EVENT_BYTES = 127;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

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

    private final byte[] bytes = new byte[MAX_EVENT_BYTES + 64];
    private int position;

    /** What was written last, from index 0. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Writes the event whose SBE block begins at {@code at}; of a trade the execution of the maker or of the taker.
     *
     * @param clientSeq 0 when no command of the account caused it; then {@code sessionId} is 0, too
     * @return its length in bytes, 0 when an event of this template is not an account's
     */
    public int write(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final long eventSeq,
                     final long timeNs, final long sessionId, final long clientSeq) {
        position = 0;
        putFixed64(EVENT_SEQ, eventSeq);
        if (clientSeq != 0) {
            putFixed64(CLIENT_SEQ, clientSeq);
        }
        if (sessionId != 0) {
            putFixed64(SESSION_ID, sessionId);
        }
        putFixed64(TIME_NS, timeNs);
        final int lengthAt = position + 1;
        position += 2;
        final int member = switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> accepted(buffer, at);
            case TradeDecoder.TEMPLATE_ID -> execution(buffer, at, maker);
            case OrderCancelledDecoder.TEMPLATE_ID -> cancelled(buffer, at);
            case OrderBookedDecoder.TEMPLATE_ID -> booked(buffer, at);
            case CommandRejectedDecoder.TEMPLATE_ID -> rejected(buffer, at);
            case OrderReducedDecoder.TEMPLATE_ID -> reduced(buffer, at);
            case OrderReplacedDecoder.TEMPLATE_ID -> replaced(buffer, at);
            default -> writeSlowPath(templateId, buffer, at);
        };
        if (member == 0) {
            return 0;
        }
        bytes[lengthAt - 1] = (byte) (member << 3 | LENGTH_DELIMITED);
        bytes[lengthAt] = (byte) (position - lengthAt - 1);
        return position;
    }

    private int writeSlowPath(final int templateId, final DirectBuffer buffer, final int at) {
        return switch (templateId) {
            case OrderTriggeredDecoder.TEMPLATE_ID -> triggered(buffer, at);
            case OrderRestatedDecoder.TEMPLATE_ID -> restated(buffer, at);
            case MassCancelledDecoder.TEMPLATE_ID -> massCancelled(buffer, at);
            case QuoteAcceptedDecoder.TEMPLATE_ID -> quoteAccepted(buffer, at);
            default -> 0;
        };
    }

    private int accepted(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderAcceptedDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderAcceptedDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderAcceptedDecoder.instrumentIdEncodingOffset()));
        varint(4, side(b, at + OrderAcceptedDecoder.sideEncodingOffset()));
        varint(5, uint8(b, at + OrderAcceptedDecoder.orderTypeEncodingOffset()) + 1);
        varint(6, uint8(b, at + OrderAcceptedDecoder.timeInForceEncodingOffset()) + 1);
        varint(7, int64(b, at + OrderAcceptedDecoder.priceEncodingOffset()));
        varint(8, int64(b, at + OrderAcceptedDecoder.quantityEncodingOffset()));
        varint(9, flag(b, at + OrderAcceptedDecoder.restingEncodingOffset()));
        varint(10, int64(b, at + OrderAcceptedDecoder.visibleQuantityEncodingOffset()));
        varint(11, int64(b, at + OrderAcceptedDecoder.stopPriceEncodingOffset()));
        return ACCEPTED;
    }

    private int rejected(final DirectBuffer b, final int at) {
        varint(1, uint8(b, at + CommandRejectedDecoder.kindEncodingOffset()));
        varint(2, uint8(b, at + CommandRejectedDecoder.reasonEncodingOffset()));
        varint(3, uint8(b, at + CommandRejectedDecoder.fieldEncodingOffset()));
        varint(4, int64(b, at + CommandRejectedDecoder.limitValueEncodingOffset()));
        varint(5, int64(b, at + CommandRejectedDecoder.actualValueEncodingOffset()));
        fixed64(6, int64(b, at + CommandRejectedDecoder.clientOrderIdEncodingOffset()));
        fixed64(7, int64(b, at + CommandRejectedDecoder.orderIdEncodingOffset()));
        varint(8, uint32(b, at + CommandRejectedDecoder.instrumentIdEncodingOffset()));
        return REJECTED;
    }

    private int execution(final DirectBuffer b, final int at, final boolean maker) {
        final int takerSide = uint8(b, at + TradeDecoder.takerSideEncodingOffset());
        final boolean auction = flag(b, at + TradeDecoder.auctionEncodingOffset()) != 0;
        if (maker) {
            fixed64(1, int64(b, at + TradeDecoder.makerClientOrderIdEncodingOffset()));
            fixed64(2, int64(b, at + TradeDecoder.makerOrderIdEncodingOffset()));
        } else {
            fixed64(1, int64(b, at + TradeDecoder.takerClientOrderIdEncodingOffset()));
            fixed64(2, int64(b, at + TradeDecoder.takerOrderIdEncodingOffset()));
        }
        fixed64(3, int64(b, at + TradeDecoder.tradeIdEncodingOffset()));
        varint(4, uint32(b, at + TradeDecoder.instrumentIdEncodingOffset()));
        varint(5, (maker ? takerSide ^ 1 : takerSide) + 1);
        varint(6, int64(b, at + TradeDecoder.priceEncodingOffset()));
        varint(7, int64(b, at + TradeDecoder.quantityEncodingOffset()));
        varint(8, int64(b, at + (maker ? TradeDecoder.makerLeavesEncodingOffset() : TradeDecoder.takerLeavesEncodingOffset())));
        varint(9, maker && !auction ? 1 : 0);
        varint(10, auction ? 1 : 0);
        varint(11, zigzag(int64(b, at + (maker ? TradeDecoder.makerFeeEncodingOffset() : TradeDecoder.takerFeeEncodingOffset()))));
        return EXECUTION;
    }

    private int booked(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderBookedDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderBookedDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderBookedDecoder.instrumentIdEncodingOffset()));
        varint(4, int64(b, at + OrderBookedDecoder.priceEncodingOffset()));
        varint(5, int64(b, at + OrderBookedDecoder.leavesEncodingOffset()));
        return BOOKED;
    }

    private int cancelled(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderCancelledDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderCancelledDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderCancelledDecoder.instrumentIdEncodingOffset()));
        varint(4, int64(b, at + OrderCancelledDecoder.quantityEncodingOffset()));
        varint(5, uint8(b, at + OrderCancelledDecoder.reasonEncodingOffset()));
        varint(6, side(b, at + OrderCancelledDecoder.sideEncodingOffset()));
        return CANCELLED;
    }

    private int reduced(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderReducedDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderReducedDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderReducedDecoder.instrumentIdEncodingOffset()));
        varint(4, int64(b, at + OrderReducedDecoder.leavesEncodingOffset()));
        return REDUCED;
    }

    private int replaced(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderReplacedDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderReplacedDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderReplacedDecoder.instrumentIdEncodingOffset()));
        varint(4, int64(b, at + OrderReplacedDecoder.priceEncodingOffset()));
        varint(5, int64(b, at + OrderReplacedDecoder.leavesEncodingOffset()));
        varint(6, flag(b, at + OrderReplacedDecoder.priorityKeptEncodingOffset()));
        varint(7, flag(b, at + OrderReplacedDecoder.restingEncodingOffset()));
        return REPLACED;
    }

    private int triggered(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderTriggeredDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderTriggeredDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderTriggeredDecoder.instrumentIdEncodingOffset()));
        varint(4, int64(b, at + OrderTriggeredDecoder.stopPriceEncodingOffset()));
        return TRIGGERED;
    }

    private int restated(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + OrderRestatedDecoder.clientOrderIdEncodingOffset()));
        fixed64(2, int64(b, at + OrderRestatedDecoder.orderIdEncodingOffset()));
        varint(3, uint32(b, at + OrderRestatedDecoder.instrumentIdEncodingOffset()));
        varint(4, int64(b, at + OrderRestatedDecoder.priceEncodingOffset()));
        varint(5, int64(b, at + OrderRestatedDecoder.leavesEncodingOffset()));
        varint(6, int64(b, at + OrderRestatedDecoder.visibleQuantityEncodingOffset()));
        varint(7, flag(b, at + OrderRestatedDecoder.priorityKeptEncodingOffset()));
        varint(8, uint8(b, at + OrderRestatedDecoder.reasonEncodingOffset()));
        return RESTATED;
    }

    private int massCancelled(final DirectBuffer b, final int at) {
        varint(1, uint32(b, at + MassCancelledDecoder.instrumentIdEncodingOffset()));
        varint(2, side(b, at + MassCancelledDecoder.sideEncodingOffset()));
        varint(3, int64(b, at + MassCancelledDecoder.cancelledOrdersEncodingOffset()));
        varint(4, uint8(b, at + MassCancelledDecoder.reasonEncodingOffset()));
        return MASS_CANCELLED;
    }

    private int quoteAccepted(final DirectBuffer b, final int at) {
        fixed64(1, int64(b, at + QuoteAcceptedDecoder.quoteIdEncodingOffset()));
        varint(2, uint32(b, at + QuoteAcceptedDecoder.instrumentIdEncodingOffset()));
        fixed64(3, int64(b, at + QuoteAcceptedDecoder.bidOrderIdEncodingOffset()));
        fixed64(4, int64(b, at + QuoteAcceptedDecoder.askOrderIdEncodingOffset()));
        return QUOTE_ACCEPTED;
    }

    private static long int64(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at, LITTLE_ENDIAN);
    }

    private static long uint32(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at, LITTLE_ENDIAN) & 0xFFFF_FFFFL;
    }

    private static int uint8(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at) & 0xFF;
    }

    private static long flag(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at) != 0 ? 1 : 0;
    }

    /** Both sides, or none, is unspecified. */
    private static long side(final DirectBuffer buffer, final int at) {
        final int side = uint8(buffer, at);
        return side <= LAST_REAL_SIDE ? side + 1 : 0;
    }

    private static long zigzag(final long value) {
        return value << 1 ^ value >> 63;
    }

    private void fixed64(final int field, final long value) {
        if (value != 0) {
            putFixed64(field << 3 | 1, value);
        }
    }

    private void putFixed64(final int tag, final long value) {
        bytes[position] = (byte) tag;
        LONG.set(bytes, position + 1, value);
        position += 1 + Long.BYTES;
    }

    private void varint(final int field, final long value) {
        if (value == 0) {
            return;
        }
        int at = position;
        bytes[at++] = (byte) (field << 3);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        position = at;
    }
}
