package bourse.gateway.grpc;

import java.util.function.Supplier;

import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.GatewayAgent;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** What unary methods have in common: they run as tasks of the agent and answer from there. */
final class UnaryCalls {
    private static final int RETRY_MS = 50;

    private final GatewayAgent agent;
    private final int shard;

    UnaryCalls(final GatewayAgent agent, final int shard) {
        this.agent = agent;
        this.shard = shard;
    }

    /** Answers with what {@code query} finds on the agent's thread; null = refused by a status that it throws. */
    <T> void query(final StreamObserver<T> observer, final Supplier<T> query) {
        if (!agent.isCaughtUp()) {
            refuse(observer, RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.NOT_READY, "the gateway is recovering", RETRY_MS));
            return;
        }
        final boolean taken = agent.submit(() -> {
            try {
                answer(observer, query.get());
            } catch (final io.grpc.StatusRuntimeException e) {
                observer.onError(e);
            }
        });
        if (!taken) {
            overloaded(observer);
        }
    }

    static <T> void answer(final StreamObserver<T> observer, final T response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    static void refuse(final StreamObserver<?> observer, final RichStatus status) {
        observer.onError(status.toException());
    }

    static void overloaded(final StreamObserver<?> observer) {
        refuse(observer, RichStatus.retryLater(Status.Code.RESOURCE_EXHAUSTED, RichStatus.OVERLOADED, "the gateway is overloaded", RETRY_MS));
    }

    /** False: refused, for another shard or because the log cannot be reached. */
    boolean checkReady(final StreamObserver<?> observer, final int requestedShard) {
        if (!checkShard(observer, requestedShard)) {
            return false;
        }
        if (!agent.isReady()) {
            refuse(observer, RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.NOT_READY,
                "the gateway is recovering, or the log has no leader", RETRY_MS));
            return false;
        }
        return true;
    }

    boolean checkShard(final StreamObserver<?> observer, final int requestedShard) {
        if (requestedShard == shard) {
            return true;
        }
        invalid(observer, "shard", Integer.toUnsignedString(requestedShard) + " (expected: " + shard + ", the shard of this gateway)");
        return false;
    }

    static void invalid(final StreamObserver<?> observer, final String field, final String problem) {
        refuse(observer, RichStatus.invalidField(field, problem));
    }
}
