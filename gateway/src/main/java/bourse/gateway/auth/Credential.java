package bourse.gateway.auth;

import java.util.Arrays;
import java.util.Set;

import io.grpc.Context;

/**
 * Who is calling, as a verified token or certificate says.
 *
 * @param subject         for people to read
 * @param account         stamped on every command; 0 when there is none (administration)
 * @param instrumentIds   the only instruments that may be traded, sorted; null = all
 * @param expiresAtMillis end of the credential, milliseconds since the epoch
 * @param firm            whose certificate must come with it, or came; 0 = no matter
 */
public record Credential(String subject, int account, Set<Right> rights, int[] instrumentIds, long expiresAtMillis, int firm) {
    /** Set by {@link AuthInterceptor} for the call that is being started. */
    public static final Context.Key<Credential> KEY = Context.key("bourse-credential");
    /** The firm of the connection's certificate, 0 = none; set by {@link AuthInterceptor}. */
    public static final Context.Key<CertificateDirectory.Entry> CERTIFICATE = Context.key("bourse-certificate");

    public Credential {
        rights = Set.copyOf(rights);
        if (instrumentIds != null) {
            instrumentIds = instrumentIds.clone();
            Arrays.sort(instrumentIds);
        }
    }

    public boolean may(final Right right) {
        return rights.contains(right);
    }
}
