package bourse.sbe.port;

import org.agrona.DirectBuffer;

/**
 * The way into the sequenced log of one shard: one SBE command message ({@code bourse.sbe.engine}, with its message header) per
 * call. What is accepted here is not yet committed: only an event is a promise. Thread: one, the caller's agent.
 */
public interface CommandLog {
    /** Try again: the log is behind. */
    long BACK_PRESSURED = -1;
    /** No leader is known now; try again. */
    long NOT_CONNECTED = -2;
    /** Closed for good. */
    long CLOSED = -3;

    /** Returns a number above 0, or one of the constants above; then nothing was accepted. Never blocks. */
    long offer(DirectBuffer buffer, int offset, int length);

    /** Does the connection's own work (keep-alives, reconnection). Called on every duty cycle; returns work done. */
    int poll();

    /** Connected to a log that has a leader. */
    boolean isConnected();

    /**
     * The engine that this was connected to has gone, and with it what was offered and not answered by an event; a new one is looked for. False again
     * when it is there.
     */
    default boolean isLost() {
        return false;
    }

    /**
     * Grows whenever what was offered and not answered by an event may have been lost: the engine has gone, another member leads, the connection was closed.
     * Whoever waits for an answer must ask again.
     */
    default long losses() {
        return 0;
    }
}
