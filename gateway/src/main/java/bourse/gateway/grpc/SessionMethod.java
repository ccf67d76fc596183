package bourse.gateway.grpc;

import java.io.InputStream;

import bourse.gateway.egress.Frame;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.OrderEntryGrpc;

import io.grpc.MethodDescriptor;

/**
 * The streaming methods as the server sees them: messages come as the bytes that arrived and leave as frames that are already encoded, while
 * generated clients see ordinary protobuf.
 */
final class SessionMethod {
    static final MethodDescriptor<InputStream, InputStream> SESSION = of(OrderEntryGrpc.getSessionMethod());
    static final MethodDescriptor<InputStream, InputStream> DROP_COPY = of(DropCopyGrpc.getSubscribeMethod());

    private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
        /** A {@link Frame} is its own stream. */
        @Override
        public InputStream stream(final InputStream message) {
            return message;
        }

        /** Valid until the listener returns. */
        @Override
        public InputStream parse(final InputStream message) {
            return message;
        }
    }

    private SessionMethod() {
    }

    private static MethodDescriptor<InputStream, InputStream> of(final MethodDescriptor<?, ?> generated) {
        final Bytes bytes = new Bytes();
        return generated.toBuilder(bytes, bytes).build();
    }
}
