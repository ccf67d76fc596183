package bourse.services.data;

import bourse.engine.log.RecordedLog;
import bourse.engine.log.SnapshotDirectory;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.services.cli.CommandFailure;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aeron.archive.client.AeronArchive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A copy of a venue's data that a venue can start from, taken while it runs or not. Events are copied before commands, because a log that ends
 * before its events is not one that a venue goes on with; a file in the middle of being written is copied as far as its frames are whole. Cold.
 *
 * <pre>
 *   DIR/manifest.json      every file with length and CRC-32C; written last: without it the backup is not one
 *   DIR/data/…             as in the venue's data directory
 * </pre>
 */
public final class Backup {
    /** Name of the list of files. */
    public static final String MANIFEST = "manifest.json";
    static final int VERSION = 1;
    private static final String DATA = "data";
    private static final int BUFFER_BYTES = 1 << 20;

    /** One file of a backup, with its path below the data directory. */
    public record Item(String path, long bytes, String crc32c) {
    }

    /** The list of files. */
    public record Manifest(int version, String createdAt, String from, long logPosition, List<Item> files) {
    }

    private final Path dataDir;
    private final Path logDirectory;
    private final Path target;
    private final List<Item> items = new ArrayList<>();

    /** @param target must not be there, or be empty */
    public Backup(final Path dataDir, final Path target) {
        this.dataDir = dataDir;
        this.target = target;
        logDirectory = dataDir.resolve("log");
    }

    /** Copies. @throws CommandFailure when it cannot be done, with what to do */
    public Manifest take() throws IOException {
        requireEmpty(target, "--to");
        final Path archive = logDirectory.resolve("archive");
        if (!RecordingCatalog.exists(archive)) {
            throw new CommandFailure("no venue's data in " + dataDir + ": " + archive.resolve(RecordingCatalog.FILE_NAME) + " is missing; name its directory with --data");
        }
        final RecordedLog log = new RecordedLog(logDirectory);
        final List<Recording> events = RecordingCatalog.events(archive);
        final Set<Long> done = new HashSet<>();
        for (final Recording recording : events) {
            copy(archive, recording);
            done.add(recording.recordingId());
        }
        copyIfThere("log/layout");
        copyIfThere("log/limits");
        for (final Path file : new SnapshotDirectory(logDirectory.resolve("snapshots")).files()) {
            if (!file.toString().endsWith(".draft")) {
                copyIfThere("log/snapshots/" + file.getFileName());
            }
        }
        copyIfThere("log/cluster/recording.log");
        copyIfThere("log/cluster/node-state.dat");
        final Recording commands = log.recording();
        long end = 0;
        for (final Recording recording : RecordingCatalog.read(archive)) {
            if (!done.contains(recording.recordingId())) {
                final long reached = copy(archive, recording);
                end = commands != null && commands.recordingId() == recording.recordingId() ? reached : end;
            }
        }
        copyIfThere("log/archive/" + RecordingCatalog.FILE_NAME);
        copyIfThere("token-key.jwk");
        copyIfThere("token-keys.jwks");
        final Manifest manifest = new Manifest(VERSION, java.time.Instant.now().toString(), dataDir.toAbsolutePath().toString(), end, List.copyOf(items));
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(target.resolve(MANIFEST).toFile(), manifest);
        return manifest;
    }

    /** The segments of a recording, each as far as it is whole; returns the position reached. */
    private long copy(final Path archive, final Recording recording) throws IOException {
        final boolean isOpen = recording.stopPosition() == AeronArchive.NULL_POSITION;
        long end = recording.stopPosition();
        if (isOpen) {
            try (RecordingReader reader = new RecordingReader(archive, recording, recording.startPosition())) {
                end = reader.read(Long.MAX_VALUE, (buffer, offset, length, start, stop) -> { });
            }
        }
        for (long base = recording.segmentBase(recording.startPosition()); base <= end; base += recording.segmentBytes()) {
            copyIfThere("log/archive/" + recording.segmentFile(archive, base).getFileName(), Math.min(end - base, recording.segmentBytes()));
        }
        return end;
    }

    private void copyIfThere(final String path) throws IOException {
        copyIfThere(path, Long.MAX_VALUE);
    }

    /** A running engine may remove at any moment what an older snapshot stood on. */
    private void copyIfThere(final String path, final long limit) throws IOException {
        try (FileChannel in = FileChannel.open(dataDir.resolve(path), StandardOpenOption.READ)) {
            copyFile(in, path, limit);
        } catch (final NoSuchFileException removed) {
            if (!removed.getFile().equals(dataDir.resolve(path).toString())) {
                throw removed;
            }
        }
    }

    /** Copies at most {@code limit} bytes; the rest of the file is empty space. */
    private void copyFile(final FileChannel in, final String path, final long limit) throws IOException {
        final Path to = target.resolve(DATA).resolve(path);
        Files.createDirectories(to.getParent());
        final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(dataDir.resolve(path));
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            final long length = in.size();
            final long used = Math.min(length, limit);
            long at = 0;
            while (at < used) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, used - at));
                if (in.read(buffer, at) < 0) {
                    break;
                }
                buffer.flip();
                at += buffer.remaining();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            if (at < length) {
                out.write(ByteBuffer.allocate(1), length - 1);
            }
            out.force(true);
        }
        Files.setPosixFilePermissions(to, permissions);
        items.add(new Item(path, Files.size(to), crc(to)));
    }

    /** Reads a backup's list and compares every file. @throws CommandFailure when it is not whole */
    public static Manifest verify(final Path backup) throws IOException {
        if (!Files.exists(backup.resolve(MANIFEST))) {
            throw new CommandFailure(backup + " is not a whole backup: " + MANIFEST + " is missing (it is written last); take another one");
        }
        final Manifest manifest = new ObjectMapper().readValue(backup.resolve(MANIFEST).toFile(), Manifest.class);
        if (manifest.version() != VERSION) {
            throw new CommandFailure(backup + " has the version " + manifest.version() + " (expected: " + VERSION + "): use the release that wrote it");
        }
        for (final Item item : manifest.files()) {
            final Path file = backup.resolve(DATA).resolve(item.path());
            if (!Files.exists(file) || Files.size(file) != item.bytes() || !crc(file).equals(item.crc32c())) {
                throw new CommandFailure(backup + " is damaged: " + item.path() + (Files.exists(file) ? " is not what was written" : " is missing")
                    + "; use another backup");
            }
        }
        return manifest;
    }

    /** Makes a data directory from a backup; nothing is left of it when that fails. */
    public static Manifest restore(final Path backup, final Path dataDir) throws IOException {
        final Manifest manifest = verify(backup);
        requireEmpty(dataDir, "--data");
        try {
            for (final Item item : manifest.files()) {
                final Path to = dataDir.resolve(item.path());
                Files.createDirectories(to.getParent());
                Files.copy(backup.resolve(DATA).resolve(item.path()), to, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (final IOException e) {
            delete(dataDir);
            throw new CommandFailure("restoring into " + dataDir + " failed and was undone: " + e.getMessage(), e);
        }
        return manifest;
    }

    private static void requireEmpty(final Path directory, final String option) throws IOException {
        if (Files.isDirectory(directory)) {
            try (var content = Files.list(directory)) {
                if (content.findAny().isPresent()) {
                    throw new CommandFailure(option + ": " + directory + " is not empty; name a new directory (nothing is ever overwritten)");
                }
            }
        }
        Files.createDirectories(directory);
    }

    private static void delete(final Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String crc(final Path file) {
        final CRC32C crc = new CRC32C();
        final byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + file, e);
        }
        return Long.toHexString(crc.getValue());
    }
}
