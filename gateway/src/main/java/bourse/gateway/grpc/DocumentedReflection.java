package bourse.gateway.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;

import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ServerReflectionResponse;

/**
 * Server reflection that tells the comments of our protos, too: generated code does not keep them, so each file that the standard service
 * answers with is replaced by its description with source info, which the build writes beside the generated classes. Cold. Thread: network.
 */
public final class DocumentedReflection implements ServerInterceptor {
    /** What it is called; open to everybody where it is served: it tells what is public in the protos. */
    public static final String SERVICE_NAME = "grpc.reflection.v1.ServerReflection";

    private static final String DESCRIPTIONS = "/bourse/proto/documented.protobin";

    private final Map<String, ByteString> documented = new HashMap<>();

    private DocumentedReflection() throws IOException {
        try (InputStream in = DocumentedReflection.class.getResourceAsStream(DESCRIPTIONS)) {
            if (in == null) {
                throw new IOException(DESCRIPTIONS + ": not in the jar (expected: written by the build of proto-grpc)");
            }
            for (final FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
                documented.put(file.getName(), file.toByteString());
            }
        }
    }

    /** {@code grpc.reflection.v1}, for any server of the venue. */
    public static ServerServiceDefinition service() throws IOException {
        return ServerInterceptors.intercept((BindableService) ProtoReflectionServiceV1.newInstance(), new DocumentedReflection());
    }

    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(final ServerCall<Q, P> call, final Metadata headers, final ServerCallHandler<Q, P> next) {
        return next.startCall(new SimpleForwardingServerCall<>(call) {
            @Override
            @SuppressWarnings("unchecked") // the reflection service answers with this message alone
            public void sendMessage(final P message) {
                super.sendMessage(message instanceof final ServerReflectionResponse response && response.hasFileDescriptorResponse()
                    ? (P) withComments(response) : message);
            }
        }, headers);
    }

    private ServerReflectionResponse withComments(final ServerReflectionResponse response) {
        final FileDescriptorResponse.Builder files = FileDescriptorResponse.newBuilder();
        for (final ByteString bare : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            files.addFileDescriptorProto(documented.getOrDefault(nameOf(bare), bare));
        }
        return response.toBuilder().setFileDescriptorResponse(files).build();
    }

    private static String nameOf(final ByteString file) {
        try {
            return FileDescriptorProto.parseFrom(file).getName();
        } catch (final InvalidProtocolBufferException e) {
            return "";
        }
    }
}
