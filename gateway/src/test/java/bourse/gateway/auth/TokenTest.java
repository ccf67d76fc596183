package bourse.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {
    private static final EnumSet<Right> TRADE = EnumSet.of(Right.TRADE);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private KeyFile keyFile;
    private TokenMinter minter;
    private TokenVerifier verifier;

    @BeforeEach
    void open() throws Exception {
        keyFile = KeyFile.openOrCreate(folder);
        minter = new TokenMinter(keyFile);
        verifier = new TokenVerifier(keyFile);
    }

    @Test
    void shouldMintAndVerify() throws Exception {
        final Credential credential = verifier.verify(minter.mint("alice", -1, EnumSet.of(Right.TRADE, Right.READ), new int[] {3, 1}, HOUR));
        assertThat(credential.subject()).isEqualTo("alice");
        assertThat(credential.account()).isEqualTo(-1);
        assertThat(credential.rights()).containsExactlyInAnyOrder(Right.TRADE, Right.READ);
        assertThat(credential.instrumentIds()).containsExactly(1, 3);
        assertThat(credential.expiresAtMillis()).isBetween(System.currentTimeMillis() + 3_590_000, System.currentTimeMillis() + 3_600_000);
    }

    @Test
    void shouldKeepTheKeyToItsOwner() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(KeyFile.PRIVATE_NAME)))).isEqualTo("rw-------");
        assertThat(Files.readString(keyFile.jwks())).doesNotContain("\"d\"");
        assertThat(KeyFile.openOrCreate(folder).privateKey()).isEqualTo(keyFile.privateKey());
    }

    @Test
    void shouldReadTheKeyWhereNothingCanBeWritten() throws Exception {
        // As in a read-only volume: the lock file cannot be opened for writing.
        Files.delete(folder.resolve("token-key.lock"));
        Files.createDirectory(folder.resolve("token-key.lock"));
        assertThat(KeyFile.openOrCreate(folder).privateKey()).isEqualTo(keyFile.privateKey());
    }

    @Test
    void shouldAcceptEs256() throws Exception {
        final ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        Files.writeString(keyFile.jwks(), new JWKSet(List.of(keyFile.privateKey(), key)).toString(true));
        final TokenVerifier both = new TokenVerifier(keyFile);
        final String token = new TokenMinter(key, TokenVerifier.DEFAULT_ISSUER, TokenVerifier.DEFAULT_AUDIENCE).mint("bob", 7, TRADE,
            new int[0], HOUR);
        assertThat(both.verify(token).account()).isEqualTo(7);
        assertThat(both.verify(minter.mint("alice", 8, TRADE, new int[0], HOUR)).account()).isEqualTo(8);
    }

    @Test
    void shouldRefuseWhatIsNotSignedByItsKey() throws Exception {
        final String good = minter.mint("alice", 1, TRADE, new int[0], HOUR);
        final String[] parts = good.split("\\.");
        final String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(
            new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8).replace("\"account\":1", "\"account\":2")
                .getBytes(StandardCharsets.UTF_8));
        assertRefused(parts[0] + "." + forged + "." + parts[2], "signature");
        assertRefused(parts[0] + "." + parts[1] + ".", "");
        assertRefused(parts[0] + "." + parts[1] + "." + parts[2].substring(4), "signature");
        assertRefused(new PlainJWT(claims().build()).serialize(), "not a signed JWT");
        assertRefused("", "");
        assertRefused("a.b.c", "");
        assertRefused("x".repeat(5_000), "longer");
        final KeyFile stranger = KeyFile.openOrCreate(folder.resolve("stranger"));
        assertRefused(new TokenMinter(stranger).mint("eve", 1, TRADE, new int[0], HOUR), "kid");
    }

    @Test
    void shouldRefuseOtherAlgorithms() throws Exception {
        final String secret = keyFile.privateKey().toPublicJWK().toJSONString();
        final SignedJWT hmac = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyFile.privateKey().getKeyID()).build(),
            claims().build());
        hmac.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        assertRefused(hmac.serialize(), "alg");
        final ECKey key = new ECKeyGenerator(Curve.P_256).keyID(keyFile.privateKey().getKeyID()).generate();
        final SignedJWT confused = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims().build());
        confused.sign(new ECDSASigner(key));
        assertRefused(confused.serialize(), "signature");
    }

    @Test
    void shouldRefuseWrongClaims() throws Exception {
        assertRefused(signed(claims().issuer("other")), "iss");
        assertRefused(signed(claims().audience("other")), "aud");
        assertRefused(signed(claims().audience((String) null)), "aud");
        assertRefused(signed(claims().expirationTime(null)), "exp");
        assertRefused(signed(claims().expirationTime(Date.from(Instant.now().minusSeconds(1)))), "expired");
        assertRefused(signed(claims().notBeforeTime(Date.from(Instant.now().plusSeconds(60)))), "nbf");
        assertRefused(signed(claims().claim("account", null)), "account");
        assertRefused(signed(claims().claim("account", 0)), "account");
        assertRefused(signed(claims().claim("account", -1)), "account");
        assertRefused(signed(claims().claim("account", 1L << 32)), "account");
        assertRefused(signed(claims().claim("instruments", "1")), "instruments");
        assertRefused(signed(claims().claim("instruments", List.of("1"))), "instruments");
        assertThat(verifier.verify(signed(claims().claim("rights", List.of("root")))).rights()).isEmpty();
    }

    @Test
    void shouldForgetAnExpiredToken() throws Exception {
        final Instant[] now = {Instant.now()};
        final InstantSource clock = () -> now[0];
        final TokenVerifier timed = new TokenVerifier(keyFile.jwks(), TokenVerifier.DEFAULT_ISSUER, TokenVerifier.DEFAULT_AUDIENCE, clock);
        final String token = minter.mint("alice", 1, TRADE, new int[0], Duration.ofMinutes(1));
        assertThat(timed.verify(token)).isSameAs(timed.verify(token));
        now[0] = now[0].plusSeconds(61);
        assertThat(catchThrowableOfType(TokenRefusedException.class, () -> timed.verify(token)).isExpired()).isTrue();
    }

    @Test
    void shouldFollowARotationAndOutliveAnOutage() throws Exception {
        final Instant[] now = {Instant.now()};
        final TokenVerifier rotating = new TokenVerifier(keyFile.jwks(), TokenVerifier.DEFAULT_ISSUER, TokenVerifier.DEFAULT_AUDIENCE,
            () -> now[0]);
        final String token = minter.mint("alice", 1, TRADE, new int[0], HOUR);
        rotating.verify(token);
        final Path away = folder.resolve("away");
        Files.move(keyFile.jwks(), away);
        now[0] = now[0].plusSeconds(2);
        assertThat(rotating.verify(token).account()).isEqualTo(1);
        final ECKey next = new ECKeyGenerator(Curve.P_256).keyID("next").generate();
        Files.writeString(keyFile.jwks(), new JWKSet(next).toString(true));
        Files.setLastModifiedTime(keyFile.jwks(), FileTime.from(Instant.now().plusSeconds(5)));
        now[0] = now[0].plusSeconds(2);
        assertThatThrownBy(() -> rotating.verify(token)).isInstanceOf(TokenRefusedException.class).hasMessageContaining("kid");
        assertThat(rotating.verify(new TokenMinter(next, TokenVerifier.DEFAULT_ISSUER, TokenVerifier.DEFAULT_AUDIENCE).mint("bob", 2, TRADE,
            new int[0], HOUR)).account()).isEqualTo(2);
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(TokenVerifier.DEFAULT_ISSUER).audience(TokenVerifier.DEFAULT_AUDIENCE)
            .expirationTime(Date.from(Instant.now().plusSeconds(60))).claim("account", 1).claim("rights", List.of("trade"));
    }

    private String signed(final JWTClaimsSet.Builder claims) throws Exception {
        final String input = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID(keyFile.privateKey().getKeyID()).build().toBase64URL() + "."
            + claims.build().toPayload().toBase64URL();
        return input + "." + com.nimbusds.jose.util.Base64URL.encode(
            Ed25519Jws.sign(keyFile.privateKey().toOctetKeyPair(), input.getBytes(StandardCharsets.US_ASCII)));
    }

    private void assertRefused(final String token, final String why) {
        assertThatThrownBy(() -> verifier.verify(token)).isInstanceOf(TokenRefusedException.class).hasMessageContaining(why);
    }
}
