package bourse.services.transport;

import bourse.engine.log.SnapshotPart;
import bourse.engine.store.Recording;
import bourse.engine.store.SnapshotFile;
import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;
import org.agrona.DirectBuffer;

import java.util.List;

/**
 * Where a reader of the event stream begins that knows the past from a snapshot: the next event, where it is recorded, and where older ones are.
 * Cold. Thread: one at a time.
 */
public final class EventOrigin {
    /** Name of the part of a snapshot that holds it. */
    public static final String PART = "index";
    private static final int VERSION = 1;
    private static final long HEAD = 1;
    private static final long ENTRY = 2;

    private final SequenceIndex index = AeronEventSource.newIndex();
    private final RecordReader reader = new RecordReader();
    private long lastEventSeq;
    private long recordingId = -1;
    private long position;

    /** 0 = none is known. */
    public long lastEventSeq() {
        return lastEventSeq;
    }

    /** Where the next event is; -1 = nowhere yet. */
    public long recordingId() {
        return recordingId;
    }

    /** Likewise. */
    public long position() {
        return position;
    }

    SequenceIndex index() {
        return index;
    }

    /** The part of the snapshots that holds origins. */
    public static SnapshotPart part() {
        return new SnapshotPart() {
            @Override
            public String name() {
                return PART;
            }

            @Override
            public Fold begin() {
                return new EventOrigin().new IndexFold();
            }
        };
    }

    /** Of a reader that knows nothing yet, and begins with the first event of a recording. */
    public static EventOrigin beginning(final Recording recording) {
        final EventOrigin origin = new EventOrigin();
        origin.recordingId = recording.recordingId();
        origin.position = recording.startPosition();
        return origin;
    }

    /** The reader has taken this fragment of events, too, from {@code start} to {@code end} of a recording. */
    public void advance(final DirectBuffer buffer, final int offset, final long recording, final long start, final long end) {
        note(buffer, offset, recording, start);
        recordingId = recording;
        position = end;
    }

    private void note(final DirectBuffer buffer, final int offset, final long recording, final long startPosition) {
        final long first = EventFragmentReader.firstEventSeq(buffer, offset);
        index.offer(first, recording, startPosition);
        lastEventSeq = first + EventFragmentReader.count(buffer, offset) - 1;
    }

    private final class IndexFold implements SnapshotPart.Fold {
        @Override
        public void restore(final SnapshotFile.Reader previous) {
            while (previous.next(EventOrigin.this::onChunk)) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void onEvents(final DirectBuffer buffer, final int offset, final int length, final long recording, final long startPosition) {
            note(buffer, offset, recording, startPosition);
        }

        @Override
        public void write(final SnapshotFile.Writer target) {
            final RecordWriter writer = new RecordWriter(target::write);
            writer.begin(HEAD).put(VERSION).put(lastEventSeq);
            for (int i = 0; i < index.size(); i++) {
                writer.begin(ENTRY).put(index.eventSeq(i)).put(index.recordingId(i)).put(index.position(i));
            }
            writer.flush();
        }
    }

    /**
     * Reads an origin.
     *
     * @param chunks          of the part, behind the first one
     * @param nextRecordingId from that: where the next event is
     * @param nextPosition    likewise
     * @param recordings      of events that there are; what the index says of others is dropped
     */
    public static EventOrigin read(final SnapshotFile.Reader chunks, final long nextRecordingId, final long nextPosition,
                                   final List<Recording> recordings) {
        final EventOrigin origin = new EventOrigin();
        while (chunks.next(origin::onChunk)) {
            Thread.onSpinWait();
        }
        origin.recordingId = nextRecordingId;
        origin.position = nextPosition;
        if (!recordings.isEmpty()) {
            origin.index.dropBelow(recordings.getFirst().recordingId(), recordings.getFirst().startPosition());
        }
        return origin;
    }

    private void onChunk(final DirectBuffer buffer, final int offset, final int length) {
        reader.wrap(buffer, offset, length);
        while (reader.hasNext()) {
            final long kind = reader.next();
            if (kind == ENTRY) {
                index.restore(reader.next(), reader.next(), reader.next());
            } else if (kind == HEAD && reader.next() == VERSION) {
                lastEventSeq = reader.next();
            } else {
                throw new IllegalStateException("index of events, record kind: " + kind + " (expected: 1..2, of version " + VERSION + ")");
            }
        }
    }
}
