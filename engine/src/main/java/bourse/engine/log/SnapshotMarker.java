package bourse.engine.log;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;

/**
 * What the cluster's own snapshot holds of the state machine: where the state is to be found, in a file that is written beside the running engine.
 *
 * <pre>
 *   0       8         12       16         24            32          40                  48
 *   | magic | version | unused | position | fingerprint | eventSeq | eventRecordingId  | eventPosition |
 * </pre>
 *
 * @param position         of the log behind the last entry that is in the state
 * @param eventRecordingId recording of the events, -1 = none
 * @param eventPosition    of that recording behind the last event
 */
record SnapshotMarker(long position, long fingerprint, long eventSeq, long eventRecordingId, long eventPosition) {
    /** "BOURSEMK" read as a little-endian long. */
    static final long MAGIC = 0x4B4D_4553_5255_4F42L;
    static final int VERSION = 1;
    static final int LENGTH = 56;

    int encode(final UnsafeBuffer buffer) {
        buffer.putLong(0, MAGIC, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(8, VERSION, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(12, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(16, position, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(24, fingerprint, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(32, eventSeq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(40, eventRecordingId, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(48, eventPosition, ByteOrder.LITTLE_ENDIAN);
        return LENGTH;
    }

    /** Null when the bytes are something else: state that release 0.1.0 wrote into the cluster's snapshot itself. */
    static SnapshotMarker decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length < LENGTH || buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN) != MAGIC) {
            return null;
        }
        final int version = buffer.getInt(offset + 8, ByteOrder.LITTLE_ENDIAN);
        if (version != VERSION) {
            throw new IllegalStateException("snapshot marker version: " + version + " (expected: " + VERSION + "): written by a later release");
        }
        return new SnapshotMarker(buffer.getLong(offset + 16, ByteOrder.LITTLE_ENDIAN), buffer.getLong(offset + 24, ByteOrder.LITTLE_ENDIAN),
            buffer.getLong(offset + 32, ByteOrder.LITTLE_ENDIAN), buffer.getLong(offset + 40, ByteOrder.LITTLE_ENDIAN),
            buffer.getLong(offset + 48, ByteOrder.LITTLE_ENDIAN));
    }
}
