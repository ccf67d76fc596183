package bourse.services.system;

import bourse.order.v1.Cancel;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Limits of the engine are changed between two starts: applied to a log that was written with others, they would refuse what had been accepted. */
@Timeout(180)
class LimitsSystemTest {
    private static final int ORDERS = 20;

    @TempDir
    private Path dir;
    private long nextId = 1_000;

    private VenueChild start(final int maxOrders) {
        return VenueChild.start("run", dir, "gateway.port=0", "marketdata.multicast=false", "engine.maxOrders=" + maxOrders, "engine.maxLevels=64");
    }

    private Event buy(final Trader trader) {
        final Command.Builder command = trader.order(Side.SIDE_BUY, 9_000, 1).toBuilder();
        command.getNewBuilder().setClientOrderId(++nextId);
        return trader.submit(command.build()).getFirst();
    }

    @Test
    void shouldKeepTheLimitsThatTheLogWasWrittenWith() throws Exception {
        try (VenueChild venue = start(32).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            for (int i = 0; i < ORDERS; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            venue.kill();
        }
        try (VenueChild venue = start(16).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(venue.output()).contains("maxOrders 32 -> 16. The log's are kept");
            final List<OpenOrder> orders = trader.openOrders();
            assertThat(orders).hasSize(ORDERS);
            for (final OpenOrder order : orders.subList(10, ORDERS)) {
                assertThat(trader.submit(Command.newBuilder().setCancel(Cancel.newBuilder().setOrderId(order.getOrderId())).build())
                    .getFirst().hasCancelled()).as("the engine has it, too").isTrue();
            }
            assertThat(venue.terminate()).isZero();
        }
        try (VenueChild venue = start(16).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(venue.output()).contains("new limits from log position").contains("maxOrders 32 -> 16");
            for (int i = 10; i < 16; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            assertThat(buy(trader).hasRejected()).isTrue();
            venue.kill();
        }
        try (VenueChild venue = start(1_024).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(venue.output()).contains("maxOrders 16 -> 1024. The log's are kept");
            assertThat(trader.openOrders()).hasSize(16);
            assertThat(buy(trader).hasRejected()).isTrue();
            assertThat(venue.terminate()).isZero();
        }
        try (VenueChild venue = start(1_024).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            for (int i = 16; i < 100; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            assertThat(venue.terminate()).isZero();
        }
    }

    @Test
    void shouldRefuseLimitsThatTheSnapshotIsLargerThanAndTakeTheOldOnesBack() throws Exception {
        try (VenueChild venue = start(32).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            for (int i = 0; i < ORDERS; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            assertThat(venue.terminate()).isZero();
        }
        try (VenueChild venue = start(16)) {
            assertThat(venue.awaitExit()).isNotZero();
            assertThat(venue.output()).contains("engine.maxOrders");
        }
        try (VenueChild venue = start(32).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(trader.openOrders()).hasSize(ORDERS);
            assertThat(buy(trader).hasAccepted()).isTrue();
        }
    }

    @Test
    void shouldNotBeginAVenueWhoseMembersHaveDifferentLimits() throws Exception {
        try (ReplicatedVenue venue = new ReplicatedVenue(dir, 2)) {
            final VenueChild first = venue.start(0);
            final VenueChild second = venue.start(1, "engine.maxOrders=4096");
            while (first.isAlive() && second.isAlive()) {
                Thread.sleep(50);
            }
            final VenueChild ended = first.isAlive() ? second : first;
            assertThat(ended.awaitExit()).isNotZero();
            assertThat(ended.output()).contains("are not the same on all members");
        }
    }
}
