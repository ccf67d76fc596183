package bourse.services.node;

import bourse.gateway.AdminPort;
import bourse.gateway.Gateway;
import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditLog;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.JwksKeys;
import bourse.gateway.auth.JwksSources;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.TokenKeys;
import bourse.gateway.auth.TokenMinter;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.services.config.VenueConfig;
import bourse.services.telemetry.Health;
import bourse.services.telemetry.HostPort;
import bourse.services.telemetry.Telemetry;
import io.opentelemetry.api.metrics.Meter;
import org.HdrHistogram.ConcurrentHistogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Order entry and administration, of one shard or of several. The caller runs each of {@link #agents()} on a thread. */
public final class GatewayNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayNode.class);
    /** Between fetches of the issuer's keys that unknown ones ask for. */
    private static final Duration MIN_FETCH = Duration.ofSeconds(10);
    private static final int FRAME_BYTES = 32 * 1024;

    private final VenueConfig config;
    private final KeyFile key;
    private final Gateway gateway;
    private final List<ServedEngine> engines;
    private final List<DiskGuard> disks;
    private final List<Agent> agents;
    private final TokenKeys closeLast;
    private final AuditLog closeThen;

    /**
     * Binds the ports; the connection to each engine is opened by its agent's thread.
     *
     * @param driver    gives what must run while that connection waits, or null
     * @param adminPort what administration asks of this process
     * @throws IOException when a port, a certificate or the key cannot be used
     */
    public GatewayNode(final VenueConfig config, final Telemetry telemetry, final Health health, final Supplier<AgentInvoker> driver,
                       final AdminPort adminPort) throws IOException {
        this.config = config;
        key = KeyFile.openOrCreate(keyDir(config));
        final bourse.services.config.GatewayConfig.Tokens tokens = config.gateway().tokens();
        final TokenKeys keys = tokenKeys(tokens, key, telemetry.meter());
        final TokenVerifier verifier = new TokenVerifier(keys, tokens.issuer(), tokens.audience(), InstantSource.system());
        closeLast = keys;
        engines = config.shards().stream().sorted(Comparator.comparingInt(VenueConfig::shard)).map(one -> new ServedEngine(one, GatewayNode::onError)).toList();
        final GatewayTelemetry counters = new GatewayTelemetry(telemetry.traces());
        final AtomicReference<LongSupplier> auditPosition = new AtomicReference<>(() -> 0);
        final AuditLog auditLog = auditLog(config, () -> auditPosition.get().getAsLong());
        final AuditSink audit = auditLog == null ? AuditSink.NONE : auditLog;
        closeThen = auditLog;
        if (auditLog != null) {
            observe(telemetry.meter(), auditLog);
            health.note("audit", () -> auditLog.failure() == null ? "ok" : "NOT WRITTEN: " + auditLog.failure());
        }
        gateway = new Gateway(gatewayConfig(config), engines.stream().map(ServedEngine::link).toList(), verifier, adminPort, counters, audit, telemetry::observe);
        auditPosition.set(gateway::logPosition);
        gateway.start();
        disks = engines.stream().map(engine -> engine.disk(refuse -> gateway.refuseNewOrders(engine.shard(), refuse))).toList();
        agents = connected(driver);
        health.part("gateway", gateway::isReady);
        if (engines.size() > 1) {
            engines.forEach(engine -> health.part("shard-" + engine.shard(), () -> gateway.isReady(engine.shard())));
        }
        health.part("tokenKeys", keys::isUsable);
        health.note("tokenKeysState", keys::describe);
        observe(telemetry.meter(), counters);
        ServedEngine.observe(telemetry.meter(), engines);
        if (config.gateway().tls().isOn()) {
            telemetry.meter().gaugeBuilder("bourse.gateway.certificate.not_after").setUnit("s")
                .setDescription("End of the certificate that is served, in seconds since the epoch")
                .buildWithCallback(value -> value.record(gateway.certificateNotAfterMillis() / 1e3));
        }
    }

    /** The venue's own key, the issuer's, or both; what becomes of the issuer's is told by metrics. */
    static TokenKeys tokenKeys(final bourse.services.config.GatewayConfig.Tokens tokens, final KeyFile own, final Meter meter)
        throws IOException {
        final TokenKeys ownKeys = new JwksKeys(JwksSources.file(own.jwks()), JwksKeys.Terms.OF_A_FILE, InstantSource.system());
        if (tokens.jwks().isEmpty()) {
            return ownKeys;
        }
        final boolean isUrl = JwksSources.isUrl(tokens.jwks());
        final Duration refresh = isUrl ? tokens.jwksRefresh() : Duration.ofSeconds(1);
        final Duration least = isUrl ? tokens.jwksRefresh().compareTo(MIN_FETCH) < 0 ? tokens.jwksRefresh() : MIN_FETCH : refresh;
        final JwksKeys issuers = new JwksKeys(JwksSources.of(tokens.jwks()), new JwksKeys.Terms(refresh, least, tokens.jwksMaxAge()),
            InstantSource.system()).start();
        meter.gaugeBuilder("bourse.gateway.token_keys.age").setUnit("s").setDescription("Since the issuer's keys were last read or confirmed")
            .buildWithCallback(value -> value.record(issuers.ageMillis() / 1e3));
        meter.counterBuilder("bourse.gateway.token_keys.refreshes").setDescription("Times that the issuer's keys were read")
            .buildWithCallback(value -> value.record(issuers.refreshes()));
        meter.counterBuilder("bourse.gateway.token_keys.failures").setDescription("Times that they could not be read")
            .buildWithCallback(value -> value.record(issuers.failures()));
        return tokens.ownKey() ? TokenKeys.both(issuers, ownKeys) : issuers;
    }

    /** The gateway's agents, in the order of the engines. */
    private List<Agent> connected(final Supplier<AgentInvoker> driver) {
        final List<Agent> connected = new ArrayList<>();
        for (int i = 0; i < engines.size(); i++) {
            connected.add(engines.get(i).agent(engines.size() == 1 ? "gateway" : "gateway-" + engines.get(i).shard(), gateway.agents().get(i), driver));
        }
        return List.copyOf(connected);
    }

    private static GatewayConfig gatewayConfig(final VenueConfig config) {
        final bourse.services.config.GatewayConfig settings = config.gateway();
        final bourse.services.config.GatewayConfig.Connections connections = OpenFiles.fit(settings.connections());
        final GatewayConfig.Builder builder = GatewayConfig.builder()
            .gatewayId(stableId(config))
            .host(settings.host())
            .port(settings.port())
            .adminPort(settings.adminPort())
            .networkThreads(settings.networkThreads())
            .outboundFrames(settings.outboundBytes() / FRAME_BYTES)
            .maxInFlightCommands(settings.maxInFlightCommands())
            .maxStreams(settings.maxStreams())
            .commandsPerSecond(settings.commandsPerSecond())
            .maxCallsPerConnection(settings.maxCallsPerConnection())
            .maxStreamsPerAccount(settings.maxStreamsPerAccount())
            .maxSessionsPerAccount(settings.maxSessionsPerAccount())
            .maxConnections(connections.max(), connections.maxPerAddress())
            .handshakeTimeoutMs((int) connections.handshake().toMillis())
            .connectionLimitsMs(connections.idle().toMillis(), connections.age().toMillis(),
                connections.ageGrace().toMillis())
            .slowReaderMs((int) settings.slowReaderTimeout().toMillis())
            .keepaliveMs((int) settings.keepalive().toMillis())
            .traceOneIn(config.telemetry().traceOneIn())
            .tokenEndMs((int) settings.tokens().warning().toMillis(), (int) settings.tokens().grace().toMillis())
            .reflection(settings.reflection());
        if (settings.tls().isOn()) {
            builder.tls(Path.of(settings.tls().certificate()), Path.of(settings.tls().key()));
            if (!settings.tls().clientAuthority().isEmpty()) {
                builder.clientAuthority(Path.of(settings.tls().clientAuthority()));
            }
            if (!settings.tls().clients().isEmpty()) {
                builder.clients(Path.of(settings.tls().clients()));
            }
        }
        return builder.build();
    }

    private static AuditLog auditLog(final VenueConfig config, final LongSupplier logPosition) throws IOException {
        final bourse.services.config.GatewayConfig.Audit audit = config.gateway().audit();
        return audit.on() ? new AuditLog(auditFolder(config), new AuditLog.Terms(audit.fileBytes(), audit.files()), InstantSource.system(), logPosition)
            : null;
    }

    /** Where the gateway of this configuration writes its audit log. */
    public static Path auditFolder(final VenueConfig config) {
        final String folder = config.gateway().audit().dir();
        return folder.isEmpty() ? config.dataDir().resolve("audit-" + stableId(config)) : Path.of(folder);
    }

    private static void observe(final Meter meter, final AuditLog audit) {
        meter.counterBuilder("bourse.gateway.audit.records").setDescription("Lines of the audit log").buildWithCallback(value -> value.record(audit.records()));
        meter.counterBuilder("bourse.gateway.audit.lost").setDescription("Records that found no room").buildWithCallback(value -> value.record(audit.lost()));
        meter.gaugeBuilder("bourse.gateway.audit.failed").ofLongs().setDescription("1 = nothing is written any more")
            .buildWithCallback(value -> value.record(audit.failure() == null ? 0 : 1));
    }

    /** The same after a restart, so that the gateway knows the sessions that its last run left open: by host, port and member. */
    private static int stableId(final VenueConfig config) {
        final bourse.services.config.GatewayConfig settings = config.gateway();
        if (settings.id() != 0) {
            return settings.id();
        }
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (final UnknownHostException e) {
            host = settings.host();
        }
        return (host + ':' + settings.port() + (config.cluster().isReplicated() ? "#" + config.cluster().member() : "")).hashCode() & 0x7FFF_FFFF;
    }

    /** Folder of the venue's own signing key. */
    public static Path keyDir(final VenueConfig config) {
        final String configured = config.gateway().tokens().keyDir();
        return configured.isEmpty() ? config.dataDir() : Path.of(configured);
    }

    private static void observe(final Meter meter, final GatewayTelemetry telemetry) {
        telemetry.visit(new GatewayTelemetry.Visitor() {
            @Override
            public void counter(final String name, final String description, final long ignored) {
                meter.counterBuilder(name).setDescription(description).buildWithCallback(value -> value.record(now(telemetry, name)));
            }

            @Override
            public void gauge(final String name, final String description, final long ignored) {
                meter.gaugeBuilder(name).ofLongs().setDescription(description).buildWithCallback(value -> value.record(now(telemetry, name)));
            }

            @Override
            public void histogram(final String name, final String description, final ConcurrentHistogram nanoseconds) {
                for (final double percentile : new double[] {50, 99, 99.9}) {
                    meter.gaugeBuilder(name + ".p" + Double.toString(percentile).replace(".0", "").replace('.', '_')).ofLongs().setUnit("ns")
                        .setDescription(description).buildWithCallback(value -> value.record(nanoseconds.getValueAtPercentile(percentile)));
                }
            }
        });
    }

    /** The telemetry's figures are few, and asked for every few seconds. */
    private static long now(final GatewayTelemetry telemetry, final String wanted) {
        final long[] found = new long[1];
        telemetry.visit(new GatewayTelemetry.Visitor() {
            @Override
            public void counter(final String name, final String description, final long value) {
                gauge(name, description, value);
            }

            @Override
            public void gauge(final String name, final String description, final long value) {
                if (name.equals(wanted)) {
                    found[0] = value;
                }
            }

            @Override
            public void histogram(final String name, final String description, final ConcurrentHistogram nanoseconds) {
                // not a single figure
            }
        });
        return found[0];
    }

    private static void onError(final Throwable thrown) {
        LOG.warn("gateway: {}", thrown.toString());
    }

    /** A snapshot of that engine, which is another process; completes with the log position. */
    CompletionStage<Long> takeSnapshot(final int shard) {
        return engines.stream().filter(engine -> engine.shard() == shard).findFirst().orElseThrow().takeSnapshot();
    }

    /** What threads must run, one for each engine by number; each closes its connection when it ends. */
    public List<Agent> agents() {
        return agents;
    }

    /** Numbers of the shards that are served, in order. */
    List<Integer> shards() {
        return engines.stream().map(ServedEngine::shard).toList();
    }

    /** Some shard is served, though not all. */
    boolean isPartlyReady() {
        return engines.stream().anyMatch(engine -> gateway.isReady(engine.shard()));
    }

    /** Without network threads, on the agent's thread: sleeps until the network has something to do, at most so long. */
    void awaitNetwork(final long timeoutNs) {
        gateway.awaitNetwork(timeoutNs);
    }

    /** With network threads: ends the sleep of the agents' thread. */
    void wakeBy(final Runnable wake) {
        gateway.wakeBy(wake);
    }

    public boolean isReady() {
        return gateway.isReady();
    }

    /** {@code host:port} of order entry. */
    public String orderEntryAddress() {
        return HostPort.of(config.gateway().host(), gateway.port());
    }

    /** {@code host:port} of administration. */
    public String adminAddress() {
        return HostPort.of(config.gateway().host(), gateway.adminPort());
    }

    /** Signs tokens that this gateway accepts, unless it trusts other keys only. */
    TokenMinter minter() {
        return new TokenMinter(key.privateKey(), config.gateway().tokens().issuer(), config.gateway().tokens().audience());
    }

    /** Tells clients to go and waits for them, at most as long as configured. The agent must still run. */
    public void drain() throws InterruptedException {
        final Duration timeout = config.gateway().drainTimeout();
        gateway.drain(timeout);
    }

    /** After the agent has ended. */
    @Override
    public void close() {
        disks.forEach(DiskGuard::close);
        gateway.close();
        CloseHelper.quietCloseAll(closeLast, closeThen);
    }
}
