package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.SnapshotFile;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;

/**
 * Something that is saved with each snapshot of the state: a fold of the event stream, from which its readers start instead of from the first event.
 * Thread: the snapshot's.
 */
public interface SnapshotPart {

    /** Of its files, after the position: 1..16 small letters. */
    String name();

    /** Begins anew. */
    Fold begin();

    /** First chunk of each part's file: where the event behind it is recorded. */
    record Next(long recordingId, long position) {
        private static final int LENGTH = 16;

        void write(final SnapshotFile.Writer writer) {
            final UnsafeBuffer chunk = new UnsafeBuffer(new byte[LENGTH]);
            chunk.putLong(0, recordingId, ByteOrder.LITTLE_ENDIAN);
            chunk.putLong(8, position, ByteOrder.LITTLE_ENDIAN);
            writer.write(chunk, 0, LENGTH);
        }

        /** Takes the first chunk. @throws DamageException when there is none */
        public static Next read(final SnapshotFile.Reader reader) {
            final Next[] found = new Next[1];
            reader.next((buffer, offset, length) -> found[0] = length < LENGTH ? null
                : new Next(buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN), buffer.getLong(offset + 8, ByteOrder.LITTLE_ENDIAN)));
            if (found[0] == null) {
                throw new DamageException("snapshot part without a position in the events");
            }
            return found[0];
        }
    }

    /** Perhaps restored, then events in order, then written; and perhaps more events, and written again. */
    interface Fold {
        /** Takes back what {@link #write} wrote; the reader stands behind the chunk that says where to go on. */
        void restore(SnapshotFile.Reader previous);

        /** One fragment of the event stream, and where in the recordings it begins. */
        void onEvents(DirectBuffer buffer, int offset, int length, long recordingId, long startPosition);

        void write(SnapshotFile.Writer target);
    }
}
