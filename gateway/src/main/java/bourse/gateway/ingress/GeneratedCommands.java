package bourse.gateway.ingress;

import java.util.List;

import bourse.order.v1.Command;
import bourse.order.v1.NewOrder;
import bourse.order.v1.Quote;
import bourse.sbe.engine.CommandKind;

/** Commands that the generated code has read into a {@link CommandBatchWriter}: unary calls, and frames that {@link BatchDecoder} left. */
public final class GeneratedCommands {
    private GeneratedCommands() {
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
