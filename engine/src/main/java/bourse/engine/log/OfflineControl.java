package bourse.engine.log;

import bourse.engine.events.EventSink;
import org.agrona.DirectBuffer;

/** The log of a state machine that only reads it: timers come from the recorded log, events go to whoever wants them, if anybody does. Thread: one. */
public final class OfflineControl implements LogControl, EventSink {
    /** Gets every fragment of events as it is made. */
    @FunctionalInterface
    public interface Taker {
        /** The buffer is valid only during the call. */
        void onEvents(DirectBuffer buffer, int offset, int length);
    }

    private final long lastRecordedEventSeq;
    private final Taker taker;

    /** Of a replica: its events were published by the first one. */
    public OfflineControl() {
        lastRecordedEventSeq = Long.MAX_VALUE;
        taker = (buffer, offset, length) -> {
            throw new IllegalStateException("a replica publishes no events");
        };
    }

    /** @param taker of all events from the first one on */
    public OfflineControl(final Taker taker) {
        this(0, taker);
    }

    /** @param taker of the events behind {@code lastRecordedEventSeq} */
    OfflineControl(final long lastRecordedEventSeq, final Taker taker) {
        this.lastRecordedEventSeq = lastRecordedEventSeq;
        this.taker = taker;
    }

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
        return lastRecordedEventSeq;
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        // nothing is recorded
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        taker.onEvents(buffer, offset, length);
    }

    @Override
    public void awaitRecorded() {
        // an offer is taken when it returns
    }
}
