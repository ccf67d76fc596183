package bourse.gateway.session;

import bourse.sbe.engine.SessionClosedDecoder;
import bourse.sbe.engine.SessionEstablishedDecoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

import bourse.admin.v1.Session;
import bourse.admin.v1.SessionStream;

/** What the event stream says about one session, and who here speaks for it. Thread: the agent. */
final class SessionState {
    /** Who speaks for a session on this gateway while no stream does. */
    enum Unary { NONE, ESTABLISHING, READY }

    final AccountState account;
    final long sessionId;

    int epoch;
    /** Every command up to here has been applied. */
    long appliedClientSeq;
    /** Every event of the commands up to here has come. */
    long completeClientSeq;
    boolean open;
    long gatewayId;
    /** The stream that established it here, or null. */
    ClientStream stream;

    Unary unary = Unary.NONE;
    /** Number that the next unary command gets. */
    long nextUnaryClientSeq;
    /** Sent to the log, in order of their numbers. */
    final Deque<SubmitCall> awaited = new ArrayDeque<>();

    SessionState(final AccountState account, final long sessionId) {
        this.account = account;
        this.sessionId = sessionId;
    }

    /** For operators. Cold. */
    Session toMessage(final int shard, final long nowNs) {
        final Session.Builder message = Session.newBuilder().setShard(shard).setAccount(account.account).setSessionId(sessionId).setEpoch(epoch).setOpen(open)
            .setGatewayId(gatewayId).setAppliedClientSeq(appliedClientSeq);
        if (stream != null) {
            message.setStream(SessionStream.newBuilder().setPhase(stream.phase.name().toLowerCase(Locale.ROOT))
                .setNextAccountSeq(stream.nextAccountSeq).setQueuedFrames(stream.outlet.queuedFrames())
                .setSilentMs((nowNs - stream.lastInboundNs()) / 1_000_000).setInboundPaused(stream.isInboundPaused())
                .setTokenExpiresAtNs(stream.expiresAtMillis() * 1_000_000));
        }
        return message.build();
    }

    /** An event of a command came: true when it is the first one of that command. */
    boolean applied(final long clientSeq) {
        if (clientSeq <= appliedClientSeq) {
            return false;
        }
        appliedClientSeq = clientSeq;
        return true;
    }

    /** The engine's answer to an establishment, refusals too. */
    void onEstablished(final SessionEstablishedDecoder event) {
        if (event.reasonRaw() == 0) {
            open = true;
            epoch = (int) event.epoch();
            gatewayId = event.gatewayId();
            appliedClientSeq = Math.max(appliedClientSeq, event.nextClientSeq() - 1);
            completeClientSeq = appliedClientSeq;
        }
    }

    /** True when it was this connection's end, not an older one's. */
    boolean onClosed(final SessionClosedDecoder event) {
        if (epoch != (int) event.epoch()) {
            return false;
        }
        open = false;
        return true;
    }

    /** What a fold saved. */
    void restore(final int savedEpoch, final long savedClientSeq, final boolean wasOpen, final long savedGatewayId) {
        epoch = savedEpoch;
        appliedClientSeq = savedClientSeq;
        completeClientSeq = savedClientSeq;
        open = wasOpen;
        gatewayId = savedGatewayId;
    }
}
