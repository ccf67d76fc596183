package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.CancelOrdersRequest;
import bourse.admin.v1.ChangeInstrumentRequest;
import bourse.admin.v1.ListSessionsRequest;
import bourse.admin.v1.Session;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.admin.v1.SetTradingStateRequest;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.Right;
import bourse.order.v1.Command;
import bourse.order.v1.DropCopyFrame;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.DropCopySubscribeRequest;
import bourse.order.v1.Event;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.Side;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;

/** One gateway before two engines that know nothing of each other: shard 0 with instruments 1 and 2, shard 4 with instrument 7. */
class SeveralShardsTest {
    private static final int ACCOUNT = 100;
    private static final int OTHER_SHARD = 4;
    private static final int ELSEWHERE = 7;

    private FakeEngine there;
    private Venue venue;
    private ManagedChannel channel;
    private String token;

    @BeforeEach
    void start() throws Exception {
        there = new FakeEngine(OTHER_SHARD, Map.of(ELSEWHERE, "THERE"));
        start(there);
    }

    private void start(final FakeEngine other) throws Exception {
        if (venue != null) {
            venue.close();
        }
        venue = new Venue(settings -> { }, AuditSink.NONE, new TreeMap<>(Map.of(0, new FakeEngine(), OTHER_SHARD, other)));
        channel = venue.channel();
        token = venue.token(ACCOUNT);
    }

    @AfterEach
    void stop() throws Exception {
        venue.close();
    }

    private OrderEntryGrpc.OrderEntryBlockingStub orders() {
        return Venue.with(OrderEntryGrpc.newBlockingStub(channel), token).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private ReferenceGrpc.ReferenceBlockingStub reference() {
        return Venue.with(ReferenceGrpc.newBlockingStub(channel), token).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private AdminGrpc.AdminBlockingStub admin() {
        return Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()), venue.token(1, EnumSet.of(Right.ADMIN))).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private TestSession session(final int shard) throws Exception {
        final TestSession session = TestSession.open(channel, token);
        session.establish(1, terms -> terms.setShard(shard));
        session.ack();
        return session;
    }

    private static Command elsewhere(final long clientOrderId, final Side side, final long price, final long quantity) {
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(clientOrderId).setInstrumentId(ELSEWHERE).setSide(side)
            .setPrice(price).setQuantity(quantity)).build();
    }

    private ServingStatus health(final String service) {
        return HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
    }

    private void awaitHealth(final String service, final ServingStatus wanted) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (health(service) != wanted && System.nanoTime() < deadlineNs) {
            Thread.sleep(2);
        }
        assertThat(health(service)).as(service).isEqualTo(wanted);
    }

    private static Status status(final Callable<?> call) {
        return Status.fromThrowable(catchThrowable(call::call));
    }

    @Test
    void shouldKnowEveryNameOfHealthFromTheFirstCallOn() {
        for (final String name : List.of("", OrderEntryGrpc.SERVICE_NAME, "shard-0", "shard-" + OTHER_SHARD)) {
            assertThat(health(name)).as(name).isIn(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
        }
        assertThat(status(() -> health("shard-1")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void shouldGiveOneSessionNumberToEachShard() throws Exception {
        final TestSession first = session(0);
        final TestSession second = session(OTHER_SHARD);
        first.send(1, TestSession.order(11, Side.SIDE_BUY, 100, 5));
        second.send(1, elsewhere(11, Side.SIDE_BUY, 200, 6), elsewhere(12, Side.SIDE_SELL, 210, 7));
        // Both count their own events of the account from 1.
        assertThat(first.awaitEvents(1).getFirst().getAccepted().getInstrumentId()).isEqualTo(FakeEngine.INSTRUMENT);
        assertThat(second.awaitEvents(2).getLast().getAccepted().getInstrumentId()).isEqualTo(ELSEWHERE);
        assertThat(first.firstAccountSeq).isEqualTo(1);
        assertThat(second.nextAccountSeq).isEqualTo(3);
        assertThat(orders().listOpenOrders(ListOpenOrdersRequest.getDefaultInstance()).getOrdersCount()).isEqualTo(1);
        assertThat(orders().listOpenOrders(ListOpenOrdersRequest.newBuilder().setShard(OTHER_SHARD).build()).getOrdersCount()).isEqualTo(2);
        assertThat(orders().getAccount(GetAccountRequest.newBuilder().setShard(OTHER_SHARD).build()).getShard()).isEqualTo(OTHER_SHARD);
        assertThat(admin().listSessions(ListSessionsRequest.getDefaultInstance()).getSessionsList()).filteredOn(one -> one.getSessionId() == 1)
            .extracting(Session::getShard).containsExactly(0, OTHER_SHARD);
    }

    @Test
    void shouldRefuseAShardThatItDoesNotServe() throws Exception {
        final TestSession lost = TestSession.open(channel, token);
        lost.establish(1, terms -> terms.setShard(1));
        assertThat(lost.awaitEnd().getDescription()).isEqualTo("establish.shard: 1 (expected: 0 or 4, the shards of this gateway)");
        assertThat(status(() -> orders().getAccount(GetAccountRequest.newBuilder().setShard(1).build())).getDescription()).contains("shard: 1 (expected: 0 or 4");
        assertThat(status(() -> admin().takeSnapshot(TakeSnapshotRequest.newBuilder().setShard(1).build())).getDescription()).contains("expected: 0 or 4");
        final Iterator<DropCopyFrame> copy = Venue.with(DropCopyGrpc.newBlockingStub(channel), token)
            .subscribe(DropCopySubscribeRequest.newBuilder().setShard(1).build());
        assertThat(status(copy::hasNext).getDescription()).contains("shard: 1 (expected: 0 or 4");
    }

    @Test
    void shouldCopyTheEventsOfOneShard() throws Exception {
        session(0).send(1, TestSession.order(11, Side.SIDE_BUY, 100, 5));
        final TestSession second = session(OTHER_SHARD);
        second.send(1, elsewhere(21, Side.SIDE_BUY, 100, 5));
        second.awaitEvents(1);
        final Iterator<DropCopyFrame> copy = Venue.with(DropCopyGrpc.newBlockingStub(channel), token).withDeadlineAfter(10, TimeUnit.SECONDS)
            .subscribe(DropCopySubscribeRequest.newBuilder().setShard(OTHER_SHARD).setFromAccountSeq(1).build());
        assertThat(copy.next().getEvents(0).getAccepted().getClientOrderId()).isEqualTo(21);
    }

    @Test
    void shouldSayWhereAnInstrumentLives() {
        assertThat(reference().listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsList())
            .extracting(Instrument::getInstrumentId, Instrument::getShard)
            .containsExactly(org.assertj.core.groups.Tuple.tuple(1, 0), org.assertj.core.groups.Tuple.tuple(2, 0),
                org.assertj.core.groups.Tuple.tuple(ELSEWHERE, OTHER_SHARD));
        assertThat(reference().getInstrument(GetInstrumentRequest.newBuilder().setSymbol("THERE").build()).getInstrument().getShard()).isEqualTo(OTHER_SHARD);
        assertThat(status(() -> reference().getInstrument(GetInstrumentRequest.newBuilder().setInstrumentId(5).build())).getCode())
            .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void shouldKeepNumbersAndSymbolsUniqueOverTheShards() {
        final Instrument added = add("NEW", 0, OTHER_SHARD);
        assertThat(added.getInstrumentId()).isEqualTo(ELSEWHERE + 1);
        assertThat(added.getShard()).isEqualTo(OTHER_SHARD);
        assertThat(add("NEXT", 0, 0).getInstrumentId()).isEqualTo(ELSEWHERE + 2);
        assertThat(status(() -> add("FREE", ELSEWHERE, 0)).getDescription()).contains("instrument.instrument_id: THERE is instrument 7 of shard 4");
        assertThat(status(() -> add("THERE", 0, 0))).satisfies(refusal -> {
            assertThat(refusal.getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
            assertThat(refusal.getDescription()).contains("instrument.symbol: THERE is instrument 7 of shard 4");
        });
        // What the engine refuses keeps no number.
        assertThat(status(() -> add("AGAIN", FakeEngine.INSTRUMENT, 0)).getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(add("AGAIN", 0, OTHER_SHARD).getInstrumentId()).isEqualTo(ELSEWHERE + 3);
    }

    private Instrument add(final String symbol, final int id, final int shard) {
        return admin().addInstrument(AddInstrumentRequest.newBuilder()
            .setInstrument(Instrument.newBuilder().setSymbol(symbol).setInstrumentId(id).setShard(shard)).build()).getInstrument();
    }

    @Test
    void shouldSendOperatorsToTheInstrumentsShardOrToAll() throws Exception {
        final TestSession first = session(0);
        first.send(1, TestSession.order(11, Side.SIDE_BUY, 100, 5), TestSession.order(12, Side.SIDE_BUY, 100, 5));
        first.awaitEvents(2);
        final TestSession second = session(OTHER_SHARD);
        second.send(1, elsewhere(21, Side.SIDE_BUY, 100, 5), elsewhere(22, Side.SIDE_BUY, 100, 5), elsewhere(23, Side.SIDE_BUY, 100, 5));
        second.awaitEvents(3);
        assertThat(admin().changeInstrument(ChangeInstrumentRequest.newBuilder().setInstrumentId(ELSEWHERE).setMakerFeeRate(3).build())
            .getInstrument().getShard()).isEqualTo(OTHER_SHARD);
        admin().setTradingState(SetTradingStateRequest.newBuilder().setStateValue(3).build());
        assertThat(admin().takeSnapshot(TakeSnapshotRequest.newBuilder().setShard(OTHER_SHARD).build()).getLogPosition()).isEqualTo(42 + OTHER_SHARD);
        assertThat(admin().cancelOrders(CancelOrdersRequest.newBuilder().setAccount(ACCOUNT).setInstrumentId(FakeEngine.INSTRUMENT).build())
            .getCancelledOrders()).isEqualTo(2);
        assertThat(admin().setKillSwitch(SetKillSwitchRequest.newBuilder().setAccount(ACCOUNT).setOn(true).build()).getCancelledOrders()).isEqualTo(3);
    }

    @Test
    void shouldGoOnWithTheOthersWhenOneIsAway() throws Exception {
        final TestSession first = session(0);
        final TestSession second = session(OTHER_SHARD);
        second.send(1, elsewhere(21, Side.SIDE_BUY, 100, 5));
        second.awaitEvents(1);
        there.connected = false;
        awaitHealth("shard-4", ServingStatus.NOT_SERVING);
        assertThat(health("")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health("shard-0")).isEqualTo(ServingStatus.SERVING);
        assertThat(health("bourse.order.v1.OrderEntry")).isEqualTo(ServingStatus.SERVING);
        assertThat(venue.gateway.isReady()).isFalse();

        first.send(1, TestSession.order(11, Side.SIDE_BUY, 100, 5));
        first.awaitEvents(1);
        final TestSession refused = TestSession.open(channel, token);
        refused.establish(2, terms -> terms.setShard(OTHER_SHARD));
        assertThat(refused.awaitEnd().getDescription()).isEqualTo("shard 4: the gateway is recovering, or the log has no leader");
        // What was known of it stays known.
        assertThat(reference().listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsCount()).isEqualTo(3);
        assertThat(orders().listOpenOrders(ListOpenOrdersRequest.newBuilder().setShard(OTHER_SHARD).build()).getOrdersCount()).isEqualTo(1);

        final Throwable half = catchThrowable(() -> admin().setKillSwitch(SetKillSwitchRequest.newBuilder().setAccount(ACCOUNT).setOn(true).build()));
        assertThat(half).hasMessageContaining("SetKillSwitch is NOT done on shard 4 (shard 4: the gateway is recovering")
            .hasMessageContaining("but on shard 0; repeat it");
        assertThat(TestSession.errorInfo(half).getMetadataMap()).containsEntry("notDoneOn", "[4]").containsEntry("doneOn", "[0]");
        first.awaitEvents(2);
        assertThat(first.events).anyMatch(Event::hasCancelled);

        there.connected = true;
        awaitHealth("", ServingStatus.SERVING);
        assertThat(admin().setKillSwitch(SetKillSwitchRequest.newBuilder().setAccount(ACCOUNT).setOn(true).build()).getCancelledOrders()).isEqualTo(1);
    }

    @Test
    void shouldServeWhatIsThereBeforeTheOthersHaveCome() throws Exception {
        start(FakeEngine.away(OTHER_SHARD));
        assertThat(reference().listInstruments(ListInstrumentsRequest.getDefaultInstance())).satisfies(list -> {
            assertThat(list.getInstrumentsCount()).isEqualTo(2);
            assertThat(list.getMissingShardsList()).containsExactly(OTHER_SHARD);
        });
        assertThat(status(() -> reference().getInstrument(GetInstrumentRequest.newBuilder().setSymbol("THERE").build()))).satisfies(refusal -> {
            assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refusal.getDescription()).isEqualTo("no such instrument: THERE: nothing is known yet of shard 4");
        });
        assertThat(status(() -> add("NEW", 0, 0)).getDescription()).contains("instrument NEW is not added: nothing is known yet of shard 4");
        final TestSession first = session(0);
        first.send(1, TestSession.order(11, Side.SIDE_BUY, 100, 5));
        first.awaitEvents(1);
    }

    @Test
    void shouldStopAtEventsOfAnotherShard() throws Exception {
        try (Venue wrong = new Venue(settings -> { }, AuditSink.NONE, new TreeMap<>(Map.of(0, new FakeEngine(3, Map.of(1, "THREE")))))) {
            assertThat(wrong.agentFailure).hasMessageContaining("shard=3 expected=0").hasMessageContaining("wrong data directory");
            wrong.agentFailure = null;
        }
    }

    @Test
    void shouldNeedAThreadForTheNetwork() {
        assertThatThrownBy(() -> new Venue(settings -> settings.networkThreads(0), AuditSink.NONE, new TreeMap<>(Map.of(0, new FakeEngine(), 1, new FakeEngine()))))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("networkThreads: 0");
    }
}
