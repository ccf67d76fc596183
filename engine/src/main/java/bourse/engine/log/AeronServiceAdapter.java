package bourse.engine.log;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.CRC32C;

import bourse.engine.events.ArchivedEventStream;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aeron's clustered service to {@link LogListener}. Hot path. Thread: the service's.
 *
 * <p>Whatever the listener throws ends the process, with the position and a digest of the command in the log: a replica never skips.
 */
final class AeronServiceAdapter implements ClusteredService {
    private static final Logger LOG = LoggerFactory.getLogger(AeronServiceAdapter.class);
    private static final long CHECK_INTERVAL_NS = 100_000_000L;
    private static final long SNAPSHOT_OFFER_TIMEOUT_NS = 30_000_000_000L;
    private static final int NO_LEADER = -1;

    private final LogListener listener;
    private final Function<Cluster, ArchivedEventStream> eventStreamFactory;
    private final Terminator terminator;
    private final UnsafeBuffer markerBuffer = new UnsafeBuffer(new byte[SnapshotMarker.LENGTH]);
    private SnapshotDirectory files;
    private RecoveryPlan plan;
    private StateRestore restore;
    private SnapshotJob snapshots;
    private Cluster cluster;
    private ArchivedEventStream eventStream;
    private long nextCheckNs;
    private volatile LogRole role = LogRole.FOLLOWER;
    private volatile int leaderMemberId = NO_LEADER;
    private volatile long appliedPosition;
    private volatile boolean failed;
    private volatile boolean writesStateItself;

    AeronServiceAdapter(final LogListener listener, final Function<Cluster, ArchivedEventStream> eventStreamFactory,
                        final Terminator terminator) {
        this.listener = listener;
        this.eventStreamFactory = eventStreamFactory;
        this.terminator = terminator;
    }

    /**
     * Before the service starts; begins to read the state.
     *
     * @param jobs  takes the markers of new snapshots
     * @param clock is told how long it took
     */
    void recover(final SnapshotDirectory snapshotFiles, final RecoveryPlan recoveryPlan, final SnapshotJob jobs, final StageClock clock) {
        files = snapshotFiles;
        plan = recoveryPlan;
        snapshots = jobs;
        if (plan.marker() != null) {
            restore = StateRestore.begin(files.file(plan.marker().position(), SnapshotDirectory.STATE), listener, clock);
        }
    }

    @Override
    public void onStart(final Cluster startedCluster, final Image snapshotImage) {
        cluster = startedCluster;
        try {
            eventStream = eventStreamFactory.apply(startedCluster);
            if (snapshotImage != null) {
                restore(new ImageSnapshotReader(snapshotImage, startedCluster.idleStrategy()));
            }
            listener.onStart(new AeronLogControl(startedCluster, eventStream));
            appliedPosition = plan.position();
        } catch (final Throwable e) {
            throw fail("start at log position " + startedCluster.logPosition(), e);
        }
    }

    /** The cluster's snapshot is a marker, or, of release 0.1.0, the state itself. */
    private void restore(final SnapshotReader image) {
        final SnapshotMarker planned = plan.marker();
        if (planned == null) {
            listener.onRestore(image);
            return;
        }
        final SnapshotMarker[] found = new SnapshotMarker[1];
        image.next((buffer, offset, length) -> found[0] = SnapshotMarker.decode(buffer, offset, length));
        if (!planned.equals(found[0])) {
            throw new IllegalStateException("the cluster starts from another snapshot than the newest whole one, found=" + found[0] + ", expected=" + planned);
        }
        restore.await();
        if (listener.fingerprint() != planned.fingerprint()) {
            throw new IllegalStateException("restored state has the fingerprint " + Long.toHexString(listener.fingerprint()) + " (expected: "
                    + Long.toHexString(planned.fingerprint()) + ')');
        }
    }

    @Override
    public void onSessionOpen(final ClientSession session, final long timestamp) {
        // connections of gateways are not sessions of traders
    }

    @Override
    public void onSessionClose(final ClientSession session, final long timestamp, final CloseReason closeReason) {
        // likewise
    }

    @Override
    public void onSessionMessage(final ClientSession session, final long timestamp, final DirectBuffer buffer, final int offset,
                                 final int length, final Header header) {
        final long position = cluster.logPosition();
        try {
            listener.onCommand(position, timestamp, buffer, offset, length);
            appliedPosition = position;
        } catch (final Throwable e) {
            throw fail("command at log position " + position + ", length=" + length + ", crc32c=" + digest(buffer, offset, length), e);
        }
    }

    @Override
    public void onTimerEvent(final long correlationId, final long timestamp) {
        final long position = cluster.logPosition();
        try {
            listener.onTimer(position, timestamp, correlationId);
            appliedPosition = position;
        } catch (final Throwable e) {
            throw fail("timer " + correlationId + " at log position " + position, e);
        }
    }

    @Override
    public void onTakeSnapshot(final ExclusivePublication publication) {
        try {
            eventStream.awaitRecorded();
            final SnapshotMarker marker = new SnapshotMarker(cluster.logPosition(), listener.fingerprint(), listener.lastEventSeq(),
                    eventStream.recordingId(), eventStream.position());
            write(publication, marker);
            if (writesStateItself) {
                snapshots.writeNow(marker, listener);
            } else if (snapshots.needsEngine()) {
                snapshots.writeForReplica(marker, listener);
            } else {
                snapshots.request(marker);
            }
        } catch (final Throwable e) {
            throw fail("snapshot at log position " + cluster.logPosition(), e);
        }
    }

    /** Snapshots from now on are written by the engine's own thread: nobody waits for it any more. Any thread. */
    void writesStateItself() {
        writesStateItself = true;
    }

    private void write(final ExclusivePublication publication, final SnapshotMarker marker) {
        final int length = marker.encode(markerBuffer);
        final long giveUpNs = System.nanoTime() + SNAPSHOT_OFFER_TIMEOUT_NS;
        long result;
        while ((result = publication.offer(markerBuffer, 0, length)) < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED || System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("snapshot cannot be written: " + Publication.errorString(result)
                        + ", position=" + publication.position());
            }
            cluster.idleStrategy().idle();
        }
    }

    @Override
    public void onRoleChange(final Cluster.Role newRole) {
        role = switch (newRole) {
            case LEADER -> LogRole.LEADER;
            case CANDIDATE -> LogRole.CANDIDATE;
            case FOLLOWER -> LogRole.FOLLOWER;
        };
        try {
            listener.onRole(role);
        } catch (final RuntimeException e) {
            throw fail("role " + role + " at log position " + cluster.logPosition(), e);
        }
    }

    @Override
    public void onNewLeadershipTermEvent(final long leadershipTermId, final long logPosition, final long timestamp, final long termBaseLogPosition,
                                         final int newLeaderMemberId, final int logSessionId, final TimeUnit timeUnit, final int appVersion) {
        leaderMemberId = newLeaderMemberId;
    }

    @Override
    public void onTerminate(final Cluster terminatedCluster) {
        role = LogRole.FOLLOWER;
        if (!failed) {
            listener.onStop();
        }
        if (eventStream != null && !terminatedCluster.aeron().isClosed()) {
            eventStream.close();
        }
    }

    @Override
    public int doBackgroundWork(final long nowNs) {
        if (nowNs - nextCheckNs >= 0) {
            nextCheckNs = nowNs + CHECK_INTERVAL_NS;
            try {
                eventStream.checkRecorder();
            } catch (final Throwable e) {
                throw fail("event stream behind log position " + cluster.logPosition(), e);
            }
        }
        return 0;
    }

    LogRole role() {
        return role;
    }

    long appliedPosition() {
        return appliedPosition;
    }

    /** Of the newest term of the log that was applied; -1 before the first. Any thread. */
    int leaderMemberId() {
        return leaderMemberId;
    }

    private AgentTerminationException fail(final String what, final Throwable cause) {
        failed = true;
        role = LogRole.FOLLOWER;
        LOG.error("Stopping: {} failed; a replica never skips", what, cause);
        terminator.terminate(what, cause);
        return new AgentTerminationException(cause);
    }

    private static String digest(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Long.toHexString(crc.getValue());
    }
}
