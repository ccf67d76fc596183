package bourse.gateway.session;

import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.refusal.RichStatus;
import bourse.sbe.engine.AccountReportDecoder;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.BalanceReportDecoder;
import bourse.sbe.engine.StateHashDecoder;

import io.grpc.Status;

/** Administrative commands on their way through the log and back. Thread: the agent. */
public final class AdminDesk {
    /** Where the outcome goes; called once, on the agent's thread. */
    public interface Reply {
        /** {@code outcome} is valid during the call. */
        void outcome(AdminOutcomeDecoder outcome, long logPosition);

        /** One of several, before {@link #account}. */
        default void balance(final BalanceReportDecoder balance) {
        }

        default void account(final AccountReportDecoder account) {
        }

        default void stateHash(final StateHashDecoder hash, final long logPosition) {
        }

        void refused(RichStatus status);
    }

    private record Pending(Reply reply, long startNs) {
    }

    private final LogCommands log;
    private final long timeoutNs;
    private final NanoClock clock;
    private final Long2ObjectHashMap<Pending> pending = new Long2ObjectHashMap<>();

    AdminDesk(final LogCommands log, final long timeoutNs, final NanoClock clock) {
        this.clock = clock;
        this.log = log;
        this.timeoutNs = timeoutNs;
    }

    /** Passes an SBE command that carries {@code correlationId}; false: not accepted, try again. */
    public boolean submit(final long correlationId, final byte[] message, final Reply reply) {
        if (!log.offer(new UnsafeBuffer(message), 0, message.length)) {
            return false;
        }
        pending.put(correlationId, new Pending(reply, clock.nanoTime()));
        return true;
    }

    void onBalance(final BalanceReportDecoder balance) {
        final Pending waiting = pending.get(balance.correlationId());
        if (waiting != null) {
            waiting.reply.balance(balance);
        }
    }

    void onAccount(final AccountReportDecoder account) {
        final Pending waiting = pending.remove(account.correlationId());
        if (waiting != null) {
            waiting.reply.account(account);
        }
    }

    void onOutcome(final AdminOutcomeDecoder outcome, final long logPosition) {
        final Pending waiting = pending.remove(outcome.correlationId());
        if (waiting != null) {
            waiting.reply.outcome(outcome, logPosition);
        }
    }

    void onStateHash(final StateHashDecoder hash, final long logPosition) {
        final Pending waiting = pending.remove(hash.correlationId());
        if (waiting != null) {
            waiting.reply.stateHash(hash, logPosition);
        }
    }

    void tick(final long nowNs) {
        if (!pending.isEmpty()) {
            pending.values().removeIf(waiting -> {
                final boolean late = nowNs - waiting.startNs > timeoutNs;
                if (late) {
                    waiting.reply.refused(RichStatus.of(Status.Code.UNAVAILABLE, RichStatus.LOG_SILENT,
                        "no outcome within the time limit: the command may have been applied; look before repeating it"));
                }
                return late;
            });
        }
    }
}
