package bourse.gateway.grpc;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.AuthInterceptor;
import bourse.gateway.auth.Credential;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.AdminDesk;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.StateHashDecoder;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/**
 * Passes administrative commands through the log of one shard, of the shard of an instrument, or of all, and has written down who asked and what
 * became of it. Thread: network, then the agents.
 */
final class AdminCommands {
    private static final int MAX_AUDIT_CHARS = 500;
    private static final Context.Key<String> ADDRESS = Context.keyWithDefault("bourse-address", "");

    private final EngineLanes lanes;
    private final UnaryCalls calls;
    private final AuditSink audit;

    AdminCommands(final EngineLanes lanes, final UnaryCalls calls, final AuditSink audit) {
        this.lanes = lanes;
        this.calls = calls;
        this.audit = audit;
    }

    /** Writes one command. */
    interface Body {
        /** Returns the length of header and block. */
        int write(MutableDirectBuffer buffer, MessageHeaderEncoder header, long correlationId);
    }

    /** What was asked, and by whom. */
    record Action(String name, String request, Credential who, String address) {
        /** By whoever is calling on this thread. */
        static Action of(final String name, final MessageOrBuilder request) {
            return new Action(name, TextFormat.printer().emittingSingleLine(true).printToString(request), Credential.KEY.get(), ADDRESS.get());
        }
    }

    /** What became of a command: one of these, once, on the agent's thread or the caller's. */
    interface Ending {
        /** {@code outcome} is valid during the call. */
        void applied(AdminOutcomeDecoder outcome);

        void refused(RichStatus status);

        default void stateHash(final StateHashDecoder hash, final long logPosition) {
            throw new IllegalStateException("a command was answered by a state hash, correlationId=" + hash.correlationId());
        }
    }

    /** An ending that answers the caller. */
    static <T> Ending answering(final StreamObserver<T> observer, final Function<AdminOutcomeDecoder, T> response) {
        return new Ending() {
            @Override
            public void applied(final AdminOutcomeDecoder outcome) {
                UnaryCalls.answer(observer, response.apply(outcome));
            }

            @Override
            public void refused(final RichStatus status) {
                UnaryCalls.refuse(observer, status);
            }
        };
    }

    /** Through the log of one shard. */
    void send(final EngineLane lane, final Action action, final int maxBytes, final Body body, final Ending ending) {
        if (!lane.agent().isReady()) {
            ending.refused(lanes.notReady(lane, UnaryCalls.RETRY_MS));
            return;
        }
        final long correlationId = lane.agent().nextCorrelationId();
        final byte[] bytes = new byte[maxBytes];
        final int length = body.write(new UnsafeBuffer(bytes), new MessageHeaderEncoder(), correlationId);
        if (!lane.agent().submitAdmin(correlationId, Arrays.copyOf(bytes, length), reply(lane, action, ending))) {
            ending.refused(RichStatus.overloaded(UnaryCalls.RETRY_MS));
        }
    }

    private AdminDesk.Reply reply(final EngineLane lane, final Action action, final Ending ending) {
        return new AdminDesk.Reply() {
            @Override
            public void outcome(final AdminOutcomeDecoder outcome, final long logPosition) {
                final boolean isApplied = outcome.reasonRaw() == RejectReason.NONE.value();
                write(action, lane.shard(), isApplied ? AuditSink.Entry.OK : outcome.reason().name(), logPosition);
                if (isApplied) {
                    ending.applied(outcome);
                } else {
                    ending.refused(refusal(outcome));
                }
            }

            @Override
            public void stateHash(final StateHashDecoder hash, final long logPosition) {
                ending.stateHash(hash, logPosition);
            }

            @Override
            public void refused(final RichStatus status) {
                write(action, lane.shard(), status.reason(), 0);
                ending.refused(status);
            }
        };
    }

    /**
     * Through the logs of all shards. The caller is answered when each has ended; when some did not do it, with a refusal that says which did
     * and which did not: the command must be one that may be repeated.
     *
     * @param response of the outcomes' values, added up
     */
    <T> void sendToAll(final StreamObserver<T> observer, final Action action, final int maxBytes, final Body body, final LongFunction<T> response) {
        if (lanes.isOne()) {
            send(lanes.first(), action, maxBytes, body, answering(observer, outcome -> response.apply(outcome.value())));
            return;
        }
        final Tally<T> tally = new Tally<>(action.name, lanes.all().size(), observer, response);
        lanes.all().forEach(lane -> send(lane, action, maxBytes, body, tally.ending(lane.shard())));
    }

    /** Outcomes of one command by shard. */
    private static final class Tally<T> {
        private final String action;
        private final int wanted;
        private final StreamObserver<T> observer;
        private final LongFunction<T> response;
        private final SortedMap<Integer, Long> applied = new TreeMap<>();
        private final SortedMap<Integer, RichStatus> refused = new TreeMap<>();

        Tally(final String action, final int wanted, final StreamObserver<T> observer, final LongFunction<T> response) {
            this.action = action;
            this.wanted = wanted;
            this.observer = observer;
            this.response = response;
        }

        Ending ending(final int shard) {
            return new Ending() {
                @Override
                public void applied(final AdminOutcomeDecoder outcome) {
                    add(applied, shard, outcome.value());
                }

                @Override
                public void refused(final RichStatus status) {
                    add(refused, shard, status);
                }
            };
        }

        private <V> void add(final SortedMap<Integer, V> to, final int shard, final V value) {
            synchronized (this) {
                to.put(shard, value);
                if (applied.size() + refused.size() < wanted) {
                    return;
                }
            }
            if (refused.isEmpty()) {
                UnaryCalls.answer(observer, response.apply(applied.values().stream().mapToLong(Long::longValue).sum()));
            } else {
                UnaryCalls.refuse(observer, refusal());
            }
        }

        private RichStatus refusal() {
            final StringBuilder text = new StringBuilder(action).append(" is NOT done on shard ");
            refused.forEach((shard, status) -> text.append(shard).append(" (").append(status.status().getDescription()).append("), "));
            text.append(applied.isEmpty() ? "nor on any other" : "but on shard " + String.join(", ", applied.keySet().stream().map(String::valueOf).toList()))
                .append("; repeat it when that is mended");
            final RichStatus first = refused.values().iterator().next();
            return RichStatus.of(first.status().getCode(), first.reason(), text.toString(),
                Map.of("notDoneOn", refused.keySet().toString(), "doneOn", applied.keySet().toString()), UnaryCalls.RETRY_MS);
        }
    }

    /** Goes on with the shard that has the instrument; with the first, whose engine refuses it, when none has. */
    void byInstrument(final StreamObserver<?> observer, final int instrumentId, final Consumer<EngineLane> then) {
        if (lanes.isOne()) {
            then.accept(lanes.first());
            return;
        }
        calls.askAll(observer, agent -> agent.instrument(instrumentId) != null, byShard -> {
            final List<Integer> having = byShard.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
            if (having.size() > 1) {
                throw RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.REFUSED, "instrument " + Integer.toUnsignedString(instrumentId)
                    + " is on several shards, " + having + ": use a gateway that serves one of them").toException();
            }
            final RichStatus unknown = having.isEmpty()
                ? calls.unlessAllKnown(byShard.keySet(), "no such instrument: " + Integer.toUnsignedString(instrumentId)) : null;
            if (unknown != null) {
                throw unknown.toException();
            }
            then.accept(having.isEmpty() ? lanes.first() : lanes.find(having.getFirst()));
        });
    }

    /** Writes down what was asked of one shard, and how it ended. */
    void write(final Action action, final int shard, final String outcome, final long appliedAt) {
        final Map<String, String> details = new TreeMap<>();
        details.put("shard", Integer.toString(shard));
        if (!action.request.isEmpty()) {
            details.put("request", action.request.length() > MAX_AUDIT_CHARS ? action.request.substring(0, MAX_AUDIT_CHARS) + "…" : action.request);
        }
        if (appliedAt != 0) {
            details.put("appliedAt", Long.toString(appliedAt));
        }
        audit.record(new AuditSink.Entry(action.name, action.who.subject(), action.who.account(), action.address, outcome, details));
    }

    /** Puts the peer's address where {@link Action#of} finds it. */
    static ServerInterceptor addresses() {
        return new ServerInterceptor() {
            @Override
            public <Q, P> ServerCall.Listener<Q> interceptCall(final ServerCall<Q, P> call, final Metadata headers, final ServerCallHandler<Q, P> next) {
                return Contexts.interceptCall(Context.current().withValue(ADDRESS, AuthInterceptor.addressOf(call.getAttributes())), call, headers, next);
            }
        };
    }

    private static RichStatus refusal(final AdminOutcomeDecoder outcome) {
        final RejectReason reason = outcome.reason();
        final Status.Code code = switch (reason) {
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case UNKNOWN_INSTRUMENT, UNKNOWN_ACCOUNT -> Status.Code.NOT_FOUND;
            case CAPACITY -> Status.Code.RESOURCE_EXHAUSTED;
            case INSUFFICIENT_BALANCE, NOT_ALLOWED_IN_STATE, OPEN_ORDERS -> Status.Code.FAILED_PRECONDITION;
            default -> Status.Code.INVALID_ARGUMENT;
        };
        return RichStatus.of(code, reason.name(), "refused: " + reason + ", field " + outcome.field(),
            Map.of("field", String.valueOf(outcome.field())));
    }
}
