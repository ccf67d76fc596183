package bourse.engine.log;

import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;

import java.nio.file.Path;
import java.util.List;

/**
 * How the newest recording of events ends, by its last term, which is read once at each start. Cold.
 *
 * @param recording   of events, the newest
 * @param end         where the archive ends it
 * @param soundEnd    where the events end that can be read: the end, or a frame with a wrong checksum in a recording that was not closed
 * @param nextSound   a whole frame behind that, so it is no torn tail; -1 = none, or the recording was closed whole
 * @param logPosition behind the last entry that has an event there: so far the log was committed, whatever it still has. Events that are cut off are written
 *                    again from it
 */
record EventsTail(Recording recording, long end, long soundEnd, long nextSound, long logPosition) {
    /** Null when there are no events. */
    static EventsTail of(final Path archive) {
        final List<Recording> all = RecordingCatalog.events(archive);
        if (all.isEmpty()) {
            return null;
        }
        final Recording events = all.getLast();
        final boolean isOpen = events.knownEnd() == Long.MAX_VALUE;
        final long end = FrameScan.storedEnd(archive, events);
        final EventsEnd told = new EventsEnd();
        final long readable = RecordingReader.readLastTerm(archive, events, end, told);
        final long soundEnd = isOpen ? readable : end;
        return new EventsTail(events, end, soundEnd, isOpen ? nextSound(archive, events, soundEnd) : -1, told.logPosition());
    }

    /** First whole frame behind a damaged one, within a term; -1 = none. */
    static long nextSound(final Path archive, final Recording recording, final long damagedAt) {
        return FrameScan.nextSound(archive, recording, damagedAt, damagedAt + recording.termBytes());
    }
}
