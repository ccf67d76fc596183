package bourse.gateway.grpc;

import java.io.InputStream;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import bourse.gateway.GatewayConfig;
import bourse.gateway.auth.Credential;
import bourse.gateway.egress.Frame;
import bourse.gateway.egress.Outlet;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.ClientStream;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.GatewayAgent;
import bourse.gateway.telemetry.GatewayTelemetry;

import io.grpc.Metadata;
import io.grpc.ServerCall;

/**
 * The network side of a stream: sends what its outlet holds while the client takes it, and closes the call when the agent says so. Hot path.
 * Thread: the event loop of the connection.
 */
abstract class StreamCall extends ServerCall.Listener<InputStream> {
    /** Bytes that gRPC may hold for a client before it counts as not ready. */
    private static final int READY_BYTES = 128 * 1024;
    private static final int RETRY_MS = 5;

    final ServerCall<InputStream, InputStream> call;
    final NetworkThread thread;
    final GatewayTelemetry telemetry;
    final ClientStream stream;
    /** Chosen with the first message, which names a shard; until then any will do. */
    GatewayAgent agent;
    private final Outlet outlet;
    private final Runnable sending = this::send;
    private boolean closed;
    private boolean gone;
    private boolean registered;
    private Runnable whenGone = () -> { };

    StreamCall(final long id, final Outlet.Kind kind, final ServerCall<InputStream, InputStream> call, final NetworkThread thread,
               final EngineLane lane, final GatewayConfig config, final Credential credential, final GatewayTelemetry telemetry) {
        this.call = call;
        this.thread = thread;
        agent = lane.agent();
        this.telemetry = telemetry;
        outlet = new Outlet(kind, lane.frames(), config.outboundFrames(), this::wake, agent.clock().nanoTime());
        stream = new ClientStream(id, credential.account(), outlet, credential.expiresAtMillis(),
            agent.clock().nanoTime());
        call.setOnReadyThreshold(READY_BYTES);
        call.sendHeaders(new Metadata());
    }

    /** From here on it is this engine's stream; before its agent has heard of it. */
    void goBy(final EngineLane lane) {
        agent = lane.agent();
        outlet.drawFrom(lane.frames());
    }

    /** The agent has heard of the stream, and must hear of its end. */
    final void registered() {
        registered = true;
    }

    /** Runs once, when the call has ended. */
    final void whenGone(final Runnable action) {
        whenGone = action;
    }

    private void wake() {
        if (thread.loop.inEventLoop()) {
            send();
        } else {
            try {
                thread.loop.execute(sending);
            } catch (final RejectedExecutionException expected) {
                // The servers are closed, and the stream with them.
            }
        }
    }

    /** Sends what is queued while the client takes it. */
    final void send() {
        outlet.sending();
        if (closed) {
            return;
        }
        int sent = 0;
        while (call.isReady()) {
            final Frame frame = outlet.poll();
            if (frame == null) {
                break;
            }
            telemetry.bytesOut.add(frame.length());
            call.sendMessage(frame);
            outlet.release(frame);
            sent++;
        }
        if (sent > 0) {
            telemetry.framesOut.add(sent);
            outlet.progress(agent.clock().nanoTime());
        }
        final RichStatus end = outlet.end();
        if (end != null && (outlet.isOverflowed() || outlet.isEmpty())) {
            close(end);
        } else {
            afterSend();
        }
    }

    /** There may be room for more from the client. */
    abstract void afterSend();

    /** Ends the call; what is still queued is not sent. */
    final void close(final RichStatus status) {
        if (!closed) {
            closed = true;
            call.close(status.status(), status.trailers());
            // The end itself may wait for a client that does not read; what is not sent any more must not.
            outlet.discardQueued();
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /** Nothing can be taken over from the client now: too many wait for the agent. */
    final void refuseOverloaded() {
        close(RichStatus.overloaded(RETRY_MS));
    }

    final void refuseTooLarge() {
        close(MessageSizeGuard.tooLarge());
    }

    @Override
    public void onReady() {
        send();
    }

    @Override
    public void onCancel() {
        gone();
    }

    @Override
    public void onComplete() {
        gone();
    }

    private void gone() {
        closed = true;
        if (!gone) {
            gone = true;
            whenGone.run();
            report();
        }
    }

    private void report() {
        if (registered && !agent.disconnected(stream)) {
            thread.loop.schedule(this::report, RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }
}
