package bourse.services.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One engine per data directory: a lock of the operating system's, which dies with the process. It guards what lies outside the directory too,
 * under names made from it: the media driver's and the book's shared memory.
 */
final class DataDirectoryLock implements AutoCloseable {
    private static final String NAME = "engine.lock";
    private final FileChannel file;

    private DataDirectoryLock(final FileChannel file) {
        this.file = file;
    }

    /** @throws IllegalStateException when another engine has the directory */
    static DataDirectoryLock take(final Path dataDir) {
        try {
            Files.createDirectories(dataDir);
            final FileChannel file = FileChannel.open(dataDir.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(file)) {
                file.close();
                throw new IllegalStateException("dataDir: " + dataDir + " is in use by another venue (it holds " + NAME
                    + "); stop that one, or choose another directory with --data DIR");
            }
            return new DataDirectoryLock(file);
        } catch (final IOException e) {
            throw new UncheckedIOException("dataDir: " + dataDir + " cannot be used (" + e.getMessage() + "); choose another with --data DIR", e);
        }
    }

    private static boolean isTaken(final FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (final OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
