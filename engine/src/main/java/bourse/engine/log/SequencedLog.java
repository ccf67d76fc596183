package bourse.engine.log;

/**
 * An ordered, durable sequence of opaque commands that drives one {@link LogListener}, the replicated state machine. Two
 * implementations answer the same contract test: {@link AeronLog} (Aeron Cluster) and {@link SimulatedLog} (in memory, one
 * thread, virtual time).
 *
 * <p>What both promise: commands are applied one at a time, in one order, at positions that only grow; after a restart the
 * listener gets the newest complete snapshot and then every later command again, with the same positions, times and bytes.
 *
 * <p>Any thread may ask; the listener is only ever called on the log's own service thread.
 */
public interface SequencedLog extends AutoCloseable {

    /** The role of this member; {@link LogRole#FOLLOWER} until it knows better. */
    LogRole role();

    /** Recovered and in a quorum: commands that arrive now are sequenced. */
    default boolean isLeader() {
        return role() == LogRole.LEADER;
    }

    /** The state machine has caught up with what was recovered and the member takes part: see {@link #isLeader()} for who takes commands. */
    boolean isReady();

    /** Position of the last entry that the state machine has applied, in bytes from the log's beginning. */
    long appliedPosition();

    /**
     * Asks for a snapshot at the next log position; it is complete some time later.
     *
     * @return false when this member cannot ask now (not the leader, or another is under way)
     */
    boolean takeSnapshot();

    /** Snapshots completed by this member since it started. */
    long snapshotCount();

    @Override
    void close();
}
