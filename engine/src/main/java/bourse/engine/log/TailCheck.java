package bourse.engine.log;

import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import io.aeron.cluster.RecordingLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Is what a start would cut off really only a tail that was torn? The archive ends a recording of a killed process where the chain of frames ends, and goes on
 * writing there. Whole entries behind that, or events of entries behind that, were acknowledged: the member refuses to start. Cold; before anything of Aeron runs.
 */
final class TailCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TailCheck.class);
    private static final String WHAT_NOW = ". Restore a backup (bourse restore), or take another member's data directory; bourse verify says what is lost";

    private TailCheck() {
    }

    /** @throws IllegalStateException when orders that were acknowledged would be lost */
    static void check(final Path root) {
        final RecordedLog log = new RecordedLog(root);
        final Recording commands = log.recording();
        if (commands == null) {
            checkNothingWasTold(log, root);
            return;
        }
        final long end = commands.knownEnd() == Long.MAX_VALUE ? FrameScan.end(log.archive(), commands) : commands.stopPosition();
        final long next = commands.knownEnd() == Long.MAX_VALUE ? nextSound(log.archive(), commands, end) : -1;
        if (next >= 0) {
            throw new IllegalStateException("the log is damaged at position " + end + " in " + file(log.archive(), commands, end)
                + ", whole entries follow at position " + next + ": this is no torn tail, and a start would lose orders that were acknowledged" + WHAT_NOW);
        }
        final long told = events(log);
        if (told > end) {
            throw new IllegalStateException("the log in " + root + " ends at position " + end + ", its events tell of entries up to position " + told
                + ": a start would lose orders that were acknowledged" + WHAT_NOW);
        }
    }

    /**
     * Cuts what {@link #check} found to be no loss, when it is decided which snapshot the log is applied from.
     *
     * <p>Events end in front of a frame with a wrong checksum: the publisher could not read it, and the log gives them again.
     */
    static void cut(final Path root) {
        final RecordedLog log = new RecordedLog(root);
        if (log.recording() == null) {
            return;
        }
        final List<Recording> events = RecordingCatalog.events(log.archive());
        for (final Recording recording : RecordingCatalog.read(log.archive())) {
            if (recording.knownEnd() == Long.MAX_VALUE) {
                final boolean isNewestEvents = !events.isEmpty() && recording.recordingId() == events.getLast().recordingId();
                cut(log, recording, isNewestEvents ? soundEnd(log.archive(), recording) : FrameScan.end(log.archive(), recording));
            }
        }
    }

    /** Where the events end that can be read: the last term is read at each start. */
    static long soundEnd(final Path archive, final Recording events) {
        final long end = events.knownEnd() == Long.MAX_VALUE ? FrameScan.end(archive, events) : events.stopPosition();
        final long from = Math.max(events.startPosition(), end - 1 & -(long) events.termBytes());
        try (RecordingReader reader = new RecordingReader(archive, events, from)) {
            reader.read(end, (buffer, offset, length, start, next) -> { });
            return reader.damage() == null ? end : reader.framePosition();
        }
    }

    /** Without its record of terms the log cannot be found, and would begin anew. */
    private static void checkNothingWasTold(final RecordedLog log, final Path root) {
        final long told = Files.exists(log.archive().resolve(RecordingCatalog.FILE_NAME)) ? events(log) : 0;
        if (told > 0) {
            throw new IllegalStateException(DataDirectory.cluster(root).resolve(RecordingLog.RECORDING_LOG_FILE_NAME) + " names no log, the events tell of entries up to position "
                + told + ": a start would begin a new log and lose orders that were acknowledged" + WHAT_NOW);
        }
    }

    /**
     * Removes what is behind the last whole frame: the archive would keep a torn one that lies within a page, and fail when it reads it. Events behind damage stay
     * for an operator to look at where the log does not give them again; the engine then begins a new recording.
     */
    private static void cut(final RecordedLog log, final Recording recording, final long end) {
        final Path file = file(log.archive(), recording, end);
        final boolean isDamage = nextSound(log.archive(), recording, end) >= 0;
        if (!Files.exists(file) || isDamage && end < log.eventsUpTo(recording.recordingId())) {
            return;
        }
        final long at = end - recording.segmentBase(end);
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
            final long length = segment.length();
            segment.seek(at);
            if (at + Integer.BYTES <= length && (isDamage || segment.readInt() != 0)) {
                LOG.warn("Last frame was half written when the process ended, cut: {} at byte {}", file, at);
                segment.setLength(at);
                segment.setLength(length);
                segment.getFD().sync();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("half-written frame cannot be cut: " + file, e);
        }
    }

    /** How far the log went by what the last term of the events tells. Events that are cut off are written again from the log. */
    private static long events(final RecordedLog log) {
        final Path archive = log.archive();
        final List<Recording> all = RecordingCatalog.events(archive);
        if (all.isEmpty()) {
            return 0;
        }
        final Recording events = all.getLast();
        final boolean isOpen = events.knownEnd() == Long.MAX_VALUE;
        final long end = isOpen ? FrameScan.end(archive, events) : events.stopPosition();
        if (isOpen && nextSound(archive, events, end) >= 0) {
            LOG.warn("the events are damaged at position {} in {}: those behind are cut off, and written again as far as the log goes back; bourse verify says more",
                end, file(archive, events, end));
        }
        final EventsEnd told = new EventsEnd();
        final long from = Math.max(events.startPosition(), end - 1 & -(long) events.termBytes());
        try (RecordingReader reader = new RecordingReader(archive, events, from)) {
            reader.read(end, told);
        }
        return told.logPosition();
    }

    private static long nextSound(final Path archive, final Recording recording, final long end) {
        return FrameScan.nextSound(archive, recording, end, end + recording.termBytes());
    }

    private static Path file(final Path archive, final Recording recording, final long position) {
        return recording.segmentFile(archive, recording.segmentBase(position));
    }
}
