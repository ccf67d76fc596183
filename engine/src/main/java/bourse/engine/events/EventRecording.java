package bourse.engine.events;

import bourse.sbe.EventBatchHead;
import bourse.sbe.Streams;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import io.aeron.CommonContext;
import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.archive.client.AeronArchive;
import io.aeron.logbuffer.FragmentHandler;

import org.agrona.concurrent.IdleStrategy;

/**
 * What the archive has of the event stream from earlier lives. Cold.
 *
 * @param lastEventSeq of the last complete fragment, 0 = none
 */
record EventRecording(long recordingId, long startPosition, long stopPosition, int initialTermId, int termBufferLength,
                      int mtuLength, long lastEventSeq) {
    private static final int MAX_RECORDINGS = 1_000;

    /** The newest recording of events, or null when there is none. */
    static EventRecording findNewest(final AeronArchive archive, final IdleStrategy idle, final long timeoutNs) {
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
        return newest[0] == null ? null : newest[0].withLastEventSeq(new TailScan(archive, idle, timeoutNs));
    }

    private EventRecording withLastEventSeq(final TailScan scan) {
        if (stopPosition == AeronArchive.NULL_POSITION) {
            throw new EventStreamException("recording of events is still written, recordingId=" + recordingId
                    + " (expected: stopped; is another engine using this archive?)");
        }
        long from = Math.max(startPosition, stopPosition - 1 & -(long) termBufferLength);
        long found = 0;
        while (from < stopPosition && found == 0) {
            found = scan.lastEventSeq(recordingId, from, stopPosition - from);
            if (from == startPosition) {
                break;
            }
            from = Math.max(startPosition, from - termBufferLength);
        }
        return new EventRecording(recordingId, startPosition, stopPosition, initialTermId, termBufferLength, mtuLength, found);
    }

    /** Replays the end of a recording, from the beginning of a term, where a fragment always begins. */
    private static final class TailScan {
        private final AeronArchive archive;
        private final IdleStrategy idle;
        private final long timeoutNs;
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final EventBatchDecoder batch = new EventBatchDecoder();
        private long lastEventSeq;

        TailScan(final AeronArchive archive, final IdleStrategy idle, final long timeoutNs) {
            this.archive = archive;
            this.idle = idle;
            this.timeoutNs = timeoutNs;
        }

        long lastEventSeq(final long recordingId, final long position, final long length) {
            lastEventSeq = 0;
            final FragmentHandler assembler = new FragmentAssembler((buffer, offset, fragmentLength, frame) -> {
                header.wrap(buffer, offset);
                if (EventBatchHead.isEventBatch(buffer, offset)) {
                    batch.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
                    lastEventSeq = batch.firstEventSeq() + batch.count() - 1;
                }
            });
            final long deadlineNs = System.nanoTime() + timeoutNs;
            try (Subscription replay = archive.replay(recordingId, position, length, CommonContext.IPC_CHANNEL,
                    Streams.EVENTS_REPLAY_STREAM_ID)) {
                Image image = null;
                long reached = position;
                while (reached < position + length) {
                    if (image == null && replay.imageCount() > 0) {
                        image = replay.imageAtIndex(0);
                    }
                    final int fragments = image == null ? 0 : image.poll(assembler, 64);
                    reached = image == null ? position : image.position();
                    if (fragments == 0) {
                        if (image != null && image.isClosed() || System.nanoTime() - deadlineNs > 0) {
                            throw new EventStreamException("recording of events cannot be read, recordingId=" + recordingId
                                    + ", position=" + reached + " (expected: up to " + (position + length)
                                    + "; run the archive's verification)");
                        }
                        archive.checkForErrorResponse();
                        idle.idle();
                    }
                }
            }
            return lastEventSeq;
        }
    }
}
