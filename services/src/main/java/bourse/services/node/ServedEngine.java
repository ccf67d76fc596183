package bourse.services.node;

import bourse.gateway.EngineLink;
import bourse.gateway.session.VenueFold;
import bourse.services.config.VenueConfig;
import bourse.services.transport.AeronCommandLog;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.ShardConnection;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a gateway process has of one engine that it serves: the connection, both ports over it, what a snapshot says of the past. */
final class ServedEngine {
    private final VenueConfig config;
    private final ShardConnection connection;
    private final AeronCommandLog log;
    private final AeronEventSource events;
    private final EngineLink link;

    /** @param config of that engine, as far as a gateway must know it: number, data directory, shared memory */
    ServedEngine(final VenueConfig config, final ErrorHandler errors) {
        this.config = config;
        connection = new ShardConnection(EngineNode.address(config), "gateway", errors);
        log = new AeronCommandLog(connection);
        final ReaderSnapshots.Start<VenueFold> start = ReaderSnapshots.gateway(EngineNode.logDirectory(config), config.shard());
        events = new AeronEventSource(connection, start.origin(), EngineNode.archiveDirectory(config));
        link = new EngineLink(log, events, start.fold());
    }

    int shard() {
        return config.shard();
    }

    EngineLink link() {
        return link;
    }

    /** The gateway's agent together with the connection, which its thread opens. */
    ConnectedAgent agent(final String name, final Agent agent, final Supplier<AgentInvoker> driver) {
        return new ConnectedAgent(name, agent, connection, driver, events, log);
    }

    /** Looks at the disk that the engine has its reserve on, when that is on this host. */
    DiskGuard disk(final Consumer<Boolean> refuseNewOrders) {
        Path directory = EngineNode.logDirectory(config);
        // What is not there yet will be made on the disk of what is.
        while (!Files.isDirectory(directory)) {
            directory = directory.getParent();
        }
        return new DiskGuard(directory, config.engine().diskReserve(), false, refuseNewOrders);
    }

    /** Completes with the log position. */
    CompletionStage<Long> takeSnapshot() {
        return log.takeSnapshot();
    }

    /** Binds the figures of the connections; several engines are told apart by the attribute {@code shard}. */
    static void observe(final Meter meter, final List<ServedEngine> engines) {
        meter.counterBuilder("bourse.gateway.log.connections").setDescription("Connections to the log since the start")
            .buildWithCallback(value -> engines.forEach(one -> value.record(one.log.connections(), one.attributes(engines))));
        meter.counterBuilder("bourse.gateway.events.replays").setDescription("Replays that the event reader began")
            .buildWithCallback(value -> engines.forEach(one -> value.record(one.events.replays(), one.attributes(engines))));
        meter.gaugeBuilder("bourse.gateway.events.live").ofLongs().setDescription("1 = reads the engine's publication, 0 = its recording")
            .buildWithCallback(value -> engines.forEach(one -> value.record(one.events.isLive() ? 1 : 0, one.attributes(engines))));
    }

    private Attributes attributes(final List<ServedEngine> engines) {
        return engines.size() == 1 ? Attributes.empty() : Attributes.builder().put("shard", shard()).build();
    }
}
