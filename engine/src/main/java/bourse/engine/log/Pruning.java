package bourse.engine.log;

import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Removes what no restart can need: log, events and snapshots before the second-newest snapshot whose every file is whole. Two are kept, so that
 * one may turn out to be bad. The archive only notes where a recording begins now; the files are removed here, because one of them takes the file system ten to
 * twenty milliseconds, and the archive may run on the thread that matches. Cold. Thread: the snapshot's.
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
            final Path directory = log.archive();
            purgeBelow(archive, directory, log.recording(), marker.position());
            for (final Recording events : RecordingCatalog.events(directory)) {
                if (events.recordingId() < marker.eventRecordingId()) {
                    purge(archive, events.recordingId());
                } else if (events.recordingId() == marker.eventRecordingId()) {
                    purgeBelow(archive, directory, events, marker.eventPosition());
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

    private static void purgeBelow(final AeronArchive archive, final Path directory, final Recording recording, final long position) {
        final long base = recording.segmentBase(position);
        if (base < recording.startPosition()) {
            return;
        }
        if (base > recording.startPosition()) {
            try {
                archive.detachSegments(recording.recordingId(), base);
                sync(directory.resolve(RecordingCatalog.FILE_NAME));
            } catch (final ArchiveException | IOException e) {
                LOG.info("recording {} is not pruned now: {}", recording.recordingId(), e.getMessage());
                return;
            }
        }
        final int removed = removeSegments(directory, recording, base);
        if (removed > 0) {
            LOG.info("pruned recording={} to position={} segments={}", recording.recordingId(), base, removed);
        }
    }

    /** That a recording begins later is on the disk before what lies in front is gone from it. */
    private static void sync(final Path catalog) throws IOException {
        try (FileChannel file = FileChannel.open(catalog, StandardOpenOption.WRITE)) {
            file.force(false);
        }
    }

    /** Those that begin before {@code base}, an earlier attempt's too. @return how many */
    private static int removeSegments(final Path directory, final Recording recording, final long base) {
        int removed = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : (Iterable<Path>) files::iterator) {
                final long position = recording.basePosition(file);
                if (position >= 0 && position < base && Files.deleteIfExists(file)) {
                    removed++;
                }
            }
        } catch (final IOException | UncheckedIOException e) {
            LOG.warn("segments before position {} of recording {} cannot be removed: {}; the next snapshot tries again", base, recording.recordingId(), e.toString());
        }
        return removed;
    }

    private static void purge(final AeronArchive archive, final long recordingId) {
        try {
            archive.purgeRecording(recordingId);
        } catch (final ArchiveException e) {
            LOG.debug("recording {} is not purged: {}", recordingId, e.getMessage());
        }
    }
}
