package bourse.services.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConfigLoaderTest {
    @TempDir
    private Path dir;

    private VenueConfig load(final String yaml, final Map<String, String> environment, final String... settings) throws IOException {
        final Path file = dir.resolve("bourse.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(file, environment, List.of(settings));
    }

    @Test
    void shouldHaveDefaultFileThatEqualsBuiltInValues() {
        final Path file = Path.of("..", "config", "bourse.yaml");
        assertThat(ConfigLoader.load(file, Map.of(), List.of())).isEqualTo(ConfigLoader.load(null, Map.of(), List.of()));
    }

    @Test
    void shouldNameEveryKeyInDefaultFile() throws IOException {
        final String file = Files.readString(Path.of("..", "config", "bourse.yaml"));
        for (final String key : ConfigLoader.knownKeys()) {
            assertThat(file).containsPattern("(?m)^ *" + key.substring(key.lastIndexOf('.') + 1) + ":");
        }
    }

    @Test
    void shouldTakeFileThenEnvironmentThenSettings() throws IOException {
        final String yaml = "gateway:\n  port: 1\n  adminPort: 1\nengine:\n  maxOrders: 100\n  sync: power\n";
        final Map<String, String> environment =
            Map.of("BOURSE_GATEWAY_PORT", "2", "BOURSE_GATEWAY_ADMIN_PORT", "2", "BOURSE_ENGINE_SNAPSHOT_INTERVAL", "90s", "PATH", "/bin");
        final VenueConfig config = load(yaml, environment, "gateway.port=3", "dataDir=/tmp/x");
        assertThat(config.gateway().port()).isEqualTo(3);
        assertThat(config.gateway().adminPort()).isEqualTo(2);
        assertThat(config.engine().maxOrders()).isEqualTo(100);
        assertThat(config.engine().sync()).isEqualTo(EngineConfig.Sync.POWER);
        assertThat(config.engine().snapshotInterval()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.dataDir()).isEqualTo(Path.of("/tmp/x"));
    }

    @Test
    void shouldKnowTheMembersOfAReplicatedEngine() throws IOException {
        final ClusterConfig cluster = load("cluster: {members: 'a.example.:7320, b:7330,[::1]:7340', member: 2}\n", Map.of()).cluster();
        assertThat(cluster.isReplicated()).isTrue();
        assertThat(cluster.members()).containsExactly(new ClusterConfig.Member("a.example.", 7320), new ClusterConfig.Member("b", 7330),
            new ClusterConfig.Member("[::1]", 7340));
        assertThat(load("", Map.of()).cluster().isReplicated()).isFalse();
    }

    @Test
    void shouldKnowTheEnginesOfAGatewayOfSeveralShards() throws IOException {
        final VenueConfig config = load("gateway: {shards: [{shard: 3, dataDir: /tmp/c}, {shard: 1, dataDir: /tmp/a, aeronDir: /dev/shm/a}]}\n"
            + "engine: {aeronDir: /dev/shm/x}\n", Map.of());
        assertThat(config.shards()).extracting(VenueConfig::shard).containsExactly(3, 1);
        assertThat(config.shards()).extracting(VenueConfig::dataDir).containsExactly(Path.of("/tmp/c"), Path.of("/tmp/a"));
        assertThat(config.shards()).extracting(one -> one.engine().aeronDir()).containsExactly("", "/dev/shm/a");
        assertThat(load("shard: 7\n", Map.of()).shards()).extracting(VenueConfig::shard).containsExactly(7);
        assertThat(load("", Map.of(), "gateway.shards=[{dataDir: /tmp/a}]").shards()).extracting(VenueConfig::dataDir).containsExactly(Path.of("/tmp/a"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cluster: {members: 'a:1,b:2', member: 2}   | cluster.member: 2 (expected: 0..1",
        "cluster: {members: 'a:7320'}               | cluster.members: a:7320 (expected: two to nine",
        "cluster: {members: 'a:7320,a:7320'}        | cluster.members: a:7320,a:7320 (expected: two to nine different",
        "cluster: {members: 'a:7320,b'}             | cluster.members: b (expected: HOST:PORT",
        "cluster: {heartbeatTimeout: 100ms}         | cluster.heartbeatTimeout: 100ms (expected: at least three times",
        "gateway: {port: 70000}                     | gateway.port: 70000 (expected: 0..65535)",
        "gateway: {prot: 7}                         | gateway.prot: no such key (did you mean gateway.port?)",
        "gateway: {shards: [{shard: 1}]}            | gateway.shards[0].dataDir: missing (expected: the data directory of that shard",
        "gateway: {shards: [{dataDir: a}, {dataDir: b}]} | gateway.shards[1].shard: 0 (expected: each number once)",
        "gateway: {shards: [{dataDir: a}, {dataDir: a, shard: 1}]} | (expected: each engine once)",
        "gateway: {networkThreads: 0, shards: [{dataDir: a}, {dataDir: b, shard: 1}]} | gateway.networkThreads: 0 (expected: 1 or more",
        "{cluster: {members: 'a:7320,b:7320'}, gateway: {shards: [{dataDir: a}]}} | gateway.shards: 1 engines (expected: none with cluster.members",
        "enigne: {}                                 | enigne: no such key (did you mean engine?)",
        "engine: {layout: laptop}                   | engine.layout: \"laptop\" (expected: one-thread or ordinary)",
        "engine: {ladderTicks: 100}                 | engine.ladderTicks: 100 (expected: a power of two)",
        "engine: {logFileBytes: 3000000}            | engine.logFileBytes: 3000000 (expected: a power of two)",
        "engine: {maxOrders: many}                  | engine.maxOrders: \"many\" (expected: 16..16777216)",
        "engine: 5                                  | engine: 5 (expected: keys with values)",
        "engine: {snapshotInterval: 5 parsecs}      | engine.snapshotInterval: \"5 parsecs\" (expected: 0..7d",
        "marketdata: {groupA: 10.0.0.1}             | marketdata.groupA: 10.0.0.1 (expected: an IPv4 multicast address",
        "gateway: {tls: {certificate: a.pem}}       | gateway.tls.key: missing (expected: both certificate and key, or neither)",
        "instruments: [{symbol: A, priceDecimals: 2, tickSize: 0.001}] | instruments[0].tickSize: 0.001 (expected:",
        "instruments: [{symbol: A}, {symbol: A}]    | instruments[1].symbol: A (expected: each symbol once)",
        "instruments: [{symbol: A, coulour: red}]   | instruments[0].coulour: no such key",
        "instruments: [{id: 4}]                     | instruments[0].symbol: missing",
    })
    void shouldSayWhatIsWrongAndWhere(final String yaml, final String message) {
        assertThatThrownBy(() -> load(yaml, Map.of())).isInstanceOf(ConfigException.class)
            .hasMessageContaining(message).hasMessageContaining("bourse.yaml: ");
    }

    @Test
    void shouldSayWhichLineIsNotYaml() {
        assertThatThrownBy(() -> load("gateway:\n  port: [\n", Map.of())).isInstanceOf(ConfigException.class).hasMessageContaining("line 2");
        assertThatThrownBy(() -> load("shard: 1\nshard: 2\n", Map.of())).isInstanceOf(ConfigException.class).hasMessageContaining("shard");
        assertThatThrownBy(() -> ConfigLoader.load(dir.resolve("none.yaml"), Map.of(), List.of()))
            .isInstanceOf(ConfigException.class).hasMessageContaining("none.yaml: no such file");
    }

    @Test
    void shouldRefuseUnknownVariableAndSetting() {
        assertThatThrownBy(() -> load("", Map.of("BOURSE_GATEWAY_PROT", "1"))).isInstanceOf(ConfigException.class)
            .hasMessageContaining("BOURSE_GATEWAY_PROT: no such key (did you mean BOURSE_GATEWAY_PORT?)");
        assertThatThrownBy(() -> load("", Map.of(), "gateway.prt=1")).isInstanceOf(ConfigException.class)
            .hasMessageContaining("--set gateway.prt: no such key (did you mean --set gateway.port?)");
        assertThatThrownBy(() -> load("", Map.of(), "gateway.port")).isInstanceOf(ConfigException.class)
            .hasMessageContaining("expected: such as gateway.port=0");
        assertThatThrownBy(() -> load("", Map.of("BOURSE_GATEWAY_PORT", "tcp://10.0.0.1:7301"))).isInstanceOf(ConfigException.class)
            .hasMessage("environment BOURSE_GATEWAY_PORT: gateway.port: \"tcp://10.0.0.1:7301\" (expected: 0..65535)");
    }

    @Test
    void shouldHaveOneVariablePerKey() {
        final Set<String> variables = new HashSet<>();
        for (final String key : ConfigLoader.knownKeys()) {
            assertThat(variables.add(ConfigLoader.variable(key).replace("_", ""))).as(key).isTrue();
        }
    }

    @Test
    void shouldReadInstrumentDecimalsExactly() throws IOException {
        final InstrumentConfig instrument = load(
            "instruments: [{symbol: X, priceDecimals: 4, quantityDecimals: 1, tickSize: 0.01, lotSize: 0.5, maxPrice: 12.5, maxNotional: 1000.5}]",
            Map.of()).instruments().getFirst();
        assertThat(instrument.tickSize()).isEqualTo(100);
        assertThat(instrument.lotSize()).isEqualTo(5);
        assertThat(instrument.minPrice()).isEqualTo(100);
        assertThat(instrument.maxPrice()).isEqualTo(125_000);
        assertThat(instrument.maxNotional()).isEqualTo(100_050_000);
    }
}
