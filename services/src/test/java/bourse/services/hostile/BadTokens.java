package bourse.services.hostile;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.OctetKeyPair;

import bourse.gateway.auth.KeyFile;

/**
 * Tokens that must not trade for account 1, each with a name: those that nobody with the key has signed, and those that the key's owner signed but
 * that say the wrong thing. {@link #good} is what they are made of.
 */
final class BadTokens {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    /** Order of the group that Ed25519 works in. */
    private static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final String RIGHTS = "\"rights\":[\"trade\",\"read\"]";

    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final OctetKeyPair key;
    private final PrivateKey signing;
    private final KeyFile keyFile;
    private final long nowS = Instant.now().getEpochSecond();

    private BadTokens(final KeyFile keyFile) throws GeneralSecurityException {
        this.keyFile = keyFile;
        key = keyFile.privateKey().toOctetKeyPair();
        final byte[] pkcs8 = new byte[48];
        System.arraycopy(java.util.HexFormat.of().parseHex("302e020100300506032b657004220420"), 0, pkcs8, 0, 16);
        System.arraycopy(key.getDecodedD(), 0, pkcs8, 16, 32);
        signing = java.security.KeyFactory.getInstance("Ed25519").generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(pkcs8));
    }

    /** By name. The good one is none of them. */
    static Map<String, String> of(final KeyFile keyFile) throws Exception {
        final BadTokens bad = new BadTokens(keyFile);
        bad.addShapes();
        bad.addAlgorithms();
        bad.addSignatures();
        bad.addHeaders();
        bad.addClaims();
        bad.addPayloads();
        return bad.tokens;
    }

    /** The one that all others are near to. */
    static String good(final KeyFile keyFile) throws Exception {
        final BadTokens tokens = new BadTokens(keyFile);
        return tokens.signed(tokens.header("EdDSA"), tokens.claims());
    }

    // ------------------------------------------------------------------------------------------ parts

    private String header(final String algorithm) {
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + key.getKeyID() + "\"}";
    }

    private String claims() {
        return claims("\"iss\":\"bourse\"", "\"aud\":\"bourse\"", "\"exp\":" + (nowS + 3_600), "\"account\":1", RIGHTS);
    }

    private static String claims(final String... parts) {
        return "{" + String.join(",", Arrays.stream(parts).filter(part -> !part.isEmpty()).toList()) + "}";
    }

    private static String encode(final String text) {
        return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String signed(final String header, final String payload) throws GeneralSecurityException {
        return signed(header, payload, "Ed25519", signing);
    }

    private static String signed(final String header, final String payload, final String algorithm, final PrivateKey with)
            throws GeneralSecurityException {
        final String input = encode(header) + "." + encode(payload);
        final Signature signature = Signature.getInstance(algorithm);
        signature.initSign(with);
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + URL.encodeToString(signature.sign());
    }

    private static String hmac(final String header, final String payload, final String algorithm, final byte[] secret)
            throws GeneralSecurityException {
        final String input = encode(header) + "." + encode(payload);
        final Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret, algorithm));
        return input + "." + URL.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private void add(final String name, final String token) {
        if (tokens.put(name, token) != null) {
            throw new IllegalStateException("two tokens of the name " + name);
        }
    }

    private void addClaims(final String name, final String... parts) throws GeneralSecurityException {
        add(name, signed(header("EdDSA"), claims(parts)));
    }

    // ------------------------------------------------------------------------------------------ kinds

    private void addShapes() throws GeneralSecurityException {
        final String good = signed(header("EdDSA"), claims());
        final String[] parts = good.split("\\.");
        int index = 0;
        for (final String shape : new String[] {"x", ".", "..", "...", "....", "a.b", "a.b.c", "null", "{}", "e30.e30.", "e30.e30.e30", "Bearer", "undefined",
            parts[0], parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", "." + parts[1] + "." + parts[2], parts[0] + ".." + parts[2],
            parts[1] + "." + parts[0] + "." + parts[2], good + "." + parts[2], good + "." + parts[1] + "." + parts[2], good + "." , "." + good,
            good + "," + good, good + " " + good, "\"" + good + "\"", parts[0] + "=." + parts[1] + "==." + parts[2] + "=!", good.toLowerCase(java.util.Locale.ROOT),
            new StringBuilder(good).reverse().toString(), encode(good), "%" + good}) {
            add("shape " + ++index, shape);
        }
        for (int i = 1; i <= 20; i++) {
            add("cut to " + 5 * i + "%" + (i == 20 ? " less one" : ""), good.substring(0, Math.min(good.length() - 1, good.length() * i / 20)));
        }
        for (int i = 0; i < 30; i++) {
            final char[] changed = good.toCharArray();
            // Not the last of a part: base64url has bits there that mean nothing.
            final int at = (good.length() - 3) * i / 30;
            changed[at] = changed[at] == '.' ? '-' : changed[at] == 'A' ? 'B' : 'A';
            add("character " + at + " changed", new String(changed));
        }
        for (final int length : new int[] {3_000, 4_000, 5_000}) {
            add("of " + length + " characters", signed(header("EdDSA"), claims().replace("{", "{\"pad\":\"" + "p".repeat(length) + "\",")));
        }
    }

    private void addAlgorithms() throws Exception {
        for (final String none : new String[] {"none", "None", "NONE", "nOnE", "", " none", "null"}) {
            add("alg \"" + none + "\" unsigned", encode(header(none)) + "." + encode(claims()) + ".");
            add("alg \"" + none + "\" with a good signature", signed(header(none), claims()));
        }
        int index = 0;
        for (final String algorithm : new String[] {"null", "1", "[\"EdDSA\"]", "{}", "true"}) {
            add("alg is no text " + ++index, signed(header("EdDSA").replace("\"EdDSA\"", algorithm), claims()));
        }
        add("no alg", signed("{\"kid\":\"" + key.getKeyID() + "\"}", claims()));
        for (final String algorithm : new String[] {"RS256", "RS512", "PS256", "ES256", "ES256K", "ES384", "ES512", "Ed448", "Ed25519", "eddsa", "HS256", "HS512", "A128GCM", "dir"}) {
            add("alg " + algorithm + " with a good Ed25519 signature", signed(header(algorithm), claims()));
        }
        final Map<String, byte[]> secrets = new LinkedHashMap<>();
        secrets.put("public key", key.getDecodedX());
        secrets.put("public key as base64", key.getX().toString().getBytes(StandardCharsets.US_ASCII));
        secrets.put("public JWK", key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8));
        secrets.put("JWKS file", Files.readAllBytes(keyFile.jwks()));
        secrets.put("kid", key.getKeyID().getBytes(StandardCharsets.UTF_8));
        secrets.put("word \"secret\"", "secret".getBytes(StandardCharsets.UTF_8));
        secrets.put("zeros", new byte[64]);
        for (final Map.Entry<String, byte[]> secret : secrets.entrySet()) {
            add("HS256 keyed with the " + secret.getKey(), hmac(header("HS256"), claims(), "HmacSHA256", secret.getValue()));
            add("HS512 keyed with the " + secret.getKey(), hmac(header("HS512"), claims(), "HmacSHA512", secret.getValue()));
            add("EdDSA, but HMAC with the " + secret.getKey(), hmac(header("EdDSA"), claims(), "HmacSHA512", secret.getValue()));
        }
    }

    private void addSignatures() throws Exception {
        final String good = signed(header("EdDSA"), claims());
        final String input = good.substring(0, good.lastIndexOf('.') + 1);
        final byte[] signature = Base64.getUrlDecoder().decode(good.substring(input.length()));
        for (final int length : new int[] {1, 31, 32, 63, 64, 65, 96, 128, 512}) {
            add("a signature of " + length + " zeros", input + URL.encodeToString(new byte[length]));
            add("ES256 and a signature of " + length + " zeros", encode(header("ES256")) + "." + encode(claims()) + "." + URL.encodeToString(new byte[length]));
        }
        final byte[] ones = new byte[64];
        Arrays.fill(ones, (byte) 0xFF);
        add("a signature of ones", input + URL.encodeToString(ones));
        add("a second signature of the same (S + L)", input + URL.encodeToString(plusL(signature)));
        add("halves exchanged", input + URL.encodeToString(concat(Arrays.copyOfRange(signature, 32, 64), Arrays.copyOf(signature, 32))));
        add("a byte more", input + URL.encodeToString(Arrays.copyOf(signature, 65)));
        add("a byte less", input + URL.encodeToString(Arrays.copyOf(signature, 63)));
        final String other = signed(header("EdDSA"), claims("\"iss\":\"bourse\"", "\"aud\":\"bourse\"", "\"exp\":" + (nowS + 60), "\"account\":2", RIGHTS));
        add("account 1 under the signature of account 2", input + other.substring(other.lastIndexOf('.') + 1));
        final KeyPair stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        add("another Ed25519 key of the same kid", signed(header("EdDSA"), claims(), "Ed25519", stranger.getPrivate()));
        final KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec("secp256r1"));
        add("another EC key of the same kid", signed(header("ES256"), claims(), "SHA256withECDSAinP1363Format", ec.generateKeyPair().getPrivate()));
        add("an EC signature in DER", signed(header("ES256"), claims(), "SHA256withECDSA", ec.generateKeyPair().getPrivate()));
        final KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2_048);
        add("an RSA key of the same kid", signed(header("RS256"), claims(), "SHA256withRSA", rsa.generateKeyPair().getPrivate()));
    }

    private static byte[] plusL(final byte[] signature) {
        final byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = signature[63 - i];
        }
        final byte[] sum = new BigInteger(1, reversed).add(L).toByteArray();
        final byte[] changed = signature.clone();
        for (int i = 0; i < 32; i++) {
            changed[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
        }
        return changed;
    }

    private static byte[] concat(final byte[] first, final byte[] second) {
        final byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private void addHeaders() throws Exception {
        final KeyPair stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        final byte[] encoded = stranger.getPublic().getEncoded();
        final String own = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"mine\",\"x\":\"" + URL.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + "\"}";
        final String goodKid = "\"kid\":\"" + key.getKeyID() + "\"";
        int index = 0;
        for (final String fields : new String[] {"\"jwk\":" + own, goodKid + ",\"jwk\":" + own, "\"kid\":\"mine\",\"jwk\":" + own, goodKid + ",\"jku\":\"http://127.0.0.1:1/keys\"",
            goodKid + ",\"x5u\":\"http://127.0.0.1:1/cert\"", goodKid + ",\"x5c\":[\"MAA=\"]", "\"kid\":\"../../token-key.jwk\"", "\"kid\":\"/dev/null\"",
            "\"kid\":\"' OR 1=1 --\"", "\"kid\":\"\"", "\"kid\":\"" + key.getKeyID() + " \"", "\"kid\":\"" + "k".repeat(1_000) + "\""}) {
            add("a key of one's own " + ++index, signed("{\"alg\":\"EdDSA\"," + fields + "}", claims(), "Ed25519", stranger.getPrivate()));
        }
        for (final String kid : new String[] {"null", "1", "[]", "{}", "\"other\"", "\"\"", "\"\\u0000\"", "\"../token-keys.jwks\""}) {
            add("kid " + kid, signed("{\"alg\":\"EdDSA\",\"kid\":" + kid + "}", claims()));
        }
        add("no kid", signed("{\"alg\":\"EdDSA\"}", claims()));
        for (final String critical : new String[] {"[\"exp\"]", "[\"b64\"]", "[\"unknown\"]", "\"exp\"", "[1]"}) {
            add("crit " + critical, signed(header("EdDSA").replace("}", ",\"crit\":" + critical + ",\"b64\":false,\"unknown\":1}"), claims()));
        }
        add("alg twice: none first", signed("{\"alg\":\"none\"," + header("EdDSA").substring(1), claims()));
        add("alg twice: none last", signed(header("EdDSA").replace("}", ",\"alg\":\"none\"}"), claims()));
        add("kid twice", signed(header("EdDSA").replace("}", ",\"kid\":\"other\"}"), claims()));
        add("header is a list", signed("[" + header("EdDSA") + "]", claims()));
        add("header is not JSON", signed("alg=EdDSA", claims()));
        add("header is cut", signed(header("EdDSA").substring(0, 20), claims()));
    }

    private void addClaims() throws GeneralSecurityException {
        final String iss = "\"iss\":\"bourse\"";
        final String aud = "\"aud\":\"bourse\"";
        final String exp = "\"exp\":" + (nowS + 3_600);
        final String account = "\"account\":1";
        for (final String wrong : new String[] {"", "\"iss\":\"other\"", "\"iss\":\"Bourse\"", "\"iss\":\"bourse \"", "\"iss\":\"\"", "\"iss\":null", "\"iss\":1", "\"iss\":[\"bourse\"]"}) {
            addClaims("issuer " + wrong, wrong, aud, exp, account, RIGHTS);
        }
        for (final String wrong : new String[] {"", "\"aud\":\"other\"", "\"aud\":\"BOURSE\"", "\"aud\":\"bours\"", "\"aud\":\"\"", "\"aud\":null", "\"aud\":1", "\"aud\":[]",
            "\"aud\":[\"other\"]", "\"aud\":{\"bourse\":1}", "\"aud\":[[\"bourse\"]]"}) {
            addClaims("audience " + wrong, iss, wrong, exp, account, RIGHTS);
        }
        for (final String wrong : new String[] {"", "0", "-1", "1", Long.toString(nowS - 1), Long.toString(nowS - 3_600), Long.toString(nowS - 31_536_000), "\"never\"", "null", "[]", "true", "{}",
            "-9223372036854775808", "\"" + (nowS + 60) + "\""}) {
            addClaims("exp " + wrong, iss, aud, wrong.isEmpty() ? "" : "\"exp\":" + wrong, account, RIGHTS);
        }
        for (final String wrong : new String[] {Long.toString(nowS + 60), Long.toString(nowS + 31_536_000), "\"tomorrow\"", "[]", "true"}) {
            addClaims("nbf " + wrong, iss, aud, exp, "\"nbf\":" + wrong, account, RIGHTS);
        }
        for (final String wrong : new String[] {"", "0", "-1", "4294967296", "4294967297", "9223372036854775807", "9223372036854775808", "18446744073709551617", "1.5", "\"1\"", "[1]", "{}", "true",
            "null", "1e40", "\"\""}) {
            addClaims("account " + wrong, iss, aud, exp, wrong.isEmpty() ? "" : "\"account\":" + wrong, RIGHTS);
        }
        addClaims("account twice", iss, aud, exp, account, "\"account\":2", RIGHTS);
        addClaims("exp twice", iss, aud, "\"exp\":1", exp, account, RIGHTS);
        for (final String wrong : new String[] {"", "[]", "\"trade\"", "[\"TRADE\"]", "[\"root\"]", "[\"read\"]", "[\"admin\"]", "[[\"trade\"]]", "null", "1", "{\"trade\":true}", "[\"trade \"]", "[1]"}) {
            addClaims("rights " + wrong, iss, aud, exp, account, wrong.isEmpty() ? "" : "\"rights\":" + wrong);
        }
        for (final String wrong : new String[] {"[]", "[2]", "\"1\"", "[\"1\"]", "[-1]", "[4294967297]", "[1.5]", "{\"1\":1}", "[null]", "[[1]]", "1", "[18446744073709551617]"}) {
            addClaims("instruments " + wrong, iss, aud, exp, account, RIGHTS, "\"instruments\":" + wrong);
        }
    }

    private void addPayloads() throws GeneralSecurityException {
        int index = 0;
        for (final String payload : new String[] {"", "null", "1", "\"text\"", "[]", "[" + claims() + "]", "{", claims() + "}", claims().substring(1), claims().replace("\"", "'"),
            "\uFEFF" + claims() + "x", "{\"a\":".repeat(500) + "1" + "}".repeat(500), "[".repeat(1_000)}) {
            add("payload " + ++index, signed(header("EdDSA"), payload));
        }
    }
}
