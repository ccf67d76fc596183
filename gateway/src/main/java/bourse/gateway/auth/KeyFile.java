package bourse.gateway.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;

/**
 * The venue's own signing key: a JWK that only its owner may read, made on first use, and beside it the public half as a JWKS
 * ({@code token-key.jwk}, {@code token-keys.jwks}). Any thread, any process.
 *
 * @param privateKey what signs
 * @param jwks       file of what verifies
 */
public record KeyFile(JWK privateKey, Path jwks) {
    public static final String PRIVATE_NAME = "token-key.jwk";
    public static final String PUBLIC_NAME = "token-keys.jwks";

    /** Reads the key of this folder, or makes it. */
    public static KeyFile openOrCreate(final Path folder) throws IOException {
        // Threads of one process cannot wait for each other by a file's lock, they get an exception.
        synchronized (KeyFile.class) {
            return openOrCreateAlone(folder);
        }
    }

    private static KeyFile openOrCreateAlone(final Path folder) throws IOException {
        final Path secret = folder.resolve(PRIVATE_NAME);
        final Path open = folder.resolve(PUBLIC_NAME);
        if (Files.exists(secret) && Files.exists(open)) {
            // Nothing to make, and nothing to write: in a cluster the folder is a secret, mounted read-only.
            return new KeyFile(read(secret), open);
        }
        Files.createDirectories(folder);
        try (FileChannel channel = FileChannel.open(folder.resolve("token-key.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
             FileLock ignored = channel.lock()) {
            if (!Files.exists(secret)) {
                writeSecret(secret, Ed25519Jws.generate().toJSONString());
            }
            final JWK key = read(secret);
            if (!Files.exists(open)) {
                replace(open, new JWKSet(key).toString(true), "rw-r--r--");
            }
            return new KeyFile(key, open);
        }
    }

    private static JWK read(final Path secret) throws IOException {
        try {
            final JWK key = JWK.parse(Files.readString(secret));
            if (!key.isPrivate() || key.getKeyID() == null) {
                throw new IOException(secret + ": not a private JWK with a key id: move it away, a new one is made");
            }
            return key;
        } catch (final ParseException e) {
            throw new IOException(secret + ": not a JWK (" + e.getMessage() + "): move it away, a new one is made", e);
        }
    }

    private static void writeSecret(final Path file, final String content) throws IOException {
        replace(file, content, "rw-------");
    }

    private static void replace(final Path file, final String content, final String permissions) throws IOException {
        final Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            // A key that a loss of power empties would leave all tokens worthless.
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
