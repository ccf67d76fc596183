package bourse.services.node;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.services.config.GatewayConfig.Connections;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFilesTest {
    private static Connections connections(final int max, final int perAddress) {
        return new Connections(max, perAddress, Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofHours(12), Duration.ofMinutes(5));
    }

    @Test
    void shouldTakeWhatIsConfiguredWhereThereIsRoom() {
        final Connections configured = connections(4_096, 1_024);
        assertThat(OpenFiles.fit(configured, 20_000)).isSameAs(configured);
        assertThat(OpenFiles.fit(configured, Long.MAX_VALUE)).isSameAs(configured);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 1_500, 4_096, 12_000})
    void shouldKeepFilesForTheVenue(final int openFiles) {
        final Connections fitting = OpenFiles.fit(connections(4_096, 1_024), openFiles);
        assertThat(fitting.max()).isLessThan(4_096).isGreaterThan(100);
        assertThat(fitting.maxPerAddress()).as("one address cannot keep others out").isLessThanOrEqualTo(fitting.max() / 4);
        final long http = Math.min(512, (openFiles - 256) / 5);
        assertThat(3L * fitting.max() + 2 * http).isLessThanOrEqualTo(openFiles - 256);
    }

    @Test
    void shouldTakeOneAtATimeWhereThereIsHardlyRoom() {
        assertThat(OpenFiles.fit(connections(4_096, 1_024), 64)).isEqualTo(connections(1, 1));
        assertThat(OpenFiles.fit(connections(4_096, 4_096), 1_024).maxPerAddress()).as("behind one proxy").isEqualTo(OpenFiles.fit(connections(4_096, 4_096), 1_024).max());
    }
}
