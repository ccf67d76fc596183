package bourse.engine.log;

import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Supplier;

/**
 * Removes what no restart can need: log, events and snapshots before the second-newest snapshot whose every file is whole. Two are kept, so that
 * one may turn out to be bad. Cold. Thread: the snapshot's.
 */
final class Pruning {
    private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);

    private final Supplier<AeronArchive.Context> context;

    /** @param context for a client of the archive that may wait */
    Pruning(final Supplier<AeronArchive.Context> context) {
        this.context = context;
    }

    /** Keeps the newest two whole snapshots and everything after the older of them. */
    void run(final SnapshotDirectory files, final RecordedLog log, final List<String> parts) {
        final List<RecordedLog.Entry> known = log.snapshots();
        RecordedLog.Entry kept = null;
        int whole = 0;
        for (final RecordedLog.Entry entry : known) {
            if (parts.stream().allMatch(part -> files.isWhole(entry.position(), part)) && ++whole == 2) {
                kept = entry;
                break;
            }
        }
        if (kept == null) {
            return;
        }
        final SnapshotMarker marker = log.marker(kept);
        if (marker == null) {
            return;
        }
        try (AeronArchive archive = AeronArchive.connect(context.get())) {
            purgeBelow(archive, log.recording(), marker.position());
            for (final Recording events : RecordingCatalog.events(log.archive())) {
                if (events.recordingId() < marker.eventRecordingId()) {
                    purge(archive, events.recordingId());
                } else if (events.recordingId() == marker.eventRecordingId()) {
                    purgeBelow(archive, events, marker.eventPosition());
                }
            }
            for (final RecordedLog.Entry entry : known) {
                if (entry.position() < marker.position()) {
                    purge(archive, entry.serviceRecordingId());
                    purge(archive, entry.consensusRecordingId());
                }
            }
        }
        files.removeBelow(marker.position());
    }

    private static void purgeBelow(final AeronArchive archive, final Recording recording, final long position) {
        final long base = recording.segmentBase(position);
        if (base <= recording.startPosition()) {
            return;
        }
        try {
            final long segments = archive.purgeSegments(recording.recordingId(), base);
            LOG.info("pruned recording={} to position={} segments={}", recording.recordingId(), base, segments);
        } catch (final ArchiveException e) {
            LOG.info("recording {} is not pruned now: {}", recording.recordingId(), e.getMessage());
        }
    }

    private static void purge(final AeronArchive archive, final long recordingId) {
        try {
            archive.purgeRecording(recordingId);
        } catch (final ArchiveException e) {
            LOG.debug("recording {} is not purged: {}", recordingId, e.getMessage());
        }
    }
}
