package bourse.engine.log;

import org.agrona.DirectBuffer;

/**
 * The replicated state machine, as the log sees it. Owned by the log, implemented by the shard.
 *
 * <p>Hot path. Thread: the log's service thread, all calls. Whatever a call does must depend on its arguments and on earlier calls only.
 * Anything thrown stops the process: a replica never skips.
 */
public interface LogListener {

    /**
     * First call of a life. Timers may not be touched yet.
     *
     * @param control  valid until {@link #onStop()}
     * @param snapshot null when the log begins at position 0
     */
    void onStart(LogControl control, SnapshotReader snapshot);

    /**
     * One command.
     *
     * @param position of the log behind this entry, bytes; grows with each entry
     * @param timeNs   the log's time, nanoseconds since the epoch; a new leader's clock may be behind the last one's
     */
    void onCommand(long position, long timeNs, DirectBuffer buffer, int offset, int length);

    /** A timer asked for by {@link LogControl#scheduleTimer} is due; an entry of the log like any other. */
    void onTimer(long position, long timeNs, long timerId);

    /** Write all state. Nothing else is applied meanwhile. */
    void onTakeSnapshot(SnapshotWriter snapshot);

    /** This member's role changed; when it becomes leader, everything that was recovered has been applied. Must not touch the state. */
    void onRole(LogRole role);

    /** Last call of a clean life. */
    void onStop();
}
