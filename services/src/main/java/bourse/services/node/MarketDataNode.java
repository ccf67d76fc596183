package bourse.services.node;

import bourse.gateway.guard.GuardedLoops;
import bourse.gateway.guard.ServerGuard;
import bourse.marketdata.FeedFold;
import bourse.marketdata.MarketDataConfig;
import bourse.marketdata.MarketDataServer;
import bourse.marketdata.MarketDataTelemetry;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.services.client.VenueEndpoints;
import bourse.services.config.GatewayConfig;
import bourse.services.config.VenueConfig;
import bourse.services.telemetry.Health;
import bourse.services.telemetry.HostPort;
import bourse.services.telemetry.Telemetry;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.ShardConnection;
import io.opentelemetry.api.metrics.Meter;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The public feed of one shard: multicast, gRPC and the page. The caller runs {@link #agent()}. */
public final class MarketDataNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarketDataNode.class);

    private static final int MAX_LOOPS = 8;

    private final VenueConfig config;
    private final FeedAddresses addresses;
    private final FeedAccess access;
    private final GuardedLoops loops;
    private final MarketDataServer server;
    private final ConnectedAgent agent;

    /**
     * Binds the ports; the connection to the engine is opened by the agent's thread.
     *
     * @param driver    gives what must run while that connection waits, or null
     * @throws IOException when a port is taken
     */
    public MarketDataNode(final VenueConfig config, final Telemetry telemetry, final Health health, final Supplier<AgentInvoker> driver) throws IOException {
        this.config = config;
        final Meter meter = telemetry.meter();
        final ShardConnection connection = new ShardConnection(EngineNode.address(config), "market-data", MarketDataNode::onError);
        final ReaderSnapshots.Start<FeedFold> start = ReaderSnapshots.feed(EngineNode.logDirectory(config));
        final AeronEventSource source = new AeronEventSource(connection, start.origin(), EngineNode.archiveDirectory(config));
        addresses = addresses(config.marketData());
        access = new FeedAccess(config);
        loops = new GuardedLoops(Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()), "feed-network");
        final ServerGuard guard = guard(OpenFiles.fit(config.gateway().connections()), meter);
        server = new MarketDataServer(feedConfig(config, addresses), source, start.fold(), figures(meter), access.credentials(), access.interceptors())
            .observed(builder -> {
                loops.serve(builder, guard);
                telemetry.observe(access.explorable(builder));
            }).start();
        agent = new ConnectedAgent("market-data", server.agent(), connection, driver, source);
        meter.counterBuilder("bourse.marketdata.calls.refused").setDescription("gRPC calls that were not let in")
            .buildWithCallback(value -> value.record(access.refused()));
        health.part("marketdata", source::isCaughtUp);
        meter.gaugeBuilder("bourse.marketdata.live").ofLongs().setDescription("1 = reads the engine's publication, 0 = its recording")
            .buildWithCallback(value -> value.record(source.isLive() ? 1 : 0));
    }

    /** The same as order entry's. */
    private static ServerGuard guard(final GatewayConfig.Connections connections, final Meter meter) {
        final LongAdder refused = new LongAdder();
        final LongAdder ended = new LongAdder();
        meter.counterBuilder("bourse.marketdata.connections.refused").setDescription("gRPC connections closed at once: too many, in all or from one "
            + "address, or of one that misbehaves").buildWithCallback(value -> value.record(refused.sum()));
        meter.counterBuilder("bourse.marketdata.connections.ended").setDescription("gRPC connections ended for what they sent")
            .buildWithCallback(value -> value.record(ended.sum()));
        return new ServerGuard(new ServerGuard.Terms(connections.max(), connections.maxPerAddress(), (int) connections.handshake().toMillis()), refused, ended);
    }

    private static MarketDataConfig feedConfig(final VenueConfig config, final FeedAddresses addresses) {
        final bourse.services.config.MarketDataConfig settings = config.marketData();
        return MarketDataConfig.defaults()
            .withChannel(config.shard())
            .withMulticast(addresses, settings.multicast(), settings.ttl())
            .withBursts(settings.bursts())
            .withLines(MarketDataConfig.Lines.valueOf(settings.lines().name()))
            .withPorts(settings.host(), settings.port(), settings.webPort())
            .withPublishedBook(settings.publishedDepth() ? EngineNode.publishedBook(config) : null);
    }

    private static FeedAddresses addresses(final bourse.services.config.MarketDataConfig settings) throws IOException {
        final int[] ports = freePorts(settings.portA(), settings.portB(), settings.snapshotPort(), settings.requestPort());
        return FeedAddresses.of(settings.groupA() + ":" + ports[0], settings.groupB() + ":" + ports[1], settings.snapshotGroup() + ":" + ports[2],
            settings.networkInterface() + ":" + ports[3], settings.networkInterface());
    }

    /** 0 becomes a port that is free now; all different. */
    private static int[] freePorts(final int... wanted) throws IOException {
        final int[] ports = wanted.clone();
        final List<DatagramSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < ports.length; i++) {
                if (ports[i] == 0) {
                    held.add(new DatagramSocket(0));
                    ports[i] = held.getLast().getLocalPort();
                }
            }
        } finally {
            held.forEach(DatagramSocket::close);
        }
        return ports;
    }

    private static MarketDataTelemetry figures(final Meter meter) {
        return (final String name, final String unit, final String description, final boolean monotonic, final LongSupplier value) -> {
            if (monotonic) {
                meter.counterBuilder("bourse." + name).setUnit(unit).setDescription(description)
                    .buildWithCallback(measurement -> measurement.record(value.getAsLong()));
            } else {
                meter.gaugeBuilder("bourse." + name).ofLongs().setUnit(unit).setDescription(description)
                    .buildWithCallback(measurement -> measurement.record(value.getAsLong()));
            }
        };
    }

    private static void onError(final Throwable thrown) {
        LOG.warn("market data: {}", thrown.toString());
    }

    /** What a thread must run; closes the connection to the engine when it ends. */
    public Agent agent() {
        return agent;
    }

    /** {@code host:port} of the gRPC feed. */
    public String grpcAddress() {
        return HostPort.of(config.marketData().host(), server.grpcPort());
    }

    /** URL of the page. */
    public String webUrl() {
        return "http://" + HostPort.of(config.marketData().host(), server.webPort()) + "/";
    }

    /** Null when nothing is sent; {@link #multicastProblem()} says why. */
    public VenueEndpoints.Multicast multicast() {
        if (!config.marketData().multicast() || server.multicastProblem() != null) {
            return null;
        }
        return new VenueEndpoints.Multicast(text(addresses.lineA()), text(addresses.lineB()), text(addresses.snapshots()),
            text(addresses.recovery()), addresses.interfaceAddress());
    }

    public String multicastProblem() {
        return server.multicastProblem();
    }

    private static String text(final InetSocketAddress address) {
        return HostPort.of(address.getAddress().getHostAddress(), address.getPort());
    }

    /** After the agent has ended. */
    @Override
    public void close() {
        server.close();
        loops.close();
        access.close();
    }
}
