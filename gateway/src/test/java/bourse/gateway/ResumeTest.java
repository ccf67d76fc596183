package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import bourse.gateway.auth.Right;
import bourse.order.v1.CancelOnDisconnect;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.DropCopyFrame;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.DropCopySubscribeRequest;
import bourse.order.v1.Event;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.RetransmitRequest;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.Terminate;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;

/** Coming back, being away, going away. */
class ResumeTest {
    private static final int ACCOUNT = 100;

    private Venue venue;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        venue = new Venue(config -> config.tokenEndMs(30_000, 300));
        channel = venue.channel();
    }

    @AfterEach
    void stop() throws Exception {
        venue.close();
    }

    private static Command[] orders(final int first, final int count) {
        final Command[] commands = new Command[count];
        for (int i = 0; i < count; i++) {
            commands[i] = TestSession.order(first + i, Side.SIDE_BUY, 1, 1);
        }
        return commands;
    }

    @Test
    void shouldReplayWithoutHoleOrRepeatWhileOthersTrade() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        for (int i = 0; i < 40; i++) {
            writer.send(1 + i * 100L, orders(1 + i * 100, 100));
        }
        writer.awaitApplied(2_000);
        final TestSession reader = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        reader.establish(2, terms -> terms.setNextAccountSeq(77));
        reader.ack();
        reader.awaitEvents(4_000 - 76);
        assertThat(reader.firstAccountSeq).isEqualTo(77);
        writer.send(4_001, orders(4_001, 10));
        reader.awaitEvents(4_010 - 76);
        writer.awaitEvents(4_010);
        assertThat(reader.events).isEqualTo(writer.events.subList(76, 4_010));
    }

    @Test
    void shouldStartWithTheNextEventWhenAskedForNone() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        writer.send(1, orders(1, 5));
        writer.awaitEvents(5);
        final TestSession reader = TestSession.established(channel, venue.token(ACCOUNT), 2);
        writer.send(6, orders(6, 1));
        reader.awaitEvents(1);
        assertThat(reader.firstAccountSeq).isEqualTo(6);
    }

    @Test
    void shouldRetransmitAndGoOn() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        session.send(1, orders(1, 50));
        session.awaitEvents(50);
        final List<Event> first = List.copyOf(session.events);
        session.events.clear();
        session.nextAccountSeq = 0;
        session.call.onNext(ClientFrame.newBuilder().setRetransmitRequest(RetransmitRequest.newBuilder().setFromAccountSeq(11).setCount(20))
            .build());
        session.awaitEvents(20);
        assertThat(session.events).isEqualTo(first.subList(10, 30));
        assertThat(session.nextAccountSeq).isEqualTo(31);
        session.nextAccountSeq = 51;
        session.send(51, orders(51, 2));
        session.awaitEvents(22);
        session.events.clear();
        session.nextAccountSeq = 0;
        session.call.onNext(ClientFrame.newBuilder().setRetransmitRequest(RetransmitRequest.newBuilder().setFromAccountSeq(1)).build());
        session.awaitEvents(52);
        assertThat(session.nextAccountSeq).isEqualTo(53);
    }

    @Test
    void shouldSendOpenOrdersWhenTheRecordingIsTooShort() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        for (int i = 0; i < 5; i++) {
            session.send(1 + i * 100L, orders(1 + i * 100, 100));
        }
        session.send(501, TestSession.cancel(1));
        session.awaitApplied(501);
        venue.engine.firstFragment = 5;
        final TestSession late = TestSession.open(channel, venue.token(ACCOUNT));
        late.establish(2, terms -> terms.setNextAccountSeq(1));
        late.ack();
        assertThat(late.await(ServerFrame::hasSnapshotRequired).getSnapshotRequired().getFirstAvailableSeq()).isGreaterThan(1);
        int orders = 0;
        ServerFrame page;
        do {
            page = late.await(ServerFrame::hasOpenOrders);
            orders += page.getOpenOrders().getOrdersCount();
            assertThat(page.getOpenOrders().getAsOfSeq()).isEqualTo(501);
        } while (page.getOpenOrders().getMore());
        assertThat(orders).isEqualTo(499);
        session.send(502, orders(502, 1));
        late.awaitEvents(1);
        assertThat(late.firstAccountSeq).isEqualTo(502);
    }

    @Test
    void shouldWaitForAFreeCursor() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        writer.send(1, orders(1, 5));
        writer.awaitEvents(5);
        venue.engine.maxCursors = 0;
        final TestSession reader = TestSession.open(channel, venue.token(ACCOUNT));
        reader.establish(2, terms -> terms.setNextAccountSeq(1));
        reader.ack();
        writer.send(6, orders(6, 5));
        writer.awaitEvents(10);
        assertThat(reader.events).isEmpty();
        venue.engine.maxCursors = 1;
        reader.awaitEvents(10);
    }

    /** The cursor never has what happened last, as of an account that trades all the time. */
    @Test
    void shouldGoLiveThoughThePastNeverEnds() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        writer.send(1, orders(1, 400));
        writer.awaitEvents(400);
        venue.engine.cursorLag = 3;
        final TestSession reader = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        reader.establish(2, terms -> terms.setNextAccountSeq(101));
        reader.ack();
        for (int i = 0; i < 20; i++) {
            writer.send(401 + i * 10L, orders(401 + i * 10, 10));
            writer.awaitEvents(410 + i * 10);
        }
        reader.awaitEvents(500);
        assertThat(reader.firstAccountSeq).isEqualTo(101);
        assertThat(reader.events).isEqualTo(writer.events.subList(100, 600));
    }

    @Test
    void shouldTakeTheCursorFromAClientThatDoesNotRead() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final int count = 60_000;
        for (int i = 0; i < count; i += 500) {
            writer.send(1 + i, orders(1 + i, 500));
        }
        writer.awaitApplied(count);
        venue.engine.maxCursors = 1;
        final TestSession deaf = TestSession.open(venue.channel(), venue.token(ACCOUNT), false);
        deaf.establish(2, terms -> terms.setNextAccountSeq(1));
        TimeUnit.MILLISECONDS.sleep(200);
        final TestSession reader = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        reader.establish(3, terms -> terms.setNextAccountSeq(1));
        reader.ack();
        reader.awaitEvents(count);
        deaf.call.request(Integer.MAX_VALUE);
        deaf.awaitEvents(count);
        assertThat(deaf.events).isEqualTo(reader.events);
    }

    @Test
    void shouldSendOpenOrdersWhenTheRecordingIsPrunedMeanwhile() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        writer.send(1, orders(1, 5));
        writer.awaitEvents(5);
        venue.engine.cursorsAreCut = true;
        final TestSession late = TestSession.open(channel, venue.token(ACCOUNT));
        late.establish(2, terms -> terms.setNextAccountSeq(1));
        late.ack();
        late.await(ServerFrame::hasSnapshotRequired);
        assertThat(late.await(ServerFrame::hasOpenOrders).getOpenOrders().getOrdersCount()).isEqualTo(5);
        writer.send(6, orders(6, 1));
        late.awaitEvents(1);
        assertThat(late.firstAccountSeq).isEqualTo(6);
    }

    @Test
    void shouldDropCopy() throws Exception {
        final TestSession writer = TestSession.established(channel, venue.token(ACCOUNT), 1);
        writer.send(1, orders(1, 300));
        writer.awaitEvents(300);
        final Iterator<DropCopyFrame> copies = Venue.with(DropCopyGrpc.newBlockingStub(channel),
            venue.token(ACCOUNT, EnumSet.of(Right.READ))).subscribe(DropCopySubscribeRequest.newBuilder().setFromAccountSeq(1).build());
        writer.send(301, orders(301, 10));
        writer.awaitEvents(310);
        final java.util.ArrayList<Event> copied = new java.util.ArrayList<>();
        while (copied.size() < 310) {
            final DropCopyFrame frame = copies.next();
            assertThat(frame.getFirstAccountSeq()).isEqualTo(copied.size() + 1);
            copied.addAll(frame.getEventsList());
        }
        assertThat(copied).isEqualTo(writer.events);
    }

    @Test
    void shouldCancelOnDisconnectAfterGrace() throws Exception {
        final TestSession watcher = TestSession.established(channel, venue.token(ACCOUNT), 2);
        final TestSession session = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        session.establish(1, terms -> terms.setCancelOnDisconnect(CancelOnDisconnect.CANCEL_ON_DISCONNECT_ON_DISCONNECT).setGraceMs(150));
        session.ack();
        session.send(1, orders(1, 2));
        session.awaitEvents(2);
        session.call.cancel("gone", null);
        final TestSession again = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        again.establish(1, terms -> terms.setCancelOnDisconnect(CancelOnDisconnect.CANCEL_ON_DISCONNECT_ON_DISCONNECT).setGraceMs(1));
        again.ack();
        Thread.sleep(300);
        watcher.awaitEvents(2);
        assertThat(watcher.events).hasSize(2);
        again.call.cancel("gone", null);
        watcher.awaitEvents(5);
        assertThat(watcher.events.get(4).getMassCancelled().getCancelledOrders()).isEqualTo(2);
    }

    @Test
    void shouldTerminateInOrder() throws Exception {
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        session.establish(1, terms -> terms.setCancelOnDisconnect(CancelOnDisconnect.CANCEL_ON_DISCONNECT_ON_TERMINATE));
        session.ack();
        session.send(1, orders(1, 200));
        session.call.onNext(ClientFrame.newBuilder().setTerminate(Terminate.getDefaultInstance()).build());
        assertThat(session.awaitEnd()).isEqualTo(Status.OK);
        session.awaitEvents(401);
        assertThat(session.events.get(400).getMassCancelled().getCancelledOrders()).isEqualTo(200);
    }

    @Test
    void shouldReportEverythingToAClientThatOnlyClosesItsHalf() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        session.send(1, orders(1, 200));
        session.call.onCompleted();
        assertThat(session.awaitEnd()).isEqualTo(Status.OK);
        session.awaitEvents(200);
        assertThat(session.appliedClientSeq).isEqualTo(200);
    }

    @Test
    void shouldHeartbeatAndGiveUpOnSilence() throws Exception {
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        session.establish(1, terms -> terms.setKeepaliveMs(100));
        session.ack();
        session.call.onNext(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setClientTimeNs(5)).build());
        session.await(frame -> frame.hasHeartbeat() && frame.getHeartbeat().getClientTimeNs() == 5);
        session.await(frame -> frame.hasHeartbeat() && frame.getHeartbeat().getClientTimeNs() == 0);
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(session.errorInfo().getReason()).isEqualTo("HEARTBEAT_TIMEOUT");
    }

    @Test
    void shouldEndAStreamWithItsToken() throws Exception {
        final String brief = venue.minter.mint("brief", ACCOUNT, EnumSet.of(Right.TRADE), new int[0], Duration.ofMillis(1_200));
        final TestSession session = TestSession.established(channel, brief, 1);
        final var expiring = session.await(ServerFrame::hasTokenExpiring).getTokenExpiring();
        assertThat(expiring.getDeadlineNs() - expiring.getExpiresAtNs()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(session.errorInfo().getReason()).isEqualTo("TOKEN_EXPIRED");
    }

    @Test
    void shouldGoOnWithANewTokenOfTheSameAccount() throws Exception {
        final String brief = venue.minter.mint("brief", ACCOUNT, EnumSet.of(Right.TRADE), new int[0], Duration.ofMillis(1_200));
        final TestSession session = TestSession.established(channel, brief, 1);
        session.await(ServerFrame::hasTokenExpiring);
        authenticate(session, venue.minter.mint("longer", ACCOUNT, EnumSet.of(Right.CANCEL), new int[0], Duration.ofHours(1)));
        assertThat(session.await(ServerFrame::hasAuthenticated).getAuthenticated().getExpiresAtNs())
            .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() + 3_000_000));
        Thread.sleep(1_700);
        session.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        assertThat(session.await(ServerFrame::hasNotApplied).getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_NOT_PERMITTED);
        session.send(1, TestSession.cancel(1));
        session.awaitApplied(1);
        authenticate(session, venue.token(ACCOUNT + 1));
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(session.errorInfo().getReason()).isEqualTo("ACCOUNT_CHANGED");
        final TestSession other = TestSession.established(channel, venue.token(ACCOUNT), 2);
        authenticate(other, "forged");
        assertThat(other.awaitEnd().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    private static void authenticate(final TestSession session, final String token) {
        session.call.onNext(ClientFrame.newBuilder().setAuthenticate(bourse.order.v1.Authenticate.newBuilder().setToken(token)).build());
    }

    @Test
    void shouldWaitForALogUnderBackPressure() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        venue.engine.backPressured = true;
        session.send(1, orders(1, 10));
        Thread.sleep(50);
        assertThat(session.events).isEmpty();
        venue.engine.backPressured = false;
        session.awaitApplied(10);
    }

    @Test
    void shouldRefuseOverloadedButLetCancelsPass() throws Exception {
        venue.close();
        venue = new Venue(config -> config.ingressRingBytes(1 << 20).maxInFlightCommands(32_768));
        channel = venue.channel();
        final TestSession[] sessions = new TestSession[4];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = TestSession.established(venue.channel(), venue.token(ACCOUNT + i), 1);
        }
        venue.engine.backPressured = true;
        final TestSession idle = sessions[3];
        int refused = 0;
        for (int batch = 0; batch < 60 && refused == 0; batch++) {
            for (int i = 0; i < 3; i++) {
                sessions[i].send(1 + batch * 500L, orders(1 + batch * 500, 500));
            }
            Thread.sleep(5);
            for (int i = 0; i < 3; i++) {
                refused += (int) sessions[i].frames.stream().filter(ServerFrame::hasNotApplied).count();
            }
        }
        idle.send(1, TestSession.cancel(1));
        Thread.sleep(20);
        assertThat(idle.frames).noneMatch(ServerFrame::hasNotApplied);
        venue.engine.backPressured = false;
        idle.awaitApplied(1);
    }

    @Test
    void shouldRefuseAForeignInstrumentOfARestrictedToken() throws Exception {
        final TestSession session = TestSession.established(channel,
            venue.token(ACCOUNT, EnumSet.of(Right.TRADE), FakeEngine.OTHER_INSTRUMENT), 1);
        final Command permitted = Command.newBuilder().setNew(TestSession.order(1, Side.SIDE_BUY, 1, 1).getNew().toBuilder()
            .setInstrumentId(FakeEngine.OTHER_INSTRUMENT)).build();
        session.send(1, permitted, TestSession.order(2, Side.SIDE_BUY, 1, 1), permitted);
        final ServerFrame frame = session.await(ServerFrame::hasNotApplied);
        assertThat(frame.getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_NOT_PERMITTED);
        assertThat(frame.getNotApplied().getFromClientSeq()).isEqualTo(2);
        session.awaitApplied(1);
        assertThat(session.events).hasSize(1);
    }

    @Test
    void shouldGiveASessionToOneOwner() throws Exception {
        final OrderEntryGrpc.OrderEntryBlockingStub unary = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        final SubmitRequest submit = SubmitRequest.newBuilder().setSessionId(1).addCommands(TestSession.order(1, Side.SIDE_BUY, 1, 1)).build();
        unary.submit(submit);
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        session.establish(1, terms -> {
        });
        assertThat(session.ack().getNextClientSeq()).isEqualTo(2);
        final Throwable refused = org.assertj.core.api.Assertions.catchThrowable(() -> unary.submit(submit));
        assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(TestSession.errorInfo(refused).getReason()).isEqualTo("SESSION_IN_USE");
        session.send(2, orders(2, 1));
        session.awaitApplied(2);
        session.call.onNext(ClientFrame.newBuilder().setTerminate(Terminate.getDefaultInstance()).build());
        session.awaitEnd();
        assertThat(unary.submit(submit.toBuilder().clearCommands().addCommands(TestSession.order(3, Side.SIDE_BUY, 1, 1)).build())
            .getFirstClientSeq()).isEqualTo(3);
    }

    @Test
    void shouldDrain() throws Exception {
        final HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel);
        final long deadline = System.nanoTime() + 2_000_000_000L;
        while (health.check(HealthCheckRequest.getDefaultInstance()).getStatus() != ServingStatus.SERVING && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus()).isEqualTo(ServingStatus.SERVING);
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final Thread drain = new Thread(() -> {
            try {
                venue.gateway.drain(Duration.ofMillis(400));
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        drain.start();
        assertThat(session.await(ServerFrame::hasDraining).getDraining().getDeadlineNs()).isPositive();
        session.send(1, orders(1, 1));
        session.awaitApplied(1);
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(session.errorInfo().getReason()).isEqualTo("DRAINING");
        drain.join(2_000);
        assertThat(drain.isAlive()).isFalse();
    }
}
