package bourse.gateway.egress;

import static bourse.gateway.egress.EventWriter.flag;
import static bourse.gateway.egress.EventWriter.int64;
import static bourse.gateway.egress.EventWriter.side;
import static bourse.gateway.egress.EventWriter.uint32;
import static bourse.gateway.egress.EventWriter.uint8;
import static org.agrona.BufferUtil.ARRAY_BASE_OFFSET;
import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putLong;

import java.util.Arrays;
import java.util.Objects;

import org.agrona.DirectBuffer;

import bourse.order.columns.EventRows;
import bourse.order.v1.EventKind;
import bourse.sbe.BlockAddress;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.TradeDecoder;

/**
 * Collects events of one stream row by row and writes them as {@code ServerFrame.event_columns} in protobuf's wire format. Hot path. Thread: the
 * agent. No allocation after construction.
 *
 * <p>Columns that no row has touched are zero and cost nothing: each kind of event says which it touches.
 */
final class EventColumnsWriter {
    /** Rows that surely fit into a frame, whatever is in them. */
    static final int MAX_ROWS = 256;

    // By number of the field.
    private static final int EVENT_SEQS = 1;
    private static final int KINDS = 2;
    private static final int CLIENT_SEQS = 3;
    private static final int SESSION_IDS = 4;
    private static final int TIMES_NS = 5;
    private static final int CLIENT_ORDER_IDS = 6;
    private static final int ORDER_IDS = 7;
    private static final int INSTRUMENT_IDS = 8;
    private static final int SIDES = 9;
    private static final int PRICES = 10;
    private static final int QUANTITIES = 11;
    private static final int LEAVES = 12;
    private static final int TRADE_IDS = 13;
    private static final int FEES = 14;
    private static final int FLAGS = 15;
    private static final int CANCEL_REASONS = 16;
    private static final int ORDER_TYPES = 17;
    private static final int TIMES_IN_FORCE = 18;
    private static final int COLUMNS = 19;

    private static final int FIXED64 = bits(EVENT_SEQS, CLIENT_SEQS, SESSION_IDS, TIMES_NS, CLIENT_ORDER_IDS, ORDER_IDS, TRADE_IDS);
    private static final int OF_ALL = bits(EVENT_SEQS, KINDS, CLIENT_SEQS, SESSION_IDS, TIMES_NS, CLIENT_ORDER_IDS, ORDER_IDS, INSTRUMENT_IDS);
    private static final int OF_ACCEPTED = OF_ALL | bits(SIDES, PRICES, QUANTITIES, LEAVES, FLAGS, ORDER_TYPES, TIMES_IN_FORCE);
    private static final int OF_EXECUTION = OF_ALL | bits(SIDES, PRICES, QUANTITIES, LEAVES, TRADE_IDS, FEES, FLAGS);
    private static final int OF_BOOKED = OF_ALL | bits(PRICES, LEAVES);
    private static final int OF_CANCELLED = OF_ALL | bits(SIDES, QUANTITIES, CANCEL_REASONS);
    private static final int OF_REDUCED = OF_ALL | bits(LEAVES);
    private static final int OF_REPLACED = OF_ALL | bits(PRICES, LEAVES, FLAGS);

    private static final int FIELD_IN_FRAME = 13;
    private static final int LENGTH_DELIMITED = 2;
    private static final int MAX_TAG_BYTES = 2;
    /** Of a column of varints: up to 16,383 bytes. */
    private static final int COLUMN_LENGTH_BYTES = 2;
    private static final int FRAME_LENGTH_BYTES = 3;
    /** The longest of a varint of 64 bits, of one of 32, of one of 8. */
    private static final int INT64_BYTES = 10;
    private static final int UINT32_BYTES = 5;
    private static final int UINT8_BYTES = 2;
    private static final int INT64 = bits(PRICES, QUANTITIES, LEAVES, FEES);
    private static final int LARGEST_BYTE = 0x7F;
    /** No more than this is written, whatever the rows hold. */
    static final int MAX_BYTES = MAX_TAG_BYTES + FRAME_LENGTH_BYTES + (COLUMNS - 1) * (MAX_TAG_BYTES + COLUMN_LENGTH_BYTES) + MAX_ROWS * maxRowBytes() + Protobuf.SLACK_BYTES;
    /** Of a column, with a line of the cache to the next: they would all meet in the same few sets. */
    private static final int STRIDE = MAX_ROWS + 8;

    private final long[] values = new long[COLUMNS * STRIDE];
    private int rows;
    private int touched;

    private static int bits(final int... columns) {
        return Arrays.stream(columns).map(column -> 1 << column).reduce(0, (a, b) -> a | b);
    }

    private static int maxRowBytes() {
        final int small = COLUMNS - 1 - Integer.bitCount(FIXED64 | INT64) - 1;
        return Integer.bitCount(FIXED64) * Long.BYTES + Integer.bitCount(INT64) * INT64_BYTES + UINT32_BYTES + small * UINT8_BYTES;
    }

    int rows() {
        return rows;
    }

    boolean isFull() {
        return rows == MAX_ROWS;
    }

    void clear() {
        for (int column = 1; column < COLUMNS; column++) {
            if ((touched & 1 << column) != 0) {
                Arrays.fill(values, column * STRIDE, column * STRIDE + rows, 0);
            }
        }
        rows = 0;
        touched = 0;
    }

    /**
     * Appends the event whose SBE block begins at {@code at}; of a trade the execution of the maker or of the taker.
     *
     * @return false when it has no place in columns
     */
    boolean append(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final long eventSeq, final long timeNs,
                   final long sessionId, final long clientSeq) {
        final int row = Objects.checkIndex(rows, MAX_ROWS);
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                final long from = BlockAddress.of(buffer, at, OrderAcceptedDecoder.BLOCK_LENGTH);
                if (int64(from + OrderAcceptedDecoder.stopPriceEncodingOffset()) != 0) {
                    return false;
                }
                accepted(row, from);
            }
            case TradeDecoder.TEMPLATE_ID -> execution(row, BlockAddress.of(buffer, at, TradeDecoder.BLOCK_LENGTH), maker);
            case OrderCancelledDecoder.TEMPLATE_ID -> cancelled(row, BlockAddress.of(buffer, at, OrderCancelledDecoder.BLOCK_LENGTH));
            case OrderBookedDecoder.TEMPLATE_ID -> booked(row, BlockAddress.of(buffer, at, OrderBookedDecoder.BLOCK_LENGTH));
            case OrderReducedDecoder.TEMPLATE_ID -> reduced(row, BlockAddress.of(buffer, at, OrderReducedDecoder.BLOCK_LENGTH));
            case OrderReplacedDecoder.TEMPLATE_ID -> replaced(row, BlockAddress.of(buffer, at, OrderReplacedDecoder.BLOCK_LENGTH));
            default -> {
                return false;
            }
        }
        set(EVENT_SEQS, row, eventSeq);
        set(CLIENT_SEQS, row, clientSeq);
        set(SESSION_IDS, row, sessionId);
        set(TIMES_NS, row, timeNs);
        rows = row + 1;
        return true;
    }

    private void set(final int column, final int row, final long value) {
        values[column * STRIDE + row] = value;
    }

    private void order(final EventKind kind, final int row, final long clientOrderId, final long orderId, final long instrumentId, final int columns) {
        touched |= columns;
        set(KINDS, row, kind.getNumber());
        set(CLIENT_ORDER_IDS, row, clientOrderId);
        set(ORDER_IDS, row, orderId);
        set(INSTRUMENT_IDS, row, instrumentId);
    }

    private void accepted(final int row, final long at) {
        order(EventKind.EVENT_KIND_ACCEPTED, row, int64(at + OrderAcceptedDecoder.clientOrderIdEncodingOffset()),
            int64(at + OrderAcceptedDecoder.orderIdEncodingOffset()), uint32(at + OrderAcceptedDecoder.instrumentIdEncodingOffset()), OF_ACCEPTED);
        set(SIDES, row, side(at + OrderAcceptedDecoder.sideEncodingOffset()));
        set(PRICES, row, int64(at + OrderAcceptedDecoder.priceEncodingOffset()));
        set(QUANTITIES, row, int64(at + OrderAcceptedDecoder.quantityEncodingOffset()));
        set(LEAVES, row, int64(at + OrderAcceptedDecoder.visibleQuantityEncodingOffset()));
        set(FLAGS, row, flag(at + OrderAcceptedDecoder.restingEncodingOffset()) != 0 ? EventRows.RESTING : 0);
        set(ORDER_TYPES, row, uint8(at + OrderAcceptedDecoder.orderTypeEncodingOffset()) + 1);
        set(TIMES_IN_FORCE, row, uint8(at + OrderAcceptedDecoder.timeInForceEncodingOffset()) + 1);
    }

    private void execution(final int row, final long at, final boolean maker) {
        final int takerSide = uint8(at + TradeDecoder.takerSideEncodingOffset());
        final boolean auction = flag(at + TradeDecoder.auctionEncodingOffset()) != 0;
        final long instrumentId = uint32(at + TradeDecoder.instrumentIdEncodingOffset());
        if (maker) {
            order(EventKind.EVENT_KIND_EXECUTION, row, int64(at + TradeDecoder.makerClientOrderIdEncodingOffset()),
                int64(at + TradeDecoder.makerOrderIdEncodingOffset()), instrumentId, OF_EXECUTION);
            set(SIDES, row, (takerSide ^ 1) + 1);
            set(LEAVES, row, int64(at + TradeDecoder.makerLeavesEncodingOffset()));
            set(FEES, row, Protobuf.zigzag(int64(at + TradeDecoder.makerFeeEncodingOffset())));
        } else {
            order(EventKind.EVENT_KIND_EXECUTION, row, int64(at + TradeDecoder.takerClientOrderIdEncodingOffset()),
                int64(at + TradeDecoder.takerOrderIdEncodingOffset()), instrumentId, OF_EXECUTION);
            set(SIDES, row, takerSide + 1);
            set(LEAVES, row, int64(at + TradeDecoder.takerLeavesEncodingOffset()));
            set(FEES, row, Protobuf.zigzag(int64(at + TradeDecoder.takerFeeEncodingOffset())));
        }
        set(PRICES, row, int64(at + TradeDecoder.priceEncodingOffset()));
        set(QUANTITIES, row, int64(at + TradeDecoder.quantityEncodingOffset()));
        set(TRADE_IDS, row, int64(at + TradeDecoder.tradeIdEncodingOffset()));
        set(FLAGS, row, auction ? EventRows.AUCTION : maker ? EventRows.MAKER : 0);
    }

    private void booked(final int row, final long at) {
        order(EventKind.EVENT_KIND_BOOKED, row, int64(at + OrderBookedDecoder.clientOrderIdEncodingOffset()),
            int64(at + OrderBookedDecoder.orderIdEncodingOffset()), uint32(at + OrderBookedDecoder.instrumentIdEncodingOffset()), OF_BOOKED);
        set(PRICES, row, int64(at + OrderBookedDecoder.priceEncodingOffset()));
        set(LEAVES, row, int64(at + OrderBookedDecoder.leavesEncodingOffset()));
    }

    private void cancelled(final int row, final long at) {
        order(EventKind.EVENT_KIND_CANCELLED, row, int64(at + OrderCancelledDecoder.clientOrderIdEncodingOffset()),
            int64(at + OrderCancelledDecoder.orderIdEncodingOffset()), uint32(at + OrderCancelledDecoder.instrumentIdEncodingOffset()), OF_CANCELLED);
        set(SIDES, row, side(at + OrderCancelledDecoder.sideEncodingOffset()));
        set(QUANTITIES, row, int64(at + OrderCancelledDecoder.quantityEncodingOffset()));
        set(CANCEL_REASONS, row, uint8(at + OrderCancelledDecoder.reasonEncodingOffset()));
    }

    private void reduced(final int row, final long at) {
        order(EventKind.EVENT_KIND_REDUCED, row, int64(at + OrderReducedDecoder.clientOrderIdEncodingOffset()),
            int64(at + OrderReducedDecoder.orderIdEncodingOffset()), uint32(at + OrderReducedDecoder.instrumentIdEncodingOffset()), OF_REDUCED);
        set(LEAVES, row, int64(at + OrderReducedDecoder.leavesEncodingOffset()));
    }

    private void replaced(final int row, final long at) {
        order(EventKind.EVENT_KIND_REPLACED, row, int64(at + OrderReplacedDecoder.clientOrderIdEncodingOffset()),
            int64(at + OrderReplacedDecoder.orderIdEncodingOffset()), uint32(at + OrderReplacedDecoder.instrumentIdEncodingOffset()), OF_REPLACED);
        set(PRICES, row, int64(at + OrderReplacedDecoder.priceEncodingOffset()));
        set(LEAVES, row, int64(at + OrderReplacedDecoder.leavesEncodingOffset()));
        set(FLAGS, row, (flag(at + OrderReplacedDecoder.restingEncodingOffset()) != 0 ? EventRows.RESTING : 0)
            | (flag(at + OrderReplacedDecoder.priorityKeptEncodingOffset()) != 0 ? EventRows.PRIORITY_KEPT : 0));
    }

    // ------------------------------------------------------------------------------------------------ out

    /**
     * Writes the rows that there are, at least one.
     *
     * @param out has {@link #MAX_BYTES} from {@code offset} on
     * @return where they end
     */
    int write(final byte[] out, final int offset) {
        Objects.checkFromIndexSize(offset, MAX_BYTES, out.length);
        final long start = ARRAY_BASE_OFFSET + offset;
        putByte(out, start, (byte) (FIELD_IN_FRAME << 3 | LENGTH_DELIMITED));
        final long body = start + 1 + FRAME_LENGTH_BYTES;
        long p = putFixed(out, body, EVENT_SEQS, rows);
        for (int column = EVENT_SEQS + 1; column < COLUMNS; column++) {
            if ((touched & 1 << column) == 0) {
                continue;
            }
            final int count = distinct(column);
            if (count > 0) {
                p = (FIXED64 & 1 << column) != 0 ? putFixed(out, p, column, count) : putVarints(out, p, column, count);
            }
        }
        return (int) (closeLength(out, start + 1, FRAME_LENGTH_BYTES, p) - ARRAY_BASE_OFFSET);
    }

    /** Values that are written for a column: one for each row, one for all, or none. */
    private int distinct(final int column) {
        final int from = column * STRIDE;
        final long first = values[from];
        long others = 0;
        for (int i = from, end = from + rows; i < end; i++) {
            others |= values[i] ^ first;
        }
        if (others != 0) {
            return rows;
        }
        return first == 0 ? 0 : 1;
    }

    private long putFixed(final byte[] out, final long start, final int column, final int count) {
        long p = putTag(out, start, column);
        p = Protobuf.putVarint(out, p, (long) count * Long.BYTES);
        final int from = column * STRIDE;
        for (int i = 0; i < count; i++) {
            putLong(out, p + (long) i * Long.BYTES, values[from + i]);
        }
        return p + (long) count * Long.BYTES;
    }

    private long putVarints(final byte[] out, final long start, final int column, final int count) {
        final long lengthAt = putTag(out, start, column);
        long p = lengthAt + COLUMN_LENGTH_BYTES;
        final int from = column * STRIDE;
        for (int i = from, end = from + count; i < end; i++) {
            final long value = values[i];
            if ((value & ~LARGEST_BYTE) == 0) {
                putByte(out, p++, (byte) value);
            } else {
                p = Protobuf.putVarint(out, p, value);
            }
        }
        return closeLength(out, lengthAt, COLUMN_LENGTH_BYTES, p);
    }

    private static long putTag(final byte[] out, final long p, final int column) {
        return Protobuf.putVarint(out, p, column << 3 | LENGTH_DELIMITED);
    }

    /** Writes the length of what lies between {@code at + reserved} and {@code end}, which moves up to it; returns where it ends then. */
    private static long closeLength(final byte[] out, final long at, final int reserved, final long end) {
        final long from = at + reserved;
        final int length = (int) (end - from);
        final int lengthBytes = 1 + Protobuf.continued(length);
        if (lengthBytes < reserved) {
            System.arraycopy(out, (int) (from - ARRAY_BASE_OFFSET), out, (int) (at + lengthBytes - ARRAY_BASE_OFFSET), length);
        }
        final long bytes = Protobuf.varintBytes(length, lengthBytes - 1);
        for (int i = 0; i < lengthBytes; i++) {
            putByte(out, at + i, (byte) (bytes >>> i * Byte.SIZE));
        }
        return at + lengthBytes + length;
    }
}
