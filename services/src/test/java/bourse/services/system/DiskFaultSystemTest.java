package bourse.services.system;

import bourse.order.v1.Side;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A disk that cannot be synced, or written, any more: the venue stops and says why, and never tries again; what it had acknowledged is there afterwards. */
@Timeout(120)
class DiskFaultSystemTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({"sync,power,Input/output error", "write,process,Read-only file system"})
    void shouldStopAndSayWhy(final String fault, final String level, final String reason) throws Exception {
        final Path trigger = dir.resolve("fault");
        final Path data = dir.resolve("data");
        final Map<String, String> environment = Map.of(Preloaded.VARIABLE, Preloaded.compile("disk_fault", dir), "BOURSE_FAULT", fault, "BOURSE_FAULT_WHEN", trigger.toString());
        int accepted = 0;
        try (VenueChild venue = VenueChild.startWith(environment, "run", dir, data, "gateway.port=0", "marketdata.multicast=false", "engine.sync=" + level)
                 .awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(trader.submit(trader.order(Side.SIDE_BUY, 10_000, 5)).getFirst().hasAccepted()).isTrue();
            accepted++;
            Files.createFile(trigger);
            try {
                trader.submit(trader.order(Side.SIDE_BUY, 9_000, 1));
                accepted++;
            } catch (final StatusRuntimeException gone) {
                assertThat(venue.awaitExit()).isEqualTo(70);
            }
            assertThat(venue.awaitExit()).isEqualTo(70);
            assertThat(venue.output()).contains(reason).contains("the engine stops the process");
        }
        assertThat(accepted).as("an order that could not be stored was not acknowledged").isEqualTo(1);
        try (VenueChild venue = VenueChild.startOn("run", dir, data, "gateway.port=0", "marketdata.multicast=false").awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(trader.openOrders()).isNotEmpty();
        }
    }
}
