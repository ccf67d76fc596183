package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

import bourse.engine.store.SnapshotFile;

import org.agrona.IoUtil;

/**
 * The files of one member, held by one process. A lock of the operating system's, which dies with the process, says who is alive; Aeron's mark files,
 * which count as alive for ten seconds after a kill, are therefore made in a fresh directory at each start.
 *
 * <pre>
 *   lock            held while the process lives
 *   layout          version of all this; absent = 1, which release 0.1.0 wrote
 *   limits          what the state machine may hold, see {@link LogLimits}
 *   sync            what acknowledged commands were to survive in the last life; absent = PROCESS
 *   archive/        recorded log and events
 *   cluster/        which recording is which
 *   snapshots/      state at log positions, and folds of the events up to there
 * </pre>
 *
 * The mark files are mapped and written at places that a full disk has no room for, which would end the JVM: they are in shared memory, as
 * {@code marksParent/BOOT}.
 */
final class DataDirectory implements AutoCloseable {
    /** Version of the layout that this release writes; it reads 1, too. */
    static final int LAYOUT_VERSION = 2;
    private static final String LAYOUT_FILE = "layout";
    private static final String SYNC_FILE = "sync";

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;
    private Path marks;

    private DataDirectory(final Path root, final FileChannel lockFile, final FileLock lock, final Path marks) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
        this.marks = marks;
    }

    /**
     * Takes the directory; throws {@link IllegalStateException} when another process, or another log of this one, has it.
     *
     * @param marksParent directory of the mark files of this start and, until now, of earlier ones; nobody else's
     */
    static DataDirectory open(final Path root, final Path marksParent, final long bootId) {
        try {
            Files.createDirectories(root);
            final FileChannel lockFile = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            final FileLock lock = tryLock(lockFile);
            if (lock == null) {
                lockFile.close();
                throw new IllegalStateException("data directory in use: " + root.toAbsolutePath()
                        + " (stop the process that holds its file 'lock', or choose another directory)");
            }
            upgradeLayoutOrRelease(root, lockFile);
            // Where earlier builds had them.
            IoUtil.delete(root.resolve("marks").toFile(), true);
            if (Files.isDirectory(marksParent)) {
                try (Stream<Path> old = Files.list(marksParent)) {
                    old.forEach(directory -> IoUtil.delete(directory.toFile(), true));
                }
            }
            return new DataDirectory(root, lockFile, lock, Files.createDirectories(marksParent.resolve(Long.toHexString(bootId))));
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
    }

    /** The layout version of a directory. */
    static int layoutVersion(final Path root) throws IOException {
        final Path file = root.resolve(LAYOUT_FILE);
        if (!Files.exists(file)) {
            return 1;
        }
        final String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException e) {
            throw new IllegalStateException(file + " says '" + text + "' (expected: a layout version, 1.." + LAYOUT_VERSION + ")", e);
        }
    }

    /** Throws when the directory was written by a release that this one knows nothing of. */
    static void checkLayout(final Path root) throws IOException {
        final int version = layoutVersion(root);
        if (version < 1 || version > LAYOUT_VERSION) {
            throw new IllegalStateException("data directory " + root.toAbsolutePath() + " has the layout version " + version + " (expected: 1.."
                    + LAYOUT_VERSION + "): it was written by a later release; start that one, or restore a backup of this one's");
        }
    }

    private static void upgradeLayoutOrRelease(final Path root, final FileChannel lockFile) throws IOException {
        try {
            upgradeLayout(root);
        } catch (final IllegalStateException e) {
            lockFile.close();
            throw e;
        }
    }

    private static void upgradeLayout(final Path root) throws IOException {
        checkLayout(root);
        if (layoutVersion(root) < LAYOUT_VERSION || !Files.exists(root.resolve(LAYOUT_FILE))) {
            writeDurably(root, LAYOUT_FILE, Integer.toString(LAYOUT_VERSION));
        }
    }

    /** What the acknowledged commands of a directory's last life were to survive; {@link SyncLevel#PROCESS} where nothing says so. */
    static SyncLevel lastSyncLevel(final Path root) {
        try {
            final Path file = root.resolve(SYNC_FILE);
            return Files.exists(file) && Files.readString(file, StandardCharsets.ISO_8859_1).strip().equals(SyncLevel.POWER.name()) ? SyncLevel.POWER : SyncLevel.PROCESS;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + root.resolve(SYNC_FILE), e);
        }
    }

    /** From now on, what is acknowledged survives this. Before anything is recorded. */
    void noteSyncLevel(final SyncLevel level) {
        try {
            if (lastSyncLevel(root) != level) {
                writeDurably(root, SYNC_FILE, level.name());
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
    }

    static void writeDurably(final Path root, final String name, final String text) throws IOException {
        final Path draft = root.resolve(name + ".draft");
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(draft, root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        SnapshotFile.syncDirectory(root);
    }

    static Path archive(final Path root) {
        return root.resolve("archive");
    }

    static Path cluster(final Path root) {
        return root.resolve("cluster");
    }

    static Path snapshots(final Path root) {
        return root.resolve("snapshots");
    }

    Path root() {
        return root;
    }

    Path archive() {
        return archive(root);
    }

    Path cluster() {
        return cluster(root);
    }

    Path marks() {
        return marks;
    }

    /** Mark files of a start that failed stay behind; the next attempt gets a directory of its own. */
    void renewMarks() {
        try {
            marks = Files.createDirectories(marks.resolveSibling(marks.getFileName() + "-again"));
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
    }

    @Override
    public void close() {
        IoUtil.delete(marks.getParent().toFile(), true);
        try {
            lock.release();
            lockFile.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be released: " + root.toAbsolutePath(), e);
        }
    }

    private static FileLock tryLock(final FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (final OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }
}
