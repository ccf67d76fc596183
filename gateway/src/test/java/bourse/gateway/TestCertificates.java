package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/** Self-signed certificates with their keys, as PEM files. */
final class TestCertificates {
    private TestCertificates() {
    }

    /** A folder with {@code cert.pem} and {@code key.pem}, of localhost and {@code name.example}. */
    static Path keyPair(final Path folder, final String name) throws Exception {
        final Path files = Files.createDirectories(folder.resolve(name));
        final Path store = files.resolve("store.p12");
        final Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
            "-keyalg", "EC", "-groupname", "secp256r1", "-alias", "key", "-dname", "CN=" + name + ",O=Test", "-ext", "SAN=dns:localhost,dns:" + name + ".example,ip:127.0.0.1",
            "-validity", "2", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "changeit").redirectErrorStream(true)
            .start();
        assertThat(keytool.waitFor()).isZero();
        final KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        writePem(files.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("key").getEncoded());
        writePem(files.resolve("key.pem"), "PRIVATE KEY", keys.getKey("key", "changeit".toCharArray()).getEncoded());
        return files;
    }

    private static void writePem(final Path file, final String type, final byte[] content) throws Exception {
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(content) + "\n-----END " + type + "-----\n");
    }
}
