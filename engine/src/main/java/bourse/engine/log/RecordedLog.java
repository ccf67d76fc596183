package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import io.aeron.cluster.RecordingLog;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.codecs.MessageHeaderDecoder;
import io.aeron.cluster.codecs.SessionMessageHeaderDecoder;
import io.aeron.cluster.codecs.SnapshotMark;
import io.aeron.cluster.codecs.SnapshotMarkerDecoder;
import io.aeron.cluster.codecs.TimerEventDecoder;
import org.agrona.DirectBuffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** The sequenced log and the cluster's snapshots as the archive's files hold them, read without Aeron running, or beside it. Cold. */
public final class RecordedLog {
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    /** Of recording.log, as Aeron writes it. */
    private static final int ENTRY_ALIGNMENT = 64;

    private final Path archive;
    private final Path cluster;

    /** @param root a member's data directory, as {@link AeronLogConfig#dataDirectory()} */
    public RecordedLog(final Path root) {
        archive = DataDirectory.archive(root);
        cluster = DataDirectory.cluster(root);
    }

    public Path archive() {
        return archive;
    }

    /** A snapshot of the cluster: its own recording and the state machine's. */
    public record Entry(long position, long consensusRecordingId, long serviceRecordingId) {
    }

    /**
     * The cluster's valid snapshots, newest first. The consensus module notes its own part last: without that there is none, as for Aeron itself. A process that is killed
     * between the two notes leaves the first alone, and must not lose an older snapshot for it.
     */
    public List<Entry> snapshots() {
        if (!Files.exists(cluster.resolve(RecordingLog.RECORDING_LOG_FILE_NAME))) {
            return List.of();
        }
        try (RecordingLog recordingLog = terms()) {
            final List<RecordingLog.Entry> parts = snapshotParts(recordingLog);
            return parts.stream().filter(part -> part.serviceId == 0)
                .flatMap(engine -> parts.stream().filter(part -> part.serviceId < 0 && part.logPosition == engine.logPosition).limit(1)
                    .map(consensus -> new Entry(engine.logPosition, consensus.recordingId, engine.recordingId)))
                .sorted((left, right) -> Long.compare(right.position, left.position)).toList();
        }
    }

    private static List<RecordingLog.Entry> snapshotParts(final RecordingLog recordingLog) {
        return recordingLog.entries().stream().filter(entry -> entry.isValid && entry.type == RecordingLog.ENTRY_TYPE_SNAPSHOT).toList();
    }

    /**
     * What the record of terms says that cannot be; null = nothing. It has no checksums.
     *
     * @throws DamageException when it cannot be read
     */
    String contradiction() {
        if (!Files.exists(cluster.resolve(RecordingLog.RECORDING_LOG_FILE_NAME))) {
            return null;
        }
        try (RecordingLog recordingLog = terms()) {
            final List<RecordingLog.Entry> parts = snapshotParts(recordingLog);
            final Set<Long> terms = recordingLog.entries().stream().filter(entry -> entry.type == RecordingLog.ENTRY_TYPE_TERM)
                .map(entry -> entry.leadershipTermId).collect(Collectors.toSet());
            for (final RecordingLog.Entry part : parts) {
                if (!terms.contains(part.leadershipTermId)) {
                    return "a snapshot at log position " + part.logPosition + " is of term " + part.leadershipTermId + ", which there was not";
                }
                if (part.serviceId < 0 && parts.stream().noneMatch(other -> other.serviceId == 0 && other.logPosition == part.logPosition)) {
                    return "of the snapshot at log position " + part.logPosition + " the engine's part is not named";
                }
            }
            return null;
        }
    }

    /** @throws DamageException when the record of terms is damaged */
    private RecordingLog terms() {
        final Path file = cluster.resolve(RecordingLog.RECORDING_LOG_FILE_NAME);
        try {
            if (Files.size(file) % ENTRY_ALIGNMENT != 0) {
                throw new DamageException(file + " ends within an entry: it was cut");
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + file, e);
        }
        try {
            return new RecordingLog(cluster.toFile(), false);
        } catch (final RuntimeException e) {
            throw new DamageException(file + " cannot be read: " + e.getMessage()
                + ": without it nobody knows which recording the log is", e);
        }
    }

    /** Recording of the log itself; null while there is none. */
    public Recording recording() {
        if (!Files.exists(cluster.resolve(RecordingLog.RECORDING_LOG_FILE_NAME))) {
            return null;
        }
        try (RecordingLog recordingLog = terms()) {
            final long recordingId = recordingLog.findLastTermRecordingId();
            return recordingId < 0 ? null : RecordingCatalog.find(archive, recordingId);
        }
    }

    /**
     * Applies the entries from one position to another.
     *
     * @param fromPosition 0, or where a snapshot was taken
     * @param toPosition   behind the last one; {@link Long#MAX_VALUE} = as far as the recording goes
     * @return the position reached
     * @throws DamageException when an entry before {@code toPosition} is damaged or missing
     */
    public long replay(final long fromPosition, final long toPosition, final LogListener listener) {
        final Recording recording = recording();
        if (recording == null) {
            if (toPosition == 0 || toPosition == Long.MAX_VALUE) {
                return 0;
            }
            throw new DamageException("the log's recording is not in the catalog of " + archive);
        }
        if (fromPosition < recording.startPosition()) {
            throw new DamageException("the log begins at position " + recording.startPosition() + " (expected: " + fromPosition + " or before)");
        }
        try (RecordingReader reader = new RecordingReader(archive, recording, fromPosition)) {
            final Dispatch dispatch = new Dispatch(listener);
            final long reached = reader.read(toPosition, dispatch);
            reader.check();
            return reached;
        }
    }

    /** Nothing was applied behind that position, where a snapshot was taken. What cannot be read may have been. */
    boolean isQuietBehind(final long position) {
        final Recording recording = recording();
        if (recording == null) {
            return true;
        }
        final boolean[] isQuiet = {true};
        try (RecordingReader reader = new RecordingReader(archive, recording, position)) {
            final MessageHeaderDecoder header = new MessageHeaderDecoder();
            reader.read(Long.MAX_VALUE, (buffer, offset, length, start, end) -> {
                final int entry = header.wrap(buffer, offset).templateId();
                isQuiet[0] &= entry != SessionMessageHeaderDecoder.TEMPLATE_ID && entry != TimerEventDecoder.TEMPLATE_ID;
            });
            reader.check();
            return isQuiet[0];
        } catch (final DamageException | UncheckedIOException e) {
            return false;
        }
    }

    /** Entries of the cluster to calls of the state machine; what only concerns the cluster is left out. */
    private static final class Dispatch implements RecordingReader.MessageHandler {
        private final LogListener listener;
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final SessionMessageHeaderDecoder session = new SessionMessageHeaderDecoder();
        private final TimerEventDecoder timer = new TimerEventDecoder();

        Dispatch(final LogListener listener) {
            this.listener = listener;
        }

        @Override
        public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long startPosition, final long endPosition) {
            header.wrap(buffer, offset);
            if (header.templateId() == SessionMessageHeaderDecoder.TEMPLATE_ID) {
                session.wrap(buffer, offset + HEADER_LENGTH, header.blockLength(), header.version());
                listener.onCommand(endPosition, session.timestamp(), buffer, offset + AeronCluster.SESSION_HEADER_LENGTH,
                    length - AeronCluster.SESSION_HEADER_LENGTH);
            } else if (header.templateId() == TimerEventDecoder.TEMPLATE_ID) {
                timer.wrap(buffer, offset + HEADER_LENGTH, header.blockLength(), header.version());
                listener.onTimer(endPosition, timer.timestamp(), timer.correlationId());
            }
        }
    }

    /** What the state machine wrote into a snapshot of the cluster, chunk by chunk. */
    private ArrayDeque<byte[]> serviceChunks(final long recordingId) {
        final Recording recording = RecordingCatalog.find(archive, recordingId);
        if (recording == null) {
            throw new DamageException("recording " + recordingId + " of a snapshot is not in the catalog of " + archive);
        }
        final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
        final boolean[] isBehindSessions = {false};
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final SnapshotMarkerDecoder mark = new SnapshotMarkerDecoder();
        try (RecordingReader reader = new RecordingReader(archive, recording, recording.startPosition())) {
            reader.read(recording.knownEnd(), (buffer, offset, length, start, end) -> {
                if (isBehindSessions[0]) {
                    final byte[] chunk = new byte[length];
                    buffer.getBytes(offset, chunk);
                    chunks.add(chunk);
                } else if (header.wrap(buffer, offset).templateId() == SnapshotMarkerDecoder.TEMPLATE_ID) {
                    mark.wrap(buffer, offset + HEADER_LENGTH, header.blockLength(), header.version());
                    isBehindSessions[0] = mark.mark() == SnapshotMark.END;
                }
            });
            reader.check();
        }
        return chunks;
    }

    /**
     * The marker in a snapshot of the cluster; null when the snapshot holds the state itself, as release 0.1.0 wrote it.
     *
     * @throws DamageException when the recording is damaged or empty
     */
    SnapshotMarker marker(final Entry entry) {
        final ArrayDeque<byte[]> chunks = serviceChunks(entry.serviceRecordingId);
        if (chunks.isEmpty()) {
            throw new DamageException("recording " + entry.serviceRecordingId + " holds no snapshot");
        }
        final byte[] first = chunks.getFirst();
        return SnapshotMarker.decode(new UnsafeBuffer(first), 0, first.length);
    }

    /**
     * How far a recording of events went when snapshots were taken, as far as they can be read.
     *
     * @return a position; 0 = none of them tells
     */
    long eventsUpTo(final List<Entry> entries, final long eventRecordingId) {
        long position = 0;
        for (final Entry entry : entries) {
            try {
                final SnapshotMarker marker = marker(entry);
                position = marker == null || marker.eventRecordingId() != eventRecordingId ? position : Math.max(position, marker.eventPosition());
            } catch (final DamageException e) {
                continue; // a damaged snapshot tells nothing, and whoever verifies it says so
            }
        }
        return position;
    }

    /** The same, of all valid snapshots. */
    public long eventsUpTo(final long eventRecordingId) {
        return eventsUpTo(snapshots(), eventRecordingId);
    }

    /** The state that a snapshot of release 0.1.0 holds. */
    SnapshotReader chunks(final Entry entry) {
        final ArrayDeque<byte[]> chunks = serviceChunks(entry.serviceRecordingId);
        return handler -> {
            final byte[] chunk = chunks.poll();
            if (chunk == null) {
                return false;
            }
            handler.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
            return true;
        };
    }

    /** Throws when a recording of a snapshot is damaged. */
    void checkWhole(final long recordingId) {
        final Recording recording = RecordingCatalog.find(archive, recordingId);
        if (recording == null) {
            throw new DamageException("recording " + recordingId + " of a snapshot is not in the catalog of " + archive);
        }
        try (RecordingReader reader = new RecordingReader(archive, recording, recording.startPosition())) {
            reader.read(recording.knownEnd(), (buffer, offset, length, start, end) -> { });
            reader.check();
        }
    }
}
