package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.engine.store.SnapshotFile;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the parts of a snapshot from the newest earlier one up to a marker, in one pass over the recorded events. Where those are damaged the log gives them again, so
 * that one bad page does not end all snapshots and with them pruning.
 *
 * <p>The folds of the last snapshot are kept and go on from there: built anew each time, a million resting orders left 300 MB of garbage, and collections of 60 to 100 ms
 * that stopped the engine, too. Cold. Thread: the snapshot's.
 */
final class EventFolds {
    private static final Logger LOG = LoggerFactory.getLogger(EventFolds.class);

    private final Path archive;
    private final SnapshotDirectory files;
    private final List<SnapshotPart> parts;
    private final List<SnapshotPart.Fold> folds = new ArrayList<>();
    private final LostEvents lost;
    private final EventBatchDecoder batch = new EventBatchDecoder();
    /** Number of the next event, 0 = not known: no event was seen, and no snapshot tells. */
    private long nextEventSeq;
    /** Behind which nothing whole was found yet; null = none. */
    private Damage damage;
    /** Log position of the snapshot that the folds are at; -1 = they are at none. */
    private long keptAt = -1;
    private SnapshotPart.Next keptNext;

    private record Damage(Recording recording, long position) {
    }

    EventFolds(final Path archive, final SnapshotDirectory files, final List<SnapshotPart> parts, final LostEvents lost) {
        this.archive = archive;
        this.files = files;
        this.parts = parts;
        this.lost = lost;
    }

    /** @throws DamageException when the events between are damaged or gone, and the log does not give them either */
    void write(final SnapshotMarker marker) {
        final SnapshotPart.Next from = begin(marker.position());
        bringUpTo(marker, from);
        for (int i = 0; i < parts.size(); i++) {
            write(marker, parts.get(i), folds.get(i));
        }
        keptNext = new SnapshotPart.Next(marker.eventRecordingId(), marker.eventPosition());
        keptAt = marker.position();
    }

    /** Where the events go on behind what the folds hold; null = from the oldest. Whatever fails from here on, the folds are not used again. */
    private SnapshotPart.Next begin(final long limit) {
        final List<String> names = parts.stream().map(SnapshotPart::name).toList();
        final boolean isKept = keptAt >= 0 && keptAt == files.newestWhole(limit, names);
        keptAt = -1;
        damage = null;
        if (isKept) {
            return keptNext;
        }
        nextEventSeq = 0;
        folds.clear();
        parts.forEach(part -> folds.add(part.begin()));
        return restore(limit, names);
    }

    private void bringUpTo(final SnapshotMarker marker, final SnapshotPart.Next from) {
        long recordingId = from == null ? -1 : from.recordingId();
        long position = from == null ? -1 : from.position();
        for (final Recording recording : RecordingCatalog.events(archive)) {
            if (recording.recordingId() > marker.eventRecordingId() || recording.recordingId() < recordingId) {
                continue;
            }
            final boolean isLast = recording.recordingId() == marker.eventRecordingId();
            final long begin = recording.recordingId() == recordingId ? position : recording.startPosition();
            fold(recording, begin, isLast ? marker.eventPosition() : recording.knownEnd());
            if (isLast) {
                makeAgain(marker.eventSeq(), marker.position());
            }
            recordingId = recording.recordingId();
            position = marker.eventPosition();
        }
        if (recordingId != marker.eventRecordingId()) {
            throw new DamageException("recording " + marker.eventRecordingId() + " of events is not in the catalog of " + archive);
        }
    }

    private void fold(final Recording recording, final long from, final long to) {
        long position = from;
        while (position >= 0) {
            position = foldWhole(recording, position, to);
        }
    }

    /** Up to the end or to damage; returns where whole fragments go on behind that, -1 = nowhere before the end. */
    private long foldWhole(final Recording recording, final long from, final long to) {
        try (RecordingReader reader = new RecordingReader(archive, recording, from)) {
            final long reached = reader.read(to, (buffer, offset, length, start, end) -> onFragment(buffer, offset, length, recording, start));
            if (reader.damage() == null) {
                return -1;
            }
            final long next = reader.nextSound();
            LOG.warn("the events are damaged: {}; this snapshot takes them from the log once more. Clients that resume there get SnapshotRequired, until pruning has removed it; "
                + "bourse verify says more", reader.damage());
            if (nextEventSeq == 0) {
                throw new DamageException(reader.damage());
            }
            if (damage == null) {
                damage = new Damage(recording, reached);
            }
            return next < to ? next : -1;
        }
    }

    private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Recording recording, final long position) {
        batch.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
        final long first = batch.firstEventSeq();
        makeAgain(first - 1, batch.logPosition());
        nextEventSeq = first + batch.count();
        give(buffer, offset, length, recording, position);
    }

    /** Behind damage, everything up to an event; {@code upToEntry} is the log position of an entry that is not before it. */
    private void makeAgain(final long lastEventSeq, final long upToEntry) {
        final Damage behind = damage;
        damage = null;
        if (behind != null && nextEventSeq <= lastEventSeq) {
            lost.make(nextEventSeq, lastEventSeq, upToEntry, (buffer, offset, length) -> give(buffer, offset, length, behind.recording(), behind.position()));
            nextEventSeq = lastEventSeq + 1;
        }
    }

    private void give(final DirectBuffer buffer, final int offset, final int length, final Recording recording, final long position) {
        for (final SnapshotPart.Fold fold : folds) {
            fold.onEvents(buffer, offset, length, recording.recordingId(), position);
        }
    }

    private SnapshotPart.Next restore(final long limit, final List<String> names) {
        final long base = files.newestWhole(limit, names);
        SnapshotPart.Next from = null;
        for (int i = 0; i < folds.size() && base >= 0; i++) {
            try (SnapshotFile.Reader reader = new SnapshotFile.Reader(files.file(base, names.get(i)))) {
                from = SnapshotPart.Next.read(reader);
                folds.get(i).restore(reader);
                nextEventSeq = reader.head().eventSeq() + 1;
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
