package bourse.engine.events;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import bourse.sbe.Streams;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.CountersReader;

/**
 * The event stream as an Aeron IPC publication that the local archive records; a restart extends the same recording. Live readers subscribe
 * untethered and come back by replay; the archive is the one reader that {@link #offer} waits for. Hot path but for start and end.
 * Thread: engine.
 */
public final class ArchivedEventStream implements EventSink, AutoCloseable {
    private static final int OFFERS_PER_CHECK = 256;

    private final Aeron aeron;
    private final AeronArchive archive;
    private final IdleStrategy idle;
    private final int termBytes;
    private final int mtuBytes;
    private final long timeoutNs;
    private final EventRecording last;
    private ExclusivePublication publication;
    private int recordingCounterId;
    private long recordingId;
    private int offersUntilCheck = OFFERS_PER_CHECK;

    /**
     * Finds the recording of earlier lives and its last event.
     *
     * @param archive          closed with this
     * @param archiveDirectory its files
     * @param idle             keeps the archive and the driver going where they share this thread
     * @param termBytes        of a new recording; an extended one keeps its own
     */
    public ArchivedEventStream(final Aeron aeron, final AeronArchive archive, final Path archiveDirectory, final IdleStrategy idle, final int termBytes,
                               final int mtuBytes, final long timeoutNs) {
        this.aeron = aeron;
        this.archive = archive;
        this.idle = idle;
        this.termBytes = termBytes;
        this.mtuBytes = mtuBytes;
        this.timeoutNs = timeoutNs;
        this.last = EventRecording.findNewest(archive, archiveDirectory);
    }

    @Override
    public long lastRecordedEventSeq() {
        return last == null ? 0 : last.lastEventSeq();
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        final boolean continues = last != null && (last.lastEventSeq() == 0 || eventSeq <= last.lastEventSeq() + 1);
        final ChannelUriStringBuilder channel = new ChannelUriStringBuilder().media(CommonContext.IPC_MEDIA)
                .alias(Streams.EVENTS_ALIAS);
        if (continues) {
            channel.mtu(last.mtuLength()).initialPosition(last.stopPosition(), last.initialTermId(), last.termBufferLength());
        } else {
            channel.mtu(mtuBytes).termLength(termBytes);
        }
        publication = aeron.addExclusivePublication(channel.build(), Streams.EVENTS_STREAM_ID);
        final String recorded = new ChannelUriStringBuilder().media(CommonContext.IPC_MEDIA).alias(Streams.EVENTS_ALIAS)
                .sessionId(publication.sessionId()).build();
        if (continues) {
            archive.extendRecording(last.recordingId(), recorded, Streams.EVENTS_STREAM_ID, SourceLocation.LOCAL, true);
        } else {
            archive.startRecording(recorded, Streams.EVENTS_STREAM_ID, SourceLocation.LOCAL, true);
        }
        awaitRecorder();
    }

    private void awaitRecorder() {
        final CountersReader counters = aeron.countersReader();
        final long deadlineNs = System.nanoTime() + timeoutNs;
        recordingCounterId = RecordingPos.findCounterIdBySession(counters, publication.sessionId(), archive.archiveId());
        while (recordingCounterId == CountersReader.NULL_COUNTER_ID || !publication.isConnected()) {
            idle.idle();
            archive.checkForErrorResponse();
            checkDeadline(deadlineNs, "the archive does not start to record events");
            recordingCounterId = RecordingPos.findCounterIdBySession(counters, publication.sessionId(), archive.archiveId());
        }
        recordingId = RecordingPos.getRecordingId(counters, recordingCounterId);
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        if (--offersUntilCheck == 0) {
            checkRecorder();
        }
        if (publication.offer(buffer, offset, length) < 0) {
            offerSlowPath(buffer, offset, length);
        }
    }

    private void offerSlowPath(final DirectBuffer buffer, final int offset, final int length) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        long result;
        while ((result = publication.offer(buffer, offset, length)) < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new EventStreamException("event stream ended: " + Publication.errorString(result)
                        + ", position=" + publication.position());
            }
            checkRecorder();
            checkDeadline(deadlineNs, "the archive does not keep up with the events: " + Publication.errorString(result));
            idle.idle();
        }
    }

    /** Is the archive still recording? Also called from time to time when there are no events. */
    public void checkRecorder() {
        offersUntilCheck = OFFERS_PER_CHECK;
        if (publication != null && !RecordingPos.isActive(aeron.countersReader(), recordingCounterId, recordingId)) {
            throw new EventStreamException("the archive has stopped recording events, recordingId=" + recordingId
                    + ", position=" + publication.position());
        }
    }

    @Override
    public void awaitRecorded() {
        final CountersReader counters = aeron.countersReader();
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (counters.getCounterValue(recordingCounterId) < publication.position()) {
            checkRecorder();
            checkDeadline(deadlineNs, "the archive does not finish recording events");
            idle.idle();
        }
    }

    /** Id of the recording in the archive. */
    public long recordingId() {
        return recordingId;
    }

    /** Of the stream behind the last fragment. */
    public long position() {
        return publication.position();
    }

    /** Bytes that the archive has yet to record. */
    public long unrecordedBytes() {
        return publication.position() - aeron.countersReader().getCounterValue(recordingCounterId);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(publication, archive);
    }

    private void checkDeadline(final long deadlineNs, final String what) {
        if (System.nanoTime() - deadlineNs > 0) {
            throw new EventStreamException(what + ", waitedMs=" + TimeUnit.NANOSECONDS.toMillis(timeoutNs)
                    + ", position=" + (publication == null ? 0 : publication.position()));
        }
    }
}
