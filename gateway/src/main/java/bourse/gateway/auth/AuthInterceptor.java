package bourse.gateway.auth;

import java.net.SocketAddress;
import java.util.Map;

import bourse.gateway.audit.AuditSink;
import bourse.gateway.refusal.RichStatus;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Lets a call through when its token or certificate is genuine and has the right that its method asks for; denies everything else, unknown
 * methods first. The credential is in {@link Credential#KEY} for the call. For any server of the venue. Thread: network.
 */
public final class AuthInterceptor implements ServerInterceptor {
    private final Authenticator authenticator;
    private final MethodRights rights;
    private final AuthCounters counters;
    private final AuditSink audit;

    public AuthInterceptor(final Authenticator authenticator, final MethodRights rights, final AuthCounters counters, final AuditSink audit) {
        this.authenticator = authenticator;
        this.rights = rights;
        this.counters = counters;
        this.audit = audit;
    }

    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(final ServerCall<Q, P> call, final Metadata headers,
                                                       final ServerCallHandler<Q, P> next) {
        final String method = call.getMethodDescriptor().getFullMethodName();
        if (rights.isOpen(method)) {
            return next.startCall(call, headers);
        }
        if (!rights.isKnown(method)) {
            return refuse(call, null, RichStatus.METHOD_NOT_PERMITTED, RichStatus.of(Status.Code.PERMISSION_DENIED,
                RichStatus.METHOD_NOT_PERMITTED, "method " + method + " is not permitted to anybody", Map.of("method", method)));
        }
        final Credential credential;
        final CertificateDirectory.Entry certificate;
        try {
            certificate = authenticator.certificate(call.getAttributes());
            credential = authenticator.authenticate(headers, certificate, call.getAttributes());
        } catch (final Authenticator.RefusedException e) {
            counters.credentialsRefused.increment();
            return refuse(call, null, e.status().reason(), e.status());
        }
        if (!rights.allows(method, credential)) {
            return refuse(call, credential, RichStatus.RIGHT_MISSING, RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.RIGHT_MISSING,
                "method " + method + " asks for one of the rights " + rights.of(method) + "; the token has " + credential.rights(),
                Map.of("method", method)));
        }
        return Contexts.interceptCall(Context.current().withValues(Credential.KEY, credential, Credential.CERTIFICATE, certificate), call, headers,
            next);
    }

    private <Q, P> ServerCall.Listener<Q> refuse(final ServerCall<Q, P> call, final Credential credential, final String reason,
                                                 final RichStatus status) {
        counters.callsRefused.increment();
        audit.record(new AuditSink.Entry("refused", credential == null ? "" : credential.subject(), credential == null ? 0 : credential.account(),
            addressOf(call.getAttributes()), reason, Map.of("method", call.getMethodDescriptor().getFullMethodName())));
        call.close(status.status(), status.trailers());
        return new ServerCall.Listener<>() {
        };
    }

    /** {@code host:port} of the peer, empty when it is not known. */
    public static String addressOf(final Attributes connection) {
        final SocketAddress address = connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return address == null ? "" : address.toString().replaceFirst("^/", "");
    }
}
