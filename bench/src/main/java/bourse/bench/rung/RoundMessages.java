package bourse.bench.rung;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamRecord;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A recorded stream as SBE batches, round after round: one more command at the end of a round cancels what is left, and the next round names its
 * orders anew. Encoded once; a message of a later round costs the rig one addition per command. A batch never spans the end of the
 * verification prefix or of a round. Targets are named by client order id, as traders do. Thread: the rig's.
 */
final class RoundMessages implements AutoCloseable {
    static final int ACCOUNT = 1;
    static final long SESSION = 1;
    static final int EPOCH = 1;
    static final int INSTRUMENT = 1;
    private static final long ROUND = 1L << 32;

    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int FIRST_SEQ_OFFSET = HEADER + CommandBatchEncoder.firstClientSeqEncodingOffset();
    private static final int COMMANDS_OFFSET = HEADER + CommandBatchEncoder.BLOCK_LENGTH + CommandBatchEncoder.CommandsEncoder.HEADER_SIZE;
    private static final int COMMAND_LENGTH = CommandBatchEncoder.CommandsEncoder.sbeBlockLength();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final UnsafeBuffer buffer;
    private final int stride;
    private final int messages;
    private final int perRound;
    private final int[] first;
    private final int[] counts;
    private final int[] lengths;
    private long sentMessages;
    private long nextSeq = 1;

    RoundMessages(final CommandStream stream, final int batch, final int prefix) {
        stride = COMMANDS_OFFSET + batch * COMMAND_LENGTH + CommandBatchEncoder.ExtensionsEncoder.HEADER_SIZE + 63 & -64;
        final int upper = (stream.count() + batch - 1) / batch + 3;
        first = new int[upper];
        counts = new int[upper];
        lengths = new int[upper];
        int message = 0;
        for (int from = 0; from < stream.count(); from += counts[message++]) {
            first[message] = from;
            counts[message] = Math.min(batch, (from < prefix ? Math.min(prefix, stream.count()) : stream.count()) - from);
        }
        first[message] = stream.count();
        counts[message++] = 1;
        messages = message;
        perRound = stream.count() + 1;
        memory = arena.allocate((long) messages * stride, 64);
        buffer = new UnsafeBuffer(0, 0);
        final var encoder = new CommandBatchEncoder();
        final var header = new MessageHeaderEncoder();
        for (int i = 0; i < messages; i++) {
            wrap(i);
            encoder.wrapAndApplyHeader(buffer, 0, header).sessionId(SESSION).firstClientSeq(0).ingressTimeNs(0).account(ACCOUNT).epoch(EPOCH);
            final CommandBatchEncoder.CommandsEncoder commands = encoder.commandsCount(counts[i]);
            for (int j = 0; j < counts[i]; j++) {
                if (first[i] == stream.count()) {
                    cancelAll(commands.next());
                } else {
                    encode(stream.address(first[i] + j), commands.next());
                }
            }
            encoder.extensionsCount(0);
            lengths[i] = HEADER + encoder.encodedLength();
        }
    }

    private static void encode(final long record, final CommandBatchEncoder.CommandsEncoder command) {
        final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
        command.clientOrderId(getLong(null, record + StreamRecord.ORDER_ID_OFFSET)).orderId(0)
                .price(getLong(null, record + StreamRecord.PRICE_OFFSET))
                .quantity(getInt(null, record + (type == StreamRecord.MOVE ? StreamRecord.AUX_OFFSET : StreamRecord.QUANTITY_OFFSET)))
                .instrumentId(INSTRUMENT)
                .kind(switch (type) {
                    case StreamRecord.CANCEL -> CommandKind.CANCEL;
                    case StreamRecord.REDUCE -> CommandKind.REDUCE;
                    case StreamRecord.MOVE -> CommandKind.REPLACE;
                    default -> CommandKind.NEW;
                })
                .side(getByte(null, record + StreamRecord.SIDE_OFFSET) == 0 ? Side.BUY : Side.SELL)
                .orderType(OrderType.LIMIT).timeInForce(type == StreamRecord.IOC ? TimeInForce.IOC : TimeInForce.GTC)
                .selfTradePrevention(SelfTradePrevention.ALLOW).reserved1((short) 0).reserved2(0);
        command.flags().clear();
    }

    private static void cancelAll(final CommandBatchEncoder.CommandsEncoder command) {
        command.clientOrderId(0).orderId(0).price(0).quantity(0).instrumentId(INSTRUMENT).kind(CommandKind.MASS_CANCEL).side(Side.BOTH)
                .orderType(OrderType.LIMIT).timeInForce(TimeInForce.GTC).selfTradePrevention(SelfTradePrevention.ALLOW)
                .reserved1((short) 0).reserved2(0);
        command.flags().clear();
    }

    private void wrap(final int message) {
        buffer.wrap(memory.address() + (long) message * stride, stride);
    }

    /**
     * Makes the next message ready in {@link #buffer()}; again until {@link #sent} is called.
     *
     * @return its commands
     */
    int next() {
        final int message = (int) (sentMessages % messages);
        wrap(message);
        buffer.putLong(FIRST_SEQ_OFFSET, nextSeq, ByteOrder.LITTLE_ENDIAN);
        return counts[message];
    }

    /** Of the message that is ready. */
    int length() {
        return lengths[(int) (sentMessages % messages)];
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** The message was taken; its orders get the next round's names. */
    void sent() {
        final int message = (int) (sentMessages % messages);
        final int count = counts[message];
        for (int at = COMMANDS_OFFSET, end = COMMANDS_OFFSET + count * COMMAND_LENGTH; at < end; at += COMMAND_LENGTH) {
            buffer.putLong(at, buffer.getLong(at, ByteOrder.LITTLE_ENDIAN) + ROUND, ByteOrder.LITTLE_ENDIAN);
        }
        nextSeq += count;
        sentMessages++;
    }

    /** Number of the next command; the first is 1. */
    long nextSeq() {
        return nextSeq;
    }

    /** Commands of a round. */
    int perRound() {
        return perRound;
    }

    @Override
    public void close() {
        arena.close();
    }
}
