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
     * Takes back what {@link #onTakeSnapshot} wrote, into a state machine that has seen nothing. Not called when the log begins at position 0. The
     * only call that may come on another thread, which has ended when the next one comes: the snapshot is read while the log starts.
     */
    void onRestore(SnapshotReader snapshot);

    /**
     * The state is restored, if there was any. Timers may not be touched yet.
     *
     * @param control valid until {@link #onStop()}
     */
    void onStart(LogControl control);

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

    /** Number of the last event that was made, 0 = none yet. */
    long lastEventSeq();

    /** A few counters of the state, mixed: equal in two replicas that have applied the same entries. Quick. */
    long fingerprint();

    /** This member's role changed; when it becomes leader, everything that was recovered has been applied. Must not touch the state. */
    void onRole(LogRole role);

    /** Last call of a clean life. */
    void onStop();
}
