package bourse.gateway.grpc;

import java.util.Map;

import bourse.gateway.refusal.RichStatus;
import bourse.sbe.WireLimits;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Ends a call whose client sends a message above {@link WireLimits#MAX_CLIENT_MESSAGE_BYTES} with a status that says so, as soon as so much of it has
 * come. The transport's own limit resets the stream without a word once headers have been sent, so it is not used. What a client can make the
 * gateway hold is this and one flow-control window. Hot path: one addition a message. Thread: the event loop of the connection.
 */
final class MessageSizeGuard extends ServerStreamTracer.Factory implements ServerInterceptor {
    private static final Context.Key<Tracer> TRACER = Context.key("bourse-message-size");

    @Override
    public ServerStreamTracer newServerStreamTracer(final String fullMethodName, final Metadata headers) {
        return new Tracer();
    }

    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(final ServerCall<Q, P> call, final Metadata headers, final ServerCallHandler<Q, P> next) {
        final Tracer tracer = TRACER.get();
        final GuardedCall<Q, P> guarded = new GuardedCall<>(call);
        tracer.call = guarded;
        return next.startCall(guarded, headers);
    }

    /** Counts the bytes of the message that is arriving. */
    private static final class Tracer extends ServerStreamTracer {
        private GuardedCall<?, ?> call;
        private long messageBytes;

        @Override
        public Context filterContext(final Context context) {
            return context.withValue(TRACER, this);
        }

        @Override
        public void inboundMessage(final int seqNo) {
            messageBytes = 0;
        }

        @Override
        public void inboundWireSize(final long bytes) {
            messageBytes += bytes;
            if (messageBytes > WireLimits.MAX_CLIENT_MESSAGE_BYTES && call != null) {
                call.refuse();
            }
        }
    }

    /** After it was refused nothing more happens to the call. */
    private static final class GuardedCall<Q, P> extends SimpleForwardingServerCall<Q, P> {
        private boolean ended;

        GuardedCall(final ServerCall<Q, P> call) {
            super(call);
        }

        void refuse() {
            if (!ended) {
                final RichStatus status = tooLarge();
                close(status.status(), status.trailers());
            }
        }

        @Override
        public void close(final Status status, final Metadata trailers) {
            if (!ended) {
                ended = true;
                super.close(status, trailers);
            }
        }

        @Override
        public boolean isReady() {
            return !ended && super.isReady();
        }

        @Override
        public void sendHeaders(final Metadata headers) {
            if (!ended) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(final P message) {
            if (!ended) {
                super.sendMessage(message);
            }
        }

        @Override
        public void request(final int count) {
            if (!ended) {
                super.request(count);
            }
        }
    }

    static RichStatus tooLarge() {
        return RichStatus.of(Status.Code.RESOURCE_EXHAUSTED, RichStatus.MESSAGE_TOO_LARGE, "message: more than "
            + WireLimits.MAX_CLIENT_MESSAGE_BYTES + " bytes (expected: at most that; split the batch)",
            Map.of("what", "message bytes", "limit", Integer.toString(WireLimits.MAX_CLIENT_MESSAGE_BYTES)));
    }
}
