package bourse.services.transport;

import bourse.engine.store.DamageException;
import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.sbe.EventBatchHead;
import bourse.sbe.port.EventSource;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * What one cursor is being told: recorded events from a place in the files on, those that it wants, in a ring between the thread that reads and the cursor's
 * agent. Thread: each method says whose.
 */
final class EventReading {
    private static final int RING_BYTES = 1 << 20;
    /** Read at a time: with the longest message, and what the ring's end leaves unused, far less than half a ring. */
    private static final int STEP_BYTES = 128 * 1024;
    private static final int EVENTS = 1;
    private static final int MAX_FAILURES = 10;
    private static final long PAUSE_NS = 100_000_000L;

    /** What comes next is recorded no more. */
    private static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        GoneException(final String message) {
            super(message);
        }
    }

    private final Path archiveDirectory;
    private final long fromEventSeq;
    private final EventSource.Wanted wanted;
    private final RecordingReader.MessageHandler onMessage = this::onMessage;

    // ---- the reading thread's own
    private long recordingId;
    private long position;
    private Recording recording;
    private RecordingReader reader;
    private ByteBuffer memory;
    private long finishedEnd = -1;
    private long next;
    private int failures;
    private long againNs;

    // ---- written by the reading thread
    private volatile OneToOneRingBuffer ring;
    private volatile long nextEventSeq;
    private volatile boolean isCut;
    private volatile boolean isReleased;

    // ---- written by the agent
    private volatile boolean isClosed;

    /**
     * @param fromEventSeq fragments that end before it are left out
     * @param wanted       null = all
     * @param position     of a frame at or before that event
     */
    EventReading(final Path archiveDirectory, final long fromEventSeq, final EventSource.Wanted wanted, final long recordingId, final long position) {
        this.archiveDirectory = archiveDirectory;
        this.fromEventSeq = fromEventSeq;
        this.wanted = wanted;
        this.recordingId = recordingId;
        this.position = position;
    }

    /** Memory that {@link #begin} takes. */
    static int memoryBytes() {
        return RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH;
    }

    // ------------------------------------------------------------------------------------------ the reading thread's side

    /** @param zeroed of {@link #memoryBytes} */
    void begin(final ByteBuffer zeroed) {
        memory = zeroed;
        ring = new OneToOneRingBuffer(new UnsafeBuffer(zeroed));
    }

    /** No more will be read or taken; gives the memory back, null = it had none. */
    ByteBuffer end() {
        closeReader();
        isReleased = true;
        return memory;
    }

    /** Reads a step further, where there is room and something recorded; true if it did. */
    boolean advance(final RecordedEnd recorded) {
        if (isCut || ring.size() > RING_BYTES / 2 || failures > 0 && System.nanoTime() - againNs < 0 || reader == null && !open()) {
            return false;
        }
        final boolean isFinished = recorded.isFinished(recordingId);
        final long end = isFinished ? finishedEnd() : recorded.position(recordingId);
        if (position >= end) {
            return isFinished && openNext();
        }
        reader.read(end, STEP_BYTES, onMessage);
        nextEventSeq = next;
        if (reader.check().framePosition() == position) {
            throw gone();
        }
        position = reader.framePosition();
        failures = 0;
        return true;
    }

    private boolean open() {
        recording = archiveDirectory == null ? null : RecordingCatalog.find(archiveDirectory, recordingId);
        if (recording == null || position < recording.startPosition()) {
            throw gone();
        }
        reader = new RecordingReader(archiveDirectory, recording, position);
        finishedEnd = -1;
        return true;
    }

    /** Of one that nobody writes any more: the catalog may have learnt its end since it was opened. */
    private long finishedEnd() {
        if (finishedEnd < 0) {
            finishedEnd = FrameScan.storedEnd(archiveDirectory, RecordingCatalog.find(archiveDirectory, recordingId));
        }
        return finishedEnd;
    }

    private boolean openNext() {
        final List<Recording> events = RecordingCatalog.events(archiveDirectory);
        for (final Recording later : events) {
            if (later.recordingId() > recordingId) {
                closeReader();
                recordingId = later.recordingId();
                position = later.startPosition();
                return open();
            }
        }
        return false;
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length, final long startPosition, final long endPosition) {
        if (length < EventFragmentReader.HEAD_LENGTH || !EventBatchHead.isEventBatch(buffer, offset)) {
            return;
        }
        final long first = EventFragmentReader.firstEventSeq(buffer, offset);
        final long behind = first + EventFragmentReader.count(buffer, offset);
        if (next != 0 && first != next) {
            if (behind <= next) {
                return;
            }
            throw new IllegalStateException("recorded events have a hole, expectedEventSeq=" + next + ", foundEventSeq=" + first + ", position=" + startPosition);
        }
        if (behind > fromEventSeq && (wanted == null || wanted.wants(buffer, offset, length)) && !ring.write(EVENTS, buffer, offset, length)) {
            throw new IllegalStateException("a fragment of events does not fit, bytes=" + length);
        }
        next = behind;
    }

    private GoneException gone() {
        return new GoneException("events at position " + position + " of recording " + recordingId + " are there no more");
    }

    /** What comes next could not be read: it is tried again, or the cursor is told when it has taken the rest. @return whether that */
    boolean failed(final Throwable reason) {
        nextEventSeq = next;
        if (reader != null) {
            position = reader.framePosition();
        }
        closeReader();
        againNs = System.nanoTime() + PAUSE_NS;
        isCut = ++failures == MAX_FAILURES || reason instanceof DamageException || reason instanceof GoneException;
        return isCut;
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    /** The reading thread has let go of it. */
    boolean isReleased() {
        return isReleased;
    }

    // ------------------------------------------------------------------------------------------ the agent's side

    /** Null = the reading thread has not begun. */
    OneToOneRingBuffer ring() {
        return ring;
    }

    /** All wanted events before it are in the ring, or were taken; 0 = nothing was read yet. */
    long nextEventSeq() {
        return nextEventSeq;
    }

    boolean isCut() {
        return isCut;
    }

    void close() {
        isClosed = true;
    }
}
