package bourse.engine.shard;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import bourse.engine.events.EventPublisher;
import bourse.engine.events.SequenceTable;
import bourse.engine.events.SessionEventPublisher;
import bourse.engine.match.Matcher;
import bourse.engine.session.SessionTable;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.SessionCloseDecoder;
import bourse.sbe.engine.SessionEstablishDecoder;

import org.agrona.DirectBuffer;

/**
 * {@code SessionEstablish} and {@code SessionClose}. Thread: engine.
 *
 * <p>The newest connection wins: an epoch above the session's displaces the connection that has it, one at or below it is stale. Losing a
 * connection to a newer one cancels nothing; closing does when the session asked for it.
 */
final class SessionAdapter {
    private static final long MAX_EPOCH = 0xFFFF_FFFFL;

    private final SessionTable sessions;
    private final SequenceTable accounts;
    private final EventPublisher publisher;
    private final SessionEventPublisher answers;
    private final Matcher matcher;

    SessionAdapter(final SessionTable sessions, final SequenceTable accounts, final EventPublisher publisher,
                   final SessionEventPublisher answers, final Matcher matcher) {
        this.sessions = sessions;
        this.accounts = accounts;
        this.publisher = publisher;
        this.answers = answers;
        this.matcher = matcher;
    }

    boolean onEstablish(final DirectBuffer buffer, final int offset, final int blockLength) {
        if (blockLength < SessionEstablishDecoder.BLOCK_LENGTH) {
            return false;
        }
        final long sessionId = buffer.getLong(offset + SessionEstablishDecoder.sessionIdEncodingOffset(), LITTLE_ENDIAN);
        final long correlationId = buffer.getLong(offset + SessionEstablishDecoder.correlationIdEncodingOffset(), LITTLE_ENDIAN);
        final long gatewayId = buffer.getLong(offset + SessionEstablishDecoder.gatewayIdEncodingOffset(), LITTLE_ENDIAN);
        final int account = buffer.getInt(offset + SessionEstablishDecoder.accountEncodingOffset(), LITTLE_ENDIAN);
        final long epoch = buffer.getInt(offset + SessionEstablishDecoder.epochEncodingOffset(), LITTLE_ENDIAN) & MAX_EPOCH;
        final int cancelFlags = buffer.getByte(offset + SessionEstablishDecoder.cancelOnDisconnectEncodingOffset());

        if (account <= 0 || sessionId == 0) {
            answers.onSessionEstablished(account, sessionId, correlationId, gatewayId, 0, 0, 0, RejectReason.MALFORMED.value());
            return true;
        }
        final int accountSlot = accounts.slotOrAdd(account);
        int session = sessions.find(account, sessionId);
        if (session == SessionTable.MISSING && accountSlot != SequenceTable.MISSING) {
            session = sessions.add(account, sessionId);
        }
        if (session == SessionTable.MISSING) {
            answers.onSessionEstablished(account, sessionId, correlationId, gatewayId, 0, 0, 0, RejectReason.CAPACITY.value());
            return true;
        }
        final long currentEpoch = sessions.epoch(session);
        final long newEpoch = epoch == 0 ? currentEpoch + 1 : epoch;
        int reason = RejectReason.NONE.value();
        if (newEpoch <= currentEpoch || newEpoch > MAX_EPOCH) {
            reason = RejectReason.STALE_EPOCH.value();
        } else {
            if (sessions.isOpen(session)) {
                answers.onSessionClosed(account, sessionId, currentEpoch, CloseReason.DISPLACED.value());
            }
            sessions.open(session, newEpoch, cancelFlags);
        }
        answers.onSessionEstablished(account, sessionId, correlationId, gatewayId, sessions.epoch(session),
                sessions.nextClientSeq(session), accounts.last(accountSlot), reason);
        return true;
    }

    /** A close of a connection that is not the session's newest, or of a closed session, changes nothing. */
    boolean onClose(final DirectBuffer buffer, final int offset, final int blockLength) {
        if (blockLength < SessionCloseDecoder.BLOCK_LENGTH) {
            return false;
        }
        final long sessionId = buffer.getLong(offset + SessionCloseDecoder.sessionIdEncodingOffset(), LITTLE_ENDIAN);
        final int account = buffer.getInt(offset + SessionCloseDecoder.accountEncodingOffset(), LITTLE_ENDIAN);
        final long epoch = buffer.getInt(offset + SessionCloseDecoder.epochEncodingOffset(), LITTLE_ENDIAN) & MAX_EPOCH;
        final int reason = buffer.getByte(offset + SessionCloseDecoder.reasonEncodingOffset()) & 0xFF;
        final int session = sessions.find(account, sessionId);
        if (session == SessionTable.MISSING || !sessions.isOpen(session) || sessions.epoch(session) != epoch) {
            return true;
        }
        final boolean isTerminated = reason == CloseReason.TERMINATED.value();
        final int knownReason = reason <= CloseReason.ADMIN.value() ? reason : CloseReason.NONE.value();
        sessions.close(session);
        if (isTerminated ? sessions.cancelsOnTerminate(session) : sessions.cancelsOnDisconnect(session)) {
            publisher.endCommand();
            matcher.cancelSession(account, session, CancelReason.DISCONNECT.value());
        }
        answers.onSessionClosed(account, sessionId, epoch, knownReason);
        return true;
    }
}
