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
    /** Bytes behind an event that may be overwritten while it is written. */
    public static final int SLACK_BYTES = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, LITTLE_ENDIAN);

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
    private static final int SHORT_VARINT_BITS = 49;
    private static final int LARGEST_BYTE = 0x7F;
    private static final long CONTINUED = 0x8080_8080_8080_8080L;
    /** Of 56 bits the lower 28, of each half the lower 14, of each quarter the lower 7. */
    private static final long HALF = 0xFFF_FFFFL;
    private static final long QUARTERS = 0x0000_3FFF_0000_3FFFL;
    private static final long EIGHTHS = 0x007F_007F_007F_007FL;

    private final byte[] scratch = new byte[MAX_EVENT_BYTES + SLACK_BYTES];

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
        int p = putFixed64(out, offset, EVENT_SEQ, eventSeq);
        if (clientSeq != 0) {
            p = putFixed64(out, p, CLIENT_SEQ, clientSeq);
        }
        if (sessionId != 0) {
            p = putFixed64(out, p, SESSION_ID, sessionId);
        }
        p = putFixed64(out, p, TIME_NS, timeNs);
        final int memberAt = p;
        final int bodyAt = p + 2;
        final int member;
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                member = ACCEPTED;
                p = accepted(out, bodyAt, buffer, at);
            }
            case TradeDecoder.TEMPLATE_ID -> {
                member = EXECUTION;
                p = execution(out, bodyAt, buffer, at, maker);
            }
            case OrderCancelledDecoder.TEMPLATE_ID -> {
                member = CANCELLED;
                p = cancelled(out, bodyAt, buffer, at);
            }
            case OrderBookedDecoder.TEMPLATE_ID -> {
                member = BOOKED;
                p = booked(out, bodyAt, buffer, at);
            }
            case CommandRejectedDecoder.TEMPLATE_ID -> {
                member = REJECTED;
                p = rejected(out, bodyAt, buffer, at);
            }
            case OrderReducedDecoder.TEMPLATE_ID -> {
                member = REDUCED;
                p = reduced(out, bodyAt, buffer, at);
            }
            case OrderReplacedDecoder.TEMPLATE_ID -> {
                member = REPLACED;
                p = replaced(out, bodyAt, buffer, at);
            }
            default -> {
                member = rareMember(templateId);
                if (member == 0) {
                    return 0;
                }
                p = writeSlowPath(out, bodyAt, templateId, buffer, at);
            }
        }
        out[memberAt] = (byte) (member << 3 | LENGTH_DELIMITED);
        out[memberAt + 1] = (byte) (p - bodyAt);
        return p - offset;
    }

    private static int rareMember(final int templateId) {
        return switch (templateId) {
            case OrderTriggeredDecoder.TEMPLATE_ID -> TRIGGERED;
            case OrderRestatedDecoder.TEMPLATE_ID -> RESTATED;
            case MassCancelledDecoder.TEMPLATE_ID -> MASS_CANCELLED;
            case QuoteAcceptedDecoder.TEMPLATE_ID -> QUOTE_ACCEPTED;
            default -> 0;
        };
    }

    private static int writeSlowPath(final byte[] out, final int p, final int templateId, final DirectBuffer buffer, final int at) {
        return switch (templateId) {
            case OrderTriggeredDecoder.TEMPLATE_ID -> triggered(out, p, buffer, at);
            case OrderRestatedDecoder.TEMPLATE_ID -> restated(out, p, buffer, at);
            case MassCancelledDecoder.TEMPLATE_ID -> massCancelled(out, p, buffer, at);
            default -> quoteAccepted(out, p, buffer, at);
        };
    }

    private static int accepted(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderAcceptedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderAcceptedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderAcceptedDecoder.instrumentIdEncodingOffset()));
        p = small(out, p, 4, side(b, at + OrderAcceptedDecoder.sideEncodingOffset()));
        p = small(out, p, 5, uint8(b, at + OrderAcceptedDecoder.orderTypeEncodingOffset()) + 1);
        p = small(out, p, 6, uint8(b, at + OrderAcceptedDecoder.timeInForceEncodingOffset()) + 1);
        p = varint(out, p, 7, int64(b, at + OrderAcceptedDecoder.priceEncodingOffset()));
        p = varint(out, p, 8, int64(b, at + OrderAcceptedDecoder.quantityEncodingOffset()));
        p = small(out, p, 9, flag(b, at + OrderAcceptedDecoder.restingEncodingOffset()));
        p = varint(out, p, 10, int64(b, at + OrderAcceptedDecoder.visibleQuantityEncodingOffset()));
        p = varint(out, p, 11, int64(b, at + OrderAcceptedDecoder.stopPriceEncodingOffset()));
        return p;
    }

    private static int rejected(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = small(out, p, 1, uint8(b, at + CommandRejectedDecoder.kindEncodingOffset()));
        p = small(out, p, 2, uint8(b, at + CommandRejectedDecoder.reasonEncodingOffset()));
        p = small(out, p, 3, uint8(b, at + CommandRejectedDecoder.fieldEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + CommandRejectedDecoder.limitValueEncodingOffset()));
        p = varint(out, p, 5, int64(b, at + CommandRejectedDecoder.actualValueEncodingOffset()));
        p = fixed64(out, p, 6, int64(b, at + CommandRejectedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 7, int64(b, at + CommandRejectedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 8, uint32(b, at + CommandRejectedDecoder.instrumentIdEncodingOffset()));
        return p;
    }

    private static int execution(final byte[] out, final int start, final DirectBuffer b, final int at, final boolean maker) {
        int p = start;
        final int takerSide = uint8(b, at + TradeDecoder.takerSideEncodingOffset());
        final boolean auction = flag(b, at + TradeDecoder.auctionEncodingOffset()) != 0;
        if (maker) {
            p = fixed64(out, p, 1, int64(b, at + TradeDecoder.makerClientOrderIdEncodingOffset()));
            p = fixed64(out, p, 2, int64(b, at + TradeDecoder.makerOrderIdEncodingOffset()));
        } else {
            p = fixed64(out, p, 1, int64(b, at + TradeDecoder.takerClientOrderIdEncodingOffset()));
            p = fixed64(out, p, 2, int64(b, at + TradeDecoder.takerOrderIdEncodingOffset()));
        }
        p = fixed64(out, p, 3, int64(b, at + TradeDecoder.tradeIdEncodingOffset()));
        p = varint(out, p, 4, uint32(b, at + TradeDecoder.instrumentIdEncodingOffset()));
        p = small(out, p, 5, (maker ? takerSide ^ 1 : takerSide) + 1);
        p = varint(out, p, 6, int64(b, at + TradeDecoder.priceEncodingOffset()));
        p = varint(out, p, 7, int64(b, at + TradeDecoder.quantityEncodingOffset()));
        p = varint(out, p, 8, int64(b, at + (maker ? TradeDecoder.makerLeavesEncodingOffset() : TradeDecoder.takerLeavesEncodingOffset())));
        p = small(out, p, 9, maker && !auction ? 1 : 0);
        p = small(out, p, 10, auction ? 1 : 0);
        p = varint(out, p, 11, zigzag(int64(b, at + (maker ? TradeDecoder.makerFeeEncodingOffset() : TradeDecoder.takerFeeEncodingOffset()))));
        return p;
    }

    private static int booked(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderBookedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderBookedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderBookedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + OrderBookedDecoder.priceEncodingOffset()));
        p = varint(out, p, 5, int64(b, at + OrderBookedDecoder.leavesEncodingOffset()));
        return p;
    }

    private static int cancelled(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderCancelledDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderCancelledDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderCancelledDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + OrderCancelledDecoder.quantityEncodingOffset()));
        p = small(out, p, 5, uint8(b, at + OrderCancelledDecoder.reasonEncodingOffset()));
        p = small(out, p, 6, side(b, at + OrderCancelledDecoder.sideEncodingOffset()));
        return p;
    }

    private static int reduced(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderReducedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderReducedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderReducedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + OrderReducedDecoder.leavesEncodingOffset()));
        return p;
    }

    private static int replaced(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderReplacedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderReplacedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderReplacedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + OrderReplacedDecoder.priceEncodingOffset()));
        p = varint(out, p, 5, int64(b, at + OrderReplacedDecoder.leavesEncodingOffset()));
        p = small(out, p, 6, flag(b, at + OrderReplacedDecoder.priorityKeptEncodingOffset()));
        p = small(out, p, 7, flag(b, at + OrderReplacedDecoder.restingEncodingOffset()));
        return p;
    }

    private static int triggered(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderTriggeredDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderTriggeredDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderTriggeredDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + OrderTriggeredDecoder.stopPriceEncodingOffset()));
        return p;
    }

    private static int restated(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + OrderRestatedDecoder.clientOrderIdEncodingOffset()));
        p = fixed64(out, p, 2, int64(b, at + OrderRestatedDecoder.orderIdEncodingOffset()));
        p = varint(out, p, 3, uint32(b, at + OrderRestatedDecoder.instrumentIdEncodingOffset()));
        p = varint(out, p, 4, int64(b, at + OrderRestatedDecoder.priceEncodingOffset()));
        p = varint(out, p, 5, int64(b, at + OrderRestatedDecoder.leavesEncodingOffset()));
        p = varint(out, p, 6, int64(b, at + OrderRestatedDecoder.visibleQuantityEncodingOffset()));
        p = small(out, p, 7, flag(b, at + OrderRestatedDecoder.priorityKeptEncodingOffset()));
        p = small(out, p, 8, uint8(b, at + OrderRestatedDecoder.reasonEncodingOffset()));
        return p;
    }

    private static int massCancelled(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = varint(out, p, 1, uint32(b, at + MassCancelledDecoder.instrumentIdEncodingOffset()));
        p = small(out, p, 2, side(b, at + MassCancelledDecoder.sideEncodingOffset()));
        p = varint(out, p, 3, int64(b, at + MassCancelledDecoder.cancelledOrdersEncodingOffset()));
        p = small(out, p, 4, uint8(b, at + MassCancelledDecoder.reasonEncodingOffset()));
        return p;
    }

    private static int quoteAccepted(final byte[] out, final int start, final DirectBuffer b, final int at) {
        int p = start;
        p = fixed64(out, p, 1, int64(b, at + QuoteAcceptedDecoder.quoteIdEncodingOffset()));
        p = varint(out, p, 2, uint32(b, at + QuoteAcceptedDecoder.instrumentIdEncodingOffset()));
        p = fixed64(out, p, 3, int64(b, at + QuoteAcceptedDecoder.bidOrderIdEncodingOffset()));
        p = fixed64(out, p, 4, int64(b, at + QuoteAcceptedDecoder.askOrderIdEncodingOffset()));
        return p;
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

    private static int flag(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at) != 0 ? 1 : 0;
    }

    /** Both sides, or none, is unspecified. */
    private static int side(final DirectBuffer buffer, final int at) {
        final int side = uint8(buffer, at);
        return side <= LAST_REAL_SIDE ? side + 1 : 0;
    }

    private static long zigzag(final long value) {
        return value << 1 ^ value >> 63;
    }

    private static int fixed64(final byte[] out, final int p, final int field, final long value) {
        return value == 0 ? p : putFixed64(out, p, field << 3 | 1, value);
    }

    private static int putFixed64(final byte[] out, final int p, final int tag, final long value) {
        out[p] = (byte) tag;
        LONG.set(out, p + 1, value);
        return p + 1 + Long.BYTES;
    }

    /** The same of what has nearly always one byte. */
    private static int small(final byte[] out, final int p, final int field, final int value) {
        if (Integer.compareUnsigned(value - 1, LARGEST_BYTE) >= 0) {
            return varint(out, p, field, value);
        }
        SHORT.set(out, p, (short) (value << Byte.SIZE | field << 3));
        return p + 2;
    }

    /**
     * The tag and up to seven bytes of the value in one store. Its groups of seven bits are moved apart in three steps: the one instruction for it (PDEP) takes hundreds of
     * cycles on AMD's processors before Zen 3.
     */
    private static int varint(final byte[] out, final int p, final int field, final long value) {
        if (value == 0) {
            return p;
        }
        if (value >>> SHORT_VARINT_BITS != 0) {
            return varintSlowPath(out, p, field, value);
        }
        final int continued = (Long.SIZE - 1 - Long.numberOfLeadingZeros(value)) / 7;
        long bytes = (value & ~HALF) << 4 | value & HALF;
        bytes = (bytes & ~QUARTERS) << 2 | bytes & QUARTERS;
        bytes = (bytes & ~EIGHTHS) << 1 | bytes & EIGHTHS;
        bytes |= CONTINUED & (1L << continued * Byte.SIZE) - 1;
        LONG.set(out, p, bytes << Byte.SIZE | field << 3);
        return p + 2 + continued;
    }

    private static int varintSlowPath(final byte[] out, final int p, final int field, final long value) {
        int at = p;
        out[at++] = (byte) (field << 3);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }
}
