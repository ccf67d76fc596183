package bourse.services.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that an operator decides, checked.
 *
 * @param dataDir     holds the log, its snapshots, the book, the token key and {@code endpoints.json}; locked by the engine's process
 * @param shard       number of this engine cluster
 * @param profile     defaults of what runs on which thread
 * @param threads     which cores they may use
 * @param cluster     the engine's members, where there are several
 * @param instruments that must exist
 */
public record VenueConfig(Path dataDir, int shard, Profile profile, ThreadsConfig threads, EngineConfig engine, ClusterConfig cluster,
                          GatewayConfig gateway, MarketDataConfig marketData,
                          TelemetryConfig telemetry, KubernetesConfig kubernetes, List<InstrumentConfig> instruments) {

    static VenueConfig read(final ConfigSection root) {
        final String dataDir = root.text("dataDir", "data", 1, 4096);
        final int shard = root.integer("shard", 0, 0, 65_535);
        final Profile profile = root.choice("profile", Profile.LAPTOP);
        final ThreadsConfig threads = ThreadsConfig.read(root.section("threads"));
        final EngineConfig engine = EngineConfig.read(root.section("engine"), profile);
        final ClusterConfig cluster = ClusterConfig.read(root.section("cluster"));
        final GatewayConfig gateway = GatewayConfig.read(root.section("gateway"), profile);
        final MarketDataConfig marketData = MarketDataConfig.read(root.section("marketdata"));
        final TelemetryConfig telemetry = TelemetryConfig.read(root.section("telemetry"));
        final KubernetesConfig kubernetes = KubernetesConfig.read(root.section("kubernetes"));
        final List<InstrumentConfig> instruments = root.list("instruments", InstrumentConfig.DEMO, InstrumentConfig::read);
        root.end();
        refuseTwins(instruments);
        if (!gateway.shards().isEmpty() && cluster.isReplicated()) {
            throw new ConfigException("gateway.shards: " + gateway.shards().size() + " engines (expected: none with cluster.members; each shard of replicated"
                + " engines has gateways of its own)");
        }
        return new VenueConfig(Path.of(dataDir).toAbsolutePath().normalize(), shard, profile, threads, engine, cluster, gateway, marketData, telemetry, kubernetes,
            instruments);
    }

    /** The engines that a gateway of this configuration serves, each as a configuration of its own: {@code gateway.shards}, or the one that this is of. */
    public List<VenueConfig> shards() {
        return gateway.shards().isEmpty() ? List.of(this) : gateway.shards().stream().map(one -> new VenueConfig(one.dataDir(), one.shard(), profile, threads,
            engine.withAeronDir(one.aeronDir()), cluster, gateway, marketData, telemetry, kubernetes, instruments)).toList();
    }

    private static void refuseTwins(final List<InstrumentConfig> instruments) {
        final Set<Object> seen = new HashSet<>();
        for (int i = 0; i < instruments.size(); i++) {
            final InstrumentConfig instrument = instruments.get(i);
            if (!seen.add(instrument.symbol())) {
                throw new ConfigException("instruments[" + i + "].symbol: " + instrument.symbol() + " (expected: each symbol once)");
            }
            if (instrument.instrumentId() != 0 && !seen.add(instrument.instrumentId())) {
                throw new ConfigException("instruments[" + i + "].id: " + instrument.instrumentId() + " (expected: each id once)");
            }
        }
    }
}
