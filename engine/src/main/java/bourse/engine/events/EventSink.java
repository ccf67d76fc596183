package bourse.engine.events;

import org.agrona.DirectBuffer;

/**
 * Where this member's event stream goes: recorded, so that a reader can come back. Hot path. Thread: engine.
 */
public interface EventSink {

    /** Number of the newest event that is already recorded, 0 = none. Asked once per life, before the first {@link #offer}. */
    long lastRecordedEventSeq();

    /**
     * Says which event comes first in this life of the state machine; a recording that ends before the one in front of it is left as it is and
     * a new one begun, because the numbers between are lost to this member.
     */
    void onFirstEventSeq(long eventSeq);

    /**
     * Takes one fragment: an {@code EventBatch} header and its events. Waits, for a bounded time, for the recorder only.
     *
     * @throws EventStreamException when the recorder stays behind or is gone; the process must then stop
     */
    void offer(DirectBuffer buffer, int offset, int length);

    /** Waits, for a bounded time, until all that was offered is recorded. */
    void awaitRecorded();
}
