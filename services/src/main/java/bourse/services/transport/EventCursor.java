package bourse.services.transport;

import bourse.sbe.port.EventSource;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/** A second reader of the recorded stream, behind the primary one: takes what {@link RecordedEvents} found. Hot path. Thread: the source's agent. */
final class EventCursor implements EventSource.Cursor {
    private final AeronEventSource source;
    private final EventReading reading;
    private final long fromEventSeq;
    private final ControlledMessageHandler onFragment = this::onFragment;
    private EventSource.Handler handler;
    /** First event of the fragment that waits in the ring until the primary reader has it; 0 = none does. */
    private long heldEventSeq;
    private boolean isPolling;
    private boolean isClosed;

    EventCursor(final AeronEventSource source, final EventReading reading, final long fromEventSeq) {
        this.source = source;
        this.reading = reading;
        this.fromEventSeq = fromEventSeq;
    }

    @Override
    public int poll(final EventSource.Handler newHandler, final int fragmentLimit) {
        if (isClosed) {
            return 0;
        }
        source.noteRecorded();
        final OneToOneRingBuffer ring = reading.ring();
        if (ring == null) {
            return 0;
        }
        handler = newHandler;
        heldEventSeq = 0;
        isPolling = true;
        try {
            return ring.controlledRead(onFragment, fragmentLimit);
        } finally {
            isPolling = false;
            if (isClosed) {
                reading.close();
            }
        }
    }

    private ControlledMessageHandler.Action onFragment(final int type, final MutableDirectBuffer buffer, final int offset, final int length) {
        final long first = EventFragmentReader.firstEventSeq(buffer, offset);
        if (first >= source.nextEventSeq()) {
            heldEventSeq = first;
            return ControlledMessageHandler.Action.ABORT;
        }
        handler.onEvents(buffer, offset, length);
        return ControlledMessageHandler.Action.CONTINUE;
    }

    @Override
    public boolean isCaughtUp() {
        // Before the look at the ring: what was read until then is in it.
        final long read = reading.nextEventSeq();
        final long next = isEmpty() ? read : heldEventSeq;
        return Math.max(next, fromEventSeq) >= source.nextEventSeq();
    }

    @Override
    public boolean isCut() {
        return reading.isCut() && isEmpty();
    }

    private boolean isEmpty() {
        final OneToOneRingBuffer ring = reading.ring();
        return ring == null || ring.size() == 0;
    }

    /** Nothing holds it any more, and its memory may be another's. */
    boolean isReleased() {
        return reading.isReleased();
    }

    @Override
    public void close() {
        isClosed = true;
        // A handler may close it: the ring is in use until poll() ends.
        if (!isPolling) {
            reading.close();
        }
    }
}
