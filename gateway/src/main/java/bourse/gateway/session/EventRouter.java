package bourse.gateway.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.List;

import org.agrona.DirectBuffer;

import bourse.gateway.egress.EventWriter;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.DuplicateOutcome;
import bourse.sbe.EventBatchHead;
import bourse.sbe.engine.AccountReportDecoder;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.BalanceReportDecoder;
import bourse.sbe.engine.BatchRefusedDecoder;
import bourse.sbe.engine.DuplicateOutcomeDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.InstrumentChangedDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.SessionClosedDecoder;
import bourse.sbe.engine.SessionEstablishedDecoder;
import bourse.sbe.engine.StateHashDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;

/**
 * Takes each event once, in order: folds it, writes it once as protobuf for all who listen, and wakes whoever waits for it. Hot path.
 * Thread: the agent.
 */
final class EventRouter implements EventWalk.Visitor {
    private final SessionEstablishedDecoder established = new SessionEstablishedDecoder();
    private final SessionClosedDecoder closed = new SessionClosedDecoder();
    private final BatchRefusedDecoder refused = new BatchRefusedDecoder();
    private final DuplicateOutcomeDecoder duplicate = new DuplicateOutcomeDecoder();
    private final AdminOutcomeDecoder adminOutcome = new AdminOutcomeDecoder();
    private final StateHashDecoder stateHash = new StateHashDecoder();
    private final BalanceReportDecoder balance = new BalanceReportDecoder();
    private final AccountReportDecoder accountReport = new AccountReportDecoder();
    private final EventWriter writer = new EventWriter();

    private final VenueState venue;
    private final StreamDelivery delivery;
    private final SessionDesk sessions;
    private final UnaryDesk unary;
    private final AdminDesk admin;
    private final GatewayTelemetry telemetry;
    private final long gatewayId;
    private BatchTraces traces;
    private long logPosition;
    private long nowNs;
    private long lastEventSeq;
    /** Whose last command may have more events in the next fragment. */
    private SessionState incomplete;

    EventRouter(final VenueState venue, final StreamDelivery delivery, final SessionDesk sessions, final UnaryDesk unary,
                final AdminDesk admin, final GatewayTelemetry telemetry, final long gatewayId, final long lastEventSeq) {
        this.lastEventSeq = lastEventSeq;
        this.venue = venue;
        this.delivery = delivery;
        this.sessions = sessions;
        this.unary = unary;
        this.admin = admin;
        this.telemetry = telemetry;
        this.gatewayId = gatewayId;
    }

    /** Null = no batch is sampled. */
    void traces(final BatchTraces sampled) {
        traces = sampled;
    }

    void beginCycle(final long nowNs) {
        this.nowNs = nowNs;
    }

    /** Of the newest event that was taken. Thread: the agent. */
    long logPosition() {
        return logPosition;
    }

    /** All events of the log entry have come: its last command is complete. */
    private void endEntry() {
        final SessionState session = incomplete;
        if (session != null) {
            incomplete = null;
            complete(session, session.appliedClientSeq);
        }
    }

    /** To a stream that is still being told the past it is said when that has caught up. */
    private void complete(final SessionState session, final long clientSeq) {
        session.completeClientSeq = clientSeq;
        if (session.stream != null && session.stream.phase == ClientStream.Phase.LIVE) {
            delivery.applied(session.stream, clientSeq);
        }
    }

    void onFragment(final DirectBuffer buffer, final int offset, final int length) {
        final int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final long firstEventSeq = buffer.getLong(block + EventBatchDecoder.firstEventSeqEncodingOffset(), LITTLE_ENDIAN);
        final int count = buffer.getShort(block + EventBatchDecoder.countEncodingOffset(), LITTLE_ENDIAN) & 0xFFFF;
        final int shard = buffer.getShort(block + EventBatchDecoder.shardEncodingOffset(), LITTLE_ENDIAN) & 0xFFFF;
        if (shard != venue.shard()) {
            throw new IllegalStateException("events of another engine, shard=" + shard + " expected=" + venue.shard()
                + ": shard or gateway.shards names the wrong data directory");
        }
        if (lastEventSeq != 0 && firstEventSeq != lastEventSeq + 1) {
            throw new IllegalStateException("hole in the event stream, eventSeq=" + firstEventSeq + " expected=" + (lastEventSeq + 1));
        }
        final long position = buffer.getLong(block + EventBatchDecoder.logPositionEncodingOffset(), LITTLE_ENDIAN);
        if (position != logPosition) {
            endEntry();
        }
        logPosition = position;
        unary.onFragmentStart(logPosition);
        EventWalk.walk(buffer, offset, length, this);
        unary.onFragmentEnd(length);
        if (EventBatchHead.isEndOfEntry(buffer, offset)) {
            endEntry();
        }
        lastEventSeq = firstEventSeq + count - 1;
        telemetry.eventsFolded.add(count);
    }

    @Override
    public void onAccountEvent(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final int accountId,
                               final long accountSeq, final long sessionId, final long clientSeq, final long eventSeq, final long timeNs) {
        final AccountState account = venue.account(accountId);
        account.onEvent(accountSeq, eventSeq);
        venue.apply(templateId, buffer, at, maker, account);
        SessionState session = null;
        if (sessionId != 0) {
            session = account.session(sessionId);
            if (traces != null) {
                traces.onEvent(accountId, sessionId, clientSeq, eventSeq, timeNs, logPosition);
            }
            if (session.applied(clientSeq)) {
                // More events of this command may follow, in a later frame: only the commands before it are complete.
                complete(session, clientSeq - 1);
                incomplete = session;
            }
        }
        final List<ClientStream> streams = account.streams;
        if (account.awaitedCalls == 0 && streams.size() <= 1) {
            if (streams.isEmpty()) {
                return;
            }
            final ClientStream only = streams.getFirst();
            if (only.phase == ClientStream.Phase.LIVE) {
                delivery.write(only, accountSeq, templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq);
                return;
            }
            if (only.kept == null) {
                return;
            }
        }
        int length = 0;
        for (int i = streams.size() - 1; i >= 0; i--) {
            final ClientStream stream = streams.get(i);
            if (stream.phase == ClientStream.Phase.LIVE && stream.terms.eventColumns()) {
                delivery.write(stream, accountSeq, templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq);
            } else if (stream.phase == ClientStream.Phase.LIVE || stream.kept != null) {
                if (length == 0) {
                    length = writer.write(templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq);
                }
                if (stream.phase == ClientStream.Phase.LIVE) {
                    delivery.append(stream, accountSeq, writer.bytes(), length);
                } else {
                    stream.kept.add(writer.bytes(), length);
                }
            }
        }
        if (account.awaitedCalls > 0) {
            if (length == 0) {
                length = writer.write(templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq);
            }
            unary.onAccountEvent(account, session, clientSeq, writer.bytes(), length);
        }
    }

    @Override
    public void onOtherEvent(final int templateId, final DirectBuffer buffer, final int at, final long eventSeq, final long timeNs) {
        switch (templateId) {
            case SessionEstablishedDecoder.TEMPLATE_ID -> onEstablished(buffer, at);
            case SessionClosedDecoder.TEMPLATE_ID -> onClosed(buffer, at);
            case BatchRefusedDecoder.TEMPLATE_ID -> onRefused(buffer, at);
            case DuplicateOutcomeDecoder.TEMPLATE_ID -> onDuplicate(buffer, at);
            case InstrumentDefinedDecoder.TEMPLATE_ID, InstrumentChangedDecoder.TEMPLATE_ID -> venue.applyInstrument(buffer, at);
            case TradingStateChangedDecoder.TEMPLATE_ID -> venue.applyTradingState(buffer, at);
            case AdminOutcomeDecoder.TEMPLATE_ID -> {
                adminOutcome.wrap(buffer, at, AdminOutcomeDecoder.BLOCK_LENGTH, AdminOutcomeDecoder.SCHEMA_VERSION);
                admin.onOutcome(adminOutcome, logPosition);
            }
            case BalanceReportDecoder.TEMPLATE_ID ->
                admin.onBalance(balance.wrap(buffer, at, BalanceReportDecoder.BLOCK_LENGTH, BalanceReportDecoder.SCHEMA_VERSION));
            case AccountReportDecoder.TEMPLATE_ID ->
                admin.onAccount(accountReport.wrap(buffer, at, AccountReportDecoder.BLOCK_LENGTH, AccountReportDecoder.SCHEMA_VERSION));
            case StateHashDecoder.TEMPLATE_ID -> {
                stateHash.wrap(buffer, at, StateHashDecoder.BLOCK_LENGTH, StateHashDecoder.SCHEMA_VERSION);
                admin.onStateHash(stateHash, logPosition);
            }
            default -> {
                // Public events, and those of later versions, concern no session.
            }
        }
    }

    private void onEstablished(final DirectBuffer buffer, final int at) {
        established.wrap(buffer, at, SessionEstablishedDecoder.BLOCK_LENGTH, SessionEstablishedDecoder.SCHEMA_VERSION);
        final SessionState session = venue.account((int) established.account()).session(established.sessionId());
        session.onEstablished(established);
        if (established.gatewayId() == gatewayId && unary.onEstablished(established)) {
            return;
        }
        if (established.reasonRaw() == 0) {
            unary.onTakenOver(session);
        }
        sessions.onEstablished(established, session, nowNs);
    }

    private void onClosed(final DirectBuffer buffer, final int at) {
        closed.wrap(buffer, at, SessionClosedDecoder.BLOCK_LENGTH, SessionClosedDecoder.SCHEMA_VERSION);
        final SessionState session = venue.account((int) closed.account()).session(closed.sessionId());
        if (session.onClosed(closed)) {
            unary.onTakenOver(session);
        }
        sessions.onClosed(closed, session);
    }

    private void onRefused(final DirectBuffer buffer, final int at) {
        refused.wrap(buffer, at, BatchRefusedDecoder.BLOCK_LENGTH, BatchRefusedDecoder.SCHEMA_VERSION);
        final SessionState session = venue.account((int) refused.account()).session(refused.sessionId());
        if (!session.awaited.isEmpty()) {
            unary.onRefused(session, refused.fromClientSeq(), refused.expectedClientSeq(), refused.reasonRaw());
        }
        if (session.stream != null && session.stream.sessionEpoch() == (int) refused.epoch()) {
            delivery.notApplied(session.stream, refused.fromClientSeq(), refused.expectedClientSeq(), refused.reasonRaw(),
                "refused by the engine: " + refused.reason(), nowNs);
        }
    }

    private void onDuplicate(final DirectBuffer buffer, final int at) {
        duplicate.wrap(buffer, at, DuplicateOutcomeDecoder.BLOCK_LENGTH, DuplicateOutcomeDecoder.SCHEMA_VERSION);
        final SessionState session = venue.account((int) duplicate.account()).session(duplicate.sessionId());
        final ClientStream stream = session.stream;
        if (stream == null && session.awaited.isEmpty()) {
            return;
        }
        final DuplicateOutcome outcome = DuplicateOutcome.newBuilder()
            .setClientSeq(duplicate.clientSeq())
            .setSessionId(duplicate.sessionId())
            .setOriginalAccountSeq(duplicate.originalAccountSeq())
            .setOrderId(duplicate.orderId())
            .setRejectReasonValue(duplicate.reasonRaw())
            .setTooOld(duplicate.tooOld() != 0)
            .build();
        if (stream != null) {
            final byte[] bytes = outcome.toByteArray();
            delivery.appendDuplicate(stream, bytes, bytes.length);
        }
        if (!session.awaited.isEmpty()) {
            unary.onDuplicate(session, outcome);
        }
    }
}
