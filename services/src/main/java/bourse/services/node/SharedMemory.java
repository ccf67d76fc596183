package bourse.services.node;

import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What engines keep in shared memory outlives a kill, and for ever where the data directory is gone: half a gigabyte each. An engine therefore holds a
 * lock beside its book while it lives, and removes what it finds of engines that do not. Several may start at once, after a kill of all of a host's: whoever removes
 * holds the lock of the dead one meanwhile, and whoever takes its lock looks whether the file is still the one that has the name. Cold.
 */
final class SharedMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);
    private static final String LOCK = "lock";
    private static final String BOOK_SUFFIX = "-book";
    private static final String MARKS_SUFFIX = "-marks";
    private static final long PATIENCE_MS = 3_000;
    private static final long RETRY_NS = 5_000_000;

    private final FileChannel lock;

    private SharedMemory(final FileChannel lock) {
        this.lock = lock;
    }

    /** Locks the book's directory, and removes those of dead engines of the same user beside it. */
    static SharedMemory take(final Path bookDirectory) throws IOException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        FileChannel lock;
        while ((lock = tryTake(bookDirectory)) == null) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException(bookDirectory + " is in use by another engine; give this one an engine.aeronDir of its own");
            }
            LockSupport.parkNanos(RETRY_NS);
        }
        try {
            removeDead(bookDirectory);
            return new SharedMemory(lock);
        } catch (final IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Null when somebody holds it: another engine, or, for a moment, one that takes this one for dead. */
    private static FileChannel tryTake(final Path bookDirectory) throws IOException {
        final Path file = bookDirectory.resolve(LOCK);
        FileChannel channel = null;
        try {
            Files.createDirectories(bookDirectory);
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locks(channel, file)) {
                return channel;
            }
        } catch (final NoSuchFileException | FileAlreadyExistsException removedMeanwhile) {
            // once more
        }
        CloseHelper.quietClose(channel);
        return null;
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
            removeIfDead(other, prefix);
        }
    }

    /** Nobody holds its lock; one without a lock is from release 0.1.0, and not known. */
    private static void removeIfDead(final Path book, final String prefix) {
        final Path file = book.resolve(LOCK);
        try (FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (locks(lock, file)) {
                final String shared = book.toString();
                LOG.info("removing shared memory of an engine that is gone: {}", shared);
                final String driver = shared.substring(0, shared.length() - BOOK_SUFFIX.length());
                IoUtil.delete(Path.of(driver).toFile(), true);
                IoUtil.delete(Path.of(driver + MARKS_SUFFIX).toFile(), true);
                // Under another name, at once: whoever starts there begins with a directory of its own. The name is one that is removed later if this process dies now.
                final Path gone = book.resolveSibling(prefix + Long.toHexString(ThreadLocalRandom.current().nextLong()) + BOOK_SUFFIX);
                Files.move(book, gone, StandardCopyOption.ATOMIC_MOVE);
                IoUtil.delete(gone.toFile(), true);
            }
        } catch (final IOException notKnown) {
            LOG.debug("not removed: {}", book, notKnown);
        }
    }

    /**
     * Locks a file, if nobody does and it is still the one of that name. That is told by its size: to open it a second time and to close that would give
     * the lock away, which POSIX keeps by process and file.
     */
    private static boolean locks(final FileChannel channel, final Path file) throws IOException {
        try {
            if (channel.tryLock() == null) {
                return false;
            }
        } catch (final OverlappingFileLockException heldByThisProcess) {
            return false;
        }
        final long mine = ThreadLocalRandom.current().nextLong(1, 1L << 30);
        channel.truncate(0).write(ByteBuffer.allocate(1), mine - 1);
        return Files.size(file) == mine;
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
