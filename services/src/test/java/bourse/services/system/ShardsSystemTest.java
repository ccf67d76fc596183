package bourse.services.system;

import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.RejectReason;
import bourse.order.v1.Side;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;
import bourse.services.client.SessionClient;
import bourse.services.client.SessionOptions;
import bourse.services.client.VenueChannels;
import bourse.services.status.ProcessStatus;
import bourse.services.status.VenueStatus;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Two engines behind one gateway, each a process, as an operator runs them. */
@Timeout(150)
class ShardsSystemTest {
    private static final int BATCHES = 60;
    private static final int BATCH = 32;
    private static final int ACCOUNT = 1;
    private static final int ON_SHARD_0 = 1;
    private static final int ON_SHARD_1 = 2;

    @TempDir
    private Path dir;

    /** What one session was told: every event of the account on its shard once and in order, every command accepted once. */
    private static final class Told {
        private long lastAccountSeq;
        private final BitSet accepted = new BitSet();
        private RejectReason refused;

        synchronized void onEvent(final long accountSeq, final Event event) {
            assertThat(accountSeq).isEqualTo(lastAccountSeq + 1);
            lastAccountSeq = accountSeq;
            if (event.hasAccepted()) {
                assertThat(accepted.get((int) event.getClientSeq())).as("command %d accepted twice", event.getClientSeq()).isFalse();
                accepted.set((int) event.getClientSeq());
            } else if (event.hasRejected()) {
                refused = event.getRejected().getReason();
            }
        }

        synchronized int acceptedCount() {
            return accepted.cardinality();
        }

        synchronized RejectReason refused() {
            return refused;
        }
    }

    private VenueChild engine(final int shard) {
        return VenueChild.startOn("engine", dir, dir.resolve("shard-" + shard), "shard=" + shard);
    }

    private VenueChild gateway(final String port) {
        return VenueChild.startOn("gateway", dir, dir.resolve("gateway"), port,
            "gateway.shards=[{shard: 0, dataDir: " + dir.resolve("shard-0") + "}, {shard: 1, dataDir: " + dir.resolve("shard-1") + "}]",
            "instruments=[{symbol: HERE, shard: 0}, {symbol: THERE, shard: 1}]");
    }

    private static SessionClient session(final Trader trader, final int shard, final Told told) {
        return SessionClient.connect(trader.channel(), trader.token(),
            SessionOptions.of(7).withShard(shard).withNextAccountSeq(1).withReconnectFor(Duration.ofSeconds(60)), told::onEvent);
    }

    /** Buy orders that rest. */
    private static List<Command> batch(final Trader trader, final int instrument, final int number) {
        final List<Command> commands = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            commands.add(trader.order(instrument, Side.SIDE_BUY, 1_000 + (number * 7 + i) % 300, 1));
        }
        return commands;
    }

    private static List<Instrument> instruments(final Trader trader) {
        return ReferenceGrpc.newBlockingStub(trader.channel()).withCallCredentials(trader.token()).withDeadlineAfter(20, TimeUnit.SECONDS)
            .listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsList();
    }

    private static String readiness(final VenueChild process) {
        try {
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(process.endpoints().telemetry() + "/readyz")).build(),
                HttpResponse.BodyHandlers.ofString()).body().lines().map(String::strip).collect(Collectors.joining(" "));
        } catch (final IOException e) {
            return e.toString();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    @Test
    void shouldTradeOnBothShardsWhileOneIsKilledAndComesBack() throws Exception {
        VenueChild second = engine(1);
        try (VenueChild first = engine(0); VenueChild gateway = gateway("gateway.port=0").awaitReady();
             Trader trader = new Trader(gateway.endpoints(), gateway.data(), ACCOUNT)) {
            gateway.await("both shards", () -> gateway.output().contains("symbol=THERE id=2 shard=1"));
            assertThat(instruments(trader)).extracting(Instrument::getSymbol, Instrument::getInstrumentId, Instrument::getShard)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("HERE", ON_SHARD_0, 0), org.assertj.core.groups.Tuple.tuple("THERE", ON_SHARD_1, 1));
            final Told toldHere = new Told();
            final Told toldThere = new Told();
            try (SessionClient here = session(trader, 0, toldHere); SessionClient there = session(trader, 1, toldThere)) {
                here.awaitEstablished(Duration.ofSeconds(20));
                there.awaitEstablished(Duration.ofSeconds(20));
                for (int i = 0; i < BATCHES; i++) {
                    if (i == BATCHES / 3) {
                        second.kill();
                        gateway.await("that shard 1 is away", () -> readiness(gateway).contains("\"shard-1\":false"));
                    }
                    // The client keeps what has no outcome, and sends it again when its session stands again.
                    there.send(batch(trader, ON_SHARD_1, i));
                    here.send(batch(trader, ON_SHARD_0, i));
                    here.awaitApplied(Duration.ofSeconds(20));
                    if (i == 2 * BATCHES / 3) {
                        assertWithoutShard1(gateway, trader);
                        second = engine(1);
                    }
                }
                there.awaitApplied(Duration.ofSeconds(60));
                assertThat(toldHere.acceptedCount()).isEqualTo(BATCHES * BATCH);
                assertThat(toldThere.acceptedCount()).isEqualTo(BATCHES * BATCH);
                here.send(List.of(trader.order(ON_SHARD_1, Side.SIDE_BUY, 1_000, 1)));
                here.awaitApplied(Duration.ofSeconds(20));
                assertThat(toldHere.refused()).isEqualTo(RejectReason.REJECT_REASON_UNKNOWN_INSTRUMENT);
            }
            gateway.await("all shards", () -> readiness(gateway).contains("\"ready\":true"));
            second.awaitReady();
            assertThat(gateway.endpoints().shards()).containsOnly(Map.entry(0, first.data().toString()), Map.entry(1, second.data().toString()));
            assertThat(new VenueStatus(List.of(status(first, "engine"), status(second, "engine"), status(gateway, "gateway")), 0, System.currentTimeMillis()).attention())
                .containsExactly("no process with the part marketdata answers");
            final ManagedChannel operators = VenueChannels.plaintext(gateway.endpoints().admin());
            assertThat(gateway.admin(operators).setKillSwitch(kill()).getCancelledOrders()).isEqualTo(2 * BATCHES * BATCH);
            operators.shutdownNow();
            assertThat(gateway.terminate()).as(gateway.output()).isZero();
            assertThat(first.terminate()).as(first.output()).isZero();
            assertThat(second.terminate()).as(second.output()).isZero();
        } finally {
            second.close();
        }
    }

    private static ProcessStatus status(final VenueChild process, final String part) throws InterruptedException {
        return ProcessStatus.ask(process.endpoints().processes().get(part));
    }

    private static SetKillSwitchRequest kill() {
        return SetKillSwitchRequest.newBuilder().setAccount(ACCOUNT).setOn(true).build();
    }

    /** What the gateway says while an engine is away. */
    private static void assertWithoutShard1(final VenueChild gateway, final Trader trader) {
        assertThat(readiness(gateway)).contains("\"ready\":false").contains("\"shard-0\":true");
        assertThat(instruments(trader)).hasSize(2);
        final ManagedChannel operators = VenueChannels.plaintext(gateway.endpoints().admin());
        final AdminGrpc.AdminBlockingStub admin = gateway.admin(operators);
        // An account without orders: the switch goes on where it can, and the operator learns where it could not.
        assertThatThrownBy(() -> admin.setKillSwitch(kill().toBuilder().setAccount(99).build())).isInstanceOf(StatusRuntimeException.class)
            .hasMessageContaining("NOT done on shard 1").hasMessageContaining("but on shard 0");
        operators.shutdownNow();
    }

    @Test
    void shouldBeginWithTheEngineThatIsThere() throws Exception {
        try (VenueChild first = engine(0); VenueChild gateway = gateway("gateway.port=0").awaitReady();
             Trader trader = new Trader(gateway.endpoints(), gateway.data(), ACCOUNT)) {
            assertThat(gateway.output()).contains("shards 0, 1 (not all there").contains("not every shard is there");
            final Told told = new Told();
            try (SessionClient there = session(trader, 1, told)) {
                try (VenueChild second = engine(1)) {
                    gateway.await("the instruments of both", () -> gateway.output().contains("symbol=THERE id=2 shard=1"));
                    there.awaitEstablished(Duration.ofSeconds(30));
                    there.send(batch(trader, ON_SHARD_1, 0));
                    there.awaitApplied(Duration.ofSeconds(20));
                    assertThat(told.acceptedCount()).isEqualTo(BATCH);
                    assertThat(second.isAlive() && first.isAlive()).isTrue();
                }
            }
        }
    }
}
