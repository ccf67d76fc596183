package bourse.services.transport;

import io.aeron.exceptions.AeronException;
import org.agrona.CloseHelper;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One attempt to connect after another, a step at each poll, with a pause between them, until there is somebody to connect to. Thread: one agent.
 *
 * @param <A> an attempt under way
 * @param <C> what it leads to
 */
final class ConnectAttempts<A extends AutoCloseable, C> {
    private static final long RETRY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ShardConnection connection;
    private final Supplier<A> begin;
    private final Function<A, C> step;
    private A attempt;
    private long nextAttemptNs = System.nanoTime();
    private int work;

    /** @param step advances an attempt; null = not there yet */
    ConnectAttempts(final ShardConnection connection, final Supplier<A> begin, final Function<A, C> step) {
        this.connection = connection;
        this.begin = begin;
        this.step = step;
    }

    /** The connection, once; null while there is none, and for ever when the media driver is gone. */
    C poll() {
        work = 0;
        if (connection.isClosed() || attempt == null && System.nanoTime() - nextAttemptNs < 0) {
            return null;
        }
        try {
            if (attempt == null) {
                attempt = begin.get();
            }
            final C connected = step.apply(attempt);
            if (connected != null) {
                attempt = null;
                work = 1;
            }
            return connected;
        } catch (final AeronException e) {
            close();
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            // Expected until the other side has started, or has a leader again.
            pause();
            work = 1;
            return null;
        }
    }

    /** Whether the last {@link #poll} did anything worth another cycle. */
    int work() {
        return work;
    }

    /** What was connected is lost: the next attempt begins a little later. */
    void pause() {
        nextAttemptNs = System.nanoTime() + RETRY_INTERVAL_NS;
    }

    /** The media driver is gone, and with it the attempt: the next one begins at once. */
    void forget() {
        attempt = null;
        nextAttemptNs = System.nanoTime();
    }

    void close() {
        CloseHelper.quietClose(attempt);
        attempt = null;
    }
}
