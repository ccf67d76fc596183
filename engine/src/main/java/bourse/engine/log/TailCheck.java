package bourse.engine.log;

import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
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
 * writing there. Whole entries behind that, or events of entries behind that, were acknowledged: the member refuses to start, unless they are of a write that was never
 * synced ({@link UnsyncedTail}). Cold; before anything of Aeron runs.
 */
final class TailCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TailCheck.class);
    static final String WHAT_NOW = ". Restore a backup (bourse restore), or take another member's data directory; bourse verify says what is lost";

    private final Path root;
    private final RecordedLog log;
    private final EventsTail events;
    private long commandsEnd;
    private boolean isUnsynced;

    /** Reads the ends once. */
    TailCheck(final Path root) {
        this.root = root;
        log = new RecordedLog(root);
        events = RecordingCatalog.exists(log.archive()) ? EventsTail.of(log.archive()) : null;
    }

    /** Of the newest recording of events; null = there is none. */
    EventsTail events() {
        return events;
    }

    /** @throws IllegalStateException when orders that were acknowledged would be lost */
    void check() {
        final Recording commands = log.recording();
        final long told = events == null ? 0 : events.logPosition();
        if (commands == null) {
            checkNothingWasTold(told);
            return;
        }
        final boolean isOpen = commands.knownEnd() == Long.MAX_VALUE;
        commandsEnd = FrameScan.storedEnd(log.archive(), commands);
        isUnsynced = isOpen && endInFrontOfUnsynced(commands, told);
        final long next = isOpen && !isUnsynced ? EventsTail.nextSound(log.archive(), commands, commandsEnd) : -1;
        if (next >= 0) {
            throw new IllegalStateException("the log is damaged at position " + commandsEnd + " in " + file(commands, commandsEnd)
                + ", whole entries follow at position " + next + ": this is no torn tail, and a start would lose orders that were acknowledged" + WHAT_NOW);
        }
        if (events != null && events.nextSound() >= 0 && events.soundEnd() == events.end()) {
            LOG.warn("the events are damaged at position {} in {}: those behind are cut off, and written again as far as the log goes back; bourse verify says more",
                events.end(), file(events.recording(), events.end()));
        }
        if (told > commandsEnd) {
            throw new IllegalStateException("the log in " + root + " ends at position " + commandsEnd + ", its events tell of entries up to position " + told
                + ": a start would lose orders that were acknowledged" + WHAT_NOW);
        }
    }

    /** Whether the last write had not been synced when power was lost; then the log ends in front of what is missing of it. */
    private boolean endInFrontOfUnsynced(final Recording commands, final long told) {
        final long unsynced = UnsyncedTail.begin(root, commands, commandsEnd);
        final List<RecordedLog.Entry> snapshots = log.snapshots();
        if (unsynced < 0 || told > unsynced || !snapshots.isEmpty() && snapshots.getFirst().position() > unsynced) {
            return false;
        }
        LOG.warn("The last write to the log was not synced when power was lost, and sectors of it are missing: cut at position {} in {}; nobody was told of what it held", unsynced,
            file(commands, unsynced));
        commandsEnd = unsynced;
        return true;
    }

    /**
     * Cuts what {@link #check} found to be no loss, when it is decided which snapshot the log is applied from.
     *
     * <p>Events end in front of a frame with a wrong checksum: the publisher could not read it, and the log gives them again.
     */
    void cut() {
        final Recording commands = log.recording();
        if (commands == null) {
            return;
        }
        for (final Recording recording : RecordingCatalog.read(log.archive())) {
            if (recording.knownEnd() != Long.MAX_VALUE) {
                continue;
            }
            if (events != null && recording.recordingId() == events.recording().recordingId()) {
                cut(recording, events.soundEnd(), events.nextSound() >= 0);
            } else {
                final boolean isLog = recording.recordingId() == commands.recordingId();
                final long end = isLog ? commandsEnd : FrameScan.end(log.archive(), recording);
                cut(recording, end, isLog ? isUnsynced : EventsTail.nextSound(log.archive(), recording, end) >= 0);
            }
        }
    }

    /** Without its record of terms the log cannot be found, and would begin anew. */
    private void checkNothingWasTold(final long told) {
        if (told > 0) {
            throw new IllegalStateException(DataDirectory.cluster(root).resolve(RecordingLog.RECORDING_LOG_FILE_NAME) + " names no log, the events tell of entries up to position "
                + told + ": a start would begin a new log and lose orders that were acknowledged" + WHAT_NOW);
        }
    }

    /**
     * Removes what is behind the last whole frame: the archive would keep a torn one that lies within a page, and fail when it reads it. Events behind damage stay
     * for an operator to look at where the log does not give them again; the engine then begins a new recording.
     */
    private void cut(final Recording recording, final long end, final boolean isDamage) {
        final Path file = file(recording, end);
        // No snapshot names the log there: this is about events alone.
        if (!Files.exists(file) || isDamage && end < log.eventsUpTo(recording.recordingId())) {
            return;
        }
        final long at = end - recording.segmentBase(end);
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
            final long length = segment.length();
            // A torn write need not begin with what is there of it.
            if (at < length && (isDamage || !FrameScan.isEmpty(log.archive(), recording, end, UnsyncedTail.MAX_BYTES))) {
                LOG.warn("Last frame was half written when the process ended, cut: {} at byte {}", file, at);
                segment.setLength(at);
                segment.setLength(length);
                segment.getFD().sync();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("half-written frame cannot be cut: " + file, e);
        }
    }

    private Path file(final Recording recording, final long position) {
        return recording.segmentFile(log.archive(), recording.segmentBase(position));
    }
}
