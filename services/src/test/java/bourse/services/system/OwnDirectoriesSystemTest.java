package bourse.services.system;

import bourse.admin.v1.TakeSnapshotRequest;
import bourse.order.v1.Side;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes with a data directory each, as the containers of a pod have them. What was before the events that are still recorded stands in the
 * engine's snapshots alone: gateway and market data that do not find these would know nothing of it, and say nothing.
 */
@Timeout(180)
class OwnDirectoriesSystemTest {
    private static final String FROM_SNAPSHOT = "begins with the snapshot at log position";

    @TempDir
    private Path dir;

    @Test
    void shouldStartFromTheSnapshotsOfTheEngine() throws Exception {
        final String engineData = "engine.dataDir=" + dir.resolve("engine");
        try (VenueChild engine = VenueChild.startOn("engine", dir, dir.resolve("engine"))) {
            try (VenueChild gateway = VenueChild.startOn("gateway", dir, dir.resolve("gateway"), engineData, "gateway.port=0").awaitReady();
                 Trader trader = new Trader(gateway.endpoints(), gateway.data(), 1)) {
                assertThat(gateway.output()).doesNotContain(FROM_SNAPSHOT);
                assertThat(trader.submit(trader.order(Side.SIDE_BUY, 10_000, 5)).getFirst().hasAccepted()).isTrue();
                assertThat(snapshot(gateway)).isPositive();
                awaitReadersParts();
                gateway.kill();
            }
            engine.awaitReady();
            try (VenueChild gateway = VenueChild.startOn("gateway", dir, dir.resolve("gateway"), engineData, "gateway.port=0").awaitReady();
                 VenueChild feed = VenueChild.startOn("marketdata", dir, dir.resolve("marketdata"), engineData, "marketdata.multicast=false").awaitReady();
                 Trader trader = new Trader(gateway.endpoints(), gateway.data(), 1)) {
                assertThat(gateway.output()).contains(FROM_SNAPSHOT);
                assertThat(feed.output()).contains(FROM_SNAPSHOT);
                assertThat(trader.openOrders()).hasSize(1);
            }
        }
    }

    /** What gateways and market data begin with is written behind the engine's own state. */
    private void awaitReadersParts() throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!hasPart("gateway") || !hasPart("feed")) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            Thread.sleep(10);
        }
    }

    private boolean hasPart(final String part) throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("engine/log/snapshots"))) {
            return files.map(file -> file.getFileName().toString()).anyMatch(name -> name.contains(part) && !name.endsWith(".draft"));
        }
    }

    private static long snapshot(final VenueChild gateway) {
        final ManagedChannel channel = VenueChannels.plaintext(gateway.endpoints().admin());
        try {
            return gateway.admin(channel).takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition();
        } finally {
            channel.shutdownNow();
        }
    }
}
