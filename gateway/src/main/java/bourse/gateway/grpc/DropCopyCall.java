package bourse.gateway.grpc;

import java.io.InputStream;
import java.util.Map;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.AuthInterceptor;
import bourse.gateway.auth.Credential;
import bourse.gateway.egress.Outlet;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.ClientStream;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.DropCopySubscribeRequest;

import io.grpc.ServerCall;
import io.grpc.Status;

/** One drop copy: a request, then all events of the account. Thread: the event loop of the connection. */
final class DropCopyCall extends StreamCall {
    private static final int RETRY_MS = 500;

    private final EngineLanes lanes;
    private final Credential credential;
    private final AuditSink audit;
    private boolean requested;

    DropCopyCall(final long id, final ServerCall<InputStream, InputStream> call, final NetworkThread thread, final EngineLanes lanes,
                 final GatewayConfig config, final Credential credential, final AuditSink audit, final GatewayTelemetry telemetry) {
        super(id, Outlet.Kind.DROP_COPY, call, thread, lanes.first(), config, credential, telemetry);
        this.lanes = lanes;
        this.credential = credential;
        this.audit = audit;
        call.request(1);
    }

    @Override
    public void onMessage(final InputStream message) {
        if (isClosed() || requested) {
            return;
        }
        requested = true;
        final int length = thread.read(message);
        if (length == NetworkThread.TOO_LARGE) {
            refuseTooLarge();
            return;
        }
        final DropCopySubscribeRequest request;
        try {
            request = DropCopySubscribeRequest.parseFrom(ByteString.copyFrom(thread.bytes, 0, length));
        } catch (final InvalidProtocolBufferException e) {
            telemetry.malformed.increment();
            close(RichStatus.of(Status.Code.INVALID_ARGUMENT, RichStatus.MALFORMED_MESSAGE,
                "the message is not a bourse.order.v1.DropCopySubscribeRequest: " + e.getMessage()));
            return;
        }
        final EngineLane lane = lanes.find(request.getShard());
        if (lane == null) {
            close(RichStatus.invalidField("shard", lanes.problem(request.getShard())));
            return;
        }
        goBy(lane);
        if (request.getFromAccountSeq() < 0) {
            close(RichStatus.invalidField("from_account_seq", Long.toUnsignedString(request.getFromAccountSeq()) + " (expected: below 2^63)"));
        } else if (!agent.isCaughtUp()) {
            close(lanes.recovering(lane, RETRY_MS));
        } else if (agent.openDropCopy(stream, new ClientStream.Terms(0, 0, request.getFromAccountSeq(), 0, 0, 0, false))) {
            audit.record(new AuditSink.Entry("login", credential.subject(), credential.account(), AuthInterceptor.addressOf(call.getAttributes()),
                AuditSink.Entry.OK, Map.of("service", "DropCopy", "stream", Long.toString(stream.id()), "shard", Integer.toString(lane.shard()))));
            registered();
        } else {
            refuseOverloaded();
        }
    }

    @Override
    void afterSend() {
        // One request is all that comes from this client.
    }
}
