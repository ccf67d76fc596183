package bourse.gateway.session;

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
    Session toMessage(final long nowNs) {
        final Session.Builder message = Session.newBuilder().setAccount(account.account).setSessionId(sessionId).setEpoch(epoch).setOpen(open)
            .setGatewayId(gatewayId).setAppliedClientSeq(appliedClientSeq);
        if (stream != null) {
            message.setStream(SessionStream.newBuilder().setPhase(stream.phase.name().toLowerCase(Locale.ROOT))
                .setNextAccountSeq(stream.nextAccountSeq).setQueuedFrames(stream.outlet.queuedFrames())
                .setSilentMs((nowNs - stream.lastInboundNs()) / 1_000_000).setInboundPaused(stream.isInboundPaused())
                .setTokenExpiresAtNs(stream.expiresAtMillis() * 1_000_000));
        }
        return message.build();
    }
}
