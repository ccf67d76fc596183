package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import bourse.order.v1.Event;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;

import io.grpc.ManagedChannel;

/** Order entry as clients see it, by the generated stubs over the wire. */
class SessionTest {
    private static final int ACCOUNT = 100;
    private static final int OTHER = 200;

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

    @Test
    void shouldEstablishAndTrade() throws Exception {
        final TestSession seller = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final TestSession buyer = TestSession.established(channel, venue.token(OTHER), 1);
        seller.send(1, TestSession.order(11, Side.SIDE_SELL, 100, 10));
        seller.awaitEvents(1);
        assertThat(seller.events.getFirst().getAccepted().getResting()).isTrue();
        buyer.send(1, TestSession.order(21, Side.SIDE_BUY, 101, 15), TestSession.order(22, Side.SIDE_BUY, 0, 1));
        buyer.awaitEvents(4);
        assertThat(buyer.events).extracting(Event::getEventCase).containsExactly(Event.EventCase.ACCEPTED, Event.EventCase.EXECUTION,
            Event.EventCase.BOOKED, Event.EventCase.REJECTED);
        assertThat(buyer.events.get(1).getExecution().getPrice()).isEqualTo(100);
        assertThat(buyer.events.get(1).getExecution().getMaker()).isFalse();
        assertThat(buyer.events.get(1).getExecution().getFee()).isEqualTo(2);
        assertThat(buyer.events.get(3).getRejected().getReason()).isEqualTo(RejectReason.REJECT_REASON_INVALID_PRICE);
        assertThat(buyer.appliedClientSeq).isEqualTo(2);
        seller.awaitEvents(2);
        final Event made = seller.events.get(1);
        assertThat(made.getExecution().getMaker()).isTrue();
        assertThat(made.getExecution().getSide()).isEqualTo(Side.SIDE_SELL);
        assertThat(made.getExecution().getFee()).isEqualTo(-1);
        assertThat(made.getClientSeq()).isZero();
        assertThat(made.getEventSeq()).isEqualTo(buyer.events.get(1).getEventSeq());
    }

    @Test
    void shouldShowAllSessionsOfAnAccountAllItsEvents() throws Exception {
        final TestSession one = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final TestSession two = TestSession.established(channel, venue.token(ACCOUNT), 2);
        one.send(1, TestSession.order(1, Side.SIDE_BUY, 10, 1));
        two.awaitEvents(1);
        two.send(1, TestSession.order(2, Side.SIDE_BUY, 10, 1));
        one.awaitEvents(2);
        two.awaitEvents(2);
        assertThat(one.events).isEqualTo(two.events);
        assertThat(one.events).extracting(Event::getSessionId).containsExactly(1L, 2L);
        assertThat(one.appliedClientSeq).isEqualTo(1);
    }

    @Test
    void shouldSubmitUnary() {
        final OrderEntryGrpc.OrderEntryBlockingStub stub = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        final SubmitResponse first = stub.submit(SubmitRequest.newBuilder().setSessionId(7)
            .addCommands(TestSession.order(1, Side.SIDE_BUY, 10, 1)).addCommands(TestSession.order(2, Side.SIDE_SELL, 10, 3)).build());
        assertThat(first.getFirstClientSeq()).isEqualTo(1);
        assertThat(first.getEventsList()).extracting(Event::getEventCase).containsExactly(Event.EventCase.ACCEPTED,
            Event.EventCase.ACCEPTED, Event.EventCase.EXECUTION, Event.EventCase.EXECUTION, Event.EventCase.BOOKED);
        final SubmitResponse second = stub.submit(SubmitRequest.newBuilder().setSessionId(7).addCommands(TestSession.cancel(2)).build());
        assertThat(second.getFirstClientSeq()).isEqualTo(3);
        assertThat(second.getEvents(0).getCancelled().getQuantity()).isEqualTo(2);
        final SubmitResponse repeated = stub.submit(SubmitRequest.newBuilder().setSessionId(7).setFirstClientSeq(3)
            .addCommands(TestSession.cancel(2)).build());
        assertThat(repeated.getEventsList()).isEmpty();
        assertThat(repeated.getDuplicates(0).getClientSeq()).isEqualTo(3);
        final SubmitResponse gap = stub.submit(SubmitRequest.newBuilder().setSessionId(7).setFirstClientSeq(9)
            .addCommands(TestSession.cancel(2)).build());
        assertThat(gap.getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_SEQUENCE_GAP);
        assertThat(gap.getNotApplied().getExpectedClientSeq()).isEqualTo(4);
    }

    @Test
    void shouldAnswerDuplicatesAndGaps() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        session.send(1, TestSession.order(1, Side.SIDE_BUY, 10, 1));
        session.awaitEvents(1);
        session.send(1, TestSession.order(1, Side.SIDE_BUY, 10, 1), TestSession.order(2, Side.SIDE_BUY, 10, 1));
        final ServerFrame frame = session.await(one -> one.getDuplicatesCount() > 0);
        assertThat(frame.getDuplicates(0).getOriginalAccountSeq()).isEqualTo(1);
        session.awaitEvents(2);
        session.send(5, TestSession.order(3, Side.SIDE_BUY, 10, 1));
        final ServerFrame refused = session.await(ServerFrame::hasNotApplied);
        assertThat(refused.getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_SEQUENCE_GAP);
        assertThat(refused.getNotApplied().getExpectedClientSeq()).isEqualTo(3);
        session.send(3, TestSession.order(3, Side.SIDE_BUY, 10, 1));
        session.awaitApplied(3);
    }
}
