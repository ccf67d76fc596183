package bourse.services.transport;

/** How far the recording that is being written is in its file: said by the agent, which may look at the archive's counters, read by another thread. */
final class RecordedEnd {
    private volatile long recordingId = Long.MIN_VALUE;
    private volatile long position;

    /** Thread: the agent. Recordings in ascending order. */
    void set(final long newRecordingId, final long newPosition) {
        if (newRecordingId != recordingId) {
            position = 0;
            recordingId = newRecordingId;
        }
        position = newPosition;
    }

    /** A later recording is being written: this one has its end. */
    boolean isFinished(final long ofRecordingId) {
        return ofRecordingId < recordingId;
    }

    /** Bytes before it are in the file; 0 = not known. */
    long position(final long ofRecordingId) {
        // Looked at twice: the position of another recording is written only after that one's id.
        if (recordingId != ofRecordingId) {
            return 0;
        }
        final long found = position;
        return recordingId == ofRecordingId ? found : 0;
    }
}
