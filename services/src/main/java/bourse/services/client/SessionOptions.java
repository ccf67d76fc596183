package bourse.services.client;

import bourse.order.v1.CancelOnDisconnect;
import java.time.Duration;

/**
 * How a {@link SessionClient} behaves.
 *
 * @param shard              engine cluster
 * @param sessionId          the client's own number, above 0, unique within its account
 * @param nextAccountSeq     first event wanted; 0 = only what happens from now on
 * @param cancelOnDisconnect what the venue does with open orders
 * @param grace              time before it does
 * @param keepalive          silence after which either side sends a heartbeat
 * @param windowCommands     commands that may be without an answer at one time: the credit of {@link SessionClient#send}
 * @param reconnectFor       how long a lost connection is tried again before the session counts as ended
 */
public record SessionOptions(int shard, long sessionId, long nextAccountSeq, CancelOnDisconnect cancelOnDisconnect, Duration grace,
                             Duration keepalive, int windowCommands, Duration reconnectFor) {
    public SessionOptions {
        require(sessionId > 0, "sessionId", sessionId, "1 or more");
        require(windowCommands >= 512 && windowCommands <= 65_536, "windowCommands", windowCommands, "512..65536");
        require(keepalive.toMillis() >= 100, "keepalive", keepalive, "100 ms or more");
        require(!reconnectFor.isNegative(), "reconnectFor", reconnectFor, "0 or more");
    }

    /** Nothing is cancelled on disconnect, 8,192 commands in flight, half a minute of reconnection. */
    public static SessionOptions of(final long sessionId) {
        return new SessionOptions(0, sessionId, 0, CancelOnDisconnect.CANCEL_ON_DISCONNECT_NONE, Duration.ZERO,
                Duration.ofSeconds(10), 8_192, Duration.ofSeconds(30));
    }

    public SessionOptions withNextAccountSeq(final long first) {
        return new SessionOptions(shard, sessionId, first, cancelOnDisconnect, grace, keepalive, windowCommands, reconnectFor);
    }

    /** With that engine: reference data say which one an instrument lives on. */
    public SessionOptions withShard(final int number) {
        return new SessionOptions(number, sessionId, nextAccountSeq, cancelOnDisconnect, grace, keepalive, windowCommands, reconnectFor);
    }

    public SessionOptions withReconnectFor(final Duration duration) {
        return new SessionOptions(shard, sessionId, nextAccountSeq, cancelOnDisconnect, grace, keepalive, windowCommands, duration);
    }

    public SessionOptions withWindow(final int commands) {
        return new SessionOptions(shard, sessionId, nextAccountSeq, cancelOnDisconnect, grace, keepalive, commands, reconnectFor);
    }

    public SessionOptions withCancelOnDisconnect(final CancelOnDisconnect when) {
        return new SessionOptions(shard, sessionId, nextAccountSeq, when, grace, keepalive, windowCommands, reconnectFor);
    }

    private static void require(final boolean holds, final String name, final Object value, final String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
