package bourse.services.node;

import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * What engines keep in shared memory outlives a kill, and for ever where the data directory is gone: half a gigabyte each. An engine therefore holds a
 * lock beside its book while it lives, and removes what it finds of engines that do not. Cold.
 */
final class SharedMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);
    private static final String LOCK = "lock";
    private static final String BOOK_SUFFIX = "-book";
    private static final String MARKS_SUFFIX = "-marks";

    private final FileChannel lock;

    private SharedMemory(final FileChannel lock) {
        this.lock = lock;
    }

    /** Locks the book's directory, and removes those of dead engines of the same user beside it. */
    static SharedMemory take(final Path bookDirectory) throws IOException {
        Files.createDirectories(bookDirectory);
        final FileChannel lock = FileChannel.open(bookDirectory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isFree(lock)) {
            lock.close();
            throw new IllegalStateException(bookDirectory + " is in use by another engine; give this one an engine.aeronDir of its own");
        }
        removeDead(bookDirectory);
        return new SharedMemory(lock);
    }

    private static void removeDead(final Path own) throws IOException {
        final String name = own.getFileName().toString();
        final int hash = name.lastIndexOf('-', name.length() - BOOK_SUFFIX.length() - 1);
        if (hash < 0 || !name.startsWith("bourse-")) {
            return;
        }
        final String prefix = name.substring(0, hash + 1);
        final List<Path> others;
        try (Stream<Path> all = Files.list(own.getParent())) {
            others = all.filter(path -> !path.equals(own) && path.getFileName().toString().matches(java.util.regex.Pattern.quote(prefix) + "[0-9a-f]+" + BOOK_SUFFIX)).toList();
        }
        for (final Path other : others) {
            if (isDead(other)) {
                final String shared = other.toString();
                LOG.info("removing shared memory of an engine that is gone: {}", shared);
                final String driver = shared.substring(0, shared.length() - BOOK_SUFFIX.length());
                IoUtil.delete(Path.of(driver).toFile(), true);
                IoUtil.delete(Path.of(driver + MARKS_SUFFIX).toFile(), true);
                IoUtil.delete(other.toFile(), true);
            }
        }
    }

    /** Nobody holds its lock; one without a lock is from release 0.1.0, and not known. */
    private static boolean isDead(final Path directory) {
        final Path file = directory.resolve(LOCK);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return isFree(channel);
        } catch (final IOException e) {
            return false;
        }
    }

    private static boolean isFree(final FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (final OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (final IOException e) {
            LOG.debug("while closing", e);
        }
    }
}
