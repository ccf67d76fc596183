package bourse.services.system;

import bourse.order.v1.Event;
import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.Side;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A disk that fills up under a venue, on a small file system of its own; needs the right to mount one. */
@Timeout(120)
class DiskFullSystemTest {
    private static final int DISK_MIB = 96;
    private static final String RESERVE = "engine.diskReserve=8388608";

    @TempDir
    private Path dir;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(dir.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", disk.toString()) == 0, "no right to mount a tmpfs");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static int run(final String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    @Test
    void shouldRefuseNewOrdersWhileCancellationsPassAndGoOnByItself() throws Exception {
        try (VenueChild venue = VenueChild.startOn("run", dir, disk.resolve("data"), "gateway.port=0", "marketdata.multicast=false", RESERVE).awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 10_000, 5)).getFirst().hasAccepted()).isTrue();
            venue.await("the reserve", () -> venue.data().resolve("log/reserve").toFile().length() == 8 << 20);
            final Path ballast = disk.resolve("ballast");
            fill(ballast);
            venue.await("new orders refused", () -> venue.output().contains("new orders are refused"));
            // The gateway looks by itself, and may be the first of the two.
            venue.await("the engine to say so, too", () -> metric(venue, "bourse_engine_disk_full") == 1);
            // What alerts go by: the reserve has made room again, and orders are refused all the same.
            venue.await("the room of the reserve", () -> metric(venue, "bourse_engine_disk_free_bytes") > 8 << 20);
            assertThat(metric(venue, "bourse_engine_disk_full")).isEqualTo(1);
            // The engine's process said so; the gateway looks ten times a second, and takes orders until then.
            int accepted = 1;
            while (isAccepted(trader)) {
                accepted++;
            }
            assertThatThrownBy(() -> trader.submit(trader.order(Side.SIDE_BUY, 10_000, 5))).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(refused.getStatus().getDescription()).contains("cancellations pass");
            });
            assertThat(trader.stub().massCancel(MassCancelRequest.getDefaultInstance()).getCancelledOrders()).isEqualTo(accepted);
            Files.delete(ballast);
            venue.await("new orders taken", () -> venue.output().contains("new orders are taken again"));
            venue.await("a new order accepted", () -> isAccepted(trader));
            venue.await("the engine to say so, too", () -> metric(venue, "bourse_engine_disk_full") == 0);
            assertThat(venue.isAlive()).isTrue();
            assertThat(venue.terminate()).as(venue.output()).isZero();
        }
    }

    private static double metric(final VenueChild venue, final String name) {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(venue.endpoints().telemetry() + "/metrics")).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            final String line = client.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().filter(one -> one.startsWith(name + ' ')).findFirst().orElseThrow();
            return Double.parseDouble(line.substring(name.length() + 1));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isAccepted(final Trader trader) {
        try {
            return trader.submit(trader.order(Side.SIDE_BUY, 10_000, 5)).stream().anyMatch(Event::hasAccepted);
        } catch (final StatusRuntimeException stillRefused) {
            return false;
        }
    }

    /** A disk that cannot be written at all: the venue stops and says why, and a start with room has everything. */
    @Test
    void shouldStopAndSayWhyWhenTheDiskCannotBeWritten() throws Exception {
        try (VenueChild venue = VenueChild.startOn("run", dir, disk.resolve("data"), "gateway.port=0", "marketdata.multicast=false").awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 10_000, 5)).getFirst().hasAccepted()).isTrue();
            final Path ballast = disk.resolve("ballast");
            fill(ballast);
            run("sh", "-c", "cat /dev/zero > " + disk.resolve("rest"));
            int accepted = 1;
            while (venue.isAlive() && accepted < 100_000) {
                try {
                    accepted += trader.submit(trader.order(Side.SIDE_BUY, 9_000, 1)).stream().anyMatch(Event::hasAccepted) ? 1 : 0;
                } catch (final StatusRuntimeException gone) {
                    break;
                }
            }
            assertThat(venue.awaitExit()).isEqualTo(70);
            assertThat(venue.output()).contains("No space left on device");
            Files.delete(ballast);
            Files.delete(disk.resolve("rest"));
            final int acknowledged = accepted;
            try (VenueChild again = VenueChild.startOn("run", dir, disk.resolve("data"), "gateway.port=0", "marketdata.multicast=false").awaitReady();
                 Trader same = new Trader(again.endpoints(), again.data(), 1)) {
                assertThat(same.openOrders().size()).isGreaterThanOrEqualTo(acknowledged);
            }
        }
    }

    /** Leaves four MiB. */
    private static void fill(final Path ballast) throws Exception {
        final long free = Files.getFileStore(ballast.getParent()).getUsableSpace();
        assertThat(run("fallocate", "-l", Long.toString(free - (4 << 20)), ballast.toString())).isZero();
    }
}
