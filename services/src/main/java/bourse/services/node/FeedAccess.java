package bourse.services.node;

import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.AuthCounters;
import bourse.gateway.auth.AuthInterceptor;
import bourse.gateway.auth.Authenticator;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.MethodRights;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.ServerCertificates;
import bourse.gateway.auth.TokenKeys;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.grpc.DocumentedReflection;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.reference.v1.ReferenceGrpc;
import bourse.services.config.GatewayConfig;
import bourse.services.config.MarketDataConfig.Access;
import bourse.services.config.VenueConfig;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.opentelemetry.api.OpenTelemetry;
import org.agrona.CloseHelper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Who may read the gRPC feed, and by what certificate it is served: the same as order entry's, so that a client needs to know one authority
 * and one token. Market data itself knows of neither.
 */
final class FeedAccess implements AutoCloseable {
    private static final Right[] ANY = {Right.TRADE, Right.CANCEL, Right.ADMIN};

    private final ServerCertificates certificates;
    private final TokenKeys keys;
    private final AuthCounters counters = new AuthCounters();
    private final List<ServerInterceptor> interceptors;
    /** Null where exploring tools are told nothing. */
    private final ServerServiceDefinition reflection;

    /** @throws IOException when a certificate or the key cannot be used */
    FeedAccess(final VenueConfig config) throws IOException {
        reflection = config.gateway().reflection() ? DocumentedReflection.service() : null;
        certificates = new ServerCertificates(files(config.gateway().tls()));
        if (config.marketData().access() == Access.PUBLIC) {
            keys = null;
            interceptors = List.of();
            return;
        }
        final GatewayConfig.Tokens tokens = config.gateway().tokens();
        keys = GatewayNode.tokenKeys(tokens, KeyFile.openOrCreate(GatewayNode.keyDir(config)), OpenTelemetry.noop().getMeter("feed"));
        final TokenVerifier verifier = new TokenVerifier(keys, tokens.issuer(), tokens.audience(), InstantSource.system());
        interceptors = List.of(new AuthInterceptor(new Authenticator(verifier, certificates.directory()), rights(), counters, AuditSink.NONE));
    }

    private static ServerCertificates.TlsFiles files(final GatewayConfig.Tls tls) {
        return tls.isOn() ? new ServerCertificates.TlsFiles(Path.of(tls.certificate()), Path.of(tls.key()), path(tls.clientAuthority()), path(tls.clients()))
            : ServerCertificates.TlsFiles.NONE;
    }

    private static Path path(final String text) {
        return text.isEmpty() ? null : Path.of(text);
    }

    private static MethodRights rights() {
        final MethodRights.Builder rights = MethodRights.builder().open("grpc.health.v1.Health").open(DocumentedReflection.SERVICE_NAME);
        for (final ServiceDescriptor service : List.of(MarketDataGrpc.getServiceDescriptor(), ReferenceGrpc.getServiceDescriptor())) {
            for (final MethodDescriptor<?, ?> method : service.getMethods()) {
                rights.allow(method.getFullMethodName(), Right.READ, ANY);
            }
        }
        return rights.build();
    }

    ServerCredentials credentials() {
        return certificates.credentials();
    }

    /** Calls that were not let in. */
    long refused() {
        return counters.callsRefused.sum();
    }

    /** The server, that serves reflection where the configuration says so. */
    ServerBuilder<?> explorable(final ServerBuilder<?> server) {
        return reflection == null ? server : server.addService(reflection);
    }

    /** Run on every call; none where the feed is public. */
    List<ServerInterceptor> interceptors() {
        return interceptors;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(certificates, keys);
    }
}
