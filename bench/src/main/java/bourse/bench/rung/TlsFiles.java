package bourse.bench.rung;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate for 127.0.0.1 and its key in PEM, made by the JDK's keytool. Only for measuring. */
record TlsFiles(Path certificate, Path key) {
    private static final String PASSWORD = "bench-only";

    static TlsFiles make(final Path directory) throws IOException, InterruptedException {
        final Path store = directory.resolve("tls.p12");
        final Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "bench", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=bourse-bench", "-ext",
                "SAN=ip:127.0.0.1,dns:localhost", "-validity", "2", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore",
                store.toString()).redirectErrorStream(true).start();
        final String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate: " + said);
        }
        try (InputStream in = Files.newInputStream(store)) {
            final KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return new TlsFiles(
                    pem(directory.resolve("tls.crt"), "CERTIFICATE", keys.getCertificate("bench").getEncoded()),
                    pem(directory.resolve("tls.key"), "PRIVATE KEY", keys.getKey("bench", PASSWORD.toCharArray()).getEncoded()));
        } catch (final GeneralSecurityException e) {
            throw new IOException("keytool's certificate cannot be read", e);
        }
    }

    private static Path pem(final Path file, final String type, final byte[] der) throws IOException {
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n");
    }
}
