package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.engine.store.SnapshotFile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the parts of a snapshot from the newest earlier one up to a marker, in one pass over the recorded events. One use per object. Cold.
 * Thread: the snapshot's.
 */
final class EventFolds {
    private final Path archive;
    private final SnapshotDirectory files;
    private final List<SnapshotPart> parts;

    EventFolds(final Path archive, final SnapshotDirectory files, final List<SnapshotPart> parts) {
        this.archive = archive;
        this.files = files;
        this.parts = parts;
    }

    /** @throws DamageException when the events between are damaged or gone */
    void write(final SnapshotMarker marker) {
        final List<SnapshotPart.Fold> folds = new ArrayList<>();
        parts.forEach(part -> folds.add(part.begin()));
        final SnapshotPart.Next from = restore(folds, marker.position());
        long recordingId = from == null ? -1 : from.recordingId();
        long position = from == null ? -1 : from.position();
        for (final Recording recording : RecordingCatalog.events(archive)) {
            if (recording.recordingId() > marker.eventRecordingId() || recording.recordingId() < recordingId) {
                continue;
            }
            final boolean isLast = recording.recordingId() == marker.eventRecordingId();
            final long begin = recording.recordingId() == recordingId ? position : recording.startPosition();
            fold(recording, begin, isLast ? marker.eventPosition() : recording.knownEnd(), folds);
            recordingId = recording.recordingId();
            position = marker.eventPosition();
        }
        if (recordingId != marker.eventRecordingId()) {
            throw new DamageException("recording " + marker.eventRecordingId() + " of events is not in the catalog of " + archive);
        }
        for (int i = 0; i < parts.size(); i++) {
            write(marker, parts.get(i), folds.get(i));
        }
    }

    private void fold(final Recording recording, final long from, final long to, final List<SnapshotPart.Fold> folds) {
        try (RecordingReader reader = new RecordingReader(archive, recording, from)) {
            reader.read(to, (buffer, offset, length, start, end) -> {
                for (final SnapshotPart.Fold fold : folds) {
                    fold.onEvents(buffer, offset, length, recording.recordingId(), start);
                }
            });
            reader.check();
        }
    }

    private SnapshotPart.Next restore(final List<SnapshotPart.Fold> folds, final long limit) {
        final List<String> names = parts.stream().map(SnapshotPart::name).toList();
        final long base = files.newestWhole(limit, names);
        SnapshotPart.Next from = null;
        for (int i = 0; i < folds.size() && base >= 0; i++) {
            try (SnapshotFile.Reader reader = new SnapshotFile.Reader(files.file(base, names.get(i)))) {
                from = SnapshotPart.Next.read(reader);
                folds.get(i).restore(reader);
            }
        }
        return from;
    }

    private void write(final SnapshotMarker marker, final SnapshotPart part, final SnapshotPart.Fold fold) {
        final Path file = files.file(marker.position(), part.name());
        final SnapshotFile.Head head = new SnapshotFile.Head(marker.position(), marker.fingerprint(), marker.eventSeq(), System.currentTimeMillis());
        try (SnapshotFile.Writer writer = new SnapshotFile.Writer(file, head)) {
            new SnapshotPart.Next(marker.eventRecordingId(), marker.eventPosition()).write(writer);
            fold.write(writer);
            writer.commit();
        }
        SnapshotFile.verify(file);
    }
}
