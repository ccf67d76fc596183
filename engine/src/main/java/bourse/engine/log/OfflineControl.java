package bourse.engine.log;

import bourse.engine.events.EventSink;
import org.agrona.DirectBuffer;

/** The log of a replica that only reads it: timers come from the recorded log, events were published by the first one. Thread: one. */
public final class OfflineControl implements LogControl, EventSink {

    @Override
    public void scheduleTimer(final long timerId, final long deadlineNs) {
        // is in the log
    }

    @Override
    public void cancelTimer(final long timerId) {
        // is in the log
    }

    @Override
    public EventSink events() {
        return this;
    }

    @Override
    public void idle() {
        Thread.onSpinWait();
    }

    @Override
    public long lastRecordedEventSeq() {
        return Long.MAX_VALUE;
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        // none is published
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        throw new IllegalStateException("a replica publishes no events");
    }

    @Override
    public void awaitRecorded() {
        // none is published
    }
}
