package bourse.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys from an HTTP server that rotates them, fails, lies and comes back. */
class JwksKeysTest {
    private static final JwksKeys.Terms TERMS = new JwksKeys.Terms(Duration.ofHours(1), Duration.ofMillis(200), Duration.ofHours(2));

    private HttpServer server;
    private URI url;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String body;
    private volatile int status = 200;
    private volatile Instant now = Instant.now();

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            fetches.incrementAndGet();
            final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static ECKey key(final String id) throws Exception {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private static String set(final JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    private JwksKeys open() throws IOException {
        return new JwksKeys(JwksSources.url(url), TERMS, () -> now).start();
    }

    private static String token(final ECKey key) {
        return new TokenMinter(key, "bourse", "bourse").mint("alice", 7, EnumSet.of(Right.TRADE), new int[0], Duration.ofDays(1));
    }

    private void awaitFetches(final int count) throws Exception {
        final long deadlineNs = System.nanoTime() + 5_000_000_000L;
        while (fetches.get() < count && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(2);
        }
        assertThat(fetches.get()).isEqualTo(count);
        Thread.sleep(50);
    }

    @Test
    void shouldLearnANewKeyWhenATokenNamesItAndForgetTheOldOne() throws Exception {
        final ECKey first = key("first");
        final ECKey second = key("second");
        body = set(first);
        try (JwksKeys keys = open()) {
            final TokenVerifier verifier = new TokenVerifier(keys, "bourse", "bourse", () -> now);
            final String old = token(first);
            final String rotated = token(second);
            assertThat(verifier.verify(old).account()).isEqualTo(7);
            body = set(second);
            now = now.plusMillis(300);
            final TokenRefusedException refused = catchThrowableOfType(TokenRefusedException.class, () -> verifier.verify(rotated));
            if (refused != null) {
                // Else the fetch, on its own thread, was there before the second look.
                assertThat(refused.kind()).isEqualTo(TokenRefusedException.Kind.KEY_UNKNOWN);
            }
            awaitFetches(2);
            assertThat(verifier.verify(rotated).account()).isEqualTo(7);
            assertThatThrownBy(() -> verifier.verify(old)).isInstanceOf(TokenRefusedException.class).hasMessageContaining("kid");
        }
    }

    @Test
    void shouldNotFetchForEveryForgedToken() throws Exception {
        body = set(key("only"));
        try (JwksKeys keys = open()) {
            now = now.plusMillis(300);
            for (int i = 0; i < 1_000; i++) {
                assertThat(keys.find("forged" + i)).isNull();
            }
            awaitFetches(2);
        }
    }

    @Test
    void shouldOutliveAnOutageForSoLongAndSaySo() throws Exception {
        final ECKey key = key("only");
        body = set(key);
        try (JwksKeys keys = open()) {
            final TokenVerifier verifier = new TokenVerifier(keys, "bourse", "bourse", () -> now);
            final String token = token(key);
            for (final String broken : List.of("", "{", "{\"keys\":[]}", "x".repeat(100_000))) {
                body = broken;
                keys.refresh();
            }
            status = 500;
            now = now.plus(Duration.ofMinutes(119));
            keys.refresh();
            assertThat(keys.failures()).isEqualTo(5);
            assertThat(keys.isUsable()).isTrue();
            assertThat(keys.describe()).contains("out of reach").contains("500");
            assertThat(verifier.verify(token).account()).isEqualTo(7);
            now = now.plus(Duration.ofMinutes(2));
            assertThat(keys.isUsable()).isFalse();
            assertThat(catchThrowableOfType(TokenRefusedException.class, () -> verifier.verify(token)).kind())
                .isEqualTo(TokenRefusedException.Kind.KEYS_UNAVAILABLE);
            status = 200;
            body = set(key);
            keys.refresh();
            assertThat(keys.describe()).doesNotContain("out of reach");
            assertThat(verifier.verify(token).account()).isEqualTo(7);
        }
    }

    @Test
    void shouldUseOnlyPublicSignatureKeysOfTheTwoAlgorithms() throws Exception {
        final ECKey good = key("good");
        final ECKey nameless = new ECKeyGenerator(Curve.P_256).generate();
        final ECKey otherCurve = new ECKeyGenerator(Curve.P_384).keyID("p384").generate();
        final OctetSequenceKey secret = new OctetSequenceKey.Builder(new byte[32]).keyID("secret").build();
        body = new JWKSet(List.of(good, nameless, otherCurve, secret)).toString(false);
        try (JwksKeys keys = open()) {
            assertThat(keys.find("good").isPrivate()).isFalse();
            assertThat(keys.find("p384")).isNull();
            assertThat(keys.find("secret")).isNull();
        }
        assertThatThrownBy(() -> JwksSources.of("http://example.invalid/keys")).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("https");
    }
}
