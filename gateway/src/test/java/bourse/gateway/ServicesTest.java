package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.CancelOrdersRequest;
import bourse.admin.v1.ChangeInstrumentRequest;
import bourse.admin.v1.ChangeInstrumentResponse;
import bourse.admin.v1.GetStateHashRequest;
import bourse.admin.v1.ListSessionsRequest;
import bourse.admin.v1.ScheduleTradingStateRequest;
import bourse.admin.v1.Session;
import bourse.admin.v1.SetAccountLimitsRequest;
import bourse.admin.v1.SetAccountRightsRequest;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.admin.v1.SetTradingStateRequest;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.admin.v1.TransferAssetRequest;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.Right;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.DropCopySubscribeRequest;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.GetAccountResponse;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.ListOpenOrdersResponse;
import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;
import bourse.reference.v1.TradingState;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;

/** Questions with one answer, administration, and who may ask. */
class ServicesTest {
    private static final int ACCOUNT = 100;

    private Venue venue;
    private ManagedChannel channel;
    private OrderEntryGrpc.OrderEntryBlockingStub orders;

    @BeforeEach
    void start() throws Exception {
        venue = new Venue();
        channel = venue.channel();
        orders = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
    }

    @AfterEach
    void stop() throws Exception {
        venue.close();
    }

    private void submit(final OrderEntryGrpc.OrderEntryBlockingStub stub, final bourse.order.v1.Command... commands) {
        stub.submit(SubmitRequest.newBuilder().setSessionId(1).addAllCommands(List.of(commands)).build());
    }

    @Test
    void shouldHaveARuleForEveryMethodThatAnyPortServes() throws Exception {
        try (Venue exploring = new Venue(config -> config.reflection(true))) {
            final List<List<io.grpc.ServerServiceDefinition>> ports = exploring.gateway.services();
            final List<String> names = new java.util.ArrayList<>();
            for (int port = 0; port < ports.size(); port++) {
                for (final io.grpc.ServerServiceDefinition service : ports.get(port)) {
                    for (final io.grpc.ServerMethodDefinition<?, ?> method : service.getMethods()) {
                        final String name = method.getMethodDescriptor().getFullMethodName();
                        names.add(name);
                        final boolean isOpen = name.startsWith("grpc.health.") || name.startsWith("grpc.reflection.");
                        assertThat(exploring.codeWithoutToken(port == 0 ? exploring.channel() : exploring.adminChannel(), method.getMethodDescriptor()))
                            .as(name).isEqualTo(isOpen ? Status.Code.OK : Status.Code.UNAUTHENTICATED);
                    }
                }
            }
            assertThat(names).contains("bourse.order.v1.OrderEntry/Session", "bourse.admin.v1.Admin/SetKillSwitch", "grpc.channelz.v1.Channelz/GetServers")
                .hasSizeGreaterThan(20);
        }
    }

    @Test
    void shouldTellTheCommentsOfItsProtosByReflection() throws Exception {
        try (Venue exploring = new Venue(config -> config.reflection(true))) {
            expectDocumented(exploring.channel(), "bourse.order.v1.OrderEntry", "The hot path: batches in, numbered events out");
            expectDocumented(exploring.adminChannel(), "bourse.admin.v1.Admin", "Adds an instrument");
        }
    }

    /** The port lists the service without a token, and describes it with this comment. */
    private static void expectDocumented(final io.grpc.Channel port, final String service, final String comment) throws Exception {
        final java.util.concurrent.BlockingQueue<ServerReflectionResponse> answers = new java.util.concurrent.LinkedBlockingQueue<>();
        final StreamObserver<ServerReflectionRequest> questions = ServerReflectionGrpc.newStub(port).serverReflectionInfo(
            new StreamObserver<>() {
                @Override
                public void onNext(final ServerReflectionResponse response) {
                    answers.add(response);
                }

                @Override
                public void onError(final Throwable failure) {
                    // The answer that does not come fails the test.
                }

                @Override
                public void onCompleted() {
                    // nothing to do
                }
            });
        questions.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(answers.poll(5, java.util.concurrent.TimeUnit.SECONDS).getListServicesResponse().getServiceList())
            .extracting(io.grpc.reflection.v1.ServiceResponse::getName).contains(service);
        questions.onNext(ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build());
        final FileDescriptorProto file = FileDescriptorProto.parseFrom(answers.poll(5, java.util.concurrent.TimeUnit.SECONDS)
            .getFileDescriptorResponse().getFileDescriptorProto(0));
        assertThat(file.getServiceList()).extracting(one -> file.getPackage() + "." + one.getName()).contains(service);
        assertThat(file.getSourceCodeInfo().getLocationList()).extracting(location -> location.getLeadingComments())
            .anyMatch(text -> text.contains(comment));
        questions.onCompleted();
    }

    @Test
    void shouldAskTheEngineForBalancesAndTellOperatorsMore() {
        submit(orders, TestSession.order(1, Side.SIDE_BUY, 10, 5));
        final GetAccountResponse own = orders.getAccount(GetAccountRequest.getDefaultInstance());
        assertThat(own.getBalancesList()).extracting(balance -> balance.getAsset() + " " + balance.getTotal() + " " + balance.getReserved())
            .containsExactly("EUR 500 20", "USD 500 20");
        assertThat(own.getOpenOrders()).isEqualTo(1);
        assertThat(own.getAsOfSeq()).isEqualTo(1);
        final AdminGrpc.AdminBlockingStub admin = Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()), venue.token(0, EnumSet.of(Right.ADMIN)));
        final bourse.admin.v1.GetAccountResponse all = admin.getAccount(bourse.admin.v1.GetAccountRequest.newBuilder().setAccount(ACCOUNT).build());
        assertThat(all.getAccount()).isEqualTo(own);
        assertThat(all.getLimits().getMaxOrdersPerSecond()).isEqualTo(15);
        assertThat(all.getKilled()).isTrue();
        assertThat(all.getForbidNewOrders()).isTrue();
        assertThat(all.getForbidCancels()).isFalse();
        assertThat(all.getPermittedInstruments()).isEqualTo(3);
        assertThat(admin.setAccountRights(SetAccountRightsRequest.newBuilder().setAccount(ACCOUNT).setForbidNewOrders(true).addInstrumentIds(1)
            .addInstrumentIds(2).build()).getCancelledOrders()).as("what the engine was sent").isEqualTo(202);
    }

    @Test
    void shouldListSessionsWithTheirStreams() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 7);
        submit(Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(200)), TestSession.order(9, Side.SIDE_SELL, 12, 2));
        final AdminGrpc.AdminBlockingStub admin = Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()), venue.token(0, EnumSet.of(Right.ADMIN)));
        final List<Session> all = admin.listSessions(ListSessionsRequest.getDefaultInstance()).getSessionsList();
        assertThat(all).extracting(one -> one.getAccount() + "/" + one.getSessionId() + " " + one.hasStream()).containsExactly("100/7 true", "200/1 false");
        assertThat(all.getFirst().getStream().getPhase()).isEqualTo("live");
        assertThat(all.get(1).getAppliedClientSeq()).isEqualTo(1);
        assertThat(admin.listSessions(ListSessionsRequest.newBuilder().setAccount(200).build()).getSessionsCount()).isEqualTo(1);
        session.call.onCompleted();
    }

    @Test
    void shouldWriteDownWhoDidWhat() throws Exception {
        final List<AuditSink.Entry> entries = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (Venue watched = new Venue(config -> { }, entries::add)) {
            final TestSession older = TestSession.established(watched.channel(), watched.token(ACCOUNT), 1);
            TestSession.established(watched.channel(), watched.token(ACCOUNT), 1);
            assertThat(older.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
            Venue.with(AdminGrpc.newBlockingStub(watched.adminChannel()), watched.token(0, EnumSet.of(Right.ADMIN)))
                .setKillSwitch(SetKillSwitchRequest.newBuilder().setAccount(ACCOUNT).setOn(true).build());
            assertCode(Status.Code.UNAUTHENTICATED, () -> OrderEntryGrpc.newBlockingStub(watched.channel()).getAccount(GetAccountRequest.getDefaultInstance()));
        }
        assertThat(entries).extracting(one -> one.action() + " " + one.account() + " " + one.outcome())
            .contains("login 100 ok", "displaced 100 ok", "SetKillSwitch 0 ok", "refused 0 TOKEN_MISSING");
        final AuditSink.Entry kill = entries.stream().filter(one -> "SetKillSwitch".equals(one.action())).findFirst().orElseThrow();
        assertThat(kill.subject()).isEqualTo("test");
        assertThat(kill.address()).startsWith("127.0.0.1:");
        assertThat(kill.details().get("request")).isEqualTo("account: 100 on: true");
        assertThat(Long.parseLong(kill.details().get("appliedAt"))).isPositive();
    }

    @Test
    void shouldLetTheRightCancelOnlyTakeRiskAway() throws Exception {
        submit(orders, TestSession.order(1, Side.SIDE_BUY, 10, 5));
        final OrderEntryGrpc.OrderEntryBlockingStub desk = Venue.with(OrderEntryGrpc.newBlockingStub(channel),
            venue.token(ACCOUNT, EnumSet.of(Right.CANCEL)));
        assertCode(Status.Code.PERMISSION_DENIED, () -> {
            submit(desk, TestSession.order(2, Side.SIDE_BUY, 10, 5));
            return null;
        });
        submit(desk, TestSession.cancel(1));
        assertThat(desk.listOpenOrders(ListOpenOrdersRequest.getDefaultInstance()).getOrdersCount()).isZero();
    }

    @Test
    void shouldListOpenOrdersByPages() {
        submit(orders, TestSession.order(1, Side.SIDE_BUY, 10, 5), TestSession.order(2, Side.SIDE_BUY, 11, 5),
            TestSession.order(3, Side.SIDE_BUY, 12, 5), TestSession.order(4, Side.SIDE_SELL, 20, 5), TestSession.cancel(2));
        submit(Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(200)), TestSession.order(9, Side.SIDE_SELL, 12, 2));
        final ListOpenOrdersResponse first = orders.listOpenOrders(ListOpenOrdersRequest.newBuilder().setPageSize(2).build());
        assertThat(first.getOrdersList()).extracting(OpenOrder::getClientOrderId).containsExactly(1L, 3L);
        assertThat(first.getOrders(1).getLeaves()).isEqualTo(3);
        assertThat(first.getOrders(1).getQuantity()).isEqualTo(5);
        assertThat(first.getMore()).isTrue();
        assertThat(first.getAsOfSeq()).isEqualTo(6);
        final ListOpenOrdersResponse second = orders.listOpenOrders(ListOpenOrdersRequest.newBuilder().setPageSize(2)
            .setAfterOrderId(first.getOrders(1).getOrderId()).build());
        assertThat(second.getOrdersList()).extracting(OpenOrder::getClientOrderId).containsExactly(4L);
        assertThat(second.getMore()).isFalse();
        final GetAccountResponse account = orders.getAccount(GetAccountRequest.getDefaultInstance());
        assertThat(account.getAccount()).isEqualTo(ACCOUNT);
        assertThat(account.getOpenOrders()).isEqualTo(3);
        assertThat(account.getPositions(0).getNetQuantity()).isEqualTo(2);
        assertThat(account.getAsOfSeq()).isEqualTo(6);
    }

    @Test
    void shouldMassCancelBesideAnyOtherSession() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        session.send(1, TestSession.order(1, Side.SIDE_BUY, 10, 5), TestSession.order(2, Side.SIDE_BUY, 10, 5));
        session.awaitEvents(2);
        assertThat(orders.massCancel(MassCancelRequest.getDefaultInstance()).getCancelledOrders()).isEqualTo(2);
        session.awaitEvents(5);
        assertThat(orders.massCancel(MassCancelRequest.getDefaultInstance()).getCancelledOrders()).isZero();
    }

    @Test
    void shouldTakeTheGatewaysSessionBackFromAnotherGateway() throws Exception {
        submit(orders, TestSession.order(1, Side.SIDE_BUY, 10, 5));
        assertThat(orders.massCancel(MassCancelRequest.getDefaultInstance()).getCancelledOrders()).isEqualTo(1);
        venue.engine.takeOver = true;
        submit(orders, TestSession.order(2, Side.SIDE_BUY, 10, 5));
        assertThat(orders.massCancel(MassCancelRequest.getDefaultInstance()).getCancelledOrders()).isEqualTo(1);
    }

    @Test
    void shouldTellReferenceData() throws Exception {
        final ReferenceGrpc.ReferenceBlockingStub reference = Venue.with(ReferenceGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        assertThat(reference.listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsList())
            .extracting(Instrument::getSymbol).containsExactly("TEST", "OTHER");
        final Instrument one = reference.getInstrument(GetInstrumentRequest.newBuilder().setSymbol("OTHER").build()).getInstrument();
        assertThat(one.getInstrumentId()).isEqualTo(FakeEngine.OTHER_INSTRUMENT);
        assertThat(one.getState()).isEqualTo(TradingState.TRADING_STATE_CONTINUOUS);
        assertThat(one.getPriceDecimals()).isEqualTo(2);
        assertCode(Status.Code.NOT_FOUND, () -> reference.getInstrument(GetInstrumentRequest.newBuilder().setInstrumentId(99).build()));
        assertCode(Status.Code.INVALID_ARGUMENT, () -> reference.getInstrument(GetInstrumentRequest.getDefaultInstance()));
    }

    @Test
    void shouldAdministerThroughTheLog() throws Exception {
        final AdminGrpc.AdminBlockingStub admin = Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()),
            venue.token(0, EnumSet.of(Right.ADMIN)));
        final Instrument instrument = Instrument.newBuilder().setSymbol("NEW").setTickSize(1).setLotSize(1).build();
        final Instrument added = admin.addInstrument(AddInstrumentRequest.newBuilder().setInstrument(instrument).build()).getInstrument();
        assertThat(added.getInstrumentId()).isEqualTo(3);
        assertThat(added.getSymbol()).isEqualTo("NEW");
        assertCode(Status.Code.ALREADY_EXISTS, () -> admin.addInstrument(AddInstrumentRequest.newBuilder()
            .setInstrument(instrument.toBuilder().setInstrumentId(1)).build()));
        assertCode(Status.Code.INVALID_ARGUMENT, () -> admin.addInstrument(AddInstrumentRequest.newBuilder()
            .setInstrument(Instrument.newBuilder().setSymbol("MUCH-TOO-LONG-A-SYMBOL")).build()));
        admin.setTradingState(SetTradingStateRequest.newBuilder().setState(TradingState.TRADING_STATE_HALTED).build());
        assertCode(Status.Code.INVALID_ARGUMENT, () -> admin.setTradingState(SetTradingStateRequest.getDefaultInstance()));
        admin.setAccountLimits(SetAccountLimitsRequest.newBuilder().setAccount(1).setMaxOpenOrders(5).build());
        assertThat(admin.transferAsset(TransferAssetRequest.newBuilder().setAccount(1).setAsset("USD").setAmount(77).build()).getBalance())
            .isEqualTo(77);
        assertCode(Status.Code.FAILED_PRECONDITION,
            () -> admin.transferAsset(TransferAssetRequest.newBuilder().setAccount(1).setAsset("USD").setAmount(-1).build()));
        submit(orders, TestSession.order(1, Side.SIDE_BUY, 10, 5));
        assertThat(admin.setKillSwitch(SetKillSwitchRequest.newBuilder().setAccount(ACCOUNT).setOn(true).build()).getCancelledOrders())
            .isEqualTo(1);
        submit(orders, TestSession.order(2, Side.SIDE_BUY, 10, 5));
        assertThat(admin.cancelOrders(CancelOrdersRequest.newBuilder().setAccount(ACCOUNT).build()).getCancelledOrders()).isEqualTo(1);
        assertCode(Status.Code.INVALID_ARGUMENT, () -> admin.cancelOrders(CancelOrdersRequest.getDefaultInstance()));
        assertCode(Status.Code.INVALID_ARGUMENT, () -> admin.cancelOrders(CancelOrdersRequest.newBuilder().setAccount(ACCOUNT).setSideValue(9).build()));
        assertThat(admin.getStateHash(GetStateHashRequest.getDefaultInstance()).getBookHash()).isEqualTo(7);
        assertThat(admin.takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition()).isEqualTo(42);
    }

    @Test
    void shouldChangeOnlyWhatIsNamedOfAnInstrument() throws Exception {
        final AdminGrpc.AdminBlockingStub admin = Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()), venue.token(0, EnumSet.of(Right.ADMIN)));
        final ChangeInstrumentResponse fees = admin.changeInstrument(ChangeInstrumentRequest.newBuilder().setInstrumentId(1).setMakerFeeRate(-7)
            .setTakerFeeRate(0).setRiskChecked(false).build());
        assertThat(fees.getCancelledOrders()).isEqualTo(2);
        assertThat(fees.getInstrument().getMakerFeeRate()).isEqualTo(-7);
        assertThat(fees.getInstrument().getLotSize()).as("the bits that the engine was sent: maker fee, taker fee, risk").isEqualTo(0b1110_0000_0000);
        assertThat(admin.changeInstrument(ChangeInstrumentRequest.newBuilder().setInstrumentId(1).setTickSize(2).setMaxQuantity(9).build())
            .getInstrument().getLotSize()).isEqualTo(0b1_0001);
        assertThat(Venue.with(ReferenceGrpc.newBlockingStub(channel), venue.token(ACCOUNT)).getInstrument(GetInstrumentRequest.newBuilder()
            .setInstrumentId(1).build()).getInstrument().getState()).as("reference data").isEqualTo(TradingState.TRADING_STATE_HALTED);
        assertCode(Status.Code.FAILED_PRECONDITION,
            () -> admin.changeInstrument(ChangeInstrumentRequest.newBuilder().setInstrumentId(1).setTickSize(13).build()));
        assertCode(Status.Code.NOT_FOUND, () -> admin.changeInstrument(ChangeInstrumentRequest.newBuilder().setInstrumentId(77).setTickSize(2).build()));
    }

    @Test
    void shouldScheduleTradingStates() throws Exception {
        final AdminGrpc.AdminBlockingStub admin = Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()), venue.token(0, EnumSet.of(Right.ADMIN)));
        final ScheduleTradingStateRequest daily = ScheduleTradingStateRequest.newBuilder().setInstrumentId(2)
            .setState(TradingState.TRADING_STATE_AUCTION_CALL).setAtNs(5_000_000_000L).setEveryNs(86_400_000_000_000L).build();
        assertThat(admin.scheduleTradingState(daily).getRemoved()).isZero();
        assertThat(admin.scheduleTradingState(ScheduleTradingStateRequest.newBuilder().setInstrumentId(2).build()).getRemoved()).isEqualTo(3);
        assertThat(venue.engine.scheduled).containsExactly("2 AUCTION_CALL 5000000000 86400000000000", "2 CLOSED 0 0");
        assertCode(Status.Code.INVALID_ARGUMENT, () -> admin.scheduleTradingState(daily.toBuilder().clearState().build()));
        assertCode(Status.Code.INVALID_ARGUMENT, () -> admin.scheduleTradingState(daily.toBuilder().setAtNs(-1).build()));
        assertCode(Status.Code.PERMISSION_DENIED,
            () -> Venue.with(AdminGrpc.newBlockingStub(venue.adminChannel()), venue.token(ACCOUNT)).scheduleTradingState(daily));
    }

    @Test
    void shouldDenyByDefault() {
        final EnumSet<Right> read = EnumSet.of(Right.READ);
        final EnumSet<Right> trade = EnumSet.of(Right.TRADE);
        final SubmitRequest submit = SubmitRequest.newBuilder().setSessionId(1).addCommands(TestSession.cancel(1)).build();
        final ManagedChannel adminChannel = venue.adminChannel();
        assertCode(Status.Code.UNAUTHENTICATED, () -> OrderEntryGrpc.newBlockingStub(channel).submit(submit));
        assertCode(Status.Code.UNAUTHENTICATED, () -> Venue.with(OrderEntryGrpc.newBlockingStub(channel), "nonsense").submit(submit));
        assertCode(Status.Code.PERMISSION_DENIED,
            () -> Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT, read)).submit(submit));
        assertCode(Status.Code.PERMISSION_DENIED, () -> Venue.with(DropCopyGrpc.newBlockingStub(channel), venue.token(ACCOUNT, trade))
            .subscribe(DropCopySubscribeRequest.getDefaultInstance()).next());
        assertCode(Status.Code.PERMISSION_DENIED, () -> Venue.with(AdminGrpc.newBlockingStub(adminChannel), venue.token(ACCOUNT))
            .getStateHash(GetStateHashRequest.getDefaultInstance()));
        assertCode(Status.Code.PERMISSION_DENIED, () -> Venue.with(io.grpc.channelz.v1.ChannelzGrpc.newBlockingStub(adminChannel),
            venue.token(ACCOUNT)).getServers(io.grpc.channelz.v1.GetServersRequest.getDefaultInstance()));
        assertCode(Status.Code.UNIMPLEMENTED, () -> Venue.with(AdminGrpc.newBlockingStub(channel),
            venue.token(0, EnumSet.of(Right.ADMIN))).getStateHash(GetStateHashRequest.getDefaultInstance()));
        HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    }

    @Test
    void shouldSayFromWhichEventADropCopyMayBegin() {
        assertThatThrownBy(() -> Venue.with(DropCopyGrpc.newBlockingStub(channel), venue.token(ACCOUNT, EnumSet.of(Right.READ)))
            .subscribe(DropCopySubscribeRequest.newBuilder().setFromAccountSeq(1_000).build()).next())
            .hasMessageStartingWith("FAILED_PRECONDITION: from_account_seq: 1000 (expected: at most 1,");
    }

    @Test
    void shouldSayWhenTheLogIsAwayOrSilent() throws Exception {
        venue.close();
        venue = new Venue(config -> config.unaryTimeoutMs(200).establishTimeoutMs(200));
        channel = venue.channel();
        orders = Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(ACCOUNT));
        submit(orders, TestSession.order(1, Side.SIDE_BUY, 10, 5));
        venue.engine.silent = true;
        final Throwable silent = catchThrowable(() -> submit(orders, TestSession.cancel(1)));
        assertThat(Status.fromThrowable(silent).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(TestSession.errorInfo(silent).getMetadataMap()).containsEntry("first_client_seq", "2");
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        session.establish(5, terms -> {
        });
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        venue.engine.connected = false;
        Thread.sleep(20);
        final Throwable away = catchThrowable(() -> submit(orders, TestSession.cancel(1)));
        assertThat(TestSession.errorInfo(away).getReason()).isEqualTo("NOT_READY");
        assertThat(orders.listOpenOrders(ListOpenOrdersRequest.getDefaultInstance()).getOrdersCount()).isEqualTo(1);
    }

    private static void assertCode(final Status.Code code, final Callable<?> call) {
        final Throwable failure = catchThrowable(call::call);
        assertThat(Status.fromThrowable(failure).getCode()).as(String.valueOf(failure)).isEqualTo(code);
    }
}
