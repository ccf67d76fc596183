package bourse.services.simulation;

import bourse.order.v1.CancelReason;
import bourse.order.v1.CommandKind;
import bourse.order.v1.CommandRejected;
import bourse.order.v1.Event;
import bourse.order.v1.Execution;
import bourse.order.v1.Field;
import bourse.order.v1.MassCancelled;
import bourse.order.v1.OrderAccepted;
import bourse.order.v1.OrderBooked;
import bourse.order.v1.OrderCancelled;
import bourse.order.v1.OrderReduced;
import bourse.order.v1.OrderReplaced;
import bourse.order.v1.OrderRestated;
import bourse.order.v1.OrderTriggered;
import bourse.order.v1.OrderType;
import bourse.order.v1.QuoteAccepted;
import bourse.order.v1.RejectReason;
import bourse.order.v1.RestateReason;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;
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

/** What a client must be told of each event, by the generated code of both sides: the second opinion on the gateway's own writer. */
final class AccountEvents {
    private static final short SELL = 1;

    private AccountEvents() {
    }

    static Event.Builder of(final OrderAcceptedDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setAccepted(OrderAccepted.newBuilder()
            .setClientOrderId(e.clientOrderId()).setOrderId(e.orderId()).setInstrumentId((int) e.instrumentId()).setSide(side(e.sideRaw()))
            .setOrderType(OrderType.forNumber(e.orderTypeRaw() + 1)).setTimeInForce(TimeInForce.forNumber(e.timeInForceRaw() + 1)).setPrice(e.price())
            .setQuantity(e.quantity()).setResting(e.resting() != 0).setVisibleQuantity(e.visibleQuantity()).setStopPrice(e.stopPrice()));
    }

    static Event.Builder of(final CommandRejectedDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setRejected(CommandRejected.newBuilder()
            .setKind(CommandKind.forNumber(e.kindRaw())).setReason(RejectReason.forNumber(e.reasonRaw())).setField(Field.forNumber(e.fieldRaw()))
            .setLimit(e.limitValue()).setValue(e.actualValue()).setClientOrderId(e.clientOrderId()).setOrderId(e.orderId())
            .setInstrumentId((int) e.instrumentId()));
    }

    static Event.Builder of(final OrderBookedDecoder e) {
        return Event.newBuilder().setBooked(OrderBooked.newBuilder().setClientOrderId(e.clientOrderId()).setOrderId(e.orderId())
            .setInstrumentId((int) e.instrumentId()).setPrice(e.price()).setLeaves(e.leaves()));
    }

    static Event.Builder of(final OrderCancelledDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setCancelled(OrderCancelled.newBuilder()
            .setClientOrderId(e.clientOrderId()).setOrderId(e.orderId()).setInstrumentId((int) e.instrumentId()).setQuantity(e.quantity())
            .setReason(CancelReason.forNumber(e.reasonRaw())).setSide(side(e.sideRaw())));
    }

    static Event.Builder of(final OrderReducedDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setReduced(OrderReduced.newBuilder()
            .setClientOrderId(e.clientOrderId()).setOrderId(e.orderId()).setInstrumentId((int) e.instrumentId()).setLeaves(e.leaves()));
    }

    static Event.Builder of(final OrderReplacedDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setReplaced(OrderReplaced.newBuilder()
            .setClientOrderId(e.clientOrderId()).setOrderId(e.orderId()).setInstrumentId((int) e.instrumentId()).setPrice(e.price())
            .setLeaves(e.leaves()).setPriorityKept(e.priorityKept() != 0).setResting(e.resting() != 0));
    }

    static Event.Builder of(final OrderTriggeredDecoder e) {
        return Event.newBuilder().setTriggered(OrderTriggered.newBuilder().setClientOrderId(e.clientOrderId()).setOrderId(e.orderId())
            .setInstrumentId((int) e.instrumentId()).setStopPrice(e.stopPrice()));
    }

    static Event.Builder of(final OrderRestatedDecoder e) {
        return Event.newBuilder().setRestated(OrderRestated.newBuilder().setClientOrderId(e.clientOrderId()).setOrderId(e.orderId())
            .setInstrumentId((int) e.instrumentId()).setPrice(e.price()).setLeaves(e.leaves()).setVisibleQuantity(e.visibleQuantity())
            .setPriorityKept(e.priorityKept() != 0).setReason(RestateReason.forNumber(e.reasonRaw())));
    }

    static Event.Builder of(final MassCancelledDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setMassCancelled(MassCancelled.newBuilder()
            .setInstrumentId((int) e.instrumentId()).setSide(side(e.sideRaw())).setCancelledOrders(e.cancelledOrders())
            .setReason(CancelReason.forNumber(e.reasonRaw())));
    }

    static Event.Builder of(final QuoteAcceptedDecoder e) {
        return Event.newBuilder().setClientSeq(e.clientSeq()).setSessionId(e.sessionId()).setQuoteAccepted(QuoteAccepted.newBuilder()
            .setQuoteId(e.quoteId()).setInstrumentId((int) e.instrumentId()).setBidOrderId(e.bidOrderId()).setAskOrderId(e.askOrderId()));
    }

    /** @param causes the account's own command caused the trade */
    static Event.Builder of(final TradeDecoder e, final boolean maker, final boolean causes) {
        final boolean auction = e.auction() != 0;
        final Event.Builder event = Event.newBuilder();
        if (causes) {
            event.setClientSeq(e.takerClientSeq()).setSessionId(e.takerSessionId());
        }
        return event.setExecution(Execution.newBuilder()
            .setClientOrderId(maker ? e.makerClientOrderId() : e.takerClientOrderId()).setOrderId(maker ? e.makerOrderId() : e.takerOrderId())
            .setTradeId(e.tradeId()).setInstrumentId((int) e.instrumentId()).setSide(side((short) (maker ? 1 - e.takerSideRaw() : e.takerSideRaw())))
            .setPrice(e.price()).setQuantity(e.quantity()).setLeaves(maker ? e.makerLeaves() : e.takerLeaves()).setMaker(maker && !auction)
            .setAuction(auction).setFee(maker ? e.makerFee() : e.takerFee()));
    }

    private static Side side(final short raw) {
        return raw > SELL ? Side.SIDE_UNSPECIFIED : Side.forNumber(raw + 1);
    }
}
