package bourse.services.node;

import bourse.engine.book.BookMemory;
import bourse.engine.log.AeronLayout;
import bourse.engine.log.AeronLog;
import bourse.engine.log.AeronLogConfig;
import bourse.engine.log.LogMembers;
import bourse.engine.log.LogLimits;
import bourse.engine.log.LogRole;
import bourse.engine.log.SnapshotSetup;
import bourse.engine.log.StageClock;
import bourse.engine.log.SyncLevel;
import bourse.engine.log.Terminator;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.LadderReplica;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.services.config.ClusterConfig;
import bourse.services.config.EngineConfig;
import bourse.services.config.VenueConfig;
import bourse.services.telemetry.Health;
import bourse.services.telemetry.OrderTraces;
import bourse.services.telemetry.TracedListener;
import bourse.services.transport.ShardAddress;
import io.opentelemetry.api.metrics.Meter;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The engine of one shard: its log, its book and the state machine between them. Where there is a layout of one thread, the caller runs
 * {@link #agent()}.
 */
public final class EngineNode implements AutoCloseable {
    private static final long SNAPSHOT_TIMEOUT_MS = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(EngineNode.class);

    private final VenueConfig config;
    private final DataDirectoryLock lock;
    private final SharedMemory shared;
    private final DiskGuard disk;
    private final BookMemory memory;
    private final AeronLog log;
    private final LogWarmUp logWarmUp;
    private final ScheduledExecutorService timer;
    private final QuietSnapshot quiet = new QuietSnapshot();
    private LadderMatching matching;
    private Shard shard;

    /**
     * Takes the data directory and begins to recover the state from snapshot and log; in the layout of one thread when {@link #agent()} is
     * started.
     *
     * @throws IllegalStateException when another process has the data directory
     */
    public EngineNode(final VenueConfig config, final Health health) {
        this(config, health, null, StageClock.ofThisProcess());
    }

    /**
     * @param traces gets when sampled batches were applied; null = none are sampled
     * @param clock  is told how long the stages of the start take
     */
    public EngineNode(final VenueConfig config, final Health health, final OrderTraces traces, final StageClock clock) {
        this.config = config;
        lock = DataDirectoryLock.take(config.dataDir());
        final EngineConfig engine = withLimitsOfLog();
        final MatcherLimits limits = limits(engine);
        shared = sharedMemory();
        // The system needs a while to give so much memory: what is stored is checked beside it.
        final CompletableFuture<BookMemory> given = CompletableFuture.supplyAsync(() -> bookMemory(limits, clock),
            task -> Thread.ofPlatform().name("memory").start(task));
        final ShardConfig shardConfig = new ShardConfig(config.shard(), engine.maxSessions(), engine.maxAccounts(), engine.maxInstruments(),
            AeronLogConfig.MAX_EVENT_FRAME_BYTES);
        try {
            log = AeronLog.launch(logConfig(config), () -> {
                shard = new Shard(shardConfig, listener -> {
                    matching = new LadderMatching(limits, joined(given), listener);
                    return matching;
                });
                return traces == null ? shard : new TracedListener(shard, traces);
            }, new SnapshotSetup(() -> LadderReplica.of(shardConfig, limits), ReaderSnapshots.parts(config.shard())), terminator(health), clock);
            memory = joined(given);
        } catch (final RuntimeException e) {
            given.thenAccept(BookMemory::close).handle((done, failure) -> null).join();
            CloseHelper.quietCloseAll(shared, lock);
            throw e;
        }
        logWarmUp = new LogWarmUp(bookDirectory(config).resolve("warm-up"), log.config().layout(), log::appliedPosition);
        disk = new DiskGuard(logDirectory(config), engine.diskReserve(), true, refused -> { });
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("snapshots").factory());
        final Duration interval = engine.snapshotInterval();
        if (!interval.isZero()) {
            timer.scheduleWithFixedDelay(this::takeSnapshotQuietly, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
            timer.scheduleWithFixedDelay(this::takeSnapshotWhenQuiet, 1, 1, TimeUnit.SECONDS);
        }
        health.part("engine", this::isServing);
        if (config.shard() != 0) {
            health.note("shard", () -> Integer.toString(config.shard()));
        }
        if (log.config().isReplicated()) {
            health.note("member", this::describeMember);
        }
    }

    private EngineConfig withLimitsOfLog() {
        try {
            return config.engine().withLimits(LogLimits.settle(logDirectory(config), config.engine().limits(), config.cluster().isReplicated()));
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(lock);
            throw e;
        }
    }

    private BookMemory bookMemory(final MatcherLimits limits, final StageClock clock) {
        try (StageClock.Span ignored = clock.begin("memory")) {
            return BookMemory.shared(bookDirectory(config), LadderMatcher.stateBytes(limits), LadderMatcher.publishedBytes(limits),
                ProcessHandle.current().pid());
        }
    }

    private static BookMemory joined(final CompletableFuture<BookMemory> given) {
        try {
            return given.join();
        } catch (final CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Recovered, connected to the log, and in a quorum: a leader, or a follower of one. */
    public boolean isServing() {
        return log.isReady() && log.role() != LogRole.CANDIDATE;
    }

    private String describeMember() {
        final int leader = log.leaderMemberId();
        return log.config().members().memberId() + " of " + log.config().members().members().size() + ", "
            + (isServing() ? log.role().name().toLowerCase(Locale.ROOT) : "not in a quorum") + (leader < 0 || !isServing() ? "" : ", leader " + leader)
            + ", term " + log.leadershipTermId() + ", applied " + log.appliedPosition() + ", committed " + log.commitPosition();
    }

    private SharedMemory sharedMemory() {
        try {
            return SharedMemory.take(bookDirectory(config));
        } catch (final RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    static MatcherLimits limits(final EngineConfig engine) {
        return new MatcherLimits(engine.maxInstruments(), engine.maxOrders(), engine.maxLevels(), engine.maxAccounts(),
            engine.maxFinishedIds(), engine.maxPositions(), engine.ladderTicks());
    }

    /** Memory that the books of that configuration take, touched at the start. */
    static long bookBytes(final EngineConfig engine) {
        return LadderMatcher.stateBytes(limits(engine)) + LadderMatcher.publishedBytes(limits(engine));
    }

    /** Log, events and snapshots of a venue: where its engine has them, whose process ever asks. */
    public static Path logDirectory(final VenueConfig config) {
        final String engines = config.engine().dataDir();
        return (engines.isEmpty() ? config.dataDir() : Path.of(engines)).resolve("log");
    }

    /** The recordings of {@link #logDirectory}. */
    static Path archiveDirectory(final VenueConfig config) {
        return logDirectory(config).resolve("archive");
    }

    static AeronLogConfig logConfig(final VenueConfig config) {
        final EngineConfig engine = config.engine();
        AeronLogConfig log = AeronLogConfig.of(logDirectory(config))
            .withLayout(engine.layout() == EngineConfig.Layout.ORDINARY ? AeronLayout.ORDINARY : AeronLayout.ONE_THREAD)
            .withSyncLevel(engine.sync() == EngineConfig.Sync.POWER ? SyncLevel.POWER : SyncLevel.PROCESS);
        final int fileBytes = engine.logFileBytes();
        log = log.withTerms(Math.min(log.termBytes(), fileBytes), Math.min(log.eventTermBytes(), fileBytes), fileBytes).withCachedBytes(engine.logCacheBytes());
        if (!engine.aeronDir().isEmpty()) {
            log = log.withAeronDirectory(Path.of(engine.aeronDir()).toAbsolutePath());
        }
        return config.cluster().isReplicated() ? log.withMembers(members(config.cluster())) : log;
    }

    private static LogMembers members(final ClusterConfig cluster) {
        return new LogMembers(cluster.member(), cluster.members().stream().map(member -> new LogMembers.Member(member.host(), member.port())).toList(),
            cluster.heartbeatInterval().toMillis(), cluster.heartbeatTimeout().toMillis(), cluster.electionTimeout().toMillis(), cluster.mtu());
    }

    /** Beside the media driver's directory, which is deleted at each start. */
    static Path bookDirectory(final VenueConfig config) {
        return SharedMemory.bookDirectory(logConfig(config).aeronDirectory());
    }

    /** The region of the book that other processes of this host read. */
    static Path publishedBook(final VenueConfig config) {
        return bookDirectory(config).resolve("book.published");
    }

    /** Where clients on this host reach the engine of this configuration, whichever process runs it. */
    public static ShardAddress address(final VenueConfig config) {
        final AeronLogConfig log = logConfig(config);
        final ShardAddress local = new ShardAddress(log.aeronDirectory().toString(), AeronLog.INGRESS_CHANNEL, null, AeronLog.INGRESS_STREAM_ID,
            AeronLog.ARCHIVE_CONTROL_CHANNEL, AeronLog.ARCHIVE_CONTROL_STREAM_ID);
        return log.isReplicated() ? local.throughMembers(log.members().ingressEndpoints(), log.members().own().anyPort(), log.members().mtuBytes()) : local;
    }

    private static Terminator terminator(final Health health) {
        return (reason, cause) -> {
            health.fail(reason);
            LOG.error("the engine stops the process: {}", reason, cause);
            Terminator.halt().terminate(reason, cause);
        };
    }

    /** The layout of one thread: what that thread runs; null in the ordinary one, which has threads of its own. */
    public Agent agent() {
        return config.engine().layout() == EngineConfig.Layout.ORDINARY ? null : log.agent();
    }

    public AeronLog log() {
        return log;
    }

    /** Waits for a snapshot; not on the thread that runs {@link #agent()}. @return its log position, or -1 when it did not come. */
    public long takeSnapshot() {
        return reported(log.takeSnapshot(SNAPSHOT_TIMEOUT_MS));
    }

    /** Likewise, by the engine's own thread, which applies nothing meanwhile: quicker, for the end. */
    long takeLastSnapshot() {
        return reported(log.takeLastSnapshot(SNAPSHOT_TIMEOUT_MS));
    }

    private long reported(final long position) {
        if (position >= 0) {
            LOG.info("snapshot taken position={} orders={} ms={}", position, matching.orderCount(), log.lastSnapshotMs());
        }
        return position;
    }

    private void takeSnapshotQuietly() {
        if (!log.isLeader() || log.appliedPosition() <= log.lastSnapshotPosition()) {
            return;
        }
        if (takeSnapshot() < 0) {
            LOG.warn("no snapshot was taken within {} ms; the next attempt follows after {}", SNAPSHOT_TIMEOUT_MS, config.engine().snapshotInterval());
        }
    }

    private void takeSnapshotWhenQuiet() {
        if (quiet.isDue(log.appliedPosition(), log.lastSnapshotPosition())) {
            takeSnapshotQuietly();
        }
    }

    /** Binds the engine's figures. */
    public void observe(final Meter meter) {
        meter.upDownCounterBuilder("bourse.engine.orders").setDescription("Live orders").buildWithCallback(value -> value.record(matching.orderCount()));
        meter.gaugeBuilder("bourse.engine.pool.utilization").setDescription("Order slots in use, 0..1")
            .buildWithCallback(value -> value.record((double) matching.ladder().slotsInUse() / matching.ladder().capacity()));
        meter.upDownCounterBuilder("bourse.engine.levels").setDescription("Price levels in use")
            .buildWithCallback(value -> value.record(matching.ladder().levelsInUse()));
        meter.counterBuilder("bourse.engine.log.position").setUnit("By").setDescription("Log applied").buildWithCallback(value -> value.record(log.appliedPosition()));
        meter.counterBuilder("bourse.engine.log.commit_position").setUnit("By").setDescription("Log committed")
            .buildWithCallback(value -> value.record(Math.max(0, log.commitPosition())));
        meter.counterBuilder("bourse.engine.snapshots").setDescription("Snapshots taken since the start").buildWithCallback(value -> value.record(log.snapshotCount()));
        meter.counterBuilder("bourse.engine.snapshots.failed").setDescription("Snapshots that came to nothing").buildWithCallback(value -> value.record(log.failedSnapshots()));
        meter.counterBuilder("bourse.engine.unreadable").setDescription("Messages too broken to answer").buildWithCallback(value -> value.record(shard.unreadableMessages()));
        meter.counterBuilder("bourse.engine.log.errors").setDescription("Errors counted by driver, archive and consensus").buildWithCallback(value -> value.record(log.errorCount()));
        meter.gaugeBuilder("bourse.engine.disk.free").ofLongs().setUnit("By").setDescription("Free space on the disk of the data directory")
            .buildWithCallback(value -> {
                if (disk.isWatching()) {
                    value.record(disk.freeBytes());
                }
            });
        meter.gaugeBuilder("bourse.engine.disk.full").ofLongs().setDescription("1 = new orders are refused, until there is room for three reserves")
            .buildWithCallback(value -> value.record(disk.state() == DiskGuard.State.FULL ? 1 : 0));
        meter.gaugeBuilder("bourse.engine.leader").ofLongs().setDescription("1 = this member leads").buildWithCallback(value -> value.record(log.isLeader() ? 1 : 0));
        meter.gaugeBuilder("bourse.engine.serving").ofLongs().setDescription("1 = recovered and in a quorum").buildWithCallback(value -> value.record(isServing() ? 1 : 0));
        meter.gaugeBuilder("bourse.engine.member").ofLongs().setDescription("Number of this member").buildWithCallback(value -> value.record(config.cluster().member()));
        meter.gaugeBuilder("bourse.engine.leader_member").ofLongs().setDescription("Number of the member that leads, -1 = unknown")
            .buildWithCallback(value -> value.record(log.leaderMemberId()));
        meter.gaugeBuilder("bourse.engine.term").ofLongs().setDescription("Leadership, counted from 0").buildWithCallback(value -> value.record(log.leadershipTermId()));
        meter.counterBuilder("bourse.engine.elections").setDescription("Elections that this member took part in since the start")
            .buildWithCallback(value -> value.record(Math.max(0, log.electionCount())));
        meter.gaugeBuilder("bourse.engine.cycle.longest").ofLongs().setUnit("ns")
            .setDescription("Longest time between two duty cycles of the engine since the last look: how long it stood still, or slept for want of work")
            .buildWithCallback(value -> value.record(log.takeLongestCycleNs()));
        meter.gaugeBuilder("bourse.engine.snapshot.stall").ofLongs().setUnit("ns")
            .setDescription("Longest time for which a snapshot stopped the log since the last look; its files are written afterwards, beside the engine")
            .buildWithCallback(value -> value.record(log.takeLongestSnapshotStallNs()));
    }

    /** Compiles the hot code, with a book that nobody sees. Thread: the caller's, not the engine's. */
    void warmUp() {
        EngineWarmUp.run(config.engine().warmUp());
    }

    /** Compiles what stops the engine while a snapshot is marked, with a log that nobody sees: some seconds of what the others leave. Thread: likewise. */
    void warmUpSnapshots() {
        if (config.engine().warmUp() > 0) {
            logWarmUp.run();
        }
    }

    /** After {@link #agent()} has ended, where there is one. */
    @Override
    public void close() {
        timer.shutdownNow();
        CloseHelper.quietCloseAll(logWarmUp, log);
        memory.close();
        IoUtil.delete(bookDirectory(config).toFile(), true);
        CloseHelper.quietCloseAll(disk, shared);
        lock.close();
    }
}
