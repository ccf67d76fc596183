package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

import org.agrona.IoUtil;

/**
 * The files of one member, held by one process. A lock of the operating system's, which dies with the process, says who is alive; Aeron's mark files,
 * which count as alive for ten seconds after a kill, are therefore made in a fresh directory at each start.
 *
 * <pre>
 *   lock            held while the process lives
 *   archive/        recorded log, snapshots and events
 *   cluster/        which recording is which
 *   marks/BOOT/     mark files of this start
 * </pre>
 */
final class DataDirectory implements AutoCloseable {
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

    /** Takes the directory; throws {@link IllegalStateException} when another process, or another log of this one, has it. */
    static DataDirectory open(final Path root, final long bootId) {
        try {
            Files.createDirectories(root);
            final FileChannel lockFile = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            final FileLock lock = tryLock(lockFile);
            if (lock == null) {
                lockFile.close();
                throw new IllegalStateException("data directory in use: " + root.toAbsolutePath()
                        + " (stop the process that holds its file 'lock', or choose another directory)");
            }
            final Path allMarks = root.resolve("marks");
            if (Files.isDirectory(allMarks)) {
                try (Stream<Path> old = Files.list(allMarks)) {
                    old.forEach(directory -> IoUtil.delete(directory.toFile(), true));
                }
            }
            return new DataDirectory(root, lockFile, lock, Files.createDirectories(allMarks.resolve(Long.toHexString(bootId))));
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
    }

    Path archive() {
        return root.resolve("archive");
    }

    Path cluster() {
        return root.resolve("cluster");
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
        IoUtil.delete(marks.toFile(), true);
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
