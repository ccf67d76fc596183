package bourse.gateway.auth;

import java.util.Map;

import bourse.gateway.refusal.RichStatus;
import bourse.gateway.telemetry.GatewayTelemetry;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Lets a call through when its bearer token is genuine and has the right that its method asks for; denies everything else, unknown methods
 * first. The credential is in {@link Credential#KEY} for the call. Thread: network.
 */
public final class AuthInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier verifier;
    private final MethodRights rights;
    private final GatewayTelemetry telemetry;

    public AuthInterceptor(final TokenVerifier verifier, final MethodRights rights, final GatewayTelemetry telemetry) {
        this.verifier = verifier;
        this.rights = rights;
        this.telemetry = telemetry;
    }

    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(final ServerCall<Q, P> call, final Metadata headers,
                                                       final ServerCallHandler<Q, P> next) {
        final String method = call.getMethodDescriptor().getFullMethodName();
        if (rights.isOpen(method)) {
            return next.startCall(call, headers);
        }
        if (!rights.isKnown(method)) {
            return refuse(call, RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.METHOD_NOT_PERMITTED,
                "method " + method + " is not permitted to anybody", Map.of("method", method)));
        }
        final String header = headers.get(AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            telemetry.tokensRefused.increment();
            return refuse(call, RichStatus.of(Status.Code.UNAUTHENTICATED, RichStatus.TOKEN_MISSING,
                "no token: send the metadata \"authorization: Bearer <token>\""));
        }
        final Credential credential;
        try {
            credential = verifier.verify(header.substring(SCHEME.length()).trim());
        } catch (final TokenRefusedException e) {
            telemetry.tokensRefused.increment();
            return refuse(call, RichStatus.of(Status.Code.UNAUTHENTICATED,
                e.isExpired() ? RichStatus.TOKEN_EXPIRED : RichStatus.TOKEN_INVALID, e.getMessage()));
        }
        if (!rights.allows(method, credential)) {
            return refuse(call, RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.RIGHT_MISSING,
                "method " + method + " asks for one of the rights " + rights.of(method) + "; the token has " + credential.rights(),
                Map.of("method", method)));
        }
        return Contexts.interceptCall(Context.current().withValue(Credential.KEY, credential), call, headers, next);
    }

    private <Q, P> ServerCall.Listener<Q> refuse(final ServerCall<Q, P> call, final RichStatus status) {
        telemetry.callsRefused.increment();
        call.close(status.status(), status.trailers());
        return new ServerCall.Listener<>() {
        };
    }
}
