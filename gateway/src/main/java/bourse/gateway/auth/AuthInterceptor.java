package bourse.gateway.auth;

import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import bourse.gateway.audit.AuditSink;
import bourse.gateway.refusal.RichStatus;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * methods first. The credential is in {@link Credential#KEY} for the call. For any server of the venue. Thread: the call's.
 */
public final class AuthInterceptor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(AuthInterceptor.class);

    private final Authenticator authenticator;
    private final MethodRights rights;
    private final AuthCounters counters;
    private final AuditSink audit;
    /** Null: everything is checked by the caller. */
    private final TokenDesk desk;
    private final Supplier<Executor> home;

    public AuthInterceptor(final Authenticator authenticator, final MethodRights rights, final AuthCounters counters, final AuditSink audit) {
        this(authenticator, rights, counters, audit, null, null);
    }

    private AuthInterceptor(final Authenticator authenticator, final MethodRights rights, final AuthCounters counters, final AuditSink audit,
                            final TokenDesk desk, final Supplier<Executor> home) {
        this.authenticator = authenticator;
        this.rights = rights;
        this.counters = counters;
        this.audit = audit;
        this.desk = desk;
        this.home = home;
    }

    /**
     * One that has what costs time checked at the desk: the call begins when that has answered.
     *
     * @param home the executor of the thread that is calling, which has the call's events
     */
    public AuthInterceptor askingAt(final TokenDesk asked, final Supplier<Executor> home) {
        return new AuthInterceptor(authenticator, rights, counters, audit, asked, home);
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
        try {
            final CertificateDirectory.Entry certificate = authenticator.certificate(call.getAttributes());
            if (desk == null || authenticator.isQuick(headers)) {
                return admit(call, headers, next, authenticator.authenticate(headers, certificate, call.getAttributes()), certificate);
            }
            return hold(call, headers, next, certificate);
        } catch (final Authenticator.RefusedException e) {
            return refuse(call, e.status());
        }
    }

    private <Q, P> ServerCall.Listener<Q> hold(final ServerCall<Q, P> call, final Metadata headers, final ServerCallHandler<Q, P> next,
                                               final CertificateDirectory.Entry certificate) {
        final HeldCall<Q, P> held = new HeldCall<>(call);
        final Context arrived = Context.current();
        desk.ask(() -> authenticator.authenticate(headers, certificate, call.getAttributes()), held::isCancelled, home.get(), (credential, refusal) -> {
            if (!held.isCancelled()) {
                arrived.run(() -> answered(held, () -> refusal == null ? admit(held, headers, next, credential, certificate) : refuse(held, refusal)));
            }
        });
        return held.events();
    }

    /** As the server does it, where a call begins in an interceptor: what fails there ends the call. */
    private static <Q> void answered(final HeldCall<Q, ?> held, final Supplier<ServerCall.Listener<Q>> begin) {
        try {
            held.begin(begin.get());
        } catch (final RuntimeException e) {
            LOG.error("{} could not begin", held.getMethodDescriptor().getFullMethodName(), e);
            held.close(Status.UNKNOWN.withDescription("the call could not begin"), new Metadata());
        }
    }

    private <Q, P> ServerCall.Listener<Q> admit(final ServerCall<Q, P> call, final Metadata headers, final ServerCallHandler<Q, P> next,
                                                final Credential credential, final CertificateDirectory.Entry certificate) {
        final String method = call.getMethodDescriptor().getFullMethodName();
        if (!rights.allows(method, credential)) {
            return refuse(call, credential, RichStatus.RIGHT_MISSING, RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.RIGHT_MISSING,
                "method " + method + " asks for one of the rights " + rights.of(method) + "; the token has " + credential.rights(),
                Map.of("method", method)));
        }
        return Contexts.interceptCall(Context.current().withValues(Credential.KEY, credential, Credential.CERTIFICATE, certificate), call, headers,
            next);
    }

    private <Q, P> ServerCall.Listener<Q> refuse(final ServerCall<Q, P> call, final RichStatus credentials) {
        counters.credentialsRefused.increment();
        return refuse(call, null, credentials.reason(), credentials);
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
