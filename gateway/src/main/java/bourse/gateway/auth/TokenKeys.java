package bourse.gateway.auth;

import com.nimbusds.jose.jwk.JWK;

/** The public keys that tokens may be signed with. Any thread; never blocks. */
public interface TokenKeys extends AutoCloseable {
    /** The key of this id, or null. Asking for an unknown one may lead to a refresh, after which asking again can succeed. */
    JWK find(String keyId);

    /** Changes whenever the keys do: what was verified before must be verified again. */
    long generation();

    /** False: the keys have been out of reach for longer than allowed, and nothing is accepted any more. */
    boolean isUsable();

    /** For people and health: {@code "2 keys, 31 s old"}. */
    String describe();

    @Override
    default void close() {
    }

    /** The keys of both; {@code first} wins. */
    static TokenKeys both(final TokenKeys first, final TokenKeys second) {
        return new TokenKeys() {
            @Override
            public JWK find(final String keyId) {
                final JWK key = first.isUsable() ? first.find(keyId) : null;
                return key != null || !second.isUsable() ? key : second.find(keyId);
            }

            @Override
            public long generation() {
                return first.generation() + second.generation() + (first.isUsable() ? 1L << 62 : 0) + (second.isUsable() ? 1L << 61 : 0);
            }

            @Override
            public boolean isUsable() {
                return first.isUsable() || second.isUsable();
            }

            @Override
            public String describe() {
                return first.describe() + "; " + second.describe();
            }

            @Override
            public void close() {
                first.close();
                second.close();
            }
        };
    }
}
