package bourse.gateway.auth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ServerCall;

/**
 * A call that has arrived and is not begun: what happens to it is kept until {@link #begin}, then passed on in its order. Messages are not kept, since a
 * transport takes their bytes back when it has passed them on: they are asked for only when somebody is there to hear them. Thread: the call's.
 */
final class HeldCall<Q, P> extends SimpleForwardingServerCall<Q, P> {
    private final Deque<Consumer<ServerCall.Listener<Q>>> kept = new ArrayDeque<>(4);
    private final Events events = new Events();
    /** Null until everything kept has been passed on. */
    private ServerCall.Listener<Q> begun;
    private int requested;

    HeldCall(final ServerCall<Q, P> call) {
        super(call);
    }

    /** What the transport has to tell. */
    ServerCall.Listener<Q> events() {
        return events;
    }

    /** From now on everything goes to this listener. It may cause more to happen meanwhile, which comes after what was kept. */
    void begin(final ServerCall.Listener<Q> listener) {
        for (Consumer<ServerCall.Listener<Q>> event = kept.poll(); event != null; event = kept.poll()) {
            event.accept(listener);
        }
        begun = listener;
        if (requested > 0) {
            super.request(requested);
        }
    }

    @Override
    public void request(final int messages) {
        if (begun == null) {
            requested += messages;
        } else {
            super.request(messages);
        }
    }

    private void happened(final Consumer<ServerCall.Listener<Q>> event) {
        if (begun == null) {
            kept.add(event);
        } else {
            event.accept(begun);
        }
    }

    private final class Events extends ServerCall.Listener<Q> {
        @Override
        public void onMessage(final Q message) {
            begun.onMessage(message);
        }

        @Override
        public void onReady() {
            happened(ServerCall.Listener::onReady);
        }

        @Override
        public void onHalfClose() {
            happened(ServerCall.Listener::onHalfClose);
        }

        @Override
        public void onCancel() {
            happened(ServerCall.Listener::onCancel);
        }

        @Override
        public void onComplete() {
            happened(ServerCall.Listener::onComplete);
        }
    }
}
