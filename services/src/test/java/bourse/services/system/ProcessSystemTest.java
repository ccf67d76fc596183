package bourse.services.system;

import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.gateway.auth.Right;
import bourse.services.client.BearerToken;
import bourse.services.client.SessionOptions;
import bourse.services.client.VenueChannels;
import bourse.services.client.VenueEndpoints;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.util.EnumSet;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.Side;
import bourse.services.client.SessionClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/** Processes as an operator runs, stops and loses them. */
@Timeout(150)
class ProcessSystemTest {
    private static final int BATCHES = 300;
    private static final int BATCH = 64;

    @TempDir
    private Path dir;

    /** Events of one account, each of which must come once and in order. */
    private static final class Ledger {
        final AtomicLong lastAccountSeq = new AtomicLong();
        final AtomicLong accepted = new AtomicLong();
        final BitSet outcomes = new BitSet();

        synchronized void onEvent(final long accountSeq, final Event event) {
            assertThat(accountSeq).isEqualTo(lastAccountSeq.get() + 1);
            lastAccountSeq.set(accountSeq);
            if (event.hasAccepted()) {
                assertThat(outcomes.get((int) event.getClientSeq())).as("command %d accepted twice", event.getClientSeq()).isFalse();
                outcomes.set((int) event.getClientSeq());
                accepted.incrementAndGet();
            }
        }
    }

    @Test
    void shouldEndWithStatusZeroOnSigtermAndTakeUpWhereItStopped() throws Exception {
        try (VenueChild venue = VenueChild.start("run", dir, "gateway.port=0").awaitReady()) {
            try (Trader buyer = new Trader(venue.endpoints(), venue.data(), 1)) {
                assertThat(buyer.submit(buyer.order(Side.SIDE_BUY, 10_000, 5)).getFirst().hasAccepted()).isTrue();
            }
            assertThat(venue.terminate()).as(venue.output()).isZero();
            assertThat(venue.output()).contains("stopped").contains("snapshot taken").doesNotContain("ERROR");
        }
        try (VenueChild venue = VenueChild.start("run", dir, "gateway.port=0", "gateway.networkThreads=0").awaitReady();
             Trader buyer = new Trader(venue.endpoints(), venue.data(), 1);
             Trader seller = new Trader(venue.endpoints(), venue.data(), 2)) {
            assertThat(buyer.openOrders()).hasSize(1);
            assertThat(seller.submit(seller.order(Side.SIDE_SELL, 10_000, 5)).stream().anyMatch(Event::hasExecution)).isTrue();
            assertThat(buyer.openOrders()).isEmpty();
            venue.await("the trade on the feed", () -> buyer.book().getLastPrice() == 10_000);
            assertThat(venue.terminate()).as(venue.output()).isZero();
            assertThat(venue.output()).doesNotContain("ERROR");
        }
    }

    @Test
    void shouldKeepEverythingAcknowledgedThroughKillInMidLoad() throws Exception {
        final String port = "gateway.port=" + VenueChild.freePort();
        final Ledger ledger = new Ledger();
        VenueChild venue = VenueChild.start("run", dir, port).awaitReady();
        try (Trader trader = new Trader(venue.endpoints(), venue.data(), 1);
             SessionClient session = trader.session(7, ledger::onEvent)) {
            session.awaitEstablished(Duration.ofSeconds(20));
            for (int i = 0; i < BATCHES; i++) {
                session.send(batch(trader, i));
                if (i == BATCHES / 3 || i == 2 * BATCHES / 3) {
                    final long acknowledged = ledger.accepted.get();
                    venue.kill();
                    venue = VenueChild.start("run", dir, port);
                    assertThat(acknowledged).isLessThan((long) BATCHES * BATCH);
                }
            }
            session.awaitApplied(Duration.ofSeconds(60));
            assertThat(ledger.accepted.get()).isEqualTo((long) BATCHES * BATCH);
            assertThat(trader.openOrders()).hasSize(BATCHES * BATCH);
        } finally {
            venue.close();
        }
    }

    /** Buy orders that rest. */
    private static List<Command> batch(final Trader trader, final int number) {
        final List<Command> commands = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            commands.add(trader.order(Side.SIDE_BUY, 1_000 + (number * 7 + i) % 500, 1));
        }
        return commands;
    }

    @Test
    void shouldRunAsThreeProcesses() throws Exception {
        final String port = "gateway.port=" + VenueChild.freePort();
        try (VenueChild engine = VenueChild.start("engine", dir).awaitReady();
             VenueChild gateway = VenueChild.start("gateway", dir, port);
             VenueChild marketData = VenueChild.start("marketdata", dir)) {
            gateway.awaitReady();
            marketData.awaitReady();
            try (Trader buyer = new Trader(gateway.endpoints(), gateway.data(), 1); Trader seller = new Trader(gateway.endpoints(), gateway.data(), 2)) {
                buyer.submit(buyer.order(Side.SIDE_BUY, 10_000, 5));
                assertThat(seller.submit(seller.order(Side.SIDE_SELL, 10_000, 2)).stream().anyMatch(Event::hasExecution)).isTrue();
                marketData.await("the trade on the feed", () -> buyer.book().getLastTradeId() == 1 && buyer.book().getBids(0).getQuantity() == 3);

                gateway.kill();
                try (VenueChild again = VenueChild.start("gateway", dir, port).awaitReady()) {
                    assertThat(buyer.openOrders()).hasSize(1);
                    assertThat(again.terminate()).as(again.output()).isZero();
                }
            }
            assertThat(marketData.terminate()).as(marketData.output()).isZero();
            assertThat(engine.terminate()).as(engine.output()).isZero();
        }
    }

    @Test
    void shouldOutliveTheEngineAndResumeOnAnotherGateway() throws Exception {
        final String first = "gateway.port=" + VenueChild.freePort();
        final String second = "gateway.port=" + VenueChild.freePort();
        VenueChild engine = null;
        try (VenueChild gateway = VenueChild.start("gateway", dir, first, "gateway.id=1")) {
            // The gateway is there before its engine.
            gateway.await("the port", () -> canConnect(first));
            engine = VenueChild.start("engine", dir).awaitReady();
            gateway.awaitReady();
            final VenueEndpoints ofFirst = gateway.endpoints();
            try (VenueChild other = VenueChild.start("gateway", dir, second, "gateway.id=2").awaitReady();
                 VenueChild marketData = VenueChild.start("marketdata", dir).awaitReady();
                 Trader trader = new Trader(ofFirst, gateway.data(), 1)) {
                final VenueEndpoints ofSecond = other.endpoints();
                final Ledger ledger = new Ledger();
                final SessionClient session = trader.session(7, ledger::onEvent);
                session.awaitEstablished(Duration.ofSeconds(20));
                session.send(batch(trader, 0));
                session.awaitApplied(Duration.ofSeconds(20));
                final ManagedChannel operator = VenueChannels.plaintext(ofFirst.admin());
                assertThat(AdminGrpc.newBlockingStub(operator).withCallCredentials(new BearerToken(Trader.token(gateway.data(), 1,
                    EnumSet.of(Right.ADMIN), Duration.ofHours(1)))).takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition()).isPositive();
                operator.shutdownNow();

                engine.kill();
                gateway.await("NOT_SERVING", () -> !isServing(ofFirst.orderEntry()) && !isServing(ofSecond.orderEntry()));
                engine = VenueChild.start("engine", dir).awaitReady();
                gateway.await("SERVING", () -> isServing(ofFirst.orderEntry()) && isServing(ofSecond.orderEntry()));

                session.send(batch(trader, 1));
                session.awaitApplied(Duration.ofSeconds(60));
                assertThat(ledger.accepted.get()).isEqualTo(2L * BATCH);
                session.close();
                final Ledger resumed = new Ledger();
                try (Trader elsewhere = new Trader(ofSecond, gateway.data(), 1);
                     SessionClient again = SessionClient.connect(elsewhere.channel(), elsewhere.token(), SessionOptions.of(7).withNextAccountSeq(1), resumed::onEvent)) {
                    again.awaitEstablished(Duration.ofSeconds(20));
                    gateway.await("all events on the other gateway", () -> resumed.lastAccountSeq.get() >= ledger.lastAccountSeq.get());
                    assertThat(elsewhere.openOrders()).hasSize(2 * BATCH);
                }
                marketData.await("the feed goes on", () -> new BookOf(ofFirst, marketData.endpoints(), gateway.data()).bidQuantity() > 0);
                assertThat(gateway.isAlive() && other.isAlive() && marketData.isAlive()).isTrue();
                assertThat(marketData.terminate()).as(marketData.output()).isZero();
                assertThat(other.terminate()).as(other.output()).isZero();
                assertThat(gateway.terminate()).as(gateway.output()).isZero();
            }
        } finally {
            if (engine != null) {
                engine.close();
            }
        }
    }

    /** The public book as market data tells it now. */
    private record BookOf(VenueEndpoints orders, VenueEndpoints feed, Path data) {
        long bidQuantity() {
            try (Trader reader = new Trader(feed, data, 2)) {
                return reader.book().getBidsCount() == 0 ? 0 : reader.book().getBids(0).getQuantity();
            } catch (final java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static boolean canConnect(final String setting) {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", Integer.parseInt(setting.substring(setting.indexOf('=') + 1)))) {
            return socket.isConnected();
        } catch (final java.io.IOException e) {
            return false;
        }
    }

    private static boolean isServing(final String address) {
        final ManagedChannel channel = VenueChannels.plaintext(address);
        try {
            return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(2, java.util.concurrent.TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance()).getStatus() == HealthCheckResponse.ServingStatus.SERVING;
        } catch (final io.grpc.StatusRuntimeException e) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void shouldSayWhyItCannotStart() throws Exception {
        try (VenueChild venue = VenueChild.start("run", dir, "gateway.port=0").awaitReady()) {
            final VenueChild twin = VenueChild.start("run", dir, "gateway.port=0");
            assertThat(twin.awaitExit()).isEqualTo(1);
            assertThat(twin.output()).contains("is in use by another venue").contains("--data DIR").doesNotContain("\tat ");
            final String taken = venue.endpoints().orderEntry();
            final Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
            try (VenueChild other = VenueChild.start("run", elsewhere, "gateway.port=" + taken.substring(taken.lastIndexOf(':') + 1))) {
                assertThat(other.awaitExit()).isEqualTo(1);
                assertThat(other.output()).contains(taken).doesNotContain("\tat ");
            }
            assertThat(venue.isAlive()).isTrue();
        }
    }
}
