package bourse.gateway.grpc;

import java.io.Closeable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import bourse.gateway.GatewayConfig;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;

/** TLS by the configured PEM files, which are looked at again every few seconds: a renewed certificate needs no restart. */
final class Certificates implements AutoCloseable {
    private static final int RELOAD_SECONDS = 5;

    private final ServerCredentials credentials;
    private final ScheduledExecutorService reloads;

    Certificates(final GatewayConfig config) throws IOException {
        if (config.certificateChain() == null) {
            credentials = InsecureServerCredentials.create();
            reloads = null;
            return;
        }
        reloads = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("gateway-certificates").factory());
        try {
            final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
            watch(keys.updateIdentityCredentials(config.certificateChain().toFile(), config.privateKey().toFile(), RELOAD_SECONDS,
                TimeUnit.SECONDS, reloads));
            final TlsServerCredentials.Builder tls = TlsServerCredentials.newBuilder().keyManager(keys);
            if (config.clientAuthority() != null) {
                final AdvancedTlsX509TrustManager trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION).build();
                watch(trust.updateTrustCredentials(config.clientAuthority().toFile(), RELOAD_SECONDS, TimeUnit.SECONDS, reloads));
                tls.trustManager(trust).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
            credentials = tls.build();
        } catch (final GeneralSecurityException e) {
            reloads.shutdownNow();
            throw new IOException("certificate " + config.certificateChain() + " with key " + config.privateKey() + ": " + e.getMessage(), e);
        } catch (final IOException e) {
            reloads.shutdownNow();
            throw e;
        }
    }

    /** The watch ends with the thread that it runs on. */
    private static void watch(final Closeable reload) {
        java.util.Objects.requireNonNull(reload);
    }

    ServerCredentials credentials() {
        return credentials;
    }

    @Override
    public void close() {
        if (reloads != null) {
            reloads.shutdownNow();
        }
    }
}
