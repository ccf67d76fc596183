package bourse.services.system;

import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.GetStateHashRequest;
import bourse.admin.v1.GetStateHashResponse;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.gateway.auth.Right;
import bourse.order.v1.Event;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.config.ConfigLoader;
import bourse.services.node.VenueProcess;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A whole venue in this process, used through real gRPC. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VenueSystemTest {
    @TempDir
    private static Path dir;
    private VenueProcess venue;
    private ManagedChannel orders;
    private ManagedChannel admin;

    @BeforeAll
    void start() throws Exception {
        venue = VenueProcess.start(ConfigLoader.load(null, Map.of(), List.of("dataDir=" + dir, "engine.maxOrders=4096", "engine.maxLevels=1024",
            "engine.maxFinishedIds=4096", "engine.maxInstruments=16", "engine.maxAccounts=256", "engine.ladderTicks=1024", "engine.maxSessions=16",
            "engine.warmUp=2000", "gateway.port=0", "gateway.adminPort=0", "gateway.drainTimeout=100ms", "marketdata.port=0", "marketdata.webPort=0",
            "marketdata.portA=0", "marketdata.portB=0", "marketdata.snapshotPort=0", "marketdata.requestPort=0", "telemetry.port=0", "telemetry.traceOneIn=1")));
        venue.awaitReady(Duration.ofSeconds(40));
        orders = VenueChannels.plaintext(venue.endpoints().orderEntry());
        admin = VenueChannels.plaintext(venue.endpoints().admin());
    }

    @AfterAll
    void stop() {
        orders.shutdownNow();
        admin.shutdownNow();
        venue.close();
    }

    private BearerToken token(final int account, final Duration life, final Right... rights) throws Exception {
        return new BearerToken(Trader.token(dir, account, EnumSet.of(rights[0], rights), life));
    }

    private static void await(final BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }

    private static Status.Code code(final org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return ((StatusRuntimeException) org.assertj.core.api.Assertions.catchThrowable(call)).getStatus().getCode();
    }

    private static String get(final String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void shouldTradeBetweenTwoAccountsAndShowItToEverybody() throws Exception {
        try (Trader buyer = new Trader(venue.endpoints(), dir, 1); Trader seller = new Trader(venue.endpoints(), dir, 2)) {
            assertThat(buyer.submit(buyer.order(Side.SIDE_BUY, 10_025, 10)).getFirst().getAccepted().getResting()).isTrue();
            final Event execution = seller.submit(seller.order(Side.SIDE_SELL, 10_025, 4)).stream().filter(Event::hasExecution).findFirst().orElseThrow();
            assertThat(execution.getExecution().getQuantity()).isEqualTo(4);
            assertThat(execution.getExecution().getMaker()).isFalse();
            assertThat(buyer.openOrders().getFirst().getLeaves()).isEqualTo(6);
            await(() -> buyer.book().getLastPrice() == 10_025);
            assertThat(buyer.book().getBids(0).getQuantity()).isEqualTo(6);
            assertThat(buyer.book().getBids(0).getPrice()).isEqualTo(10_025);
        }
        venue.warmUp();
        final String metrics = get(venue.endpoints().telemetry() + "/metrics");
        assertThat(metrics).contains("bourse_engine_orders").contains("bourse_gateway_commands_in_total").contains("bourse_marketdata_messages_total")
            .contains("bourse_engine_pool_utilization").contains("jvm_memory_used_bytes").contains("grpc_server_call_duration").contains("bourse_ready 1").contains("bourse_warm 1");
        assertThat(get(venue.endpoints().web())).contains("<html");
        assertThat(get(venue.endpoints().telemetry() + "/readyz")).contains("\"ready\":true");
    }

    @Test
    void shouldTraceABatchThroughGatewayLogAndEngine() throws Exception {
        try (Trader trader = new Trader(venue.endpoints(), dir, 5);
             bourse.services.client.SessionClient session = trader.session(99, (accountSeq, event) -> { })) {
            session.awaitEstablished(Duration.ofSeconds(20));
            session.send(List.of(trader.order(Side.SIDE_BUY, 100, 1), trader.order(Side.SIDE_BUY, 101, 1)));
            session.awaitApplied(Duration.ofSeconds(20));
        }
        final com.fasterxml.jackson.databind.ObjectMapper json = new com.fasterxml.jackson.databind.ObjectMapper();
        final java.util.List<com.fasterxml.jackson.databind.JsonNode> own = new java.util.ArrayList<>();
        await(() -> {
            own.clear();
            try {
                json.readTree(get(venue.endpoints().telemetry() + "/traces")).forEach(trace -> {
                    if (trace.get("session").asLong() == 99) {
                        own.add(trace);
                    }
                });
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
            return own.size() == 2;
        });
        final var gateway = own.stream().filter(trace -> trace.has("receivedNs")).findFirst().orElseThrow();
        final var engine = own.stream().filter(trace -> trace.has("engineFromNs")).findFirst().orElseThrow();
        assertThat(gateway.get("traceId")).isEqualTo(engine.get("traceId"));
        assertThat(gateway.get("logPosition")).isEqualTo(engine.get("logPosition"));
        assertThat(gateway.get("commands").asInt()).isEqualTo(2);
        assertThat(java.util.stream.LongStream.of(gateway.get("receivedNs").asLong(), gateway.get("offeredNs").asLong(), engine.get("engineFromNs").asLong(),
            engine.get("engineToNs").asLong(), gateway.get("readNs").asLong(), gateway.get("sentNs").asLong()).boxed().toList()).isSorted();
    }

    @Test
    void shouldRefuseWhatIsWrongAndGoOn() throws Exception {
        try (Trader trader = new Trader(venue.endpoints(), dir, 3)) {
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 0, 1)).getFirst().getRejected().getReason())
                .isEqualTo(RejectReason.REJECT_REASON_INVALID_PRICE);
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 100, -1)).getFirst().getRejected().getReason())
                .isEqualTo(RejectReason.REJECT_REASON_INVALID_QUANTITY);
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 100, Long.MAX_VALUE)).getFirst().hasRejected()).isTrue();
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 100, 1)).getFirst().hasAccepted()).isTrue();
            assertThat(trader.openOrders()).hasSize(1);
        }
    }

    @Test
    void shouldAskForTokensThatCarryTheRight() throws Exception {
        final OrderEntryGrpc.OrderEntryBlockingStub stub = OrderEntryGrpc.newBlockingStub(orders);
        final ListOpenOrdersRequest list = ListOpenOrdersRequest.getDefaultInstance();
        assertThat(code(() -> stub.listOpenOrders(list))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(code(() -> stub.withCallCredentials(new BearerToken("forged.forged.forged")).listOpenOrders(list))).isEqualTo(Status.Code.UNAUTHENTICATED);
        final BearerToken brief = token(1, Duration.ofSeconds(1), Right.READ);
        assertThat(stub.withCallCredentials(brief).listOpenOrders(list)).isNotNull();
        Thread.sleep(1_100);
        assertThat(code(() -> stub.withCallCredentials(brief).listOpenOrders(list))).isEqualTo(Status.Code.UNAUTHENTICATED);
        final BearerToken reader = token(1, Duration.ofHours(1), Right.READ);
        assertThat(code(() -> stub.withCallCredentials(reader).submit(SubmitRequest.getDefaultInstance()))).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(code(() -> AdminGrpc.newBlockingStub(admin).withCallCredentials(reader).getStateHash(GetStateHashRequest.getDefaultInstance())))
            .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void shouldLetOperatorsTakeSnapshotsAndHashes() throws Exception {
        final AdminGrpc.AdminBlockingStub operator = AdminGrpc.newBlockingStub(admin).withCallCredentials(token(1, Duration.ofHours(1), Right.ADMIN));
        assertThat(operator.takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition()).isPositive();
        final GetStateHashResponse hash = operator.getStateHash(GetStateHashRequest.getDefaultInstance());
        assertThat(hash.getLogPosition()).isPositive();
        assertThat(hash.getStateHash()).isNotZero();
    }

    @Test
    void shouldRefuseSecondVenueInSameDirectory() {
        assertThatThrownBy(() -> VenueProcess.start(ConfigLoader.load(null, Map.of(), List.of("dataDir=" + dir, "telemetry.port=0"))))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("is in use");
    }
}
