package bourse.services.system;

import bourse.gateway.auth.Right;
import bourse.marketdata.publisher.MulticastLines;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.order.v1.Side;
import bourse.services.cli.Bourse;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.config.ConfigLoader;
import bourse.services.node.VenueProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The feed of a running venue as a person meets it: by the command line, over a bad network, from a recording, and with a token. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FeedSystemTest {
    @TempDir
    private static Path dir;
    private VenueProcess venue;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private Thread flow;

    @BeforeAll
    void start() throws Exception {
        venue = VenueProcess.start(ConfigLoader.load(null, Map.of(), List.of("dataDir=" + dir, "engine.maxOrders=4096", "engine.maxLevels=1024",
            "engine.maxFinishedIds=4096", "engine.maxInstruments=16", "engine.maxAccounts=256", "engine.ladderTicks=1024", "engine.maxSessions=16",
            "engine.warmUp=0", "gateway.port=0", "gateway.adminPort=0", "gateway.drainTimeout=100ms", "marketdata.port=0", "marketdata.webPort=0",
            "marketdata.portA=0", "marketdata.portB=0", "marketdata.snapshotPort=0", "marketdata.requestPort=0", "marketdata.access=token",
            "telemetry.port=0")));
        venue.awaitReady(Duration.ofSeconds(40));
        flow = Thread.ofPlatform().name("order-flow").start(this::trade);
    }

    @AfterAll
    void stop() throws InterruptedException {
        running.set(false);
        flow.join();
        venue.close();
    }

    /** Orders on both sides, some of which trade. */
    private void trade() {
        try (Trader trader = new Trader(venue.endpoints(), dir, 1); Trader other = new Trader(venue.endpoints(), dir, 2)) {
            for (int i = 0; running.get() && i < 4_000; i++) {
                final Trader one = i % 2 == 0 ? trader : other;
                one.submit(one.order(i % 2 == 0 ? Side.SIDE_BUY : Side.SIDE_SELL, 10_000 + i % 11 - (i % 2 == 0 ? 6 : 2), 1 + i % 5));
                Thread.sleep(4);
            }
        } catch (final Exception e) {
            if (running.get()) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void shouldLetInWhoHasAToken() throws Exception {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().marketData());
        try {
            final MarketDataGrpc.MarketDataBlockingStub stub = MarketDataGrpc.newBlockingStub(channel);
            final SnapshotRequest request = SnapshotRequest.newBuilder().setInstrumentId(1).setDepth(Depth.DEPTH_TOP).build();
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(StatusRuntimeException.class, () -> stub.snapshot(request)).getStatus().getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
            final BearerToken reader = new BearerToken(Trader.token(dir, 9, EnumSet.of(Right.READ), Duration.ofMinutes(5)));
            assertThat(stub.withCallCredentials(reader).snapshot(request).getBook().getInstrumentId()).isEqualTo(1);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void shouldEqualTheVenueByChecksumOverALossyNetwork() throws Exception {
        assumeMulticast();
        for (final String loss : List.of("0", "20")) {
            final Path result = dir.resolve("verify-" + loss + ".json");
            assertThat(bourse("book", "--instrument", "DEMO", "--multicast", "--verify", "--loss", loss, "--json=" + result)).isZero();
            final JsonNode json = new ObjectMapper().readTree(result.toFile());
            assertThat(json.get("equal").intValue()).isEqualTo(json.get("comparisons").intValue()).isEqualTo(5);
            assertThat(json.get("droppedOnPurpose").longValue() > 0).isEqualTo(!loss.equals("0"));
        }
    }

    @Test
    void shouldRecordTheFeedAndShowItsBook() throws Exception {
        assumeMulticast();
        final Path file = dir.resolve("feed.pcapng");
        assertThat(CompletableFuture.supplyAsync(() -> bourse("record", file.toString(), "--for", "3s")).get(30, TimeUnit.SECONDS)).isZero();
        assertThat(bourse("record", file.toString(), "--for", "1s")).as("an existing file").isEqualTo(1);
        final Path result = dir.resolve("recorded.json");
        assertThat(bourse("book", "--from", file.toString(), "--instrument", "DEMO", "--json=" + result)).isZero();
        final JsonNode json = new ObjectMapper().readTree(result.toFile());
        assertThat(json.get("missingMessages").longValue()).isZero();
        assertThat(json.get("checksumsVerified").longValue()).isPositive();
        assertThat(json.get("checksumsFailed").longValue()).isZero();
        assertThat(json.at("/books/DEMO/problem").asText()).isEmpty();
        assertThat(json.at("/books/DEMO/orders").intValue()).isPositive();
    }

    private void assumeMulticast() throws IOException {
        assumeThat(MulticastLines.probe(FeedAddresses.defaults())).as("multicast on the loopback interface").isNull();
    }

    private static int bourse(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data");
        all.add(dir.toString());
        return Bourse.commandLine().execute(all.toArray(String[]::new));
    }
}
