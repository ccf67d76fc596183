package bourse.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.agrona.collections.Long2ObjectHashMap;

import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.Draining;
import bourse.order.v1.EstablishAck;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.TokenExpiring;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.SessionClosedDecoder;
import bourse.sbe.engine.SessionEstablishedDecoder;

import io.grpc.Status;

/**
 * The life of streams: Establish through the log, displacement, heartbeats, expiry of the token, the end with its grace before orders are
 * cancelled. Thread: the agent.
 */
final class SessionDesk {
    private static final long RETRY_MS = 250;
    private static final int GIVE_UP_INTERVALS = 3;
    private static final long CLOSE_RETRY_NS = 1_000_000_000L;
    private static final long ORPHAN_GRACE_NS = 10_000_000_000L;

    /** A session whose connection was lost; the engine is told when its grace is over. */
    private record PendingClose(SessionState session, int epoch, long dueNs) {
    }

    private final GatewayConfig config;
    private final VenueState venue;
    private final LogCommands log;
    private final StreamDelivery delivery;
    private final ReplayDesk replays;
    private final Correlations correlations;
    private final GatewayTelemetry telemetry;
    private final AuditSink audit;
    private final Long2ObjectHashMap<ClientStream> streams = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<ClientStream> establishing = new Long2ObjectHashMap<>();
    private final List<PendingClose> pendingCloses = new ArrayList<>();
    private RichStatus drainingStatus;
    private boolean hasAdopted;

    SessionDesk(final GatewayConfig config, final VenueState venue, final LogCommands log, final StreamDelivery delivery,
                final ReplayDesk replays, final Correlations correlations, final GatewayTelemetry telemetry, final AuditSink audit) {
        this.audit = audit;
        this.config = config;
        this.venue = venue;
        this.log = log;
        this.delivery = delivery;
        this.replays = replays;
        this.correlations = correlations;
        this.telemetry = telemetry;
    }

    /** The stream of this id, or null when it is gone. */
    ClientStream stream(final long id) {
        return streams.get(id);
    }

    int streamCount() {
        return streams.size();
    }

    /** A drop copy begins at once. */
    void openDropCopy(final ClientStream stream, final ClientStream.Terms terms, final long nowNs) {
        if (!begin(stream, terms, nowNs)) {
            return;
        }
        final long newest = stream.accountState.lastAccountSeq;
        if (terms.nextAccountSeq() > newest + 1) {
            delivery.end(stream, ahead("from_account_seq", terms.nextAccountSeq(), newest));
            return;
        }
        stream.accountState.streams.add(stream);
        replays.start(stream, terms.nextAccountSeq() == 0 ? newest + 1 : terms.nextAccountSeq(), nowNs);
    }

    /** Establish goes through the log; false: not accepted there, try again. */
    boolean establish(final ClientStream stream, final ClientStream.Terms terms, final long nowNs) {
        if (stream.terms == null && !begin(stream, terms, nowNs)) {
            return true;
        }
        if (stream.isDisconnected() || stream.phase == ClientStream.Phase.ENDED) {
            return true;
        }
        final AccountState account = stream.accountState;
        if (account.sessionCount() >= config.maxSessionsPerAccount() && !account.hasSession(terms.sessionId())) {
            delivery.end(stream, tooManySessions(account, config.maxSessionsPerAccount()));
            return true;
        }
        final long correlationId = correlations.next();
        if (!log.establish(stream.account, terms.sessionId(), terms.epoch(), terms.cancelOnDisconnect(), correlationId,
            config.gatewayId())) {
            return false;
        }
        establishing.put(correlationId, stream);
        return true;
    }

    /** The engine never forgets a session: one account's must not take the place of all others'. */
    static RichStatus tooManySessions(final AccountState account, final int limit) {
        return RichStatus.of(Status.Code.RESOURCE_EXHAUSTED, RichStatus.CAPACITY, "session_id: account " + Integer.toUnsignedString(account.account)
            + " has used " + limit + " sessions (expected: one of those again)", Map.of("what", "sessions of the account", "limit", Integer.toString(limit)));
    }

    private boolean begin(final ClientStream stream, final ClientStream.Terms terms, final long nowNs) {
        stream.terms = terms;
        if (terms.eventColumns()) {
            stream.outlet.useColumns();
        }
        stream.waitingSinceNs = nowNs;
        stream.accountState = venue.account(stream.account);
        streams.put(stream.id, stream);
        if (drainingStatus != null) {
            delivery.end(stream, drainingStatus);
            return false;
        }
        return true;
    }

    // ------------------------------------------------------------------------------------------ what the engine says

    void onEstablished(final SessionEstablishedDecoder event, final SessionState session, final long nowNs) {
        final ClientStream stream = establishing.remove(event.correlationId());
        if (event.reasonRaw() != RejectReason.NONE.value()) {
            if (stream != null) {
                delivery.end(stream, refusal(event, stream));
            }
            return;
        }
        final ClientStream older = session.stream;
        if (older != null && older != stream) {
            displace(older, event.epoch());
        }
        if (stream == null) {
            if (hasAdopted && event.gatewayId() == config.gatewayId()) {
                // Asked for by an earlier run of this gateway, and applied only now.
                pendingCloses.add(new PendingClose(session, session.epoch, nowNs + ORPHAN_GRACE_NS));
            }
            return;
        }
        if (stream.isDisconnected() || stream.phase == ClientStream.Phase.ENDED) {
            pendingCloses.add(new PendingClose(session, session.epoch, nowNs + stream.terms.graceNs()));
            return;
        }
        telemetry.sessionsEstablished.increment();
        join(stream, session, event.nextClientSeq(), nowNs);
    }

    private void join(final ClientStream stream, final SessionState session, final long nextClientSeq, final long nowNs) {
        final AccountState account = stream.accountState;
        final long newest = account.lastAccountSeq;
        final long wanted = stream.terms.nextAccountSeq();
        session.stream = stream;
        stream.session = session;
        if (wanted > newest + 1) {
            stream.establish(session.epoch, nextClientSeq);
            delivery.end(stream, ahead("next_account_seq", wanted, newest));
            return;
        }
        account.streams.add(stream);
        stream.outlet.applied(nextClientSeq - 1);
        final EstablishAck ack = EstablishAck.newBuilder().setSessionId(session.sessionId).setEpoch(session.epoch)
            .setNextClientSeq(nextClientSeq).setLastAccountSeq(newest).setAccount(account.account)
            .setKeepaliveMs((int) (stream.terms.keepaliveNs() / 1_000_000)).setMaxBatchCommands(WireLimits.MAX_BATCH_COMMANDS).setColumns(true).build();
        stream.establish(session.epoch, nextClientSeq);
        delivery.send(stream, ServerFrame.newBuilder().setAppliedClientSeq(nextClientSeq - 1).setEstablishAck(ack).build(), nowNs);
        if (stream.phase != ClientStream.Phase.ENDED) {
            replays.start(stream, wanted == 0 ? newest + 1 : wanted, nowNs);
        }
    }

    private static RichStatus ahead(final String field, final long wanted, final long newest) {
        return RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.SEQUENCE_AHEAD,
            field + ": " + Long.toUnsignedString(wanted) + " (expected: at most " + (newest + 1) + ", the account's next event)",
            Map.of("last_account_seq", Long.toUnsignedString(newest)));
    }

    private static RichStatus refusal(final SessionEstablishedDecoder event, final ClientStream stream) {
        if (event.reasonRaw() == RejectReason.STALE_EPOCH.value()) {
            return RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.STALE_EPOCH,
                "epoch: " + Integer.toUnsignedString(stream.terms.epoch()) + " (expected: above " + event.epoch()
                    + ", by which the session is open; 0 takes it over)", Map.of("epoch", Long.toString(event.epoch())));
        }
        if (event.reasonRaw() == RejectReason.CAPACITY.value()) {
            return RichStatus.retryLater(Status.Code.RESOURCE_EXHAUSTED, RichStatus.CAPACITY, "the venue takes no more sessions", RETRY_MS);
        }
        return RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.REFUSED, "session refused: " + event.reason(),
            Map.of("reason", String.valueOf(event.reason())));
    }

    private void displace(final ClientStream stream, final long newerEpoch) {
        telemetry.sessionsDisplaced.increment();
        audit.record(new AuditSink.Entry("displaced", "", stream.account, "", AuditSink.Entry.OK,
            Map.of("session", Long.toUnsignedString(stream.terms.sessionId()), "byEpoch", Long.toString(newerEpoch))));
        delivery.end(stream, RichStatus.of(Status.Code.ABORTED, RichStatus.DISPLACED,
            "displaced by a newer connection of the same session, epoch " + newerEpoch, Map.of("epoch", Long.toString(newerEpoch))));
    }

    void onClosed(final SessionClosedDecoder event, final SessionState session) {
        final ClientStream stream = session.stream;
        if (stream == null || (int) event.epoch() != stream.sessionEpoch()) {
            return;
        }
        if (stream.terminating && event.reasonRaw() != CloseReason.DISPLACED.value()) {
            delivery.end(stream, RichStatus.plain(Status.OK));
        } else if (event.reasonRaw() == CloseReason.DISPLACED.value()) {
            displace(stream, event.epoch() + 1);
        } else {
            delivery.end(stream, RichStatus.of(Status.Code.ABORTED, RichStatus.SESSION_CLOSED,
                "the session was closed: " + event.reason(), Map.of("reason", String.valueOf(event.reason()))));
        }
    }

    // ------------------------------------------------------------------------------------------ what the client does

    /** Terminate, or the end of what the client sends: the engine closes the session, its answer ends the stream. False: not accepted, try again. */
    boolean terminate(final ClientStream stream, final CloseReason reason) {
        if (stream.session == null || stream.phase == ClientStream.Phase.ENDED) {
            return true;
        }
        stream.terminating = true;
        return log.close(stream.account, stream.session.sessionId, stream.sessionEpoch(), reason);
    }

    /** The connection is gone, for whatever reason. */
    void disconnected(final ClientStream stream, final long nowNs) {
        delivery.end(stream, RichStatus.plain(Status.CANCELLED));
        stream.outlet.discard();
        streams.remove(stream.id);
        collectEnded(nowNs);
    }

    /** A session whose stream has ended, by the client or by the gateway, has lost its connection: its grace begins. */
    private void collectEnded(final long nowNs) {
        final List<ClientStream> ended = delivery.ended();
        for (int i = 0; i < ended.size(); i++) {
            final ClientStream stream = ended.get(i);
            if (stream.session.open && stream.session.epoch == stream.sessionEpoch()) {
                pendingCloses.add(new PendingClose(stream.session, stream.sessionEpoch(), nowNs + stream.terms.graceNs()));
            }
        }
        ended.clear();
    }

    /**
     * After a restart: sessions that an earlier run of this gateway left open. Their clients come back soon, or have lost their connection
     * for good.
     */
    void adoptOrphans(final long nowNs) {
        hasAdopted = true;
        venue.forEachSession(session -> {
            if (session.open && session.gatewayId == config.gatewayId() && session.stream == null
                && session.unary == SessionState.Unary.NONE) {
                pendingCloses.add(new PendingClose(session, session.epoch, nowNs + ORPHAN_GRACE_NS));
            }
        });
    }

    // ------------------------------------------------------------------------------------------ time

    void tick(final long nowNs, final long nowMillis) {
        for (final ClientStream stream : streams.values()) {
            tick(stream, nowNs, nowMillis);
        }
        collectEnded(nowNs);
        for (int i = pendingCloses.size() - 1; i >= 0; i--) {
            final PendingClose close = pendingCloses.get(i);
            final SessionState session = close.session;
            final boolean stands = session.open && session.epoch == close.epoch;
            if (!stands) {
                pendingCloses.remove(i);
            } else if (nowNs - close.dueNs >= 0 && log.close(session.account.account, session.sessionId, close.epoch, CloseReason.DISCONNECTED)) {
                // The leader may be lost with it: only the engine's answer is the end of it.
                pendingCloses.set(i, new PendingClose(session, close.epoch, nowNs + CLOSE_RETRY_NS));
            }
        }
    }

    private void tick(final ClientStream stream, final long nowNs, final long nowMillis) {
        if (stream.outlet.isEmpty()) {
            stream.outlet.progress(nowNs);
        }
        if (stream.phase == ClientStream.Phase.ENDED) {
            stream.outlet.wakeUp();
            return;
        }
        final long expiresAtMillis = stream.expiresAtMillis();
        if (nowMillis >= expiresAtMillis - config.tokenWarningMs() && stream.toldExpiryMillis != expiresAtMillis && stream.isSession()
            && stream.isEstablished()) {
            stream.toldExpiryMillis = expiresAtMillis;
            delivery.send(stream, ServerFrame.newBuilder().setAppliedClientSeq(stream.outlet.appliedClientSeq()).setTokenExpiring(
                TokenExpiring.newBuilder().setExpiresAtNs(expiresAtMillis * 1_000_000)
                    .setDeadlineNs((expiresAtMillis + config.tokenGraceMs()) * 1_000_000)).build(), nowNs);
        }
        if (nowMillis >= expiresAtMillis + config.tokenGraceMs()) {
            delivery.end(stream, RichStatus.of(Status.Code.UNAUTHENTICATED, RichStatus.TOKEN_EXPIRED,
                "the token by which this stream was opened has expired: connect again with a new one"));
        } else if (nowNs - stream.outlet.progressNs() > config.slowReaderMs() * 1_000_000L) {
            delivery.cut(stream);
        } else if (stream.isSession()) {
            tickSession(stream, nowNs);
        }
    }

    private void tickSession(final ClientStream stream, final long nowNs) {
        final long keepaliveNs = stream.terms.keepaliveNs();
        if (stream.isInboundPaused()) {
            stream.outlet.wakeUp();
        }
        if (stream.phase == ClientStream.Phase.LIVE && stream.session.completeClientSeq > stream.outlet.appliedClientSeq()) {
            delivery.applied(stream, stream.session.completeClientSeq);
        }
        if (!stream.isEstablished()) {
            if (nowNs - stream.waitingSinceNs > config.establishTimeoutMs() * 1_000_000L) {
                delivery.end(stream, RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.LOG_SILENT,
                    "the log did not answer in time", RETRY_MS));
            }
        } else if (!stream.isInboundPaused() && nowNs - stream.lastInboundNs() > GIVE_UP_INTERVALS * keepaliveNs) {
            delivery.end(stream, RichStatus.of(Status.Code.ABORTED, RichStatus.HEARTBEAT_TIMEOUT,
                "nothing was received from the client for " + GIVE_UP_INTERVALS + " keepalive intervals of " + keepaliveNs / 1_000_000 + " ms"));
        } else if (nowNs - stream.lastOutboundNs > keepaliveNs) {
            delivery.send(stream, heartbeat(stream, 0), nowNs);
        }
    }

    /** {@code clientTimeNs} is the client's own, 0 when it is the gateway that speaks first. */
    static ServerFrame heartbeat(final ClientStream stream, final long clientTimeNs) {
        return ServerFrame.newBuilder().setAppliedClientSeq(stream.outlet.appliedClientSeq())
            .setHeartbeat(Heartbeat.newBuilder().setClientTimeNs(clientTimeNs)).build();
    }

    // ------------------------------------------------------------------------------------------ going away

    /** Tells every stream, and refuses new ones from now on. */
    void drain(final long deadlineEpochNs, final long nowNs) {
        drainingStatus = RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.DRAINING,
            "the gateway is going away: connect to another one, or again", RETRY_MS);
        final ServerFrame frame = ServerFrame.newBuilder().setDraining(Draining.newBuilder().setDeadlineNs(deadlineEpochNs)).build();
        for (final ClientStream stream : streams.values()) {
            if (stream.isSession()) {
                delivery.send(stream, frame, nowNs);
            }
        }
    }

    /**
     * What was offered to the log may be lost. Sessions that stand end: their clients are told on resuming what was applied. Streams that were about to be
     * established wait for nothing else, so that is asked again, and an answer to the former question is nobody's.
     *
     * @param again takes the streams to establish
     */
    void onLoss(final RichStatus status, final Consumer<ClientStream> again) {
        final List<ClientStream> asked = new ArrayList<>(establishing.values());
        establishing.clear();
        for (final ClientStream stream : new ArrayList<>(streams.values())) {
            if (stream.isSession() && stream.isEstablished()) {
                delivery.end(stream, status);
            }
        }
        for (final ClientStream stream : asked) {
            // An epoch that the client chose itself may have been used up by the former question.
            if (stream.terms.epoch() == 0) {
                again.accept(stream);
            } else {
                delivery.end(stream, status);
            }
        }
    }

    /** Ends what is still open. */
    void endAll(final RichStatus status) {
        for (final ClientStream stream : new ArrayList<>(streams.values())) {
            delivery.end(stream, status);
        }
    }
}
