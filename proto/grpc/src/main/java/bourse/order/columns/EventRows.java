package bourse.order.columns;

import java.util.List;

import bourse.order.v1.Event;
import bourse.order.v1.EventColumns;
import bourse.order.v1.EventKind;
import bourse.order.v1.Execution;
import bourse.order.v1.OrderAccepted;
import bourse.order.v1.OrderBooked;
import bourse.order.v1.OrderCancelled;
import bourse.order.v1.OrderReduced;
import bourse.order.v1.OrderReplaced;

/** Events in columns, one by one as the {@link Event} that each of them stands for. For clients that want few; who wants many reads the columns. */
public final class EventRows {
    /** Of {@code flags}: an accepted or replaced order rests. */
    public static final int RESTING = 1;
    /** Of {@code flags}: an execution of the order that rested. */
    public static final int MAKER = 2;
    /** Of {@code flags}: an execution of an auction. */
    public static final int AUCTION = 4;
    /** Of {@code flags}: a replaced order has kept its place. */
    public static final int PRIORITY_KEPT = 8;

    private EventRows() {
    }

    /** How many events there are. */
    public static int count(final EventColumns columns) {
        return columns.getEventSeqsCount();
    }

    /**
     * The event of a row.
     *
     * @param row from 0; its account_seq is the frame's first_account_seq + row
     * @throws IllegalArgumentException of a kind that this version does not know
     */
    public static Event event(final EventColumns columns, final int row) {
        final Event.Builder event = Event.newBuilder().setEventSeq(columns.getEventSeqs(row)).setClientSeq(of(columns.getClientSeqsList(), row))
            .setSessionId(of(columns.getSessionIdsList(), row)).setTimeNs(of(columns.getTimesNsList(), row));
        final long clientOrderId = of(columns.getClientOrderIdsList(), row);
        final long orderId = of(columns.getOrderIdsList(), row);
        final int instrumentId = (int) of(columns.getInstrumentIdsList(), row);
        final int side = (int) of(columns.getSidesValueList(), row);
        final long price = of(columns.getPricesList(), row);
        final long quantity = of(columns.getQuantitiesList(), row);
        final long leaves = of(columns.getLeavesList(), row);
        final int flags = (int) of(columns.getFlagsList(), row);
        final int kind = (int) of(columns.getKindsValueList(), row);
        switch (kind) {
            case EventKind.EVENT_KIND_ACCEPTED_VALUE -> event.setAccepted(OrderAccepted.newBuilder().setClientOrderId(clientOrderId).setOrderId(orderId)
                .setInstrumentId(instrumentId).setSideValue(side).setOrderTypeValue((int) of(columns.getOrderTypesValueList(), row))
                .setTimeInForceValue((int) of(columns.getTimesInForceValueList(), row)).setPrice(price).setQuantity(quantity)
                .setResting((flags & RESTING) != 0).setVisibleQuantity(leaves));
            case EventKind.EVENT_KIND_EXECUTION_VALUE -> event.setExecution(Execution.newBuilder().setClientOrderId(clientOrderId).setOrderId(orderId)
                .setTradeId(of(columns.getTradeIdsList(), row)).setInstrumentId(instrumentId).setSideValue(side).setPrice(price).setQuantity(quantity)
                .setLeaves(leaves).setMaker((flags & MAKER) != 0).setAuction((flags & AUCTION) != 0).setFee(of(columns.getFeesList(), row)));
            case EventKind.EVENT_KIND_BOOKED_VALUE -> event.setBooked(OrderBooked.newBuilder().setClientOrderId(clientOrderId).setOrderId(orderId)
                .setInstrumentId(instrumentId).setPrice(price).setLeaves(leaves));
            case EventKind.EVENT_KIND_CANCELLED_VALUE -> event.setCancelled(OrderCancelled.newBuilder().setClientOrderId(clientOrderId).setOrderId(orderId)
                .setInstrumentId(instrumentId).setQuantity(quantity).setReasonValue((int) of(columns.getCancelReasonsValueList(), row)).setSideValue(side));
            case EventKind.EVENT_KIND_REDUCED_VALUE -> event.setReduced(OrderReduced.newBuilder().setClientOrderId(clientOrderId).setOrderId(orderId)
                .setInstrumentId(instrumentId).setLeaves(leaves));
            case EventKind.EVENT_KIND_REPLACED_VALUE -> event.setReplaced(OrderReplaced.newBuilder().setClientOrderId(clientOrderId).setOrderId(orderId)
                .setInstrumentId(instrumentId).setPrice(price).setLeaves(leaves).setPriorityKept((flags & PRIORITY_KEPT) != 0)
                .setResting((flags & RESTING) != 0));
            default -> throw new IllegalArgumentException("kinds[" + row + "]: " + kind + " (expected: a value of EventKind)");
        }
        return event.build();
    }

    /** There is a value for each row, one for all, or none where it is 0 for all. */
    private static long of(final List<? extends Number> column, final int row) {
        return column.isEmpty() ? 0 : column.get(column.size() == 1 ? 0 : row).longValue();
    }
}
