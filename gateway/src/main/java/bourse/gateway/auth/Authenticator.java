package bourse.gateway.auth;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Map;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import bourse.gateway.refusal.RichStatus;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;

/** From what a connection and a call carry to who is calling: the token, the client's certificate, or both. Any thread; never blocks. */
public final class Authenticator {
    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "Bearer ";
    private static final int RETRY_MS = 1_000;

    private final TokenVerifier verifier;
    private final CertificateDirectory directory;

    /** A call that is not let in. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient RichStatus status;

        RefusedException(final RichStatus status) {
            super(status.status().getDescription(), null, false, false);
            this.status = status;
        }

        public RichStatus status() {
            return status;
        }
    }

    /** @param directory whose certificate is whose; null = certificates say nothing */
    public Authenticator(final TokenVerifier verifier, final CertificateDirectory directory) {
        this.verifier = verifier;
        this.directory = directory;
    }

    /** What the directory says of the connection's certificate; null when there is no directory. */
    public CertificateDirectory.Entry certificate(final Attributes connection) throws RefusedException {
        if (directory == null) {
            return null;
        }
        final CertificateDirectory.Entry entry = directory.find(chain(connection));
        if (entry == null) {
            throw new RefusedException(RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.CERTIFICATE_UNKNOWN,
                "the client's certificate belongs to no firm of this venue: ask its operator to list it"));
        }
        return entry;
    }

    private static Certificate[] chain(final Attributes connection) {
        final SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        try {
            return session == null ? null : session.getPeerCertificates();
        } catch (final SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** {@link #authenticate} has no signature to check: there is no token, or one that was seen before. */
    public boolean isQuick(final Metadata headers) {
        final String token = token(headers.get(AUTHORIZATION));
        return token == null || verifier.remembers(token);
    }

    /** Null: the header is none, or another scheme's. */
    private static String token(final String header) {
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) ? header.substring(SCHEME.length()).trim() : null;
    }

    /**
     * Who is calling.
     *
     * @param certificate of {@link #certificate}
     */
    public Credential authenticate(final Metadata headers, final CertificateDirectory.Entry certificate, final Attributes connection)
        throws RefusedException {
        final String header = headers.get(AUTHORIZATION);
        final String token = token(header);
        if (token != null) {
            return byToken(token, certificate);
        }
        if (header == null && certificate != null && !certificate.rights().isEmpty()) {
            return new Credential(certificate.name(), certificate.accounts().iterator().next(), certificate.rights(), null,
                endOf(connection), certificate.firm());
        }
        throw new RefusedException(RichStatus.of(Status.Code.UNAUTHENTICATED, RichStatus.TOKEN_MISSING,
            "no token: send the metadata \"authorization: Bearer <token>\""));
    }

    private static long endOf(final Attributes connection) {
        return chain(connection)[0] instanceof final X509Certificate own ? own.getNotAfter().getTime() : 0;
    }

    /** Who has the token, if it may be used on a connection with this certificate. */
    public Credential byToken(final String token, final CertificateDirectory.Entry certificate) throws RefusedException {
        final Credential credential;
        try {
            credential = verifier.verify(token);
        } catch (final TokenRefusedException e) {
            throw new RefusedException(switch (e.kind()) {
                case INVALID -> RichStatus.of(Status.Code.UNAUTHENTICATED, RichStatus.TOKEN_INVALID, e.getMessage());
                case EXPIRED -> RichStatus.of(Status.Code.UNAUTHENTICATED, RichStatus.TOKEN_EXPIRED, e.getMessage());
                case KEY_UNKNOWN -> RichStatus.retryLater(Status.Code.UNAUTHENTICATED, RichStatus.TOKEN_INVALID, e.getMessage(), RETRY_MS);
                case KEYS_UNAVAILABLE -> RichStatus.retryLater(Status.Code.UNAVAILABLE, RichStatus.KEYS_UNAVAILABLE, e.getMessage(), RETRY_MS);
            });
        }
        final boolean isOther = certificate == null ? directory != null
            : credential.firm() != 0 && credential.firm() != certificate.firm()
                || credential.account() != 0 && !certificate.permits(credential.account());
        if (isOther) {
            throw new RefusedException(RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.CERTIFICATE_MISMATCH,
                "account " + Integer.toUnsignedString(credential.account()) + " of the token is not one of the firm whose certificate the connection has",
                Map.of("account", Integer.toUnsignedString(credential.account()))));
        }
        return credential;
    }
}
