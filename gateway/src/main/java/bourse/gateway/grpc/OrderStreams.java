package bourse.gateway.grpc;

import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.Authenticator;
import bourse.gateway.auth.CertificateDirectory;
import bourse.gateway.auth.Credential;
import bourse.gateway.auth.TokenDesk;
import bourse.gateway.ingress.AccountLimits;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.telemetry.GatewayTelemetry;

import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * Opens the streams of order entry, sessions and drop copies, so many and no more. Knows of no server: what calls it is a transport, or a simulation of
 * one. Thread: the network thread of each call.
 */
public final class OrderStreams {
    private static final int FULL_RETRY_MS = 1_000;

    private final GatewayConfig config;
    private final EngineLanes lanes;
    private final AccountLimits accounts;
    private final Authenticator authenticator;
    private final TokenDesk tokenDesk;
    private final AuditSink audit;
    private final GatewayTelemetry telemetry;
    private final AtomicLong streamIds = new AtomicLong();
    private final AtomicInteger streamCount = new AtomicInteger();

    /**
     * @param authenticator decides about tokens that clients show within a stream
     * @param tokenDesk     where it does
     */
    public OrderStreams(final GatewayConfig config, final EngineLanes lanes, final AccountLimits accounts, final Authenticator authenticator,
                        final TokenDesk tokenDesk, final AuditSink audit, final GatewayTelemetry telemetry) {
        this.config = config;
        this.lanes = lanes;
        this.accounts = accounts;
        this.authenticator = authenticator;
        this.tokenDesk = tokenDesk;
        this.audit = audit;
        this.telemetry = telemetry;
    }

    /** @param certificate of the connection, null = none */
    public ServerCall.Listener<InputStream> session(final ServerCall<InputStream, InputStream> call, final NetworkThread thread,
                                                    final Credential credential, final CertificateDirectory.Entry certificate) {
        return open(call, credential.account(), () -> new SessionCall(streamIds.incrementAndGet(), call, thread, lanes, config, credential,
            accounts.of(credential.account()).rate(), certificate, authenticator, tokenDesk, audit, telemetry));
    }

    public ServerCall.Listener<InputStream> dropCopy(final ServerCall<InputStream, InputStream> call, final NetworkThread thread,
                                                     final Credential credential) {
        return open(call, credential.account(), () -> new DropCopyCall(streamIds.incrementAndGet(), call, thread, lanes, config, credential, audit, telemetry));
    }

    private ServerCall.Listener<InputStream> open(final ServerCall<InputStream, InputStream> call, final int account, final Supplier<StreamCall> open) {
        if (streamCount.incrementAndGet() > config.maxStreams()) {
            streamCount.decrementAndGet();
            return refuse(call, "the gateway has " + config.maxStreams() + " streams open and takes no more", "streams", config.maxStreams());
        }
        if (!accounts.openStream(account)) {
            streamCount.decrementAndGet();
            return refuse(call, "account " + Integer.toUnsignedString(account) + " has " + config.maxStreamsPerAccount()
                + " streams open and may have no more", "streams of the account", config.maxStreamsPerAccount());
        }
        final StreamCall stream = open.get();
        stream.whenGone(() -> {
            streamCount.decrementAndGet();
            accounts.closeStream(account);
        });
        return stream;
    }

    private static ServerCall.Listener<InputStream> refuse(final ServerCall<InputStream, InputStream> call, final String message, final String what,
                                                           final int limit) {
        final RichStatus full = RichStatus.of(Status.Code.RESOURCE_EXHAUSTED, RichStatus.CAPACITY, message,
            Map.of("what", what, "limit", Integer.toString(limit)), FULL_RETRY_MS);
        call.close(full.status(), full.trailers());
        return new ServerCall.Listener<>() {
        };
    }
}
