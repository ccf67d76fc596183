package bourse.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/** Signs bearer tokens for accounts of this venue. Any thread. */
public final class TokenMinter {
    public static final String ACCOUNT = "account";
    public static final String RIGHTS = "rights";
    public static final String INSTRUMENTS = "instruments";
    /** Optional: the only firm by whose certificate the token may be used. */
    public static final String FIRM = "firm";

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

    private final JWK key;
    private final String issuer;
    private final String audience;

    public TokenMinter(final JWK key, final String issuer, final String audience) {
        this.key = key;
        this.issuer = issuer;
        this.audience = audience;
    }

    public TokenMinter(final KeyFile keyFile) {
        this(keyFile.privateKey(), TokenVerifier.DEFAULT_ISSUER, TokenVerifier.DEFAULT_AUDIENCE);
    }

    /**
     * A token that is valid from now on.
     *
     * @param subject       for people to read
     * @param account       an unsigned 32-bit number
     * @param instrumentIds the only instruments that may be traded; empty = all
     */
    public String mint(final String subject, final int account, final Set<Right> rights, final int[] instrumentIds,
                       final Duration validFor) {
        final Instant now = Instant.now();
        final JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
            .issuer(issuer).audience(audience).subject(subject).jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now)).notBeforeTime(Date.from(now.minus(CLOCK_SKEW))).expirationTime(Date.from(now.plus(validFor)))
            .claim(ACCOUNT, account & 0xFFFF_FFFFL)
            .claim(RIGHTS, rights.stream().sorted().map(Right::claim).toList());
        if (instrumentIds.length > 0) {
            claims.claim(INSTRUMENTS, Arrays.stream(instrumentIds).mapToObj(Integer::toUnsignedLong).toList());
        }
        return sign(claims.build());
    }

    private String sign(final JWTClaimsSet claims) {
        try {
            if (key instanceof final OctetKeyPair pair) {
                final JWSHeader header = header(JWSAlgorithm.EdDSA);
                final String input = header.toBase64URL() + "." + claims.toPayload().toBase64URL();
                return input + "." + Base64URL.encode(Ed25519Jws.sign(pair, input.getBytes(StandardCharsets.US_ASCII)));
            }
            if (key instanceof final ECKey pair) {
                final SignedJWT token = new SignedJWT(header(JWSAlgorithm.ES256), claims);
                token.sign(new ECDSASigner(pair));
                return token.serialize();
            }
        } catch (final JOSEException e) {
            throw new IllegalStateException("key " + key.getKeyID() + " cannot sign", e);
        }
        throw new IllegalArgumentException("key type: " + key.getKeyType() + " (expected: OKP with Ed25519, or EC with P-256)");
    }

    private JWSHeader header(final JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build();
    }
}
