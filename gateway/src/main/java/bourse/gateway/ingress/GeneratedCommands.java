package bourse.gateway.ingress;

import java.util.List;

import com.google.protobuf.Descriptors;

import bourse.order.v1.Batch;
import bourse.order.v1.Command;
import bourse.order.v1.CommandColumns;
import bourse.order.v1.NewOrder;
import bourse.order.v1.Quote;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.CommandKind;

/** Commands that the generated code has read into a {@link CommandBatchWriter}: unary calls, and frames that {@link BatchDecoder} left. */
public final class GeneratedCommands {
    private GeneratedCommands() {
    }

    /** Appends the commands of a batch to {@code writer}, which has begun. The batch has {@linkplain #problem no problem}. */
    public static void append(final Batch batch, final CommandBatchWriter writer) {
        append(batch.getCommandsList(), writer);
        final CommandColumns columns = batch.getColumns();
        final int rows = columns.getClientOrderIdsCount();
        if (rows > WireLimits.MAX_BATCH_COMMANDS) {
            writer.skip(rows);
            return;
        }
        for (int i = 0; i < rows; i++) {
            ColumnsDecoder.append(
                columns.getKindsCount() == 0 ? CommandKind.NEW.value() : of(columns.getKindsValueList(), i),
                columns.getClientOrderIds(i), of(columns.getOrderIdsList(), i, 0L), of(columns.getInstrumentIdsList(), i, 0),
                of(columns.getSidesValueList(), i), of(columns.getPricesList(), i, 0L), of(columns.getQuantitiesList(), i, 0L),
                of(columns.getOrderTypesValueList(), i), of(columns.getTimesInForceValueList(), i),
                of(columns.getSelfTradePreventionsValueList(), i), of(columns.getPostOnlyList(), i, false), writer);
        }
    }

    /** Value of a row: there is one for each, one for all, or none. */
    private static <V> V of(final List<V> column, final int row, final V none) {
        return column.isEmpty() ? none : column.get(column.size() == 1 ? 0 : row);
    }

    private static int of(final List<Integer> column, final int row) {
        return of(column, row, 0);
    }

    /** What is wrong with the lengths of a batch's columns, or null: "prices: 3 values (expected: ...)". */
    public static String problem(final Batch batch) {
        if (batch.hasColumns()) {
            final CommandColumns columns = batch.getColumns();
            final int rows = columns.getClientOrderIdsCount();
            for (final Descriptors.FieldDescriptor column : CommandColumns.getDescriptor().getFields()) {
                final int count = columns.getRepeatedFieldCount(column);
                if (count > 1 && count != rows) {
                    return column.getName() + ": " + count + " values (expected: " + rows + ", one for each of client_order_ids, or one for all, or none)";
                }
            }
        }
        return null;
    }

    /** Appends the commands to {@code writer}, which has begun. */
    public static void append(final List<Command> commands, final CommandBatchWriter writer) {
        for (final Command command : commands) {
            append(command, writer);
        }
    }

    private static void append(final Command command, final CommandBatchWriter writer) {
        switch (command.getCommandCase()) {
            case NEW -> appendNew(command.getNew(), writer);
            case REPLACE -> writer.appendTarget(CommandKind.REPLACE.value(), command.getReplace().getClientOrderId(),
                command.getReplace().getOrderId(), command.getReplace().getPrice(), command.getReplace().getOpenQuantity());
            case REDUCE -> writer.appendTarget(CommandKind.REDUCE.value(), command.getReduce().getClientOrderId(),
                command.getReduce().getOrderId(), 0, command.getReduce().getBy());
            case CANCEL -> writer.appendTarget(CommandKind.CANCEL.value(), command.getCancel().getClientOrderId(),
                command.getCancel().getOrderId(), 0, 0);
            case MASS_CANCEL -> writer.appendMassCancel(command.getMassCancel().getInstrumentId(),
                ProtoNumbers.sideOfMassCancel(command.getMassCancel().getSideValue()));
            case QUOTE -> appendQuote(command.getQuote(), writer);
            case COMMAND_NOT_SET -> writer.appendNone();
        }
    }

    private static void appendNew(final NewOrder order, final CommandBatchWriter writer) {
        writer.appendNew(order.getClientOrderId(), order.getInstrumentId(), ProtoNumbers.side(order.getSideValue()),
            ProtoNumbers.orderType(order.getOrderTypeValue()), ProtoNumbers.timeInForce(order.getTimeInForceValue()), order.getPrice(),
            order.getQuantity(), ProtoNumbers.selfTradePrevention(order.getSelfTradePreventionValue()),
            BatchDecoder.flags(order.getPostOnly(), order.getPostOnlyReprice(), order.getHidden(), order.getAllOrNone(), order.getRestRemainder()),
            order.getStopPrice(), order.getDisplayQuantity(), order.getMinQuantity(), order.getExpireTimeNs(), order.getOffset(),
            order.getLimitPrice(), order.getLinkId(), ProtoNumbers.pegReference(order.getPegReferenceValue()));
    }

    private static void appendQuote(final Quote quote, final CommandBatchWriter writer) {
        writer.appendQuote(quote.getQuoteId(), quote.getInstrumentId(), quote.getBidPrice(), quote.getBidQuantity(), quote.getAskPrice(),
            quote.getAskQuantity(), quote.getPostOnly(), ProtoNumbers.selfTradePrevention(quote.getSelfTradePreventionValue()));
    }
}
