package bourse.services.node;

import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
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
            if (isFree(channel)) {
                final byte[] mine = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
                channel.write(ByteBuffer.wrap(mine), 0);
                if (Arrays.equals(mine, Files.readAllBytes(file))) {
                    return channel;
                }
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
            removeIfDead(other);
        }
    }

    /** Nobody holds its lock; one without a lock is from release 0.1.0, and not known. */
    private static void removeIfDead(final Path book) {
        try (FileChannel lock = FileChannel.open(book.resolve(LOCK), StandardOpenOption.WRITE)) {
            if (isFree(lock)) {
                final String shared = book.toString();
                LOG.info("removing shared memory of an engine that is gone: {}", shared);
                final String driver = shared.substring(0, shared.length() - BOOK_SUFFIX.length());
                IoUtil.delete(Path.of(driver).toFile(), true);
                IoUtil.delete(Path.of(driver + MARKS_SUFFIX).toFile(), true);
                IoUtil.delete(book.toFile(), true);
            }
        } catch (final IOException notKnown) {
            LOG.debug("not removed: {}", book, notKnown);
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
