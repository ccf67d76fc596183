package bourse.gateway.auth;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;

/**
 * TLS by PEM files, which are looked at again every few seconds: a renewed certificate, another client authority and another list of clients need no
 * restart; connections that exist go on as they began. For any server of the venue. Any thread.
 */
public final class ServerCertificates implements AutoCloseable {
    /**
     * The files; each may be null.
     *
     * @param certificateChain of the server; null = plain text
     * @param privateKey       PKCS#8
     * @param clientAuthority  given = clients must present a certificate that it signed
     * @param clients          given = and one that this {@link CertificateDirectory} lists
     */
    public record TlsFiles(Path certificateChain, Path privateKey, Path clientAuthority, Path clients) {
        public static final TlsFiles NONE = new TlsFiles(null, null, null, null);

        public TlsFiles {
            if ((certificateChain == null) != (privateKey == null)) {
                throw new IllegalArgumentException("certificateChain and privateKey: one without the other (expected: both or none)");
            }
            if (clientAuthority != null && certificateChain == null) {
                throw new IllegalArgumentException("clientAuthority: " + clientAuthority + " (expected: only with certificateChain)");
            }
            if (clients != null && clientAuthority == null) {
                throw new IllegalArgumentException("clients: " + clients + " (expected: only with clientAuthority)");
            }
        }
    }

    private static final int RELOAD_SECONDS = 5;

    private final ServerCredentials credentials;
    private final ScheduledExecutorService reloads;
    private final CertificateDirectory directory;
    private final AdvancedTlsX509KeyManager served;

    public ServerCertificates(final TlsFiles files) throws IOException {
        if (files.certificateChain() == null) {
            credentials = InsecureServerCredentials.create();
            reloads = null;
            directory = null;
            served = null;
            return;
        }
        reloads = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("certificates").factory());
        try {
            final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
            watch(keys.updateIdentityCredentials(files.certificateChain().toFile(), files.privateKey().toFile(), RELOAD_SECONDS,
                TimeUnit.SECONDS, reloads));
            final TlsServerCredentials.Builder tls = TlsServerCredentials.newBuilder().keyManager(keys);
            if (files.clientAuthority() != null) {
                final AdvancedTlsX509TrustManager trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION).build();
                watch(trust.updateTrustCredentials(files.clientAuthority().toFile(), RELOAD_SECONDS, TimeUnit.SECONDS, reloads));
                tls.trustManager(trust).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
            credentials = tls.build();
            served = keys;
            directory = files.clients() == null ? null : new CertificateDirectory(files.clients());
            if (directory != null) {
                reloads.scheduleWithFixedDelay(directory::reload, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
            }
        } catch (final GeneralSecurityException e) {
            reloads.shutdownNow();
            throw new IOException("certificate " + files.certificateChain() + " with key " + files.privateKey() + ": " + e.getMessage(), e);
        } catch (final IOException e) {
            reloads.shutdownNow();
            throw e;
        }
    }

    /** The watch ends with the thread that it runs on. */
    private static void watch(final Closeable reload) {
        java.util.Objects.requireNonNull(reload);
    }

    public ServerCredentials credentials() {
        return credentials;
    }

    /** Whose certificate is whose; null = any that the authority signed. */
    public CertificateDirectory directory() {
        return directory;
    }

    /** End of the certificate that is served now, in milliseconds since the epoch; 0 = connections are not encrypted. */
    public long notAfterMillis() {
        // The key manager has one chain, whatever the kind of key, under a name that changes with it.
        final X509Certificate[] chain = served == null ? null : served.getCertificateChain(served.chooseServerAlias("EC", null, null));
        return chain == null || chain.length == 0 ? 0 : chain[0].getNotAfter().getTime();
    }

    @Override
    public void close() {
        if (reloads != null) {
            reloads.shutdownNow();
        }
    }
}
