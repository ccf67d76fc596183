package bourse.gateway.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/**
 * Decides whether a bearer token is genuine and what it allows. Signed by ES256 or EdDSA with one of {@link TokenKeys}, which the token names by
 * {@code kid}; issuer, audience, expiry and not-before are checked; there is no way to be accepted unsigned. What was verified is remembered until
 * it expires or the keys change. Any thread; never blocks.
 */
public final class TokenVerifier {
    public static final String DEFAULT_ISSUER = "bourse";
    public static final String DEFAULT_AUDIENCE = "bourse";

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);
    private static final int MAX_TOKEN_CHARS = 4_096;
    private static final int MAX_CACHED = 4_096;
    private static final long CLOCK_SKEW_MS = 5_000;
    private static final long MAX_UINT32 = 0xFFFF_FFFFL;

    private final TokenKeys keys;
    private final String issuer;
    private final String audience;
    private final InstantSource clock;
    /** A signature costs some 200 µs to check, a unary call must not. */
    private final Map<String, Verified> verified = new ConcurrentHashMap<>();

    /** What a token was good for, by the keys of that generation. */
    private record Verified(Credential credential, long generation) {
    }

    public TokenVerifier(final TokenKeys keys, final String issuer, final String audience, final InstantSource clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
    }

    /** With the keys of a file, which is looked at again when it has changed. */
    public TokenVerifier(final Path jwks, final String issuer, final String audience, final InstantSource clock) throws IOException {
        this(new JwksKeys(JwksSources.file(jwks), JwksKeys.Terms.OF_A_FILE, clock), issuer, audience, clock);
    }

    /** For tokens that {@link TokenMinter} makes with this key. */
    public TokenVerifier(final KeyFile keyFile) throws IOException {
        this(keyFile.jwks(), DEFAULT_ISSUER, DEFAULT_AUDIENCE, InstantSource.system());
    }

    /** What the tokens are verified with. */
    public TokenKeys keys() {
        return keys;
    }

    /** What the token allows, until it expires. */
    public Credential verify(final String token) throws TokenRefusedException {
        final long nowMillis = clock.millis();
        // Before the keys are used: what is verified with newer ones than these is verified once more.
        final long generation = keys.generation();
        if (!keys.isUsable()) {
            throw new TokenRefusedException("token refused: the keys of the issuer have been out of reach for too long: " + keys.describe(),
                TokenRefusedException.Kind.KEYS_UNAVAILABLE);
        }
        final Credential known = remembered(token, generation, nowMillis);
        if (known != null) {
            return known;
        }
        verified.remove(token);
        final Credential credential = verifySlowPath(token, nowMillis);
        if (verified.size() >= MAX_CACHED) {
            verified.clear();
        }
        verified.put(token, new Verified(credential, generation));
        return credential;
    }

    /** {@link #verify} has no signature to check. */
    boolean remembers(final String token) {
        return remembered(token, keys.generation(), clock.millis()) != null;
    }

    private Credential remembered(final String token, final long generation, final long nowMillis) {
        final Verified known = verified.get(token);
        return known != null && known.generation == generation && nowMillis < known.credential.expiresAtMillis() ? known.credential : null;
    }

    private Credential verifySlowPath(final String token, final long nowMillis) throws TokenRefusedException {
        if (token.length() > MAX_TOKEN_CHARS) {
            throw refused("longer than " + MAX_TOKEN_CHARS + " characters");
        }
        try {
            final SignedJWT jwt = SignedJWT.parse(token);
            checkSignature(jwt);
            return credential(jwt.getJWTClaimsSet(), nowMillis);
        } catch (final ParseException e) {
            throw refused("not a signed JWT");
        } catch (final JOSEException e) {
            throw refused("signature not readable");
        }
    }

    private void checkSignature(final SignedJWT jwt) throws TokenRefusedException, JOSEException {
        final JWSHeader header = jwt.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw refused("alg: " + header.getAlgorithm() + " (expected: ES256 or EdDSA)");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            throw refused("crit: " + header.getCriticalParams() + " (expected: none)");
        }
        if (header.getKeyID() == null) {
            throw refused("kid: missing");
        }
        final JWK key = keys.find(header.getKeyID());
        if (key == null) {
            throw new TokenRefusedException("token refused: kid: no such key", TokenRefusedException.Kind.KEY_UNKNOWN);
        }
        final boolean genuine;
        if (JWSAlgorithm.EdDSA.equals(header.getAlgorithm())) {
            genuine = key instanceof final OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve())
                && Ed25519Jws.verify(pair, jwt.getSigningInput(), jwt.getSignature().decode());
        } else {
            genuine = key instanceof final ECKey pair && Curve.P_256.equals(pair.getCurve()) && jwt.verify(new ECDSAVerifier(pair.toPublicJWK()));
        }
        if (!genuine) {
            throw refused("signature: not by key " + header.getKeyID());
        }
    }

    private Credential credential(final JWTClaimsSet claims, final long nowMillis) throws TokenRefusedException, ParseException {
        if (!issuer.equals(claims.getIssuer())) {
            throw refused("iss: (expected: " + issuer + ")");
        }
        if (!claims.getAudience().contains(audience)) {
            throw refused("aud: (expected: " + audience + ")");
        }
        final Date expiry = claims.getExpirationTime();
        if (expiry == null) {
            throw refused("exp: missing");
        }
        if (expiry.getTime() <= nowMillis) {
            throw new TokenRefusedException("token refused: expired at " + expiry.toInstant(), TokenRefusedException.Kind.EXPIRED);
        }
        if (claims.getNotBeforeTime() != null && claims.getNotBeforeTime().getTime() > nowMillis + CLOCK_SKEW_MS) {
            throw refused("nbf: valid from " + claims.getNotBeforeTime().toInstant());
        }
        final Set<Right> rights = rights(claims.getStringListClaim(TokenMinter.RIGHTS));
        final long account = claims.getClaim(TokenMinter.ACCOUNT) == null ? 0 : number(claims.getClaim(TokenMinter.ACCOUNT), "account");
        if (account == 0 && (rights.contains(Right.TRADE) || rights.contains(Right.CANCEL) || rights.contains(Right.READ))) {
            throw refused("account: 0 or missing (expected: 1.." + MAX_UINT32 + " for the rights trade, cancel and read)");
        }
        final long firm = claims.getClaim(TokenMinter.FIRM) == null ? 0 : number(claims.getClaim(TokenMinter.FIRM), "firm");
        return new Credential(claims.getSubject() == null ? "" : claims.getSubject(), (int) account, rights,
            instruments(claims.getClaim(TokenMinter.INSTRUMENTS)), expiry.getTime(), (int) firm);
    }

    private static Set<Right> rights(final List<String> claim) {
        final Set<Right> rights = EnumSet.noneOf(Right.class);
        if (claim != null) {
            for (final String name : claim) {
                final Right right = Right.ofClaim(name);
                if (right != null) {
                    rights.add(right);
                }
            }
        }
        return rights;
    }

    private static int[] instruments(final Object claim) throws TokenRefusedException {
        if (claim == null) {
            return null;
        }
        if (!(claim instanceof final List<?> list)) {
            throw refused("instruments: not a list");
        }
        final int[] instruments = new int[list.size()];
        for (int i = 0; i < instruments.length; i++) {
            instruments[i] = (int) number(list.get(i), "instruments");
        }
        return instruments;
    }

    /** A whole number: 1.5 is not 1. */
    private static long number(final Object claimed, final String claim) throws TokenRefusedException {
        if (!(claimed instanceof Long) && !(claimed instanceof Integer)) {
            throw refused(claim + ": not a whole number");
        }
        final long value = ((Number) claimed).longValue();
        if (value < 0 || value > MAX_UINT32) {
            throw refused(claim + ": " + value + " (expected: 0.." + MAX_UINT32 + ")");
        }
        return value;
    }

    private static TokenRefusedException refused(final String why) {
        return new TokenRefusedException("token refused: " + why, TokenRefusedException.Kind.INVALID);
    }
}
