package bourse.gateway.ingress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import bourse.sbe.engine.CommandKind;

/**
 * Reads a {@code bourse.order.v1.ClientFrame} that is a plain batch from its protobuf bytes straight into a
 * {@link CommandBatchWriter}, without an object per order. Hot path. Thread: one network thread. No allocation after construction.
 *
 * <p>It decides only what every generated client writes: one batch, known fields, one-of members once. All else, legal or not
 * (unknown fields, repeated one-of members, truncated or malformed input), is left to the generated code by
 * {@link #decode} returning false, so that there is one judge of what is refused. The property test holds that whatever is decided here
 * equals what the generated code reads.
 */
public final class BatchDecoder {
    /** Bytes that must be readable after the message: an unfinished varint is found out after it was read. */
    public static final int SLACK_BYTES = 16;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

    private static final int FRAME_BATCH = 0x12;
    private static final int BATCH_FIRST_CLIENT_SEQ = 0x09;
    private static final int BATCH_COMMAND = 0x12;
    private static final int BATCH_COLUMNS = 0x1A;
    private static final int COMMAND_NEW = 0x0A;
    private static final int COMMAND_REPLACE = 0x12;
    private static final int COMMAND_REDUCE = 0x1A;
    private static final int COMMAND_CANCEL = 0x22;
    private static final int COMMAND_MASS_CANCEL = 0x2A;
    private static final int COMMAND_QUOTE = 0x32;

    private static final int KIND_REPLACE = CommandKind.REPLACE.value();
    private static final int KIND_REDUCE = CommandKind.REDUCE.value();
    private static final int KIND_CANCEL = CommandKind.CANCEL.value();

    private static final int MAX_VARINT_BYTES = 10;

    private final ColumnsDecoder columns = new ColumnsDecoder();
    private byte[] bytes;
    private int position;
    private boolean malformed;
    private long firstClientSeq;

    /** {@code first_client_seq} of the batch decoded last. */
    public long firstClientSeq() {
        return firstClientSeq;
    }

    /**
     * Appends the batch in {@code [0, length)} of {@code bytes}, which has {@link #SLACK_BYTES} more, to {@code writer}, which has
     * begun. False: not decided here, and what {@code writer} holds is void.
     */
    public boolean decode(final byte[] bytes, final int length, final CommandBatchWriter writer) {
        this.bytes = bytes;
        malformed = false;
        firstClientSeq = 0;
        if (length < 2 || bytes[0] != FRAME_BATCH) {
            return false;
        }
        position = 1;
        final int batchBytes = length();
        return position + batchBytes == length && !malformed && decodeBatch(length, writer);
    }

    private boolean decodeBatch(final int end, final CommandBatchWriter writer) {
        while (position < end) {
            final int tag = bytes[position++];
            if (tag == BATCH_COMMAND) {
                final int commandBytes = length();
                final int commandEnd = position + commandBytes;
                if (malformed || commandEnd > end || !decodeCommand(commandEnd, writer)) {
                    return false;
                }
            } else if (tag == BATCH_FIRST_CLIENT_SEQ) {
                firstClientSeq = fixed64();
            } else {
                return tag == BATCH_COLUMNS && decodeColumns(end, writer);
            }
        }
        return position == end && !malformed;
    }

    /** Columns come last, where every generated client writes them. */
    private boolean decodeColumns(final int end, final CommandBatchWriter writer) {
        final int columnsBytes = length();
        return !malformed && position + columnsBytes == end && columns.decode(bytes, position, end, writer);
    }

    private boolean decodeCommand(final int end, final CommandBatchWriter writer) {
        if (position == end) {
            writer.appendNone();
            return true;
        }
        final int tag = bytes[position++];
        final int memberBytes = length();
        if (malformed || position + memberBytes != end) {
            return false;
        }
        final boolean known = switch (tag) {
            case COMMAND_NEW -> decodeNew(end, writer);
            case COMMAND_REPLACE -> decodeTarget(KIND_REPLACE, end, writer);
            case COMMAND_REDUCE -> decodeTarget(KIND_REDUCE, end, writer);
            case COMMAND_CANCEL -> decodeTarget(KIND_CANCEL, end, writer);
            case COMMAND_MASS_CANCEL -> decodeMassCancel(end, writer);
            case COMMAND_QUOTE -> decodeQuote(end, writer);
            default -> false;
        };
        return known && !malformed;
    }

    private boolean decodeNew(final int end, final CommandBatchWriter writer) {
        long clientOrderId = 0;
        int instrumentId = 0;
        int side = 0;
        int orderType = 0;
        int timeInForce = 0;
        long price = 0;
        long quantity = 0;
        int selfTradePrevention = 0;
        boolean postOnly = false;
        boolean postOnlyReprice = false;
        boolean hidden = false;
        boolean allOrNone = false;
        boolean restRemainder = false;
        long stopPrice = 0;
        long displayQuantity = 0;
        long minQuantity = 0;
        long expireTimeNs = 0;
        long offset = 0;
        long limitPrice = 0;
        long linkId = 0;
        int pegReference = 0;
        while (position < end) {
            final int tag = tag();
            switch (tag) {
                case 1 << 3 | 1 -> clientOrderId = fixed64();
                case 2 << 3 -> instrumentId = (int) varint();
                case 3 << 3 -> side = (int) varint();
                case 4 << 3 -> orderType = (int) varint();
                case 5 << 3 -> timeInForce = (int) varint();
                case 6 << 3 -> price = varint();
                case 7 << 3 -> quantity = varint();
                case 8 << 3 -> selfTradePrevention = (int) varint();
                case 9 << 3 -> postOnly = varint() != 0;
                case 10 << 3 -> postOnlyReprice = varint() != 0;
                case 11 << 3 -> hidden = varint() != 0;
                case 12 << 3 -> allOrNone = varint() != 0;
                case 13 << 3 -> stopPrice = varint();
                case 14 << 3 -> displayQuantity = varint();
                case 15 << 3 -> minQuantity = varint();
                case 16 << 3 -> expireTimeNs = varint();
                case 17 << 3 -> offset = varint();
                case 18 << 3 -> limitPrice = varint();
                case 19 << 3 | 1 -> linkId = fixed64();
                case 20 << 3 -> pegReference = (int) varint();
                case 21 << 3 -> restRemainder = varint() != 0;
                default -> {
                    return false;
                }
            }
        }
        writer.appendNew(clientOrderId, instrumentId, ProtoNumbers.side(side), ProtoNumbers.orderType(orderType),
            ProtoNumbers.timeInForce(timeInForce), price, quantity, ProtoNumbers.selfTradePrevention(selfTradePrevention),
            flags(postOnly, postOnlyReprice, hidden, allOrNone, restRemainder), stopPrice, displayQuantity, minQuantity, expireTimeNs,
            offset, limitPrice, linkId, ProtoNumbers.pegReference(pegReference));
        return position == end;
    }

    /** Replace, reduce and cancel name their order alike; what follows has the same field numbers in the order of the writer's. */
    private boolean decodeTarget(final int kind, final int end, final CommandBatchWriter writer) {
        long clientOrderId = 0;
        long orderId = 0;
        long third = 0;
        long fourth = 0;
        while (position < end) {
            final int tag = bytes[position++];
            if (tag == (1 << 3 | 1)) {
                clientOrderId = fixed64();
            } else if (tag == (2 << 3 | 1)) {
                orderId = fixed64();
            } else if (tag == 3 << 3 && kind != KIND_CANCEL) {
                third = varint();
            } else if (tag == 4 << 3 && kind == KIND_REPLACE) {
                fourth = varint();
            } else {
                return false;
            }
        }
        if (kind == KIND_REPLACE) {
            writer.appendTarget(kind, clientOrderId, orderId, third, fourth);
        } else {
            writer.appendTarget(kind, clientOrderId, orderId, 0, third);
        }
        return position == end;
    }

    private boolean decodeMassCancel(final int end, final CommandBatchWriter writer) {
        int instrumentId = 0;
        int side = 0;
        while (position < end) {
            final int tag = bytes[position++];
            if (tag == 1 << 3) {
                instrumentId = (int) varint();
            } else if (tag == 2 << 3) {
                side = (int) varint();
            } else {
                return false;
            }
        }
        writer.appendMassCancel(instrumentId, ProtoNumbers.sideOfMassCancel(side));
        return position == end;
    }

    private boolean decodeQuote(final int end, final CommandBatchWriter writer) {
        long quoteId = 0;
        int instrumentId = 0;
        long bidPrice = 0;
        long bidQuantity = 0;
        long askPrice = 0;
        long askQuantity = 0;
        boolean postOnly = false;
        int selfTradePrevention = 0;
        while (position < end) {
            final int tag = bytes[position++];
            switch (tag) {
                case 1 << 3 | 1 -> quoteId = fixed64();
                case 2 << 3 -> instrumentId = (int) varint();
                case 3 << 3 -> bidPrice = varint();
                case 4 << 3 -> bidQuantity = varint();
                case 5 << 3 -> askPrice = varint();
                case 6 << 3 -> askQuantity = varint();
                case 7 << 3 -> postOnly = varint() != 0;
                case 8 << 3 -> selfTradePrevention = (int) varint();
                default -> {
                    return false;
                }
            }
        }
        writer.appendQuote(quoteId, instrumentId, bidPrice, bidQuantity, askPrice, askQuantity, postOnly,
            ProtoNumbers.selfTradePrevention(selfTradePrevention));
        return position == end;
    }

    static int flags(final boolean postOnly, final boolean postOnlyReprice, final boolean hidden, final boolean allOrNone,
                     final boolean restRemainder) {
        return (postOnly ? 1 : 0) | (postOnlyReprice ? 2 : 0) | (hidden ? 4 : 0) | (allOrNone ? 8 : 0) | (restRemainder ? 32 : 0);
    }

    /** A tag of one or two bytes; any other is unknown here. */
    private int tag() {
        final int first = bytes[position++];
        if (first >= 0) {
            return first;
        }
        final int second = bytes[position++];
        return second > 0 ? first & 0x7F | second << 7 : -1;
    }

    private long fixed64() {
        final long value = (long) LONG.get(bytes, position);
        position += Long.BYTES;
        return value;
    }

    /** Length of a nested message; it may reach beyond its parent, which the caller finds out. */
    private int length() {
        final long value = varint();
        if (value < 0 || value > bytes.length) {
            malformed = true;
            return 0;
        }
        return (int) value;
    }

    private long varint() {
        final byte first = bytes[position++];
        return first >= 0 ? first : varintSlowPath(first & 0x7F);
    }

    private long varintSlowPath(final long low) {
        long value = low;
        int shift = 7;
        for (int i = 1; i < MAX_VARINT_BYTES; i++) {
            final byte b = bytes[position++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
            shift += 7;
        }
        malformed = true;
        return 0;
    }
}
