package bourse.engine.log;

import bourse.engine.events.EventSink;

/** What the state machine may ask of its log. Thread: the log's service thread, inside a {@link LogListener} call. */
public interface LogControl {

    /**
     * Arms or moves a timer. It comes back once as {@link LogListener#onTimer}, not before {@code deadlineNs} of the log's time, and
     * survives snapshots and restarts.
     */
    void scheduleTimer(long timerId, long deadlineNs);

    void cancelTimer(long timerId);

    /** The recorded event stream of this member. */
    EventSink events();

    /** Called in loops that wait for something outside the state machine, so that the other agents of this thread go on. */
    void idle();
}
