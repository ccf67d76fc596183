package bourse.services.system;

import bourse.engine.log.DataVerification;
import bourse.order.v1.Cancel;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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

    /** A venue with twenty orders that was stopped in order, and was then started with other limits, under which it had {@code more} orders, and killed. */
    private void change(final int more) throws Exception {
        try (VenueChild venue = start(32).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            for (int i = 0; i < ORDERS; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            assertThat(venue.terminate()).isZero();
        }
        try (VenueChild venue = start(64).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            for (int i = 0; i < more; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            venue.kill();
        }
    }

    private void flip(final Path file, final int at) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }

    private Path newestState() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("data/log/snapshots"))) {
            return files.filter(file -> file.toString().endsWith(".state")).max(Comparator.comparing(Path::getFileName)).orElseThrow();
        }
    }

    @Test
    void shouldTakeBackLimitsBehindWhichNothingWasAppliedWhenTheirSnapshotIsDamaged() throws Exception {
        change(0);
        flip(newestState(), 80);
        try (VenueChild venue = start(64).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(venue.output()).contains("cannot be used, an older one is").contains("maxOrders 32 -> 64. The log's are kept");
            assertThat(trader.openOrders()).hasSize(ORDERS);
            for (int i = ORDERS; i < 32; i++) {
                assertThat(buy(trader).hasAccepted()).isTrue();
            }
            assertThat(buy(trader).hasRejected()).isTrue();
        }
    }

    @Test
    void shouldNotApplyWhatLiesBeforeTheChangeWithTheNewLimits() throws Exception {
        change(30);
        flip(newestState(), 80);
        try (VenueChild venue = start(64)) {
            assertThat(venue.awaitExit()).isNotZero();
            assertThat(venue.output()).contains("were changed at position").contains("restore a backup");
        }
        assertThat(new DataVerification(dir.resolve("data/log")).run().findings()).anyMatch(finding -> finding.severity() == DataVerification.Severity.LOSS
            && finding.what().contains("were changed at position"));
    }

    @Test
    void shouldNotGuessTheLimitsOfALog() throws Exception {
        change(30);
        final Path file = dir.resolve("data/log/limits");
        flip(file, 12);
        assertThat(new DataVerification(dir.resolve("data/log")).run().isSound()).as("it is there twice").isTrue();
        final byte[] damaged = Files.readAllBytes(file);
        flip(file, damaged.length - 20);
        try (VenueChild venue = start(64)) {
            assertThat(venue.awaitExit()).isNotZero();
            assertThat(venue.output()).contains("limits, which says with which limits the log was written, is damaged").contains("Remove it when");
        }
        assertThat(new DataVerification(dir.resolve("data/log")).run().isSound()).isFalse();
        Files.delete(file);
        try (VenueChild venue = start(64).awaitReady(); Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(trader.openOrders()).hasSize(50);
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
