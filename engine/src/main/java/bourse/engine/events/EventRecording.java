package bourse.engine.events;

import java.nio.file.Path;

import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.sbe.EventBatchHead;
import bourse.sbe.Streams;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import io.aeron.archive.client.AeronArchive;

/**
 * What the archive has of the event stream from earlier lives. Cold.
 *
 * @param lastEventSeq of the last complete fragment, 0 = none
 */
record EventRecording(long recordingId, long startPosition, long stopPosition, int initialTermId, int termBufferLength,
                      int mtuLength, long lastEventSeq) {
    private static final int MAX_RECORDINGS = 1_000;

    /** The newest recording of events, or null when there is none. */
    static EventRecording findNewest(final AeronArchive archive, final Path archiveDirectory) {
        final EventRecording[] newest = new EventRecording[1];
        archive.listRecordingsForUri(0, MAX_RECORDINGS, "alias=" + Streams.EVENTS_ALIAS, Streams.EVENTS_STREAM_ID,
                (controlSessionId, correlationId, recordingId, startTimestamp, stopTimestamp, startPosition, stopPosition,
                 initialTermId, segmentFileLength, termBufferLength, mtuLength, sessionId, streamId, strippedChannel,
                 originalChannel, sourceIdentity) -> {
                    if (newest[0] == null || recordingId > newest[0].recordingId) {
                        newest[0] = new EventRecording(recordingId, startPosition, stopPosition, initialTermId,
                                termBufferLength, mtuLength, 0);
                    }
                });
        return newest[0] == null ? null : newest[0].withLastEventSeq(archiveDirectory);
    }

    private EventRecording withLastEventSeq(final Path archiveDirectory) {
        if (stopPosition == AeronArchive.NULL_POSITION) {
            throw new EventStreamException("recording of events is still written, recordingId=" + recordingId
                    + " (expected: stopped; is another engine using this archive?)");
        }
        long from = Math.max(startPosition, stopPosition - 1 & -(long) termBufferLength);
        long found = 0;
        while (from < stopPosition && found == 0) {
            found = lastEventSeq(archiveDirectory, from);
            if (from == startPosition) {
                break;
            }
            from = Math.max(startPosition, from - termBufferLength);
        }
        return new EventRecording(recordingId, startPosition, stopPosition, initialTermId, termBufferLength, mtuLength, found);
    }

    /**
     * Of the last whole fragment from a position on, at which a fragment begins. Read from the files, and over damage: the archive's replay ends there, and what is damaged
     * was told already.
     */
    private long lastEventSeq(final Path archiveDirectory, final long fromPosition) {
        final Recording recording = RecordingCatalog.find(archiveDirectory, recordingId);
        final EventBatchDecoder batch = new EventBatchDecoder();
        final long[] found = new long[1];
        long position = fromPosition;
        while (position >= 0 && position < stopPosition) {
            try (RecordingReader reader = new RecordingReader(archiveDirectory, recording, position)) {
                reader.read(stopPosition, (buffer, offset, length, start, end) -> {
                    if (EventBatchHead.isEventBatch(buffer, offset)) {
                        batch.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
                        found[0] = batch.firstEventSeq() + batch.count() - 1;
                    }
                });
                position = reader.damage() == null ? -1 : reader.nextSound();
            }
        }
        return found[0];
    }
}
