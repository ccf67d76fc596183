package bourse.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import bourse.order.v1.CancelReason;
import bourse.order.v1.Event;
import bourse.order.v1.Execution;
import bourse.order.v1.OrderAccepted;
import bourse.order.v1.OrderType;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;
import bourse.sbe.engine.CommandRejectedEncoder;
import bourse.sbe.engine.MassCancelledEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderBookedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderReducedEncoder;
import bourse.sbe.engine.OrderReplacedEncoder;
import bourse.sbe.engine.OrderRestatedEncoder;
import bourse.sbe.engine.OrderTriggeredEncoder;
import bourse.sbe.engine.QuoteAcceptedEncoder;
import bourse.sbe.engine.TradeEncoder;

/** What is written by hand is what the generated code would write, byte for byte. */
class EventWriterTest {
    private static final int[] TEMPLATES = {
        OrderAcceptedEncoder.TEMPLATE_ID, CommandRejectedEncoder.TEMPLATE_ID, OrderBookedEncoder.TEMPLATE_ID, TradeEncoder.TEMPLATE_ID,
        OrderCancelledEncoder.TEMPLATE_ID, OrderReducedEncoder.TEMPLATE_ID, OrderReplacedEncoder.TEMPLATE_ID,
        OrderTriggeredEncoder.TEMPLATE_ID, OrderRestatedEncoder.TEMPLATE_ID, MassCancelledEncoder.TEMPLATE_ID,
        QuoteAcceptedEncoder.TEMPLATE_ID};

    private final EventWriter writer = new EventWriter();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);

    @Test
    void shouldWriteTheLongestOfEveryEventWithinItsBound() throws Exception {
        buffer.setMemory(0, 512, (byte) 0xFF);
        for (final int template : TEMPLATES) {
            for (final boolean maker : new boolean[] {false, true}) {
                final int length = writer.write(template, buffer, 0, maker, -1, -1, -1, -1);
                assertThat(length).as("template %d", template).isBetween(1, EventWriter.MAX_EVENT_BYTES);
                final Event event = Event.parser().parseFrom(writer.bytes(), 0, length);
                assertThat(event.getEventSeq()).isEqualTo(-1);
                assertThat(event.toByteArray()).as("canonical, template %d", template).hasSize(length);
            }
        }
    }

    @Test
    void shouldWriteCanonicalBytesOfRandomEvents() throws Exception {
        final Random random = new Random(1);
        final byte[] block = new byte[512];
        for (int i = 0; i < 20_000; i++) {
            for (int at = 0; at < block.length; at += Long.BYTES) {
                buffer.putLong(at, random.nextInt(3) == 0 ? 0 : random.nextLong() >>> random.nextInt(64));
            }
            final int template = TEMPLATES[i % TEMPLATES.length];
            final int length = writer.write(template, buffer, 0, random.nextBoolean(), i + 1, random.nextLong(), i % 3, i % 2);
            final Event event = Event.parser().parseFrom(writer.bytes(), 0, length);
            assertThat(event.toByteArray()).isEqualTo(java.util.Arrays.copyOf(writer.bytes(), length));
        }
    }

    @Test
    void shouldGiveNothingForOtherEvents() {
        assertThat(writer.write(71, buffer, 0, false, 1, 1, 1, 1)).isZero();
    }

    @Test
    void shouldMapFields() throws Exception {
        new OrderAcceptedEncoder().wrap(buffer, 0).clientOrderId(1).orderId(2).instrumentId(3).side(bourse.sbe.engine.Side.SELL)
            .orderType(bourse.sbe.engine.OrderType.STOP_LIMIT).timeInForce(bourse.sbe.engine.TimeInForce.GTD).price(-4).quantity(5)
            .resting((short) 1).visibleQuantity(6).stopPrice(7);
        assertThat(read(OrderAcceptedEncoder.TEMPLATE_ID, false).getAccepted()).isEqualTo(OrderAccepted.newBuilder().setClientOrderId(1)
            .setOrderId(2).setInstrumentId(3).setSide(Side.SIDE_SELL).setOrderType(OrderType.ORDER_TYPE_STOP_LIMIT)
            .setTimeInForce(TimeInForce.TIME_IN_FORCE_GTD).setPrice(-4).setQuantity(5).setResting(true).setVisibleQuantity(6).setStopPrice(7)
            .build());
        new TradeEncoder().wrap(buffer, 0).tradeId(1).makerOrderId(2).takerOrderId(3).makerClientOrderId(4).takerClientOrderId(5).price(6)
            .quantity(7).makerLeaves(8).takerLeaves(9).makerFee(-10).takerFee(11).instrumentId(12).takerSide(bourse.sbe.engine.Side.BUY)
            .auction((short) 0);
        assertThat(read(TradeEncoder.TEMPLATE_ID, true).getExecution()).isEqualTo(Execution.newBuilder().setClientOrderId(4).setOrderId(2)
            .setTradeId(1).setInstrumentId(12).setSide(Side.SIDE_SELL).setPrice(6).setQuantity(7).setLeaves(8).setMaker(true).setFee(-10)
            .build());
        assertThat(read(TradeEncoder.TEMPLATE_ID, false).getExecution()).isEqualTo(Execution.newBuilder().setClientOrderId(5).setOrderId(3)
            .setTradeId(1).setInstrumentId(12).setSide(Side.SIDE_BUY).setPrice(6).setQuantity(7).setLeaves(9).setFee(11).build());
        new OrderCancelledEncoder().wrap(buffer, 0).clientOrderId(1).orderId(2).instrumentId(3).quantity(4)
            .side(bourse.sbe.engine.Side.BUY).reason(bourse.sbe.engine.CancelReason.EXPIRED);
        assertThat(read(OrderCancelledEncoder.TEMPLATE_ID, false).getCancelled().getReason()).isEqualTo(CancelReason.CANCEL_REASON_EXPIRED);
        new MassCancelledEncoder().wrap(buffer, 0).side(bourse.sbe.engine.Side.BOTH).cancelledOrders(3).instrumentId(0);
        assertThat(read(MassCancelledEncoder.TEMPLATE_ID, false).getMassCancelled().getSide()).isEqualTo(Side.SIDE_UNSPECIFIED);
    }

    private Event read(final int template, final boolean maker) throws Exception {
        final int length = writer.write(template, buffer, 0, maker, 1, 2, 3, 4);
        return Event.parser().parseFrom(writer.bytes(), 0, length);
    }
}
