package bourse.gateway.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;

/**
 * Ed25519 by the JDK for keys in JWK form (RFC 8037); the JOSE library's own needs a further library. The fixed parts of the two
 * encodings are those of RFC 8410.
 */
final class Ed25519Jws {
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final String ALGORITHM = "Ed25519";
    private static final int KEY_BYTES = 32;

    private Ed25519Jws() {
    }

    static OctetKeyPair generate() {
        try {
            final KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(tail(pair.getPublic().getEncoded())))
                .d(Base64URL.encode(tail(pair.getPrivate().getEncoded()))).keyIDFromThumbprint().build();
        } catch (final GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException("this JDK makes no Ed25519 keys", e);
        }
    }

    static byte[] sign(final OctetKeyPair key, final byte[] input) {
        try {
            final PrivateKey privateKey = KeyFactory.getInstance(ALGORITHM)
                .generatePrivate(new PKCS8EncodedKeySpec(concatenate(PKCS8_PREFIX, key.getDecodedD())));
            final Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(input);
            return signature.sign();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("key " + key.getKeyID() + " cannot sign", e);
        }
    }

    static boolean verify(final OctetKeyPair key, final byte[] input, final byte[] signed) {
        try {
            final PublicKey publicKey = KeyFactory.getInstance(ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(concatenate(X509_PREFIX, key.getDecodedX())));
            final Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(publicKey);
            signature.update(input);
            return signature.verify(signed);
        } catch (final GeneralSecurityException expected) {
            return false;
        }
    }

    private static byte[] tail(final byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }

    private static byte[] concatenate(final byte[] head, final byte[] tail) {
        final byte[] whole = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, whole, head.length, tail.length);
        return whole;
    }
}
