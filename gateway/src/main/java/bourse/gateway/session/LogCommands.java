package bourse.gateway.session;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.SessionCloseEncoder;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.port.CommandLog;

/** What the gateway itself tells the engine, and the one place that offers to the log. Thread: the agent. */
final class LogCommands {
    private final CommandLog log;
    private final GatewayTelemetry telemetry;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SessionEstablishEncoder establish = new SessionEstablishEncoder();
    private final SessionCloseEncoder close = new SessionCloseEncoder();
    private boolean closed;

    LogCommands(final CommandLog log, final GatewayTelemetry telemetry) {
        this.log = log;
        this.telemetry = telemetry;
    }

    /** False: not accepted, try again. */
    boolean offer(final DirectBuffer message, final int offset, final int length) {
        final long result = log.offer(message, offset, length);
        if (result > 0) {
            return true;
        }
        if (result == CommandLog.CLOSED) {
            closed = true;
        }
        telemetry.logBackPressure.increment();
        return false;
    }

    /** The log will take nothing any more. */
    boolean isClosed() {
        return closed;
    }

    boolean establish(final int account, final long sessionId, final int epoch, final int cancelOnDisconnect, final long correlationId,
                      final long gatewayId) {
        establish.wrapAndApplyHeader(buffer, 0, header)
            .sessionId(sessionId).correlationId(correlationId).gatewayId(gatewayId)
            .account(account & 0xFFFF_FFFFL).epoch(epoch & 0xFFFF_FFFFL)
            .cancelOnDisconnect((short) cancelOnDisconnect).reserved1((short) 0).reserved2(0).reserved3(0);
        return offer(buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + SessionEstablishEncoder.BLOCK_LENGTH);
    }

    boolean close(final int account, final long sessionId, final int epoch, final CloseReason reason) {
        close.wrapAndApplyHeader(buffer, 0, header)
            .sessionId(sessionId).account(account & 0xFFFF_FFFFL).epoch(epoch & 0xFFFF_FFFFL).reason(reason)
            .reserved1((short) 0).reserved2(0).reserved3(0);
        return offer(buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + SessionCloseEncoder.BLOCK_LENGTH);
    }
}
