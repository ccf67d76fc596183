package bourse.services.system;

import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.ScheduleTradingStateRequest;
import bourse.gateway.auth.Right;
import bourse.order.v1.CancelReason;
import bourse.order.v1.Event;
import bourse.order.v1.RejectReason;
import bourse.order.v1.Side;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ReferenceGrpc;
import bourse.reference.v1.TradingState;
import bourse.services.cli.Bourse;
import bourse.services.client.BearerToken;
import bourse.services.client.SessionClient;
import bourse.services.client.VenueChannels;
import bourse.services.config.ConfigLoader;
import bourse.services.node.VenueProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** What operators do to a running venue, by the command line and by gRPC, and what traders see of it. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminSystemTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Longer than a command takes to get into the log of a busy machine: a time that is past is refused. */
    private static final long AHEAD_MS = 2_000;

    @TempDir
    private static Path dir;
    private VenueProcess venue;
    private ManagedChannel orders;
    private ManagedChannel admin;

    @BeforeAll
    void start() throws Exception {
        venue = VenueProcess.start(ConfigLoader.load(null, Map.of(), List.of("dataDir=" + dir, "engine.maxOrders=4096", "engine.maxLevels=1024",
            "engine.maxFinishedIds=4096", "engine.maxInstruments=16", "engine.maxAccounts=256", "engine.ladderTicks=1024", "engine.maxSessions=16",
            "engine.warmUp=0", "gateway.port=0", "gateway.adminPort=0", "gateway.drainTimeout=100ms", "marketdata.port=0", "marketdata.webPort=0",
            "marketdata.portA=0", "marketdata.portB=0", "marketdata.snapshotPort=0", "marketdata.requestPort=0", "telemetry.port=0")));
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

    private int run(final String... words) {
        final List<String> all = new ArrayList<>(List.of("admin"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data", dir.toString()));
        return Bourse.commandLine().execute(all.toArray(String[]::new));
    }

    private JsonNode result(final String... words) throws Exception {
        final Path file = Files.createTempFile(dir.getParent(), "result", ".json");
        final List<String> all = new ArrayList<>(List.of(words));
        all.add("--json=" + file);
        assertThat(run(all.toArray(String[]::new))).isZero();
        final JsonNode result = JSON.readTree(file.toFile());
        Files.delete(file);
        return result;
    }

    private Instrument instrument(final String symbol) throws Exception {
        return ReferenceGrpc.newBlockingStub(orders).withCallCredentials(token(Right.READ))
            .getInstrument(GetInstrumentRequest.newBuilder().setSymbol(symbol).build()).getInstrument();
    }

    private BearerToken token(final Right right) throws Exception {
        return new BearerToken(Trader.token(dir, 1, EnumSet.of(right), Duration.ofHours(1)));
    }

    private static void await(final BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }

    private void awaitState(final String symbol, final TradingState state) throws Exception {
        while (instrument(symbol).getState() != state) {
            Thread.sleep(5);
        }
    }

    @Test
    void shouldChangeStatesByScheduleAndTakeThemBack() throws Exception {
        assertThat(run("instrument", "add", "--symbol", "SCHED")).isZero();
        final int id = instrument("SCHED").getInstrumentId();
        final JsonNode soon = result("state", "auction_call", "-i", "SCHED", "--at", Instant.now().plusMillis(AHEAD_MS).toString());
        assertThat(soon.get("instrumentId").asInt()).isEqualTo(id);
        awaitState("SCHED", TradingState.TRADING_STATE_AUCTION_CALL);

        final AdminGrpc.AdminBlockingStub operator = AdminGrpc.newBlockingStub(admin).withCallCredentials(token(Right.ADMIN));
        operator.scheduleTradingState(ScheduleTradingStateRequest.newBuilder().setInstrumentId(id).setState(TradingState.TRADING_STATE_CONTINUOUS)
            .setAtNs((System.currentTimeMillis() + AHEAD_MS) * 1_000_000).build());
        awaitState("SCHED", TradingState.TRADING_STATE_CONTINUOUS);

        assertThat(run("state", "closed", "-i", "SCHED", "--at", Instant.now().plusSeconds(3_600).toString(), "--every", "24h")).isZero();
        assertThat(result("state", "closed", "-i", "SCHED", "--unschedule").get("removed").asInt()).isEqualTo(1);
        assertThat(operator.scheduleTradingState(ScheduleTradingStateRequest.newBuilder().setInstrumentId(id).build()).getRemoved()).isZero();
        assertThat(run("state", "closed", "-i", "SCHED", "--at", "2001-01-01T00:00:00Z")).as("in the past").isNotZero();
        assertThat(run("state", "closed", "-i", "SCHED", "--every", "24h")).as("without a first time").isNotZero();
    }

    @Test
    void shouldChangeWhatAnInstrumentTradesBy() throws Exception {
        assertThat(run("instrument", "add", "--symbol", "CHG", "--base", "CHG", "--risk-checked")).isZero();
        final int id = instrument("CHG").getInstrumentId();
        assertThat(run("deposit", "--account", "41", "--asset", "USD", "--amount", "1000")).isZero();
        try (Trader trader = new Trader(venue.endpoints(), dir, 41)) {
            assertThat(trader.submit(trader.order(id, Side.SIDE_BUY, 100, 10)).getFirst().hasAccepted()).isTrue();
            final JsonNode fees = result("instrument", "set", "CHG", "--maker-fee=-100", "--taker-fee", "3000");
            assertThat(fees.get("cancelledOrders").asInt()).as("no money for the fee").isEqualTo(1);
            assertThat(trader.openOrders()).isEmpty();
            assertThat(instrument("CHG").getMakerFeeRate()).isEqualTo(-100);

            assertThat(trader.submit(trader.order(id, Side.SIDE_BUY, 100, 5)).getFirst().hasAccepted()).isTrue();
            assertThat(run("instrument", "set", "CHG", "--tick", "0.05")).as("with an open order").isNotZero();
            assertThat(run("instrument", "set", "CHG", "--risk-checked=false", "--max-quantity", "20", "--max-notional", "50")).isZero();
            assertThat(trader.submit(trader.order(id, Side.SIDE_BUY, 1, 21)).getFirst().getRejected().getReason())
                .isEqualTo(RejectReason.REJECT_REASON_QUANTITY_LIMIT);
            assertThat(trader.submit(trader.order(id, Side.SIDE_BUY, 100_000, 1)).getFirst().getRejected().getReason())
                .isEqualTo(RejectReason.REJECT_REASON_NOTIONAL_LIMIT);
        }
        assertThat(instrument("CHG").getRiskChecked()).isFalse();
        assertThat(run("instrument", "set", "CHG")).as("nothing named").isNotZero();
        assertThat(run("instrument", "set", "CHG", "--taker-fee", "1")).as("less than the rebate").isNotZero();
        assertThat(run("instrument", "add", "--symbol", "CHG", "--base", "CHG", "--risk-checked")).as("the first definition again").isZero();
        assertThat(instrument("CHG").getTakerFeeRate()).isEqualTo(3000);
    }

    @Test
    void shouldCancelOrdersWithTheReasonAdmin() throws Exception {
        final Queue<Event> seen = new ConcurrentLinkedQueue<>();
        try (Trader trader = new Trader(venue.endpoints(), dir, 31); SessionClient session = trader.session(7, (accountSeq, event) -> seen.add(event))) {
            session.awaitEstablished(Duration.ofSeconds(20));
            session.send(List.of(trader.order(Side.SIDE_BUY, 100, 1), trader.order(Side.SIDE_SELL, 300, 1)));
            session.awaitApplied(Duration.ofSeconds(20));
            assertThat(result("cancel", "--of", "31", "--side", "sell").get("cancelledOrders").asInt()).isEqualTo(1);
            await(() -> seen.stream().anyMatch(Event::hasMassCancelled));
            assertThat(seen.stream().filter(Event::hasCancelled).map(event -> event.getCancelled().getReason()).toList())
                .containsExactly(CancelReason.CANCEL_REASON_ADMIN);
            assertThat(trader.openOrders()).hasSize(1);
            assertThat(run("cancel")).as("everything must be asked for").isNotZero();
            assertThat(trader.openOrders()).hasSize(1);
            assertThat(run("cancel", "--everything")).isZero();
            assertThat(trader.openOrders()).isEmpty();
        }
    }
}
