package bourse.engine.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import bourse.engine.events.ArchivedEventStream;

import io.aeron.AeronCounters;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.Cluster;

import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;

/**
 * The sequenced log as one embedded member of an Aeron Cluster, with its media driver and archive: the real one. Alone it leads from the first moment
 * and meets its clients in shared memory; one of several (see {@link LogMembers}) meets the others over UDP.
 *
 * <p>{@link AeronLayout#ORDINARY}: {@link #launch} starts four threads and returns when the state machine is recovered or on its way.
 * {@link AeronLayout#ONE_THREAD}: {@code launch} only takes the data directory; the caller runs {@link #agent()} on a thread of its own, whose
 * {@code onStart} starts and recovers everything there and whose {@code onClose} ends it. All other methods: any thread.
 */
public final class AeronLog implements SequencedLog {
    /** Cluster clients in the same host's shared memory send here. */
    public static final String INGRESS_CHANNEL = "aeron:ipc";
    /** And are answered here; engine events do not travel this way. */
    public static final String EGRESS_CHANNEL = "aeron:ipc";
    /** Of {@link #INGRESS_CHANNEL}. */
    public static final int INGRESS_STREAM_ID = 101;
    /** Of {@link #EGRESS_CHANNEL}; a client may choose another. */
    public static final int EGRESS_STREAM_ID = 102;
    /** Where readers of the recorded events ask the archive, in shared memory. */
    public static final String ARCHIVE_CONTROL_CHANNEL = "aeron:ipc?term-length=64k";
    /** Of {@link #ARCHIVE_CONTROL_CHANNEL}; each reader is answered on a stream of its own choice from 300 up. */
    public static final int ARCHIVE_CONTROL_STREAM_ID = 100;

    private static final long POLL_INTERVAL_NS = 1_000_000L;

    private final AeronLogConfig config;
    private final AeronServiceAdapter adapter;
    private final AeronParts parts;

    private AeronLog(final AeronLogConfig config, final AeronServiceAdapter adapter, final AeronParts parts) {
        this.config = config;
        this.adapter = adapter;
        this.parts = parts;
    }

    /** Starts with {@link Terminator#halt()}. */
    public static AeronLog launch(final AeronLogConfig config, final LogListener service, final SnapshotSetup snapshots) {
        return launch(config, service, snapshots, Terminator.halt());
    }

    /**
     * Starts a member and recovers its state machine.
     *
     * @param snapshots what they are made of, beside the running state machine
     * @throws IllegalStateException when another process has the data directory, or nothing in it can be recovered from
     */
    public static AeronLog launch(final AeronLogConfig config, final LogListener service, final SnapshotSetup snapshots, final Terminator terminator) {
        return launch(config, () -> service, snapshots, terminator, StageClock.ofThisProcess());
    }

    /**
     * The same.
     *
     * @param service asked for when what is stored has been checked, so that it may be made meanwhile
     * @param clock   is told how long the stages of the start take
     */
    public static AeronLog launch(final AeronLogConfig config, final Supplier<? extends LogListener> service, final SnapshotSetup snapshots,
                                  final Terminator terminator, final StageClock clock) {
        final AeronParts parts = new AeronParts(config, terminator, clock);
        try {
            final RecoveryPlan plan = parts.check();
            final AeronServiceAdapter adapter = new AeronServiceAdapter(service.get(), cluster -> eventStream(config, parts, cluster), terminator);
            parts.launch(adapter, snapshots, plan);
            return new AeronLog(config, adapter, parts);
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(parts);
            throw e;
        }
    }

    private static ArchivedEventStream eventStream(final AeronLogConfig config, final AeronParts parts, final Cluster cluster) {
        final AeronArchive archive = AeronArchive.connect(parts.clients().archive("events", 3)
                .aeron(cluster.aeron()).ownsAeronClient(false));
        return new ArchivedEventStream(cluster.aeron(), archive, DataDirectory.archive(config.dataDirectory()), cluster.idleStrategy(), config.eventTermBytes(),
                AeronLogConfig.EVENT_MTU_BYTES, TimeUnit.MILLISECONDS.toNanos(config.eventStreamTimeoutMs()));
    }

    /**
     * ONE_THREAD: everything there is to do, for the caller's thread (an {@code AgentRunner}); its {@code onClose} closes the log.
     *
     * @throws IllegalStateException in the ordinary layout
     */
    public Agent agent() {
        return parts.oneThread();
    }

    /** ONE_THREAD: {@code agent} runs in the same duty cycle from now on and is closed before the log is. */
    public void addColocated(final Agent agent) {
        parts.oneThread().addColocated(agent);
    }

    /**
     * ONE_THREAD: what an Aeron client on the same thread must invoke while it waits; null before the agent was started (so ask in a colocated
     * agent's {@code onStart}), and in the ordinary layout.
     */
    public AgentInvoker driverAgentInvoker() {
        return parts.driverInvoker();
    }

    /** Where the media driver is; what other processes of this host connect to. */
    public String aeronDirectoryName() {
        return parts.aeronDirectoryName();
    }

    public AeronLogConfig config() {
        return config;
    }

    @Override
    public LogRole role() {
        return adapter.role();
    }

    @Override
    public boolean isLeader() {
        return adapter.role() == LogRole.LEADER && isReady();
    }

    @Override
    public boolean isReady() {
        return parts.isReady();
    }

    @Override
    public long appliedPosition() {
        return adapter.appliedPosition();
    }

    /** Member that leads, as far as this one has applied the log; -1 = none is known. */
    public int leaderMemberId() {
        return config.isReplicated() ? adapter.leaderMemberId() : 0;
    }

    /** Number of the newest leadership; -1 when closed. */
    public long leadershipTermId() {
        return parts.counter(AeronCounters.CLUSTER_LEADERSHIP_TERM_ID_TYPE_ID);
    }

    /** Elections that this member took part in since it started. */
    public long electionCount() {
        return parts.counter(AeronCounters.CLUSTER_ELECTION_COUNT_TYPE_ID);
    }

    /** Position up to which the log is committed; -1 when closed. */
    public long commitPosition() {
        return parts.counter(AeronCounters.CLUSTER_COMMIT_POSITION_TYPE_ID);
    }

    /** Errors that the parts have counted since they started, elections and other events left out; 0 on a good day. */
    public long errorCount() {
        return parts.errorCount();
    }

    @Override
    public boolean takeSnapshot() {
        return isLeader() && parts.toggleSnapshot();
    }

    /**
     * {@link #takeSnapshot()} and wait until its files are written and read back; not on the thread that runs {@link #agent()}.
     *
     * @return its log position, or -1 when it failed or did not come in time
     */
    public long takeSnapshot(final long timeoutMs) {
        final long before = snapshotCount();
        final long failedBefore = failedSnapshots();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        boolean wasAsked = false;
        while (System.nanoTime() - deadlineNs < 0 && failedSnapshots() == failedBefore) {
            wasAsked = wasAsked || takeSnapshot();
            if (wasAsked && snapshotCount() > before && consensusIsActive()) {
                return lastSnapshotPosition();
            }
            LockSupport.parkNanos(POLL_INTERVAL_NS);
        }
        return -1;
    }

    /**
     * Likewise, but the service's own thread writes the state, at once and at full speed, and nothing is applied meanwhile: for the end of a process.
     */
    public long takeLastSnapshot(final long timeoutMs) {
        adapter.writesStateItself();
        return takeSnapshot(timeoutMs);
    }

    @Override
    public long snapshotCount() {
        return parts.snapshots().completed();
    }

    /** Snapshots of this life that came to nothing; the log says why. */
    public long failedSnapshots() {
        return parts.snapshots().failed();
    }

    /** Log position of the newest snapshot, the one that this life started from included; 0 = none. */
    public long lastSnapshotPosition() {
        return parts.snapshots().lastPosition();
    }

    /** How long the last one took beside the running engine. */
    public long lastSnapshotMs() {
        return parts.snapshots().lastDurationMs();
    }

    /**
     * The longest time that the thread which sequences took from one duty cycle to the next since the last call, in nanoseconds: how long nothing was
     * applied, sleep for want of work included. In ONE_THREAD it is the engine's thread.
     */
    public long takeLongestCycleNs() {
        return parts.takeLongestCycleNs();
    }

    /**
     * The longest time for which a snapshot of this member stopped the log, since the last call, in nanoseconds: from the entry that marks it until the next one can be
     * sequenced. The files are written afterwards, beside the running engine.
     */
    public long takeLongestSnapshotStallNs() {
        return parts.takeLongestSnapshotStallNs();
    }

    private boolean consensusIsActive() {
        return parts.counter(AeronCounters.CLUSTER_CONSENSUS_MODULE_STATE_TYPE_ID) == ConsensusModule.State.ACTIVE.code();
    }

    /**
     * Ends the service, consensus, archive and driver, in this order, without a snapshot: see {@link #takeSnapshot(long)}. ONE_THREAD: only when
     * {@link #agent()} is not running any more.
     */
    @Override
    public void close() {
        parts.close();
    }
}
