package bourse.bench.rung;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.MethodDescriptor;

/** A slow-down planted in the client's side of gRPC: each message takes longer to send. Thread: whoever sends. */
record PlantedCalls(Plant plant, int batch) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(final MethodDescriptor<Q, A> method, final CallOptions options, final Channel next) {
        return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void sendMessage(final Q message) {
                plant.burn(batch);
                super.sendMessage(message);
            }
        };
    }
}
