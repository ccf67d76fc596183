package bourse.bench.core;

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
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stream as the engine gets it: SBE command messages, made before anything is timed. One session of one account sends them all; targets
 * are named by the engine's order ids, which are the stream's because both are dense from 1.
 */
final class EncodedCommands implements AutoCloseable {
    static final int ACCOUNT = 1;
    static final long SESSION = 1;
    static final int EPOCH = 1;
    static final int INSTRUMENT = 1;

    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int FIXED = HEADER + CommandBatchEncoder.BLOCK_LENGTH + 2 * CommandBatchEncoder.CommandsEncoder.HEADER_SIZE;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int batch;
    private final int prefillMessages;
    private final int prefill;
    private final int stride;
    private final int[] lengths;

    EncodedCommands(final CommandStream stream, final int batch) {
        this.batch = batch;
        prefillMessages = messagesOf(stream.prefill());
        prefill = stream.prefill();
        final int messages = messageOf(stream.count());
        stride = FIXED + batch * CommandBatchEncoder.CommandsEncoder.sbeBlockLength() + 63 & -64;
        lengths = new int[messages];
        memory = arena.allocate((long) messages * stride, 64);
        final var encoder = new CommandBatchEncoder();
        final var header = new MessageHeaderEncoder();
        final var buffer = new UnsafeBuffer(0, 0);
        for (int message = 0; message < messages; message++) {
            final int from = firstRecord(stream, message);
            final int end = message < prefillMessages ? stream.prefill() : stream.count();
            final int count = Math.min(batch, end - from);
            buffer.wrap(memory.address() + (long) message * stride, stride);
            encoder.wrapAndApplyHeader(buffer, 0, header).sessionId(SESSION).firstClientSeq(from + 1L).ingressTimeNs(0).account(ACCOUNT)
                    .epoch(EPOCH);
            final CommandBatchEncoder.CommandsEncoder commands = encoder.commandsCount(count);
            for (int i = 0; i < count; i++) {
                encode(stream.address(from + i), commands.next());
            }
            encoder.extensionsCount(0);
            lengths[message] = HEADER + encoder.encodedLength();
        }
    }

    private int messagesOf(final int commands) {
        return (commands + batch - 1) / batch;
    }

    private int firstRecord(final CommandStream stream, final int message) {
        return message < prefillMessages ? message * batch : stream.prefill() + (message - prefillMessages) * batch;
    }

    private static void encode(final long record, final CommandBatchEncoder.CommandsEncoder command) {
        final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
        final boolean enters = type == StreamRecord.NEW || type == StreamRecord.IOC;
        final long id = getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
        command.clientOrderId(enters ? id : 0).orderId(enters ? 0 : id).price(getLong(null, record + StreamRecord.PRICE_OFFSET))
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

    /** The message that begins with this record, which is the first of its message. */
    int messageOf(final int record) {
        return record <= prefill ? messagesOf(record) : prefillMessages + messagesOf(record - prefill);
    }

    long address(final int message) {
        return memory.address() + (long) message * stride;
    }

    int length(final int message) {
        return lengths[message];
    }

    @Override
    public void close() {
        arena.close();
    }
}
