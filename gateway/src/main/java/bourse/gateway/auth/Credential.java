package bourse.gateway.auth;

import java.util.Arrays;
import java.util.Set;

import io.grpc.Context;

/**
 * Who is calling, as a verified token says.
 *
 * @param subject         for people to read
 * @param account         stamped on every command; 0 when the token has none (administration)
 * @param instrumentIds   the only instruments that may be traded, sorted; null = all
 * @param expiresAtMillis end of the token, milliseconds since the epoch
 */
public record Credential(String subject, int account, Set<Right> rights, int[] instrumentIds, long expiresAtMillis) {
    /** Set by {@link AuthInterceptor} for the call that is being started. */
    public static final Context.Key<Credential> KEY = Context.key("bourse-credential");

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
