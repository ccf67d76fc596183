package bourse.gateway.grpc;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.session.GatewayAgent;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

/** What unary methods have in common: they run as tasks of an agent, or of each, and answer from there. */
final class UnaryCalls {
    static final int RETRY_MS = 50;

    private final EngineLanes lanes;

    UnaryCalls(final EngineLanes lanes) {
        this.lanes = lanes;
    }

    /** Answers with what {@code query} finds on the agent's thread; it may throw a status. */
    <T> void query(final EngineLane lane, final StreamObserver<T> observer, final Supplier<T> query) {
        if (!lane.agent().isCaughtUp()) {
            refuse(observer, lanes.recovering(lane, RETRY_MS));
            return;
        }
        if (!lane.agent().submit(() -> answering(observer, () -> answer(observer, query.get())))) {
            overloaded(observer);
        }
    }

    /**
     * Asks every engine of which something is known, each on its agent's thread.
     *
     * @param join gets the answers by shard, on the thread of the last one; it may throw a status, and must answer otherwise
     */
    <T> void askAll(final StreamObserver<?> observer, final Function<GatewayAgent, T> question, final Consumer<SortedMap<Integer, T>> join) {
        final List<EngineLane> known = lanes.all().stream().filter(lane -> lane.agent().isCaughtUp()).toList();
        if (known.isEmpty()) {
            refuse(observer, lanes.recovering(lanes.first(), RETRY_MS));
            return;
        }
        final Gathering<T> gathering = new Gathering<>(known.size());
        for (final EngineLane lane : known) {
            final boolean taken = lane.agent().submit(() -> {
                final SortedMap<Integer, T> all = gathering.add(lane.shard(), question.apply(lane.agent()));
                if (all != null) {
                    answering(observer, () -> join.accept(all));
                }
            });
            if (!taken) {
                // The others' answers stay without this one's, and come to nothing.
                overloaded(observer);
                return;
            }
        }
    }

    private static void answering(final StreamObserver<?> observer, final Runnable action) {
        try {
            action.run();
        } catch (final StatusRuntimeException e) {
            observer.onError(e);
        }
    }

    /** Answers by shard, until there are so many. */
    private static final class Gathering<T> {
        private final int wanted;
        private final SortedMap<Integer, T> answers = new TreeMap<>();

        Gathering(final int wanted) {
            this.wanted = wanted;
        }

        /** All of them, for whoever adds the last; else null. */
        synchronized SortedMap<Integer, T> add(final int shard, final T answer) {
            answers.put(shard, answer);
            return answers.size() == wanted ? answers : null;
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
        refuse(observer, RichStatus.overloaded(RETRY_MS));
    }

    /** The engine of that shard; null: refused, it is none of this gateway's, or its log cannot be reached. */
    EngineLane ready(final StreamObserver<?> observer, final int shard) {
        final EngineLane lane = lane(observer, shard);
        return lane == null || isReady(observer, lane) ? lane : null;
    }

    /** False: refused, its log cannot be reached. */
    boolean isReady(final StreamObserver<?> observer, final EngineLane lane) {
        if (lane.agent().isReady()) {
            return true;
        }
        refuse(observer, lanes.notReady(lane, RETRY_MS));
        return false;
    }

    /** The engine that an operator names; a gateway's only one needs no name. Null: refused, it is none of this gateway's. */
    EngineLane operatorsLane(final StreamObserver<?> observer, final int shard) {
        return lanes.isOne() && shard == 0 ? lanes.first() : lane(observer, shard);
    }

    /** The engine of that shard; null: refused, it is none of this gateway's. */
    EngineLane lane(final StreamObserver<?> observer, final int shard) {
        final EngineLane lane = lanes.find(shard);
        if (lane == null) {
            invalid(observer, "shard", lanes.problem(shard));
        }
        return lane;
    }

    /** Nothing that was found, while there are engines that could not be asked: they may have it. Null when all were asked. */
    RichStatus unlessAllKnown(final Collection<Integer> asked, final String what) {
        final String missing = lanes.without(asked);
        return missing.isEmpty() ? null : RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.NOT_READY,
            what + ": nothing is known yet of shard " + missing, RETRY_MS);
    }

    static void invalid(final StreamObserver<?> observer, final String field, final String problem) {
        refuse(observer, RichStatus.invalidField(field, problem));
    }
}
