package bourse.gateway.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;

import com.google.protobuf.InvalidProtocolBufferException;

import bourse.gateway.GatewayConfig;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.order.v1.NotApplied;
import bourse.order.v1.RejectReason;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.SessionEstablishedDecoder;

import io.grpc.Status;

/**
 * Unary commands: establishes their session where no stream has it, passes them to the log and gathers what they caused. All events that a
 * batch causes for its account stand at one log position, in one fragment or in several that follow each other. Thread: the agent.
 */
final class UnaryDesk {
    /** A fragment that leaves less room than this may go on in the next one. */
    private static final int FULL_FRAGMENT_BYTES = WireLimits.MAX_EVENT_FRAGMENT_BYTES - 1024;
    private static final long RETRY_MS = 100;

    private final GatewayConfig config;
    private final VenueState venue;
    private final LogCommands log;
    private final Correlations correlations;
    private final GatewayTelemetry telemetry;
    private final NanoClock clock;
    private final Long2ObjectHashMap<SessionState> establishing = new Long2ObjectHashMap<>();
    private final Deque<SubmitCall> waiting = new ArrayDeque<>();
    private final List<SubmitCall> touched = new ArrayList<>();
    private final List<Event> fragmentEvents = new ArrayList<>();
    private final List<AccountState> fragmentOwners = new ArrayList<>();
    private final List<SessionState> awaitedSessions = new ArrayList<>();
    private long touchedLogPosition;

    UnaryDesk(final GatewayConfig config, final VenueState venue, final LogCommands log, final Correlations correlations,
              final GatewayTelemetry telemetry, final NanoClock clock) {
        this.config = config;
        this.venue = venue;
        this.log = log;
        this.correlations = correlations;
        this.telemetry = telemetry;
        this.clock = clock;
    }

    /** Takes the call as far as it gets now; false: the log takes nothing, try again. */
    boolean submit(final SubmitCall call) {
        if (isTooOld(call, clock.nanoTime() - config.unaryTimeoutMs() * 1_000_000L)) {
            return true;
        }
        final AccountState account = venue.account(call.account);
        if (account.sessionCount() >= config.maxSessionsPerAccount() && !account.hasSession(call.sessionId) && !SubmitCall.isGateways(call.sessionId)) {
            call.reply.refused(SessionDesk.tooManySessions(account, config.maxSessionsPerAccount()));
            return true;
        }
        final SessionState session = account.session(call.sessionId);
        if (session.stream != null) {
            call.reply.refused(RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.SESSION_IN_USE,
                "session " + Long.toUnsignedString(call.sessionId) + " is in use by a stream: send the commands there, or name another session"));
            return true;
        }
        return switch (session.unary) {
            case READY -> pass(session, call);
            case ESTABLISHING -> {
                waiting.add(call);
                yield true;
            }
            case NONE -> establish(session, call);
        };
    }

    /**
     * By the next epoch, also where another gateway has the session: whether that one still lives is not known here, and a stream that is
     * displaced is told so.
     */
    private boolean establish(final SessionState session, final SubmitCall call) {
        final long correlationId = correlations.next();
        if (!log.establish(call.account, call.sessionId, 0, 0, correlationId, config.gatewayId())) {
            return false;
        }
        session.unary = SessionState.Unary.ESTABLISHING;
        establishing.put(correlationId, session);
        waiting.add(call);
        return true;
    }

    private boolean pass(final SessionState session, final SubmitCall call) {
        final long next = session.nextUnaryClientSeq;
        final long first = call.firstClientSeq == 0 ? next : call.firstClientSeq;
        if (first > next) {
            call.notApplied = NotApplied.newBuilder().setFromClientSeq(first).setExpectedClientSeq(next)
                .setReason(RejectReason.REJECT_REASON_SEQUENCE_GAP).setMessage("first_client_seq: " + Long.toUnsignedString(first)
                    + " (expected: " + Long.toUnsignedString(next) + " or a repeated number below it)").build();
            call.reply.outcome(call, session.account.lastAccountSeq);
            return true;
        }
        call.stamp(first, session.epoch);
        if (!log.offer(call.message, 0, call.message.capacity())) {
            return false;
        }
        telemetry.batchesIn.increment();
        telemetry.commandsIn.add(call.commandCount);
        session.nextUnaryClientSeq = Math.max(next, call.lastClientSeq() + 1);
        session.account.awaitedCalls++;
        if (session.awaited.isEmpty()) {
            awaitedSessions.add(session);
        }
        session.awaited.add(call);
        return true;
    }

    /** True when the event answers a session of unary calls. */
    boolean onEstablished(final SessionEstablishedDecoder event) {
        final SessionState session = establishing.remove(event.correlationId());
        if (session == null) {
            return false;
        }
        if (event.reasonRaw() != 0) {
            session.unary = SessionState.Unary.NONE;
            failWaiting(session, RichStatus.retryLater(Status.Code.RESOURCE_EXHAUSTED, RichStatus.CAPACITY,
                "the venue takes no more sessions", RETRY_MS));
            return true;
        }
        session.unary = SessionState.Unary.READY;
        session.nextUnaryClientSeq = event.nextClientSeq();
        return true;
    }

    private void failWaiting(final SessionState session, final RichStatus status) {
        waiting.removeIf(call -> {
            final boolean concerned = call.account == session.account.account && call.sessionId == session.sessionId;
            if (concerned) {
                call.reply.refused(status);
            }
            return concerned;
        });
    }

    /** The session's epoch is not the one that unary calls go by: a stream has it, or another gateway. */
    void onTakenOver(final SessionState session) {
        session.unary = SessionState.Unary.NONE;
    }

    /** An event of an account with awaited calls, already written as protobuf. */
    void onAccountEvent(final AccountState account, final SessionState session, final long clientSeq, final byte[] bytes, final int length) {
        try {
            fragmentEvents.add(Event.parser().parseFrom(bytes, 0, length));
            fragmentOwners.add(account);
        } catch (final InvalidProtocolBufferException e) {
            throw new IllegalStateException("event written is not readable", e);
        }
        if (session != null) {
            touch(session, clientSeq);
        }
    }

    void onDuplicate(final SessionState session, final DuplicateOutcome duplicate) {
        for (final SubmitCall call : session.awaited) {
            if (call.covers(duplicate.getClientSeq())) {
                call.duplicates.add(duplicate);
            }
        }
        touch(session, duplicate.getClientSeq());
    }

    void onRefused(final SessionState session, final long fromClientSeq, final long expectedClientSeq, final int reason) {
        session.nextUnaryClientSeq = expectedClientSeq;
        if (reason != RejectReason.REJECT_REASON_SEQUENCE_GAP_VALUE) {
            session.unary = SessionState.Unary.NONE;
        }
        if (SubmitCall.isGateways(session.sessionId) && session.unary == SessionState.Unary.NONE) {
            tryAgain(session, fromClientSeq);
            return;
        }
        for (final SubmitCall call : session.awaited) {
            if (call.covers(fromClientSeq)) {
                call.notApplied = NotApplied.newBuilder().setFromClientSeq(fromClientSeq).setExpectedClientSeq(expectedClientSeq)
                    .setReasonValue(reason).setMessage("refused by the engine").build();
                touch(session, call.lastClientSeq());
            }
        }
    }

    /** The gateways' own session of an account was taken over by another gateway; what was refused has used no number. */
    private void tryAgain(final SessionState session, final long fromClientSeq) {
        for (final SubmitCall call : List.copyOf(session.awaited)) {
            if (call.covers(fromClientSeq)) {
                forget(session, call);
                call.firstClientSeq = 0;
                waiting.add(call);
            }
        }
    }

    private void touch(final SessionState session, final long clientSeq) {
        for (final SubmitCall call : session.awaited) {
            if (call.covers(clientSeq)) {
                call.seenClientSeq = Math.max(call.seenClientSeq, clientSeq);
                if (!call.touched) {
                    call.touched = true;
                    touched.add(call);
                }
                return;
            }
        }
    }

    /** Before the events of a fragment. */
    void onFragmentStart(final long logPosition) {
        if (!touched.isEmpty() && logPosition != touchedLogPosition) {
            completeTouched();
        }
        touchedLogPosition = logPosition;
    }

    /** After the events of a fragment. */
    void onFragmentEnd(final int fragmentBytes) {
        if (!touched.isEmpty()) {
            for (final SubmitCall call : touched) {
                gather(call);
            }
            if (fragmentBytes < FULL_FRAGMENT_BYTES) {
                completeTouched();
            }
        }
        if (!fragmentEvents.isEmpty()) {
            fragmentEvents.clear();
            fragmentOwners.clear();
        }
    }

    private void gather(final SubmitCall call) {
        for (int i = 0; i < fragmentEvents.size(); i++) {
            if (fragmentOwners.get(i).account == call.account) {
                call.events.add(fragmentEvents.get(i));
            }
        }
    }

    private void completeTouched() {
        final long nowNs = clock.nanoTime();
        for (final SubmitCall call : touched) {
            call.touched = false;
            if (call.seenClientSeq >= call.lastClientSeq()) {
                final AccountState account = venue.account(call.account);
                forget(account.session(call.sessionId), call);
                telemetry.unaryLatencyNs.recordValue(Math.min(nowNs - call.startNs, telemetry.unaryLatencyNs.getHighestTrackableValue()));
                call.reply.outcome(call, account.lastAccountSeq);
            }
        }
        touched.clear();
    }

    private void forget(final SessionState session, final SubmitCall call) {
        if (session.awaited.remove(call)) {
            session.account.awaitedCalls--;
            if (session.awaited.isEmpty()) {
                awaitedSessions.remove(session);
            }
        }
    }

    /** Calls that waited for their session go on. */
    int work() {
        int work = 0;
        for (int i = waiting.size(); i > 0; i--) {
            final SubmitCall call = waiting.peek();
            final SessionState session = venue.account(call.account).session(call.sessionId);
            if (session.unary == SessionState.Unary.ESTABLISHING) {
                waiting.add(waiting.poll());
                continue;
            }
            if (!submit(call)) {
                return work;
            }
            waiting.poll();
            work++;
        }
        return work;
    }

    /**
     * What was offered and not answered may be lost. Commands of sessions that clients name are offered again with the numbers that they have: what was
     * applied is answered as a duplicate. The gateways' own sessions share their numbers, so there only the caller can find out.
     */
    void onLoss() {
        completeTouched();
        establishing.values().forEach(session -> session.unary = SessionState.Unary.NONE);
        establishing.clear();
        for (final SessionState session : List.copyOf(awaitedSessions)) {
            session.unary = SessionState.Unary.NONE;
            for (final SubmitCall call : List.copyOf(session.awaited)) {
                forget(session, call);
                if (SubmitCall.isGateways(session.sessionId)) {
                    call.reply.refused(unknown(call, "another member leads the venue now: "));
                } else {
                    waiting.add(call);
                }
            }
        }
    }

    /** Completes what no further fragment will, and gives up on what got no answer. */
    void tick(final long nowNs) {
        if (!touched.isEmpty()) {
            completeTouched();
        }
        final long oldestNs = nowNs - config.unaryTimeoutMs() * 1_000_000L;
        waiting.removeIf(call -> isTooOld(call, oldestNs));
        for (int i = awaitedSessions.size() - 1; i >= 0; i--) {
            final SessionState session = awaitedSessions.get(i);
            while (!session.awaited.isEmpty() && isTooOld(session.awaited.peek(), oldestNs)) {
                session.awaited.poll();
                session.account.awaitedCalls--;
            }
            if (session.awaited.isEmpty()) {
                awaitedSessions.remove(i);
            }
        }
    }

    private static boolean isTooOld(final SubmitCall call, final long oldestNs) {
        if (call.startNs - oldestNs > 0) {
            return false;
        }
        call.reply.refused(unknown(call, "no outcome within the time limit: "));
        return true;
    }

    private static RichStatus unknown(final SubmitCall call, final String why) {
        return RichStatus.of(Status.Code.UNAVAILABLE, RichStatus.LOG_SILENT, why + "the commands may have been applied; repeat them with first_client_seq "
            + Long.toUnsignedString(call.firstClientSeq) + " to learn which", Map.of("first_client_seq", Long.toUnsignedString(call.firstClientSeq)));
    }
}
