package bourse.services.node;

import bourse.engine.log.StageClock;
import bourse.engine.log.Terminator;
import bourse.gateway.AdminPort;
import bourse.services.client.VenueEndpoints;
import bourse.services.config.ConfigException;
import bourse.services.config.RunsOn;
import bourse.services.config.TelemetryConfig;
import bourse.services.config.VenueConfig;
import bourse.services.kubernetes.CgroupLimits;
import bourse.services.kubernetes.Cluster;
import bourse.services.kubernetes.MemberWatch;
import bourse.services.placement.Topology;
import bourse.services.telemetry.Health;
import bourse.services.telemetry.Telemetry;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentInvoker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.security.Security;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One process of a venue: any of engine, gateway and market data, started in the order of an order's way and stopped in reverse. Several
 * parts in one process, where the engine has the layout of one thread, share that thread.
 */
public final class VenueProcess implements AutoCloseable {
    /** What a process may hold. */
    public enum Part { ENGINE, GATEWAY, MARKET_DATA }

    private static final Logger LOG = LoggerFactory.getLogger(VenueProcess.class);
    /** Of health: the configured instruments have been looked at. A venue of none is not ready for its first order. */
    private static final String INSTRUMENTS = "instruments";
    private static final long POLL_MS = 2;
    private static final long ORDER_ENTRY_FIRST_NS = 3_000_000_000L;
    private static final long FIRST_POLL_NS = 1_000_000L;
    private static final long SHARDS_POLL_NS = 50_000_000L;

    private final VenueConfig config;
    private final Set<Part> parts;
    private final Health health = new Health();
    private final StageClock clock;
    private final long startedNs = System.nanoTime();
    private Telemetry telemetry;
    private AgentThreads threads;
    private ThreadPlacement placement;
    private DutyIdle engineIdle;
    private MemberSeeds seeds;
    private EngineNode engine;
    private GatewayNode gateway;
    private MarketDataNode marketData;
    private VenueEndpoints endpoints;
    private Cluster cluster;
    private volatile boolean areInstrumentsDefined;
    private volatile boolean isLaunched;
    private volatile boolean isClosed;

    private VenueProcess(final VenueConfig config, final Set<Part> parts, final StageClock clock) {
        this.clock = clock;
        this.config = config;
        this.parts = parts;
    }

    /** All in one process. */
    public static VenueProcess start(final VenueConfig config) throws IOException {
        return start(config, EnumSet.allOf(Part.class));
    }

    /**
     * Starts the parts; what they recover may take longer: {@link #awaitReady}.
     *
     * @throws IOException           when a port or file cannot be had; the message says which
     * @throws IllegalStateException when the data directory is in use
     */
    public static VenueProcess start(final VenueConfig config, final Set<Part> parts) throws IOException {
        return start(config, parts, StageClock.ofThisProcess(), () -> false);
    }

    /**
     * The same; {@code clock} is told how long the stages of the start take.
     *
     * @return null when it {@code isUnwanted} before a member without data has got a copy of another's
     */
    public static VenueProcess start(final VenueConfig config, final Set<Part> parts, final StageClock clock, final BooleanSupplier isUnwanted)
        throws IOException {
        if (parts.contains(Part.ENGINE) && parts.contains(Part.GATEWAY) && !config.gateway().shards().isEmpty()) {
            throw new ConfigException("gateway.shards: " + config.gateway().shards().size() + " engines (expected: none with `bourse run`; `bourse engine`"
                + " for each of them, and `bourse gateway` for all)");
        }
        final VenueProcess process = new VenueProcess(config, EnumSet.copyOf(parts), clock);
        try {
            if (config.cluster().isReplicated() && parts.contains(Part.ENGINE) && !process.awaitData(isUnwanted)) {
                process.close();
                return null;
            }
            process.launch();
            return process;
        } catch (final IOException | RuntimeException e) {
            CloseHelper.quietClose(process);
            throw e;
        }
    }

    private boolean awaitData(final BooleanSupplier isUnwanted) throws IOException {
        // A member may come back at another address: names are looked up anew each time.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        seeds = MemberSeeds.open(config);
        try {
            return seeds.awaitData(isUnwanted);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void launch() throws IOException {
        // Asked from the next line on, when no other part has a name yet.
        health.part("started", () -> isLaunched);
        try (StageClock.Span ignored = clock.begin("telemetry")) {
            OpenFiles.limitHttp();
            telemetry = new Telemetry(telemetryConfig(), serviceName(), config.dataDir() + "#" + config.shard(), health);
        }
        threads = new AgentThreads(health, Terminator.halt());
        placement = new ThreadPlacement(config.threads(), Topology.ofMachine());
        if (parts.contains(Part.ENGINE)) {
            warnOfMemoryLimit();
            placement.place("engine", config.threads().engine(), this::launchEngine);
        }
        if (parts.contains(Part.GATEWAY)) {
            launchGateway();
        }
        if (parts.contains(Part.MARKET_DATA)) {
            letOrderEntryGoFirst();
            placement.place("market data", config.threads().marketData(), this::launchMarketData);
        }
        LOG.info("placement: {}", placement.describe());
        isLaunched = true;
    }

    private void launchEngine() {
        engine = new EngineNode(config, health, telemetry.traces(), clock);
        if (engine.agent() != null) {
            engineIdle = threads.start(engine.agent());
        }
        engine.observe(telemetry.meter());
        if (seeds != null) {
            seeds.serve(engine::isServing, engine.log()::isLeader, Terminator.halt());
        }
    }

    private void launchGateway() throws IOException {
        final boolean sharesThread = sharesThread(config.gateway().thread());
        try (StageClock.Span ignored = clock.begin("gateway")) {
            placement.place("network", config.threads().network(), () ->
                gateway = new GatewayNode(config, telemetry, health, sharesThread ? this::driver : () -> null, adminPort()));
        }
        health.part(INSTRUMENTS, () -> areInstrumentsDefined);
        if (sharesThread) {
            placement.sharesEngine("gateway");
            gateway.agents().forEach(engine.log()::addColocated);
        } else {
            placement.place("gateway", config.threads().gateway(), () -> gateway.agents().forEach(threads::start));
        }
        if (sharesThread && config.gateway().networkThreads() == 0) {
            // Everything that this thread does begins with the network or with a timer.
            engineIdle.sleepBy(gateway::awaitNetwork);
        } else if (sharesThread && !config.cluster().isReplicated()) {
            // Likewise, but that other members' messages wake nobody.
            gateway.wakeBy(engineIdle.wokenByOthers());
        }
    }

    /** Two cores are all taken by a start: the feed's books are read when the first order can be acknowledged, or when that takes too long. */
    private void letOrderEntryGoFirst() {
        if (engine == null || gateway == null) {
            return;
        }
        final long giveUpNs = System.nanoTime() + ORDER_ENTRY_FIRST_NS;
        while (!gateway.isReady() && health.failure() == null && System.nanoTime() - giveUpNs < 0) {
            LockSupport.parkNanos(FIRST_POLL_NS);
        }
        if (gateway.isReady()) {
            clock.sinceStart("order entry");
        }
    }

    private void launchMarketData() throws IOException {
        final boolean sharesThread = sharesThread(config.marketData().thread());
        try (StageClock.Span ignored = clock.begin("market data")) {
            marketData = new MarketDataNode(config, telemetry, health, sharesThread ? this::driver : () -> null);
        }
        if (sharesThread) {
            placement.sharesEngine("feed");
            engine.log().addColocated(marketData.agent());
        } else {
            threads.start(marketData.agent());
        }
    }

    /** A process over its limit is ended by the kernel without a word: better said before. */
    private void warnOfMemoryLimit() {
        final long allowed = CgroupLimits.ofThisProcess().memoryBytes();
        final long wanted = EngineNode.bookBytes(config.engine()) + Runtime.getRuntime().maxMemory();
        if (wanted > allowed) {
            LOG.warn("the control group allows {} MiB, the book and the largest heap need {} MiB: lower engine.maxOrders or -Xmx, or raise the limit",
                allowed >> 20, wanted >> 20);
        }
    }

    private boolean sharesThread(final RunsOn wanted) {
        return wanted == RunsOn.ENGINE && engine != null && engine.agent() != null;
    }

    /** What an agent on the engine's thread runs while it waits. */
    private AgentInvoker driver() {
        return engine.log().driverAgentInvoker();
    }

    private AdminPort adminPort() {
        return shard -> engine == null
            ? gateway.takeSnapshot(shard)
            : CompletableFuture.supplyAsync(() -> {
                if (config.cluster().isReplicated() && !engine.log().isLeader()) {
                    throw new IllegalStateException("this member does not lead, member " + engine.log().leaderMemberId()
                        + " does: ask there; all members take a snapshot then");
                }
                final long position = engine.takeSnapshot();
                if (position < 0) {
                    throw new IllegalStateException("no snapshot was taken in time; see the log");
                }
                return position;
            });
    }

    private TelemetryConfig telemetryConfig() {
        final TelemetryConfig all = config.telemetry();
        if (parts.contains(Part.GATEWAY)) {
            return all;
        }
        return all.withPort(parts.contains(Part.ENGINE) ? all.enginePort() : all.marketDataPort());
    }

    private String serviceName() {
        return parts.size() > 1 ? "bourse" : "bourse-" + partName();
    }

    /** Of a process that is one part. */
    private String partName() {
        return parts.iterator().next().name().toLowerCase(java.util.Locale.ROOT).replace("_", "");
    }

    /**
     * Waits until every part is ready, without the engine in this process for as long as it takes; defines the configured instruments, writes down where the process listens.
     *
     * @return milliseconds since the start
     * @throws TimeoutException when it takes longer; the message says which part is not ready
     */
    public long awaitReady(final Duration timeout) throws InterruptedException, TimeoutException, IOException {
        return awaitReady(timeout, () -> false);
    }

    /** The same, but returns -1 as soon as {@code isUnwanted}. */
    public long awaitReady(final Duration timeout, final BooleanSupplier isUnwanted) throws InterruptedException, TimeoutException, IOException {
        final long deadlineNs = startedNs + timeout.toNanos();
        boolean isTold = false;
        while (!health.isReadyBut(INSTRUMENTS) && !servesSomeShards()) {
            if (isUnwanted.getAsBoolean()) {
                return -1;
            }
            if (System.nanoTime() - deadlineNs > 0) {
                if (engine == null || config.cluster().isReplicated()) {
                    if (!isTold) {
                        LOG.warn("waiting for {}: {}", engine == null ? enginesAwaited() : "other members",
                            health.describe());
                        isTold = true;
                    }
                    Thread.sleep(POLL_MS);
                    continue;
                }
                throw new TimeoutException("not ready after " + timeout.toMillis() + " ms: " + health.describe());
            }
            Thread.sleep(POLL_MS);
        }
        final long readyMs = (System.nanoTime() - startedNs) / 1_000_000;
        clock.sinceStart("ready");
        if (gateway != null) {
            defineInstruments();
        }
        joinCluster();
        publishEndpoints();
        return readyMs;
    }

    /** A gateway of several shards begins with those that are there; health names the others. */
    private boolean servesSomeShards() {
        return gateway != null && gateway.shards().size() > 1 && health.failure() == null && gateway.isPartlyReady();
    }

    private String enginesAwaited() {
        return "the engine in " + config.shards().stream().map(shard -> EngineNode.address(shard).aeronDirectory()).collect(Collectors.joining(" or "));
    }

    /** A number is free when no shard has it, so all must be there: where one is not yet, later, and without keeping the others waiting. */
    private void defineInstruments() {
        if (gateway.isReady()) {
            defineInstrumentsNow();
            return;
        }
        LOG.warn("not every shard is there: {}; the configured instruments are looked at when all are", health.describe());
        Thread.ofPlatform().name("instruments").daemon().start(() -> {
            while (!gateway.isReady()) {
                if (isClosed) {
                    return;
                }
                LockSupport.parkNanos(SHARDS_POLL_NS);
            }
            defineInstrumentsNow();
        });
    }

    private void defineInstrumentsNow() {
        InstrumentSetup.run(config, gateway, config.instruments());
        areInstrumentsDefined = true;
    }

    private void joinCluster() {
        cluster = Cluster.join(config.kubernetes(), System.getenv()).orElse(null);
        if (cluster == null) {
            return;
        }
        if (engine != null) {
            cluster.showRole(engine.log()::isLeader);
            observeMembers();
        }
        if (gateway != null && !config.kubernetes().instruments().isEmpty()) {
            cluster.watchInstruments(config.kubernetes().instruments(), wanted -> InstrumentSetup.run(config, gateway, wanted));
        }
    }

    private void observeMembers() {
        final AtomicReference<Map<String, MemberWatch.Member>> members = new AtomicReference<>(Map.of());
        cluster.watchMembers(members::set);
        telemetry.meter().gaugeBuilder("bourse.members").ofLongs().setDescription("Members of the venue: those of cluster.members, or as many as the cluster knows")
            .buildWithCallback(value -> value.record(Math.max(config.cluster().members().size(), members.get().size())));
        telemetry.meter().gaugeBuilder("bourse.members.ready").ofLongs().setDescription("Members of the venue whose probes say ready")
            .buildWithCallback(value -> value.record(members.get().values().stream().filter(MemberWatch.Member::isReady).count()));
    }

    private void publishEndpoints() throws IOException {
        endpoints = new VenueEndpoints(ProcessHandle.current().pid(),
            gateway == null ? null : gateway.orderEntryAddress(),
            gateway == null ? null : gateway.adminAddress(),
            marketData == null ? null : marketData.grpcAddress(),
            marketData == null ? null : marketData.webUrl(),
            telemetry.url(),
            config.gateway().tls().isOn(),
            GatewayNode.keyDir(config).resolve(bourse.gateway.auth.KeyFile.PRIVATE_NAME).toString(),
            marketData == null ? null : marketData.multicast(),
            Map.of(parts.size() > 1 ? "venue" : partName(), telemetry.url()),
            gateway == null || config.gateway().shards().isEmpty() ? null : config.shards().stream()
                .collect(Collectors.toMap(VenueConfig::shard, shard -> shard.dataDir().toString())));
        EndpointsFile.publish(config.dataDir(), endpoints, gateway != null);
    }

    /** Compiles the engine's hot code on a scratch book, on this thread; then the process counts as warm. */
    public void warmUp() {
        if (engine != null) {
            engine.warmUp();
        }
        health.warm();
    }

    /** Compiles what a snapshot does on the engine's thread, in a scratch log, on this thread, of which the lowest priority is left; until {@link #close}. Seconds. */
    public void warmUpSnapshots() {
        if (engine != null) {
            engine.warmUpSnapshots();
        }
    }

    public Health health() {
        return health;
    }

    /** Where the process listens; after {@link #awaitReady}. */
    public VenueEndpoints endpoints() {
        return endpoints;
    }

    /** Which shards are this process's, for the banner. */
    public String shards() {
        return gateway == null || gateway.shards().size() == 1 ? "shard " + (gateway == null ? config.shard() : gateway.shards().getFirst())
            : "shards " + gateway.shards().stream().map(String::valueOf).collect(Collectors.joining(", ")) + (gateway.isReady() ? "" : " (not all there: /readyz)");
    }

    /** Which part's threads are on which cores, and what the machine has. */
    public String placement() {
        return placement.describe();
    }

    /** Why no multicast is sent, for the banner; null when it is, or was not wanted. */
    public String multicastProblem() {
        return marketData == null ? null : marketData.multicastProblem();
    }

    /** Tells clients to go, takes a snapshot, ends every thread. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        health.drain();
        CloseHelper.quietClose(cluster);
        drainGateway();
        // Where there are other members they go on, and must not stand still for a snapshot.
        if (engine != null && !config.cluster().isReplicated() && engine.log().isLeader() && engine.takeLastSnapshot() < 0) {
            LOG.warn("stopping without a snapshot: the next start replays the log instead");
        }
        CloseHelper.quietCloseAll(seeds, threads, gateway, marketData, engine, telemetry);
    }

    private void drainGateway() {
        if (gateway == null) {
            return;
        }
        try {
            gateway.drain();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
