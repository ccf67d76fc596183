package bourse.gateway.auth;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import bourse.gateway.refusal.RichStatus;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.grpc.Status;

/**
 * Checks credentials on a thread of its own, for callers whose thread has orders to carry: a signature costs some 200 µs, and milliseconds while that
 * code is cold. At most {@value #QUEUE} wait; the next is asked to come again. Any thread; never blocks.
 */
public final class TokenDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenDesk.class);
    private static final int QUEUE = 1_024;
    private static final int RETRY_MS = 500;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
        final Thread created = new Thread(task, "gateway-tokens");
        created.setDaemon(true);
        return created;
    });

    public TokenDesk() {
        thread.allowCoreThreadTimeOut(true);
    }

    /** What is to be found out. */
    @FunctionalInterface
    public interface Check {
        Credential run() throws Authenticator.RefusedException;
    }

    /** What was found out; exactly one of them is not null. */
    @FunctionalInterface
    public interface Answer {
        void is(Credential credential, RichStatus refusal);
    }

    /**
     * Has the check run, and its answer given on {@code home}, in any case later; none when {@code home} takes nothing any more.
     *
     * @param isAbandoned nobody waits any more: nothing is checked, and nothing answered. Any thread
     */
    public void ask(final Check check, final BooleanSupplier isAbandoned, final Executor home, final Answer answer) {
        try {
            thread.execute(() -> {
                if (!isAbandoned.getAsBoolean()) {
                    run(check, home, answer);
                }
            });
        } catch (final RejectedExecutionException full) {
            tell(home, answer, null, RichStatus.of(Status.Code.RESOURCE_EXHAUSTED, RichStatus.OVERLOADED,
                "too many callers wait for their tokens to be checked", Map.of("what", "tokens to be checked", "limit", Integer.toString(QUEUE)), RETRY_MS));
        }
    }

    private static void run(final Check check, final Executor home, final Answer answer) {
        try {
            tell(home, answer, check.run(), null);
        } catch (final Authenticator.RefusedException e) {
            tell(home, answer, null, e.status());
        } catch (final RuntimeException e) {
            LOG.error("a credential could not be checked", e);
            tell(home, answer, null, RichStatus.plain(Status.INTERNAL.withDescription("the credential could not be checked")));
        }
    }

    private static void tell(final Executor home, final Answer answer, final Credential credential, final RichStatus refusal) {
        try {
            home.execute(() -> answer.is(credential, refusal));
        } catch (final RejectedExecutionException expected) {
            // The servers are closed, and who waited with them.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
