package bourse.services.transport;

import bourse.sbe.Streams;
import bourse.sbe.port.EventSource;
import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.status.RecordingPos;
import org.agrona.CloseHelper;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.status.CountersReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The event stream from the engine's own IPC publication and its recording: a replay from the oldest recording until it is near the end, then
 * the live stream, which is untethered, so that a slow reader never holds the engine up; falling behind or a restarted engine leads back to a
 * replay. Hot path. Thread: one agent, all calls.
 *
 * <pre>
 *   CONNECT ──► LOCATE the recording ──► replay ──► near the end: join live ──► live
 *                  ▲                        │                                    │
 *                  └──── recording ended ◄──┴────────── fell behind ◄────────────┘
 * </pre>
 */
public final class AeronEventSource implements EventSource, EventFragmentReader.Progress {
    /** Cursors at once: a mebibyte and a quarter each. */
    public static final int MAX_CURSORS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(AeronEventSource.class);
    private static final String LIVE_CHANNEL = "aeron:ipc?tether=false|rejoin=false|alias=bourse-events-live";
    /** Behind the end by this much it is better to be live: far less than the publication's window. */
    private static final long JOIN_DISTANCE_BYTES = 256 * 1024;
    private static final long LOCATE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Even a reader that always finds something lets its Aeron client keep itself alive, once in so many polls. */
    private static final int POLLS_PER_KEEP_ALIVE = 256;
    private static final long PRUNING_CHECK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int INDEX_ENTRIES = 1 << 16;
    private static final long INDEX_DISTANCE_BYTES = 64 * 1024;

    private final ShardConnection connection;
    private final ArchiveSession archive;
    private final EventFragmentReader reader = new EventFragmentReader(this);
    private final SequenceIndex index;
    private final EventOrigin origin;
    private final LongArrayList recordings = new LongArrayList();
    private final LongArrayList stopPositions = new LongArrayList();
    private final LongArrayList startPositions = new LongArrayList();
    private final Path archiveDirectory;
    private final RecordedEnd recorded = new RecordedEnd();
    private final RecordedEvents past = new RecordedEvents(recorded);
    private final EventCursor[] cursors = new EventCursor[MAX_CURSORS];

    private long recordingId = Aeron.NULL_VALUE;
    private int recordingPosCounterId = Aeron.NULL_VALUE;
    private boolean isLocating;
    private long nextPruningCheckNs = System.nanoTime() + PRUNING_CHECK_INTERVAL_NS;
    private long nextLocateNs = System.nanoTime();
    private long goalRecordingId = Aeron.NULL_VALUE;
    private long goalPosition;
    private volatile boolean isCaughtUp;
    private RecordingReplay replay;
    private long replayedPosition;
    private long liveSubscriptionId = Aeron.NULL_VALUE;
    private Subscription liveSubscription;
    private Image live;
    private boolean isLive;
    private int busyPolls;
    private int generation;
    /** A new engine goes on with a recording of its own: how the known one ended is to be asked again. */
    private boolean recordingIsDoubtful;
    private long nextEventSeq;
    private long firstEventSeq;
    private long replays;
    private boolean isClosed;

    /** From the oldest event that is recorded; for readers without cursors. */
    public AeronEventSource(final ShardConnection connection) {
        this(connection, null, null);
    }

    /**
     * Connects in the course of polls.
     *
     * @param origin           what the reader knows already; null = nothing
     * @param archiveDirectory where the engine records, for cursors; null = none of them finds anything
     */
    public AeronEventSource(final ShardConnection connection, final EventOrigin origin, final Path archiveDirectory) {
        this.connection = connection;
        this.archiveDirectory = archiveDirectory;
        this.origin = origin;
        index = origin == null ? newIndex() : origin.index();
        if (origin != null) {
            nextEventSeq = origin.lastEventSeq() + 1;
            firstEventSeq = index.size() == 0 ? nextEventSeq : index.eventSeq(0);
        }
        archive = new ArchiveSession(connection);
    }

    static SequenceIndex newIndex() {
        return new SequenceIndex(INDEX_ENTRIES, INDEX_DISTANCE_BYTES);
    }

    @Override
    public int poll(final Handler handler, final int fragmentLimit) {
        if (isLive) {
            final int read = live.controlledPoll(reader.handing(handler), fragmentLimit);
            if (read > 0) {
                if (++busyPolls >= POLLS_PER_KEEP_ALIVE) {
                    busyPolls = 0;
                    connection.poll();
                }
                return read;
            }
        }
        return pollSlowPath(handler, fragmentLimit);
    }

    private int pollSlowPath(final Handler handler, final int fragmentLimit) {
        if (isClosed) {
            return 0;
        }
        if (connection.isClosed() && !connection.isReopening()) {
            throw new IllegalStateException("the engine's media driver is gone, directory=" + connection.address().aeronDirectory());
        }
        int work = pollArchive();
        if (isAway()) {
            return work;
        }
        if (isLive) {
            if (live.isClosed() || live.isEndOfStream()) {
                leaveLive();
                work++;
            }
            checkCaughtUp();
            return work + lookForPruning();
        }
        if (replay != null) {
            work += replay.poll(reader.handing(handler), fragmentLimit);
            replayedPosition = replay.position();
            if (replay.isEnded()) {
                replay.close();
                replay = null;
                work++;
            }
        }
        checkCaughtUp();
        return work + seek();
    }

    /** From time to time: what was pruned cannot be opened any more. */
    private int lookForPruning() {
        final long nowNs = System.nanoTime();
        if (nowNs - nextPruningCheckNs < 0) {
            return 0;
        }
        nextPruningCheckNs = nowNs + PRUNING_CHECK_INTERVAL_NS;
        nextLocateNs = nowNs;
        return locate();
    }

    private void checkCaughtUp() {
        if (!isCaughtUp && goalRecordingId != Aeron.NULL_VALUE
            && (recordingId > goalRecordingId || recordingId == goalRecordingId && Math.max(reader.position(), replayedPosition) >= goalPosition)) {
            isCaughtUp = true;
        }
    }

    /** Brings the source nearer to live by one step. */
    private int seek() {
        final boolean isFound = recordingId != Aeron.NULL_VALUE;
        final long recorded = isFound ? recordedPosition() : -1;
        if (!isFound || recordingIsDoubtful || recorded < 0 && replay == null) {
            return locate();
        }
        int work = 0;
        if (recorded >= 0 && recorded - reader.position() <= JOIN_DISTANCE_BYTES) {
            work += joinLive();
        }
        if (live != null && live.joinPosition() <= reader.position()) {
            closeReplay();
            reader.beginAt(reader.position());
            isLive = true;
            return 1;
        }
        if (replay == null && recorded > reader.position()) {
            startReplay();
            work++;
        }
        return work;
    }

    private int joinLive() {
        if (liveSubscriptionId == Aeron.NULL_VALUE) {
            liveSubscriptionId = connection.aeron().asyncAddSubscription(LIVE_CHANNEL, Streams.EVENTS_STREAM_ID);
            return 1;
        }
        if (liveSubscription == null) {
            liveSubscription = connection.aeron().getSubscription(liveSubscriptionId);
        }
        if (liveSubscription == null) {
            return 0;
        }
        if (live != null && live.isClosed()) {
            leaveLive();
            return 1;
        }
        for (int i = 0, count = liveSubscription.imageCount(); live == null && i < count; i++) {
            final Image image = liveSubscription.imageAtIndex(i);
            final CountersReader counters = connection.aeron().countersReader();
            final int counterId = RecordingPos.findCounterIdBySession(counters, image.sessionId());
            if (counterId != CountersReader.NULL_COUNTER_ID && RecordingPos.getRecordingId(counters, counterId) == recordingId) {
                live = image;
                return 1;
            }
        }
        return 0;
    }

    private void leaveLive() {
        isLive = false;
        live = null;
        if (liveSubscription != null) {
            CloseHelper.quietClose(liveSubscription);
        } else if (liveSubscriptionId != Aeron.NULL_VALUE) {
            connection.aeron().asyncRemoveSubscription(liveSubscriptionId);
        }
        liveSubscription = null;
        liveSubscriptionId = Aeron.NULL_VALUE;
        recordingPosCounterId = Aeron.NULL_VALUE;
    }

    private void startReplay() {
        reader.beginAt(reader.position());
        replay = new RecordingReplay(connection, archive, recordingId, reader.position());
        replays++;
    }

    private void closeReplay() {
        if (replay != null) {
            replay.close();
            replay = null;
        }
    }

    /** Where the recording has come to; -1 while nobody writes it. */
    private long recordedPosition() {
        final CountersReader counters = connection.aeron().countersReader();
        if (recordingPosCounterId == Aeron.NULL_VALUE) {
            recordingPosCounterId = RecordingPos.findCounterIdByRecording(counters, recordingId);
            if (recordingPosCounterId == CountersReader.NULL_COUNTER_ID) {
                recordingPosCounterId = Aeron.NULL_VALUE;
                return -1;
            }
        }
        final long position = counters.getCounterValue(recordingPosCounterId);
        if (!RecordingPos.isActive(counters, recordingPosCounterId, recordingId)) {
            recordingPosCounterId = Aeron.NULL_VALUE;
            return -1;
        }
        return position;
    }

    private int locate() {
        if (isLocating || System.nanoTime() - nextLocateNs < 0) {
            return 0;
        }
        isLocating = true;
        recordings.clear();
        startPositions.clear();
        stopPositions.clear();
        archive.listRecordings(Streams.EVENTS_ALIAS, Streams.EVENTS_STREAM_ID, this::onRecording, new ArchiveSession.Answer() {
            @Override
            public void onDone(final long count) {
                isLocating = false;
                nextLocateNs = System.nanoTime() + LOCATE_INTERVAL_NS;
                onLocated();
            }

            @Override
            public void onFailed(final String reason) {
                isLocating = false;
                nextLocateNs = System.nanoTime() + LOCATE_INTERVAL_NS;
            }
        });
        return 1;
    }

    private void onRecording(
        final long controlSessionId, final long correlationId, final long id, final long startTimestamp, final long stopTimestamp,
        final long startPosition, final long stopPosition, final int initialTermId, final int segmentFileLength,
        final int termBufferLength, final int mtuLength, final int sessionId, final int streamId, final String strippedChannel,
        final String originalChannel, final String sourceIdentity) {
        recordings.addLong(id);
        startPositions.addLong(startPosition);
        stopPositions.addLong(stopPosition);
    }

    private void onLocated() {
        if (isClosed || recordings.isEmpty()) {
            return;
        }
        if (index.dropBelow(recordings.getLong(0), startPositions.getLong(0))) {
            firstEventSeq = index.size() == 0 ? nextEventSeq : index.eventSeq(0);
        }
        if (isLive) {
            return;
        }
        final int newest = recordings.size() - 1;
        if (recordingId == Aeron.NULL_VALUE) {
            useFirst();
            goalRecordingId = recordings.getLong(newest);
            goalPosition = endOf(newest);
            return;
        }
        if (goalRecordingId == Aeron.NULL_VALUE) {
            goalRecordingId = recordings.getLong(newest);
            goalPosition = endOf(newest);
        }
        recordingIsDoubtful = false;
        for (int i = 0; i <= newest; i++) {
            if (recordings.getLong(i) == recordingId) {
                final long stopPosition = stopPositions.getLong(i);
                if (stopPosition != AeronArchive.NULL_POSITION && stopPosition > reader.position()) {
                    startReplay();
                } else if (i < newest && stopPosition != AeronArchive.NULL_POSITION) {
                    use(i + 1, startPositions.getLong(i + 1));
                }
                return;
            }
        }
        throw new IllegalStateException("the recording of the event stream is gone, recordingId=" + recordingId);
    }

    private void useFirst() {
        if (origin == null || origin.recordingId() < 0) {
            if (startPositions.getLong(0) > 0) {
                LOG.error("the recorded events begin at position {}, and no snapshot of the engine was found that tells what was before: orders, sessions and instruments of "
                    + "then are not known here. A process with a data directory of its own needs engine.dataDir", startPositions.getLong(0));
            }
            use(0, startPositions.getLong(0));
            return;
        }
        for (int i = 0; i < recordings.size(); i++) {
            if (recordings.getLong(i) == origin.recordingId() && startPositions.getLong(i) <= origin.position()) {
                use(i, origin.position());
                return;
            }
        }
        throw new IllegalStateException("the recorded events do not reach back to the snapshot that this reader began with, recordingId="
            + origin.recordingId() + ", position=" + origin.position());
    }

    private void use(final int which, final long position) {
        leaveLive();
        recordingId = recordings.getLong(which);
        reader.beginAt(position);
        replayedPosition = 0;
        final long stopPosition = stopPositions.getLong(which);
        if (stopPosition != AeronArchive.NULL_POSITION && stopPosition > reader.position()) {
            startReplay();
        }
    }

    private long endOf(final int which) {
        final int counterId = RecordingPos.findCounterIdByRecording(connection.aeron().countersReader(), recordings.getLong(which));
        if (counterId != CountersReader.NULL_COUNTER_ID) {
            return connection.aeron().countersReader().getCounterValue(counterId);
        }
        return Math.max(startPositions.getLong(which), stopPositions.getLong(which));
    }

    @Override
    public boolean isCaughtUp() {
        return isCaughtUp;
    }

    /** Reading the engine's publication itself, not its recording. */
    public boolean isLive() {
        return isLive;
    }

    /** Replays that the primary reader began: 1 or 2 at start; more = it fell behind, or the engine restarted. */
    public long replays() {
        return replays;
    }

    @Override
    public long firstAvailableEventSeq() {
        return firstEventSeq;
    }

    @Override
    public long nextEventSeq() {
        return nextEventSeq;
    }

    @Override
    public void onFragment(final long first, final int count, final long startPosition) {
        if (firstEventSeq == 0) {
            firstEventSeq = first;
        }
        nextEventSeq = first + count;
        index.offer(first, recordingId, startPosition);
    }

    @Override
    public Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
        final long from = Math.max(fromEventSeq, firstEventSeq);
        final int entry = index.floor(from);
        for (int i = 0; entry >= 0 && i < cursors.length; i++) {
            if (cursors[i] == null || cursors[i].isReleased()) {
                final EventReading reading = new EventReading(archiveDirectory, from, wanted, index.recordingId(entry), index.position(entry));
                cursors[i] = new EventCursor(this, reading, from);
                past.open(reading);
                return cursors[i];
            }
        }
        return null;
    }

    /** Says how far the files may be read. */
    void noteRecorded() {
        if (!isAway() && generation == connection.generation() && recordingId != Aeron.NULL_VALUE) {
            final long position = recordedPosition();
            if (position >= 0) {
                recorded.set(recordingId, position);
            }
        }
    }

    private int pollArchive() {
        final int work = connection.poll();
        if (generation != connection.generation()) {
            forget();
        }
        return connection.isClosed() ? work : work + archive.poll();
    }

    /** The engine's media driver is another process and is not there now. */
    private boolean isAway() {
        return connection.isClosed();
    }

    /** The media driver is gone, and all that hung on it; the stream goes on from where it was when there is a new one. */
    private void forget() {
        generation = connection.generation();
        archive.forget();
        if (replay != null) {
            replay.forget();
            replay = null;
        }
        isLive = false;
        live = null;
        liveSubscription = null;
        liveSubscriptionId = Aeron.NULL_VALUE;
        recordingPosCounterId = Aeron.NULL_VALUE;
        isLocating = false;
        isCaughtUp = false;
        goalRecordingId = Aeron.NULL_VALUE;
        recordingIsDoubtful = recordingId != Aeron.NULL_VALUE;
        nextLocateNs = System.nanoTime();
    }

    @Override
    public void close() {
        isClosed = true;
        past.close();
        if (!connection.isClosed()) {
            closeReplay();
            leaveLive();
        }
        archive.close();
    }
}
