package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import io.aeron.cluster.RecordingLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;

/**
 * From which snapshot a member starts: decided before anything of Aeron runs, because Aeron takes the newest one, whatever its state. A snapshot that
 * is not whole is marked invalid in the cluster's own record, so that Aeron takes the one before it, and the log from there. Cold.
 *
 * @param entry  the cluster's snapshot; null = the log from its beginning
 * @param marker where the state is; null = in the cluster's snapshot itself (release 0.1.0)
 */
record RecoveryPlan(RecordedLog.Entry entry, SnapshotMarker marker) {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryPlan.class);

    /**
     * Finds the newest whole snapshot and invalidates newer ones.
     *
     * @param events how they end; null = there are none
     * @throws IllegalStateException when none is whole and the log does not go back to its beginning
     */
    static RecoveryPlan make(final Path root, final EventsTail events) {
        final RecordedLog log = new RecordedLog(root);
        final SnapshotDirectory files = new SnapshotDirectory(DataDirectory.snapshots(root));
        String why = null;
        for (final RecordedLog.Entry entry : log.snapshots()) {
            why = damageOf(log, files, entry);
            if (why == null) {
                final SnapshotMarker marker = log.marker(entry);
                why = eventsLost(events, marker);
                if (why == null || !isGivenAgain(log, files, entry, events)) {
                    checkLimits(root, entry.position());
                    return new RecoveryPlan(entry, marker);
                }
                files.removeParts(entry.position());
            }
            LOG.warn("snapshot at log position {} cannot be used, an older one is: {}", entry.position(), why);
            invalidateNewest(root);
        }
        final Recording recording = log.recording();
        if (recording != null && recording.startPosition() > 0) {
            throw new IllegalStateException("no snapshot in " + root + " is whole, and the log begins at position " + recording.startPosition()
                + ": the orders before it are lost here. Restore a backup (bourse restore), or another member's data directory"
                + (why == null ? "" : ". Last: " + why));
        }
        if (recording != null) {
            checkLimits(root, 0);
        }
        return new RecoveryPlan(null, null);
    }

    private static void checkLimits(final Path root, final long position) {
        try {
            LogLimits.checkFrom(root, position);
        } catch (final DamageException e) {
            throw new IllegalStateException(e.getMessage() + ": restore a backup (bourse restore)", e);
        }
    }

    /** Log position that the log is applied from: the snapshot's, 0 without one. */
    long position() {
        return entry == null ? 0 : entry.position();
    }

    /** What is wrong with a snapshot; null = nothing. */
    static String damageOf(final RecordedLog log, final SnapshotDirectory files, final RecordedLog.Entry entry) {
        try {
            log.checkWhole(entry.consensusRecordingId());
            final SnapshotMarker marker = log.marker(entry);
            if (marker != null && marker.position() != entry.position()) {
                return "the snapshot that recording.log names for log position " + entry.position() + " is of position " + marker.position();
            }
            return marker == null ? null : files.damageOf(marker.position(), SnapshotDirectory.STATE);
        } catch (final DamageException e) {
            return e.getMessage();
        }
    }

    /** Why the recorded events do not reach as far as when the snapshot was taken; null = they do. */
    private static String eventsLost(final EventsTail events, final SnapshotMarker marker) {
        if (marker == null || events == null || marker.eventRecordingId() != events.recording().recordingId()
            || events.recording().knownEnd() != Long.MAX_VALUE || events.soundEnd() >= marker.eventPosition()) {
            return null;
        }
        return "the recorded events end at position " + events.soundEnd() + " (expected: " + marker.eventPosition()
            + " or more); they are written again from the log";
    }

    /** From an older snapshot, or from the beginning of the log, the engine makes the events anew that are lost behind it. */
    private static boolean isGivenAgain(final RecordedLog log, final SnapshotDirectory files, final RecordedLog.Entry newest, final EventsTail events) {
        final Recording commands = log.recording();
        if (commands != null && commands.startPosition() == 0) {
            return true;
        }
        return log.snapshots().stream().filter(older -> older.position() < newest.position() && damageOf(log, files, older) == null)
            .anyMatch(older -> eventsLost(events, log.marker(older)) == null);
    }

    private static void invalidateNewest(final Path root) {
        try (RecordingLog recordingLog = new RecordingLog(DataDirectory.cluster(root).toFile(), false)) {
            if (!recordingLog.invalidateLatestSnapshot()) {
                throw new IllegalStateException("snapshot cannot be marked invalid in " + DataDirectory.cluster(root));
            }
            recordingLog.force(1);
        }
    }
}
