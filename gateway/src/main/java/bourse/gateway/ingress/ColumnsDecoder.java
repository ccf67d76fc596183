package bourse.gateway.ingress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

import bourse.sbe.WireLimits;
import bourse.sbe.engine.CommandKind;

/**
 * Reads a {@code bourse.order.v1.CommandColumns} from its protobuf bytes into a {@link CommandBatchWriter}: first each column into an array of
 * its own, then row by row. Hot path. Thread: one network thread. No allocation after construction.
 *
 * <p>It decides only what every generated client writes: packed columns, each once, of fitting lengths, and no more commands than a batch may
 * have. All else is left to the generated code, as by {@link BatchDecoder}.
 */
final class ColumnsDecoder {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

    // By number of the field.
    private static final int CLIENT_ORDER_IDS = 1;
    private static final int KINDS = 2;
    private static final int INSTRUMENT_IDS = 3;
    private static final int SIDES = 4;
    private static final int PRICES = 5;
    private static final int QUANTITIES = 6;
    private static final int ORDER_TYPES = 7;
    private static final int TIMES_IN_FORCE = 8;
    private static final int SELF_TRADE_PREVENTIONS = 9;
    private static final int POST_ONLY = 10;
    private static final int ORDER_IDS = 11;
    private static final int COLUMNS = 12;

    private static final int LENGTH_DELIMITED = 2;
    private static final int TYPE_BITS = 3;
    private static final int TYPE = 7;
    private static final int MAX_ROWS = WireLimits.MAX_BATCH_COMMANDS;
    private static final int MAX_VARINT_BITS = 70;
    private static final int UNDECIDED = -1;

    private static final int NEW = CommandKind.NEW.value();
    private static final int REPLACE = CommandKind.REPLACE.value();
    private static final int REDUCE = CommandKind.REDUCE.value();
    private static final int CANCEL = CommandKind.CANCEL.value();

    private final long[][] values = new long[COLUMNS][MAX_ROWS];
    private final int[] counts = new int[COLUMNS];

    private byte[] bytes;
    private int position;

    /** Appends the commands in {@code [from, end)} of {@code source}, which has {@link BatchDecoder#SLACK_BYTES} more. False: not decided here. */
    boolean decode(final byte[] source, final int from, final int end, final CommandBatchWriter writer) {
        bytes = source;
        position = from;
        if (!readColumns(end) || !spread()) {
            return false;
        }
        final long[] clientOrderIds = values[CLIENT_ORDER_IDS];
        final long[] kinds = values[KINDS];
        final long[] instrumentIds = values[INSTRUMENT_IDS];
        final long[] sides = values[SIDES];
        final long[] prices = values[PRICES];
        final long[] quantities = values[QUANTITIES];
        final long[] orderTypes = values[ORDER_TYPES];
        final long[] timesInForce = values[TIMES_IN_FORCE];
        final long[] selfTradePreventions = values[SELF_TRADE_PREVENTIONS];
        final long[] postOnly = values[POST_ONLY];
        final long[] orderIds = values[ORDER_IDS];
        for (int i = 0, rows = counts[CLIENT_ORDER_IDS]; i < rows; i++) {
            append((int) kinds[i], clientOrderIds[i], orderIds[i], (int) instrumentIds[i], (int) sides[i], prices[i], quantities[i], (int) orderTypes[i],
                (int) timesInForce[i], (int) selfTradePreventions[i], postOnly[i] != 0, writer);
        }
        return true;
    }

    /** One command; enumerated values are numbers of {@code bourse.order.v1}. */
    @SuppressWarnings("checkstyle:ParameterNumber") // the fields of one command, which must not become an object here
    static void append(final int kind, final long clientOrderId, final long orderId, final int instrumentId, final int side, final long price,
                       final long quantity, final int orderType, final int timeInForce, final int selfTradePrevention, final boolean postOnly,
                       final CommandBatchWriter writer) {
        if (kind == NEW) {
            writer.appendNew(clientOrderId, instrumentId, ProtoNumbers.side(side), ProtoNumbers.orderType(orderType),
                ProtoNumbers.timeInForce(timeInForce), price, quantity, ProtoNumbers.selfTradePrevention(selfTradePrevention),
                BatchDecoder.flags(postOnly, false, false, false, false), 0, 0, 0, 0, 0, 0, 0, 0);
        } else if (kind == CANCEL) {
            writer.appendTarget(kind, clientOrderId, orderId, 0, 0);
        } else if (kind == REDUCE) {
            writer.appendTarget(kind, clientOrderId, orderId, 0, quantity);
        } else if (kind == REPLACE) {
            writer.appendTarget(kind, clientOrderId, orderId, price, quantity);
        } else {
            writer.appendNone();
        }
    }

    /** Fills the columns that have one value for all, or none. False: one has another length. */
    private boolean spread() {
        final int rows = counts[CLIENT_ORDER_IDS];
        for (int column = KINDS; column < COLUMNS; column++) {
            final int count = counts[column];
            if (count != rows) {
                if (count > 1) {
                    return false;
                }
                final long all = count == 1 ? values[column][0] : column == KINDS ? NEW : 0;
                Arrays.fill(values[column], 0, rows, all);
            }
        }
        return true;
    }

    private boolean readColumns(final int end) {
        Arrays.fill(counts, 0);
        int seen = 0;
        while (position < end) {
            final int tag = bytes[position++];
            final int column = tag >> TYPE_BITS;
            if ((tag & TYPE) != LENGTH_DELIMITED || column < CLIENT_ORDER_IDS || column >= COLUMNS || (seen & 1 << column) != 0) {
                return false;
            }
            seen |= 1 << column;
            final long length = varint();
            if (length < 0 || length > end - position) {
                return false;
            }
            final int columnEnd = position + (int) length;
            counts[column] = column == CLIENT_ORDER_IDS || column == ORDER_IDS ? readFixed64(columnEnd, values[column]) : readVarints(columnEnd, values[column]);
            if (counts[column] == UNDECIDED) {
                return false;
            }
        }
        return position == end;
    }

    private int readFixed64(final int end, final long[] column) {
        final int length = end - position;
        final int count = length / Long.BYTES;
        if (length % Long.BYTES != 0 || count > MAX_ROWS) {
            return UNDECIDED;
        }
        for (int i = 0; i < count; i++) {
            column[i] = (long) LONG.get(bytes, position + i * Long.BYTES);
        }
        position = end;
        return count;
    }

    private int readVarints(final int end, final long[] column) {
        int count = 0;
        while (position < end) {
            if (count == MAX_ROWS) {
                return UNDECIDED;
            }
            final byte first = bytes[position];
            if (first >= 0) {
                position++;
                column[count++] = first;
            } else {
                column[count++] = varint();
            }
        }
        return position == end ? count : UNDECIDED;
    }

    /** Of more than ten bytes: beyond every end. */
    private long varint() {
        long value = 0;
        for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
            final byte b = bytes[position++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        position = bytes.length;
        return UNDECIDED;
    }
}
