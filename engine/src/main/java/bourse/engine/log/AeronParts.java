package bourse.engine.log;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.cluster.ClusterControl;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.PriorityHeapTimerServiceSupplier;
import io.aeron.cluster.service.ClusterCounters;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.cluster.service.InvokedServiceContainer;
import io.aeron.cluster.service.RecoveryState;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.status.DutyCycleStallTracker;

import org.agrona.CloseHelper;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Media driver, archive, consensus module and service container of one member: configured, started in order, closed in reverse. Cold. */
final class AeronParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AeronParts.class);
    private static final int LOG_STREAM_ID = 110;
    private static final int CLUSTER_ID = 0;
    /** Snapshots of the cluster are small: the state is in files of its own. Little to make, so that the engine stands still only shortly. */
    private static final String SNAPSHOT_CHANNEL = "aeron:ipc?alias=snapshot|term-length=64k|mtu=1408";
    private static final long TIMER_INTERVAL_MS = 10;
    private static final long UNTETHER_AFTER_MS = 30;
    private static final long LEADER_HEARTBEAT_TIMEOUT_MS = 2_000;
    private static final long LEADER_HEARTBEAT_INTERVAL_MS = 100;
    private static final long ELECTION_TIMEOUT_MS = 200;
    private static final long STARTUP_CANVASS_MS = 5_000;
    private static final long REPLICATED_CANVASS_MS = 3_000;
    /** Of several members: how often they tell each other while they elect one. */
    private static final long ELECTION_STATUS_MS = 20;
    /** A leader that ends tells the others so by the end of its log; the driver must live long enough to send it. */
    private static final long LAST_WORDS_MS = 200;
    private static final int MAX_CONNECTIONS = 64;
    /** Below it the archive begins no recording, a snapshot's neither; the space is watched elsewhere, so this is small. */
    private static final long LOW_STORAGE_BYTES = 1 << 20;
    private static final long MAX_PARK_NS = 1_000_000;

    private final AeronLogConfig config;
    private final Terminator terminator;
    private final StageClock clock;
    private final boolean isOneThread;
    private final LogErrors errors;
    private final AeronClients clients;
    private final Object countersLock = new Object();
    private OneThreadAgent oneThread;
    private AgentInvoker pump;
    private DataDirectory data;
    private MediaDriver driver;
    private Archive archive;
    private Aeron consensusAeron;
    private volatile ConsensusModule consensus;
    private InvokedServiceContainer invokedService;
    private ClusteredServiceContainer service;
    private SnapshotJob snapshots;
    private RecordedPages pages;
    private volatile boolean isClosing;

    AeronParts(final AeronLogConfig config, final Terminator terminator, final StageClock clock) {
        this.config = config;
        this.clock = clock;
        this.terminator = terminator;
        errors = new LogErrors(terminator, () -> isClosing, this::isReady, this::logRecordingId);
        this.isOneThread = config.layout() == AeronLayout.ONE_THREAD;
        clients = new AeronClients(config, errors, this::driverInvoker, () -> pump, () -> isClosing);
    }

    /** Takes the data directory and looks what in it can be started from. */
    RecoveryPlan check() {
        data = DataDirectory.open(config.dataDirectory(), config.marksDirectory(), System.currentTimeMillis());
        new SnapshotDirectory(DataDirectory.snapshots(data.root())).removeDrafts();
        try (StageClock.Span ignored = clock.begin("snapshots checked")) {
            RecordingCatalog.removeUnwritten(DataDirectory.archive(data.root()));
            NodeState.check(data.root(), config.isReplicated());
            final TailCheck tail = new TailCheck(data.root());
            tail.check();
            final RecoveryPlan plan = RecoveryPlan.make(data.root(), tail.events());
            tail.cut();
            data.noteSyncLevel(config.syncLevel());
            return plan;
        }
    }

    /** Starts at once, or when {@link #oneThread()} is started. */
    void launch(final AeronServiceAdapter adapter, final SnapshotSetup setup, final RecoveryPlan plan) {
        pages = RecordedPages.start(DataDirectory.archive(data.root()), config.cachedBytes(), this::recordingPositions, errors);
        snapshots = new SnapshotJob(data.root(), setup, new Pruning(clients::pruning), plan.position());
        adapter.recover(new SnapshotDirectory(DataDirectory.snapshots(data.root())), plan, snapshots, clock);
        if (isOneThread) {
            oneThread = new OneThreadAgent(config.driverEveryCycles(), () -> launchHere(adapter), this::isRecovering, this::close);
        } else {
            launchOrClose(adapter);
        }
    }

    private void launchHere(final ClusteredService adapter) {
        try {
            launchOrClose(adapter);
        } catch (final RuntimeException e) {
            LOG.error("Stopping: the sequenced log does not start", e);
            terminator.terminate("the sequenced log does not start", e);
            throw e;
        }
    }

    private void launchOrClose(final ClusteredService adapter) {
        try {
            launchAll(adapter);
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(this);
            throw e;
        }
    }

    private void launchAll(final ClusteredService adapter) {
        try (StageClock.Span ignored = clock.begin("log")) {
            launchParts(adapter);
        }
    }

    private void launchParts(final ClusteredService adapter) {
        driver = MediaDriver.launch(driverContext());
        if (isOneThread) {
            oneThread.driver(driver.sharedAgentInvoker());
            pump = new AgentInvoker(errors, null, oneThread.archivePump());
            pump.start();
        }
        archive = launchArchive();
        if (isOneThread) {
            oneThread.archive(archive.invoker());
            launchInvoked(adapter);
        } else {
            consensus = ConsensusModule.launch(consensusContext());
            service = ClusteredServiceContainer.launch(serviceContext(adapter));
        }
    }

    private AgentInvoker archivesDriver() {
        if (!isOneThread || config.isReplicated()) {
            return driverInvoker();
        }
        final AgentInvoker seldom = new AgentInvoker(errors, null, oneThread.seldomDriver());
        seldom.start();
        return seldom;
    }

    /** A process killed while the archive was writing can leave a frame half written, which the archive refuses; it was never acknowledged. */
    private Archive launchArchive() {
        try {
            return Archive.launch(archiveContext());
        } catch (final ArchiveException e) {
            if (!TornTail.isReason(e)) {
                throw e;
            }
            TornTail.cut(data.archive());
            data.renewMarks();
            return Archive.launch(archiveContext());
        }
    }

    /** The consensus module waits for the service while it starts, by an idle strategy that starts the service. */
    private void launchInvoked(final ClusteredService adapter) {
        final ConsensusModule.Context consensusContext = consensusContext();
        consensusAeron = consensusContext.aeron();
        invokedService = new InvokedServiceContainer(serviceContext(adapter));
        oneThread.service(invokedService.invoker());
        oneThread.consensusIsStarting();
        consensus = ConsensusModule.launch(consensusContext);
        oneThread.consensus(consensus.conductorAgentInvoker());
    }

    /** The consensus module waits for the service to recover. */
    private boolean isRecovering() {
        return RecoveryState.findCounterId(consensusAeron.countersReader(), CLUSTER_ID) != CountersReader.NULL_COUNTER_ID;
    }

    private MediaDriver.Context driverContext() {
        final MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(config.aeronDirectory().toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .epochClock(DriverClock.INSTANCE)
                .threadingMode(isOneThread ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .sharedIdleStrategy(backoff())
                .ipcTermBufferLength(config.termBytes())
                .publicationTermBufferLength(config.termBytes())
                .ipcMtuLength(config.ipcMtuBytes())
                .spiesSimulateConnection(true)
                .timerIntervalNs(ms(TIMER_INTERVAL_MS))
                .untetheredWindowLimitTimeoutNs(ms(UNTETHER_AFTER_MS))
                .untetheredLingerTimeoutNs(ms(UNTETHER_AFTER_MS))
                .untetheredRestingTimeoutNs(ms(UNTETHER_AFTER_MS))
                .clientLivenessTimeoutNs(ms(config.clientLivenessMs()))
                .publicationUnblockTimeoutNs(ms(config.clientLivenessMs() + 5_000))
                .errorHandler(errors);
        // Looking up the name of a member that is away may take seconds: not on the one thread.
        return isOneThread && !config.isReplicated() ? context.asyncExecutorEnabled(false) : context;
    }

    private Archive.Context archiveContext() {
        final Aeron aeron = Aeron.connect(clients.context("archive", true));
        final Archive.Context context = new Archive.Context()
                .aeron(aeron)
                .ownsAeronClient(true)
                .archiveId(aeron.clientId())
                .errorCounter(archiveErrors(aeron))
                .archiveDir(data.archive().toFile())
                .fileIoMaxLength(ArchiveChunk.length(data.archive()))
                .epochClock(steady())
                .markFileDir(data.marks().toFile())
                .deleteArchiveOnStart(false)
                .controlChannelEnabled(false)
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:udp?endpoint=localhost:0"))
                .localControlChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL)
                .localControlStreamId(AeronLog.ARCHIVE_CONTROL_STREAM_ID)
                .replicationChannel("aeron:udp?endpoint=localhost:0")
                .recordingEventsEnabled(false)
                .lowStorageSpaceThreshold(LOW_STORAGE_BYTES)
                .segmentFileLength(config.segmentBytes())
                .fileSyncLevel(config.syncLevel().fileSyncLevel())
                .catalogFileSyncLevel(config.syncLevel().fileSyncLevel())
                .recordChecksum(Checksums.crc32c())
                .replayChecksum(Checksums.crc32c())
                .threadingMode(isOneThread ? ArchiveThreadingMode.INVOKER : ArchiveThreadingMode.SHARED)
                .idleStrategySupplier(AeronParts::backoff)
                .mediaDriverAgentInvoker(archivesDriver())
                .errorHandler(errors);
        if (config.isReplicated()) {
            final LogMembers.Member own = config.members().own();
            // A member that catches up asks the leader's archive by the stream id that it asks its own by.
            context.controlChannelEnabled(true)
                    .controlStreamId(AeronLog.ARCHIVE_CONTROL_STREAM_ID)
                    .controlChannel("aeron:udp?term-length=64k|endpoint=" + own.archive())
                    .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:udp?endpoint=" + own.anyPort()))
                    .replicationChannel("aeron:udp?endpoint=" + own.anyPort());
        }
        return context;
    }

    /** The wall clock as of now, going on by the monotonic one: what the archive waits for ends in time, whatever becomes of the wall clock. */
    private static EpochClock steady() {
        final long originMs = System.currentTimeMillis() - DriverClock.INSTANCE.time();
        return () -> originMs + DriverClock.INSTANCE.time();
    }

    private ConsensusModule.Context consensusContext() {
        final Aeron aeron = Aeron.connect(clients.context("consensus", true));
        final ConsensusModule.Context context = new ConsensusModule.Context()
                .aeron(aeron)
                .ownsAeronClient(true)
                .errorCounter(ClusterCounters.allocate(aeron, new ExpandableArrayBuffer(), "Cluster Errors",
                        AeronCounters.CLUSTER_CONSENSUS_MODULE_ERROR_COUNT_TYPE_ID, CLUSTER_ID))
                .clusterDir(data.cluster().toFile())
                .markFileDir(data.marks().toFile())
                .clusterId(CLUSTER_ID)
                .ingressChannel("aeron:udp?term-length=64k")
                .ingressStreamId(AeronLog.INGRESS_STREAM_ID)
                .isIpcIngressAllowed(true)
                .snapshotChannel(SNAPSHOT_CHANNEL)
                .logStreamId(LOG_STREAM_ID)
                .clusterClock(new SteadyClock())
                .serviceCount(1)
                .fileSyncLevel(config.syncLevel().fileSyncLevel())
                .maxConcurrentSessions(MAX_CONNECTIONS)
                .sessionTimeoutNs(ms(config.sessionTimeoutMs()))
                // Aeron's own choice is a wheel, which goes through all its ticks of some milliseconds when the clock steps ahead.
                .timerServiceSupplier(new PriorityHeapTimerServiceSupplier())
                .archiveContext(clients.archive("consensus", 1))
                .idleStrategySupplier(this::waiting)
                .useAgentInvoker(isOneThread)
                .terminationHook(() -> onTermination("consensus module"))
                .errorHandler(errors);
        return config.isReplicated() ? replicated(context, config.members()) : alone(context);
    }

    private ConsensusModule.Context alone(final ConsensusModule.Context context) {
        return context
                .clusterMemberId(0)
                .clusterMembers(MemberEndpoints.onLoopback().clusterMembers())
                .logChannel("aeron:ipc?term-length=" + config.termBytes() + "|mtu=" + config.ipcMtuBytes())
                .replicationChannel("aeron:udp?endpoint=localhost:0")
                .leaderHeartbeatTimeoutNs(ms(LEADER_HEARTBEAT_TIMEOUT_MS))
                .leaderHeartbeatIntervalNs(ms(LEADER_HEARTBEAT_INTERVAL_MS))
                .electionTimeoutNs(ms(ELECTION_TIMEOUT_MS))
                .startupCanvassTimeoutNs(ms(STARTUP_CANVASS_MS));
    }

    private ConsensusModule.Context replicated(final ConsensusModule.Context context, final LogMembers members) {
        return context
                .clusterMemberId(members.memberId())
                .clusterMembers(members.clusterMembers())
                .logChannel("aeron:udp?term-length=" + config.termBytes() + "|mtu=" + members.mtuBytes())
                .replicationChannel("aeron:udp?endpoint=" + members.own().anyPort())
                .leaderHeartbeatTimeoutNs(ms(members.heartbeatTimeoutMs()))
                .leaderHeartbeatIntervalNs(ms(members.heartbeatIntervalMs()))
                .electionTimeoutNs(ms(Math.max(members.electionTimeoutMs(), ElectionPace.COLD_TIMEOUT_MS)))
                .random(ElectionPace.standing(members.memberId(), () -> context.electionTimeoutNs() > ms(members.electionTimeoutMs())))
                .clusterClock(new ElectionPace(context, this::electionState, ms(members.electionTimeoutMs())))
                .electionStatusIntervalNs(ms(ELECTION_STATUS_MS))
                .startupCanvassTimeoutNs(ms(REPLICATED_CANVASS_MS));
    }

    private ClusteredServiceContainer.Context serviceContext(final ClusteredService adapter) {
        return new ClusteredServiceContainer.Context()
                .aeron(Aeron.connect(clients.context("service", isOneThread)))
                .ownsAeronClient(true)
                .clusterDir(data.cluster().toFile())
                .markFileDir(data.marks().toFile())
                .clusterId(CLUSTER_ID)
                .serviceName(config.name())
                .snapshotChannel(SNAPSHOT_CHANNEL)
                .clusteredService(adapter)
                .archiveContext(clients.archive("service", 2))
                .idleStrategySupplier(this::waiting)
                .terminationHook(() -> onTermination("service"))
                .errorHandler(errors);
    }

    SnapshotJob snapshots() {
        return snapshots;
    }

    private static AtomicCounter archiveErrors(final Aeron aeron) {
        final ExpandableArrayBuffer key = new ExpandableArrayBuffer();
        key.putLong(0, aeron.clientId());
        final int labelLength = key.putStringWithoutLengthAscii(Long.BYTES, "Archive Errors - archiveId=" + aeron.clientId());
        return aeron.addCounter(AeronCounters.ARCHIVE_ERROR_COUNT_TYPE_ID, key, 0, Long.BYTES, key, Long.BYTES, labelLength);
    }

    private IdleStrategy waiting() {
        return isOneThread ? oneThread : backoff();
    }

    static IdleStrategy backoff() {
        return new BackoffIdleStrategy(100, 10, 1_000, MAX_PARK_NS);
    }

    private void onTermination(final String part) {
        if (!isClosing) {
            LOG.error("Stopping: the {} has ended", part);
            terminator.terminate("the " + part + " has ended", null);
        }
    }

    AeronClients clients() {
        return clients;
    }

    OneThreadAgent oneThread() {
        if (!isOneThread) {
            throw new IllegalStateException("layout: " + config.layout() + " (expected: ONE_THREAD)");
        }
        return oneThread;
    }

    AgentInvoker driverInvoker() {
        return isOneThread && driver != null ? driver.sharedAgentInvoker() : null;
    }

    String aeronDirectoryName() {
        return config.aeronDirectory().toString();
    }

    /** Recovered, and a member of a quorum. Any thread. */
    boolean isReady() {
        return electionState() == ElectionState.CLOSED.code();
    }

    /** -1 while there is none. */
    private long logRecordingId() {
        final Recording log = new RecordedLog(data.root()).recording();
        return log == null ? -1 : log.recordingId();
    }

    private long electionState() {
        return counter(AeronCounters.CLUSTER_ELECTION_STATE_TYPE_ID);
    }

    /** A counter of the consensus module; -1 before it is there and after it has gone. Any thread. */
    long counter(final int typeId) {
        synchronized (countersLock) {
            final CountersReader counters = counters();
            final int counterId = counters == null ? CountersReader.NULL_COUNTER_ID : ClusterCounters.find(counters, typeId, CLUSTER_ID);
            return counterId == CountersReader.NULL_COUNTER_ID ? -1 : counters.getCounterValue(counterId);
        }
    }

    /** Of the recordings that are being written. Any thread. */
    private void recordingPositions(final Map<Long, Long> positions) {
        synchronized (countersLock) {
            final CountersReader counters = counters();
            if (counters != null) {
                RecordedPages.positions(counters, positions);
            }
        }
    }

    /** The longest time from one cycle of the consensus module to the next since the last call; 0 when it is not there. Any thread. */
    long takeLongestCycleNs() {
        synchronized (countersLock) {
            if (counters() == null || !(consensus.context().dutyCycleTracker() instanceof DutyCycleStallTracker tracker)) {
                return 0;
            }
            final long longestNs = tracker.maxCycleTime().get();
            tracker.maxCycleTime().setRelease(0);
            return longestNs;
        }
    }

    /** The longest time for which a snapshot let nothing be sequenced, since the last call; 0 = there was none. Any thread. */
    long takeLongestSnapshotStallNs() {
        synchronized (countersLock) {
            if (counters() == null) {
                return 0;
            }
            final AtomicCounter longest = consensus.context().totalSnapshotDurationTracker().maxSnapshotDuration();
            final long longestNs = longest.get();
            longest.setRelease(0);
            return longestNs;
        }
    }

    /** Asks for a snapshot; false when something else is asked for already. Any thread. */
    boolean toggleSnapshot() {
        synchronized (countersLock) {
            final CountersReader counters = counters();
            final AtomicCounter toggle = counters == null ? null : ClusterControl.findControlToggle(counters, CLUSTER_ID);
            return toggle != null && ClusterControl.ToggleState.SNAPSHOT.toggle(toggle);
        }
    }

    /** Reading counters of a closed client would crash the JVM: its memory is unmapped. */
    private CountersReader counters() {
        final ConsensusModule module = consensus;
        return isClosing || module == null || module.context().aeron().isClosed() ? null : module.context().aeron().countersReader();
    }

    long errorCount() {
        return errors.count();
    }

    @Override
    public void close() {
        synchronized (countersLock) {
            if (isClosing) {
                return;
            }
            isClosing = true;
        }
        if (config.isReplicated()) {
            // The others elect a new leader while this one is still writing a snapshot to its end.
            CloseHelper.closeAll(errors, invokedService, service, consensus);
            sayGoodbye();
        }
        CloseHelper.closeAll(errors, pages, snapshots, invokedService, service, consensus, archive, driver, data);
    }

    private void sayGoodbye() {
        if (consensus == null || driver == null) {
            return;
        }
        final long untilNs = System.nanoTime() + ms(LAST_WORDS_MS);
        while (System.nanoTime() - untilNs < 0) {
            if (isOneThread) {
                driver.sharedAgentInvoker().invoke();
            }
            LockSupport.parkNanos(MAX_PARK_NS);
        }
    }

    private static long ms(final long milliseconds) {
        return TimeUnit.MILLISECONDS.toNanos(milliseconds);
    }
}
