package bourse.services.system;

import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.RejectReason;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The host's wall clock is set ahead half an hour, or the host slept so long, and then set back nearly as much: the venue trades on, and its time never goes back. */
@Timeout(180)
class ClockStepSystemTest {
    private static final long AHEAD_S = 1_800;
    /** Tokens made at the true time must hold. */
    private static final long STILL_AHEAD_S = 120;

    @TempDir
    private Path dir;

    private final List<Event> accepted = new ArrayList<>();
    private int live;

    @Test
    void shouldTradeOnWhenTheWallClockIsSet() throws Exception {
        final Map<String, String> environment = Map.of(Preloaded.VARIABLE, Preloaded.compile("clock_step", dir), "BOURSE_CLOCK_STEP", step(0).toString());
        try (VenueChild venue = VenueChild.startWith(environment, "run", dir, dir.resolve("data"), "gateway.port=0", "marketdata.multicast=false").awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            trade(venue, trader);
            final Command.Builder brief = trader.order(Side.SIDE_BUY, 8_000, 1).toBuilder();
            brief.getNewBuilder().setTimeInForce(TimeInForce.TIME_IN_FORCE_GTD).setExpireTimeNs(accepted.getFirst().getTimeNs() + AHEAD_S / 2 * 1_000_000_000L);
            assertThat(trader.submit(brief.build()).getFirst().hasAccepted()).isTrue();
            assertThat(trader.openOrders()).hasSize(2);
            step(AHEAD_S);
            venue.await("the wall clock's step", () -> venue.output().contains("the wall clock went ahead"));
            final long steppedNs = System.nanoTime();
            venue.await("the end of an order that was good till then", () -> trader.openOrders().size() == 1);
            assertThat(System.nanoTime() - steppedNs).isLessThan(30_000_000_000L);
            trade(venue, trader);
            step(STILL_AHEAD_S);
            venue.await("the wall clock's step back", () -> venue.output().contains("it was set back"));
            trade(venue, trader);
            takeSnapshot(venue);
            trade(venue, trader);
            assertThat(trader.openOrders()).hasSize(live);
            assertThat(accepted.get(1).getTimeNs() - accepted.get(0).getTimeNs()).as("half an hour").isGreaterThan(AHEAD_S * 1_000_000_000L);
            assertThat(accepted).extracting(Event::getTimeNs).isSorted();
            assertThat(venue.terminate()).isZero();
        }
        try (VenueChild venue = VenueChild.startOn("run", dir, dir.resolve("data"), "gateway.port=0", "marketdata.multicast=false").awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 2)) {
            trade(venue, trader);
            assertThat(trader.openOrders()).hasSize(1);
            assertThat(accepted).as("the log's time does not go back with a restart either").extracting(Event::getTimeNs).isSorted();
        }
    }

    /** A step ahead ends the gateway's connection to the log, because nothing was heard of it for so long: it connects again. */
    private void trade(final VenueChild venue, final Trader trader) throws InterruptedException {
        final Command order = trader.order(Side.SIDE_BUY, 9_000, 1);
        venue.await("an order", () -> {
            try {
                final List<Event> events = trader.submit(order);
                if (events.isEmpty()) {
                    return false;
                }
                live++;
                if (events.getFirst().getRejected().getReason() == RejectReason.REJECT_REASON_DUPLICATE_CLIENT_ORDER_ID) {
                    // It was applied before, and only the answer was lost.
                    return true;
                }
                assertThat(events.getFirst().hasAccepted()).as("%s", events).isTrue();
                accepted.add(events.getFirst());
                return true;
            } catch (final StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                return false;
            }
        });
    }

    private static void takeSnapshot(final VenueChild venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().admin());
        try {
            final AdminGrpc.AdminBlockingStub admin = venue.admin(channel);
            assertThat(admin.takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition()).isPositive();
        } catch (final StatusRuntimeException e) {
            throw new AssertionError("no snapshot:\n" + venue.output(), e);
        } finally {
            channel.shutdownNow();
        }
    }

    /** The file stays as long as it is: it is mapped. */
    private Path step(final long seconds) {
        try {
            return Files.write(dir.resolve("step"), ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(seconds).array(),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
