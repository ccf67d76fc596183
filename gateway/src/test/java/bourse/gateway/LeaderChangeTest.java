package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;

import io.grpc.ManagedChannel;
import io.grpc.Status;

/** Another member leads: what was offered to the log and not answered may be lost. */
class LeaderChangeTest {
    private static final int ACCOUNT = 100;

    private Venue venue;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        venue = new Venue(config -> { });
        channel = venue.channel();
    }

    @AfterEach
    void stop() throws Exception {
        venue.close();
    }

    /** One offer is taken by a leader that is gone. */
    private void awaitLost() throws InterruptedException {
        final long deadlineNs = System.nanoTime() + 5_000_000_000L;
        while (venue.engine.lost == 0) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            Thread.sleep(1);
        }
    }

    private void anotherLeads() {
        venue.engine.silent = false;
        venue.engine.losses++;
    }

    @Test
    void shouldEndStandingSessionsSoThatTheyResume() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        venue.engine.silent = true;
        session.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        awaitLost();
        anotherLeads();
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        final TestSession again = TestSession.open(channel, venue.token(ACCOUNT));
        again.establish(1, terms -> { });
        assertThat(again.ack().getNextClientSeq()).isEqualTo(1);
        again.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        again.awaitApplied(1);
    }

    @Test
    void shouldAskAgainForSessionsThatWereAboutToStand() throws Exception {
        venue.engine.silent = true;
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        session.establish(1, terms -> { });
        awaitLost();
        anotherLeads();
        assertThat(session.ack().getNextClientSeq()).isEqualTo(1);
        session.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        session.awaitApplied(1);
    }

    @Test
    void shouldOfferCallsOfANamedSessionAgain() throws Exception {
        final OrderEntryGrpc.OrderEntryBlockingStub stub = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        final SubmitRequest.Builder request = SubmitRequest.newBuilder().setSessionId(7);
        stub.submit(request.addCommands(TestSession.order(1, Side.SIDE_BUY, 1, 1)).build());
        venue.engine.silent = true;
        final CompletableFuture<SubmitResponse> response = CompletableFuture.supplyAsync(() ->
            stub.submit(request.clearCommands().addCommands(TestSession.order(2, Side.SIDE_BUY, 1, 1)).build()));
        awaitLost();
        anotherLeads();
        assertThat(response.get().getFirstClientSeq()).isEqualTo(2);
        assertThat(response.get().getEventsList()).isNotEmpty();
        assertThat(stub.submit(request.clearCommands().addCommands(TestSession.order(3, Side.SIDE_BUY, 1, 1)).build()).getFirstClientSeq()).isEqualTo(3);
    }

    @Test
    void shouldAskAgainForTheSessionOfACall() throws Exception {
        final OrderEntryGrpc.OrderEntryBlockingStub stub = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        venue.engine.silent = true;
        final CompletableFuture<SubmitResponse> response = CompletableFuture.supplyAsync(() ->
            stub.submit(SubmitRequest.newBuilder().setSessionId(7).addCommands(TestSession.order(1, Side.SIDE_BUY, 1, 1)).build()));
        awaitLost();
        anotherLeads();
        assertThat(response.get().getFirstClientSeq()).isEqualTo(1);
    }

    @Test
    void shouldSayWhatOnlyTheCallerCanFindOut() throws Exception {
        final OrderEntryGrpc.OrderEntryBlockingStub stub = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        stub.massCancel(MassCancelRequest.getDefaultInstance());
        venue.engine.silent = true;
        final CompletableFuture<Throwable> refused = CompletableFuture.supplyAsync(() -> catchThrowable(() ->
            stub.massCancel(MassCancelRequest.getDefaultInstance())));
        awaitLost();
        anotherLeads();
        assertThat(Status.fromThrowable(refused.get()).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.get()).hasMessageContaining("another member leads");
    }
}
