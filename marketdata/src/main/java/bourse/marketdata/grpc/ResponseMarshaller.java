package bourse.marketdata.grpc;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.io.InputStream;

/** Sends generated messages as usual, and what is encoded already as it is. The server's side alone: it reads nothing. */
final class ResponseMarshaller<T extends Message> implements MethodDescriptor.Marshaller<Object> {
    private final Class<T> type;
    private final MethodDescriptor.Marshaller<T> generated;

    ResponseMarshaller(final Class<T> type, final T prototype) {
        this.type = type;
        this.generated = ProtoUtils.marshaller(prototype);
    }

    @Override
    public InputStream stream(final Object value) {
        return value instanceof InputStream encoded ? encoded : generated.stream(type.cast(value));
    }

    @Override
    public Object parse(final InputStream stream) {
        return generated.parse(stream);
    }
}
