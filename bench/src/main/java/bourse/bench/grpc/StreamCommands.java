package bourse.bench.grpc;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamRecord;
import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.CommandColumns;
import bourse.order.v1.CommandKind;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderType;
import bourse.order.v1.Reduce;
import bourse.order.v1.Replace;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;

/**
 * A recorded stream as protobuf commands, as often over as wanted: each round goes to another instrument, with client order ids of its own: the
 * stream's order ids below the instrument's number, so that no two rounds of a venue meet, whoever sends them. Thread: one.
 */
public final class StreamCommands {
    private static final int ROUND_SHIFT = 32;

    private final CommandStream stream;
    private final int[] instrumentIds;

    /** @param instrumentIds of the rounds, each with an empty book */
    public StreamCommands(final CommandStream stream, final int[] instrumentIds) {
        this.stream = stream;
        this.instrumentIds = instrumentIds.clone();
    }

    /** Commands of all rounds. */
    public long count() {
        return (long) stream.count() * instrumentIds.length;
    }

    /** Commands of one round. */
    public int perRound() {
        return stream.count();
    }

    /** A frame with {@code length} commands of one round from {@code index} on, in columns. */
    ClientFrame columns(final long firstClientSeq, final long index, final int length) {
        final int instrumentId = instrumentIds[(int) (index / stream.count())];
        final long ids = (long) instrumentId << ROUND_SHIFT;
        final CommandColumns.Builder columns = CommandColumns.newBuilder().addInstrumentIds(instrumentId);
        final long first = index % stream.count();
        for (int i = 0; i < length; i++) {
            final long record = stream.address((int) first + i);
            final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
            columns.addClientOrderIds(getLong(null, record + StreamRecord.ORDER_ID_OFFSET) + ids);
            columns.addKinds(switch (type) {
                case StreamRecord.CANCEL -> CommandKind.COMMAND_KIND_CANCEL;
                case StreamRecord.REDUCE -> CommandKind.COMMAND_KIND_REDUCE;
                case StreamRecord.MOVE -> CommandKind.COMMAND_KIND_REPLACE;
                default -> CommandKind.COMMAND_KIND_NEW;
            });
            columns.addSides(getByte(null, record + StreamRecord.SIDE_OFFSET) == 0 ? Side.SIDE_BUY : Side.SIDE_SELL);
            columns.addPrices(getLong(null, record + StreamRecord.PRICE_OFFSET));
            columns.addQuantities(getInt(null, record + (type == StreamRecord.MOVE ? StreamRecord.AUX_OFFSET : StreamRecord.QUANTITY_OFFSET)));
            columns.addTimesInForce(type == StreamRecord.IOC ? TimeInForce.TIME_IN_FORCE_IOC : TimeInForce.TIME_IN_FORCE_GTC);
        }
        return ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(firstClientSeq).setColumns(columns)).build();
    }

    /** A frame with {@code length} commands from {@code index} on, fewer at the end of a round. */
    ClientFrame frame(final long firstClientSeq, final long index, final int length) {
        final Batch.Builder batch = Batch.newBuilder().setFirstClientSeq(firstClientSeq);
        for (int i = 0; i < length; i++) {
            batch.addCommands(command(index + i));
        }
        return ClientFrame.newBuilder().setBatch(batch).build();
    }

    /** Command {@code index} of all rounds. */
    public Command command(final long index) {
        final int round = (int) (index / stream.count());
        return command(index % stream.count(), instrumentIds[round], instrumentIds[round]);
    }

    /** Command {@code index} of the one round, with client order ids of {@code owner}: callers of one account do not meet. */
    public Command command(final long index, final int owner) {
        return command(index, owner, instrumentIds[0]);
    }

    private Command command(final long index, final int owner, final int instrumentId) {
        final long record = stream.address((int) index);
        final long id = getLong(null, record + StreamRecord.ORDER_ID_OFFSET) + ((long) owner << ROUND_SHIFT);
        final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
        final Command.Builder command = Command.newBuilder();
        switch (type) {
            case StreamRecord.CANCEL -> command.setCancel(Cancel.newBuilder().setClientOrderId(id));
            case StreamRecord.REDUCE -> command.setReduce(Reduce.newBuilder().setClientOrderId(id)
                    .setBy(getInt(null, record + StreamRecord.QUANTITY_OFFSET)));
            case StreamRecord.MOVE -> command.setReplace(Replace.newBuilder().setClientOrderId(id)
                    .setPrice(getLong(null, record + StreamRecord.PRICE_OFFSET)).setOpenQuantity(getInt(null, record
                            + StreamRecord.AUX_OFFSET)));
            default -> command.setNew(NewOrder.newBuilder().setClientOrderId(id).setInstrumentId(instrumentId)
                    .setSide(getByte(null, record + StreamRecord.SIDE_OFFSET) == 0 ? Side.SIDE_BUY : Side.SIDE_SELL)
                    .setOrderType(OrderType.ORDER_TYPE_LIMIT)
                    .setTimeInForce(type == StreamRecord.IOC ? TimeInForce.TIME_IN_FORCE_IOC : TimeInForce.TIME_IN_FORCE_GTC)
                    .setPrice(getLong(null, record + StreamRecord.PRICE_OFFSET))
                    .setQuantity(getInt(null, record + StreamRecord.QUANTITY_OFFSET)));
        }
        return command.build();
    }

    /** The stream's order id of a client order id. */
    static long streamId(final long clientOrderId) {
        return clientOrderId & (1L << ROUND_SHIFT) - 1;
    }
}
