package bourse.services.client;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Puts {@code authorization: Bearer …} on every call. The supplier is asked once per call, so that a token may be renewed while
 * sessions come and go; it must be fast and thread-safe.
 */
public final class BearerToken extends CallCredentials {
    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Supplier<String> token;

    public BearerToken(final Supplier<String> token) {
        this.token = token;
    }

    public BearerToken(final String token) {
        this(() -> token);
    }

    @Override
    public void applyRequestMetadata(final RequestInfo request, final Executor executor, final MetadataApplier applier) {
        final String now;
        try {
            now = token.get();
        } catch (final RuntimeException e) {
            applier.fail(Status.UNAUTHENTICATED.withDescription("no token: " + e.getMessage()).withCause(e));
            return;
        }
        final Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + now);
        applier.apply(headers);
    }
}
