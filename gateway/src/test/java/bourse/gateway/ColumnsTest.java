package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import bourse.gateway.auth.Right;
import bourse.order.v1.Batch;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.CommandColumns;
import bourse.order.v1.CommandKind;
import bourse.order.v1.Event;
import bourse.order.v1.RejectReason;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;

import io.grpc.ManagedChannel;
import io.grpc.Status;

/** Commands and events in columns, as clients see them, by the generated stubs over the wire. */
class ColumnsTest {
    private static final int ACCOUNT = 100;

    private Venue venue;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        venue = new Venue();
        channel = venue.channel();
    }

    @AfterEach
    void stop() throws Exception {
        venue.close();
    }

    private TestSession established(final long sessionId) throws Exception {
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        session.establish(sessionId, terms -> terms.setEventColumns(true));
        session.ack();
        return session;
    }

    private static void send(final TestSession session, final long firstClientSeq, final CommandColumns.Builder columns) {
        session.call.onNext(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(firstClientSeq).setColumns(columns)).build());
    }

    /** Orders to buy one at price 1. */
    private static CommandColumns.Builder orders(final int first, final int count) {
        final CommandColumns.Builder columns = CommandColumns.newBuilder().addInstrumentIds(FakeEngine.INSTRUMENT).addSides(Side.SIDE_BUY).addPrices(1)
            .addQuantities(1);
        for (int i = 0; i < count; i++) {
            columns.addClientOrderIds(first + i);
        }
        return columns;
    }

    @Test
    void shouldTradeAsInMessages() throws Exception {
        final TestSession columns = established(1);
        final TestSession messages = TestSession.established(channel, venue.token(ACCOUNT), 2);
        send(columns, 1, CommandColumns.newBuilder().addClientOrderIds(11).addClientOrderIds(12).addClientOrderIds(13).addClientOrderIds(14)
            .addClientOrderIds(12).addClientOrderIds(15)
            .addKinds(CommandKind.COMMAND_KIND_NEW).addKinds(CommandKind.COMMAND_KIND_NEW).addKinds(CommandKind.COMMAND_KIND_NEW)
            .addKinds(CommandKind.COMMAND_KIND_NEW).addKinds(CommandKind.COMMAND_KIND_CANCEL).addKinds(CommandKind.COMMAND_KIND_MASS_CANCEL)
            .addInstrumentIds(FakeEngine.INSTRUMENT)
            .addSides(Side.SIDE_SELL).addSides(Side.SIDE_SELL).addSides(Side.SIDE_BUY).addSides(Side.SIDE_BUY).addSides(Side.SIDE_UNSPECIFIED)
            .addSides(Side.SIDE_UNSPECIFIED)
            .addPrices(100).addPrices(101).addPrices(100).addPrices(0).addPrices(0).addPrices(0)
            .addQuantities(10).addQuantities(5).addQuantities(15).addQuantities(1).addQuantities(0).addQuantities(0));
        columns.awaitApplied(6);
        messages.awaitEvents(columns.events.size());
        assertThat(columns.events).extracting(Event::getEventCase).containsExactly(Event.EventCase.ACCEPTED, Event.EventCase.ACCEPTED,
            Event.EventCase.ACCEPTED, Event.EventCase.EXECUTION, Event.EventCase.EXECUTION, Event.EventCase.BOOKED, Event.EventCase.REJECTED,
            Event.EventCase.CANCELLED, Event.EventCase.REJECTED);
        assertThat(columns.events).isEqualTo(messages.events);
        assertThat(columns.columnEvents).as("what comes before the refusal").isBetween(6, 7);
        assertThat(messages.columnEvents).isZero();
        assertThat(columns.events.get(6).getRejected().getReason()).isEqualTo(RejectReason.REJECT_REASON_INVALID_PRICE);
        assertThat(columns.events.get(8).getRejected().getReason()).isEqualTo(RejectReason.REJECT_REASON_MALFORMED);
    }

    @Test
    void shouldTakeCommandsBeforeColumns() throws Exception {
        final TestSession session = established(1);
        session.call.onNext(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(1)
            .addCommands(TestSession.order(1, Side.SIDE_BUY, 10, 1)).setColumns(orders(2, 2).addTimesInForce(TimeInForce.TIME_IN_FORCE_IOC))).build());
        session.awaitApplied(3);
        assertThat(session.events).extracting(Event::getClientSeq).containsExactly(1L, 2L, 0L, 3L, 0L);
        assertThat(session.events.get(2).getCancelled().getClientOrderId()).isEqualTo(2);
    }

    @Test
    void shouldTellThePastInMessagesAndGoOnInColumns() throws Exception {
        final TestSession writer = established(1);
        send(writer, 1, orders(1, 512));
        send(writer, 513, orders(513, 100));
        writer.awaitEvents(612);
        assertThat(writer.columnEvents).isEqualTo(612);
        final TestSession reader = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        reader.establish(2, terms -> terms.setNextAccountSeq(77).setEventColumns(true));
        reader.ack();
        reader.awaitEvents(612 - 76);
        send(writer, 613, orders(613, 5));
        reader.awaitEvents(617 - 76);
        writer.awaitEvents(617);
        assertThat(reader.columnEvents).isEqualTo(5);
        assertThat(reader.events).isEqualTo(writer.events.subList(76, 617));
    }

    @Test
    void shouldEndAStreamWhoseColumnsDoNotFit() throws Exception {
        final TestSession session = established(1);
        send(session, 1, orders(1, 3).addPrices(2));
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(session.awaitEnd().getDescription()).contains("batch.columns", "prices: 2 values", "expected: 3");
        assertThat(session.events).isEmpty();
    }

    @Test
    void shouldRefuseMoreThanABatchMayHave() throws Exception {
        final TestSession session = established(1);
        send(session, 1, orders(1, 513));
        final ServerFrame frame = session.await(ServerFrame::hasNotApplied);
        assertThat(frame.getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_BATCH_TOO_LARGE);
        send(session, 1, orders(1, 1));
        session.awaitApplied(1);
    }

    @Test
    void shouldHoldTheTokensRights() throws Exception {
        final TestSession other = TestSession.open(channel, venue.token(ACCOUNT, EnumSet.of(Right.TRADE), FakeEngine.INSTRUMENT + 1));
        other.establish(1, terms -> terms.setEventColumns(true));
        other.ack();
        send(other, 1, orders(1, 1));
        assertThat(other.await(ServerFrame::hasNotApplied).getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_NOT_PERMITTED);
        final TestSession cancels = TestSession.open(channel, venue.token(ACCOUNT, EnumSet.of(Right.CANCEL)));
        cancels.establish(2, terms -> terms.setEventColumns(true));
        cancels.ack();
        send(cancels, 1, orders(1, 1));
        assertThat(cancels.await(ServerFrame::hasNotApplied).getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_NOT_PERMITTED);
        send(cancels, 1, CommandColumns.newBuilder().addClientOrderIds(9).addKinds(CommandKind.COMMAND_KIND_CANCEL));
        cancels.awaitEvents(1);
        assertThat(cancels.events.getFirst().getRejected().getReason()).isEqualTo(RejectReason.REJECT_REASON_UNKNOWN_ORDER);
    }
}
