package bourse.services.node;

import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What engines keep in shared memory outlives a kill, and for ever where the data directory is gone: hundreds of megabytes each. An engine therefore holds a
 * lock beside its book while it lives, and removes what it finds of engines that do not. Several may start at once, after a kill of all of a host's: whoever removes
 * holds the lock of the dead one meanwhile, and whoever takes its lock looks whether the file is still the one that has the name. Cold.
 *
 * <p>What belongs to one engine, {@code NAME} being {@code bourse-USER-HASH} and the book made first and removed last:
 *
 * <pre>
 *   NAME-book    the lock, and the book's published top and depth
 *   NAME         the media driver
 *   NAME-marks   Aeron's mark files
 * </pre>
 */
public final class SharedMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);
    private static final String LOCK = "lock";
    private static final String BOOK_SUFFIX = "-book";
    private static final String MARKS_SUFFIX = "-marks";
    private static final long PATIENCE_MS = 3_000;
    private static final long RETRY_NS = 5_000_000;
    /** Of this process, guarded by the class: to open such a file again and to close that would give the lock away, which POSIX keeps by process and file. */
    private static final Set<Path> HELD = new HashSet<>();

    private final FileChannel lock;
    private final Path file;

    private SharedMemory(final FileChannel lock, final Path file) {
        this.lock = lock;
        this.file = file;
    }

    /** The book's directory of the engine whose media driver has this one: the driver deletes its own when it starts. */
    public static Path bookDirectory(final Path aeronDirectory) {
        return aeronDirectory.resolveSibling(aeronDirectory.getFileName() + BOOK_SUFFIX);
    }

    /**
     * Locks the book's directory, which is made, and removes those of dead engines of the same user beside it.
     *
     * @throws IllegalStateException when another engine has it
     * @throws UncheckedIOException  when the directory cannot be used
     */
    public static SharedMemory take(final Path bookDirectory) {
        try {
            return lock(bookDirectory);
        } catch (final IOException e) {
            throw new UncheckedIOException("shared memory cannot be used: " + bookDirectory, e);
        }
    }

    private static SharedMemory lock(final Path bookDirectory) throws IOException {
        final Path own = bookDirectory.toAbsolutePath().normalize();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        SharedMemory taken;
        while ((taken = tryTake(own)) == null) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException(bookDirectory + " is in use by another engine; give this one an engine.aeronDir of its own");
            }
            LockSupport.parkNanos(RETRY_NS);
        }
        try {
            removeDead(own);
            return taken;
        } catch (final IOException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    /** Null when somebody holds it: another engine, or, for a moment, one that takes this one for dead. */
    private static SharedMemory tryTake(final Path book) throws IOException {
        final Path file = book.resolve(LOCK);
        synchronized (SharedMemory.class) {
            if (HELD.contains(file)) {
                return null;
            }
            FileChannel channel = null;
            try {
                Files.createDirectories(book);
                channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (locks(channel, file)) {
                    HELD.add(file);
                    return new SharedMemory(channel, file);
                }
            } catch (final NoSuchFileException | FileAlreadyExistsException removedMeanwhile) {
                // once more
            }
            CloseHelper.quietClose(channel);
            return null;
        }
    }

    private static void removeDead(final Path own) throws IOException {
        final String name = own.getFileName().toString();
        final int hash = name.lastIndexOf('-', name.length() - BOOK_SUFFIX.length() - 1);
        if (hash < 0 || !name.startsWith("bourse-")) {
            return;
        }
        final String prefix = name.substring(0, hash + 1);
        final Pattern others = Pattern.compile("(" + Pattern.quote(prefix) + "[0-9a-f]+)(" + BOOK_SUFFIX + "|" + MARKS_SUFFIX + ")?");
        final Set<Path> books = new TreeSet<>();
        try (Stream<Path> all = Files.list(own.getParent())) {
            all.map(path -> others.matcher(path.getFileName().toString())).filter(Matcher::matches)
                .forEach(match -> books.add(own.resolveSibling(match.group(1) + BOOK_SUFFIX)));
        }
        books.remove(own);
        for (final Path book : books) {
            removeIfDead(book, prefix);
        }
    }

    /** Nobody holds its lock; a book without a lock is from release 0.1.0, and not known. Where there is no book any more its lock is made, to be held meanwhile. */
    private static void removeIfDead(final Path book, final String prefix) {
        try {
            if (Files.isDirectory(book) && !Files.exists(book.resolve(LOCK))) {
                LOG.debug("no lock, not removed: {}", book);
                return;
            }
            try (SharedMemory dead = tryTake(book)) {
                if (dead != null) {
                    remove(book, prefix);
                }
            }
        } catch (final IOException notKnown) {
            LOG.debug("not removed: {}", book, notKnown);
        }
    }

    private static void remove(final Path book, final String prefix) throws IOException {
        final String shared = book.toString();
        LOG.info("removing shared memory of an engine that is gone: {}", shared);
        final String driver = shared.substring(0, shared.length() - BOOK_SUFFIX.length());
        IoUtil.delete(Path.of(driver).toFile(), true);
        IoUtil.delete(Path.of(driver + MARKS_SUFFIX).toFile(), true);
        // Under another name, at once: whoever starts there begins with a directory of its own. The name is one that is removed later if this process dies now.
        final Path gone = book.resolveSibling(prefix + Long.toHexString(ThreadLocalRandom.current().nextLong()) + BOOK_SUFFIX);
        hold(gone, true);
        try {
            Files.move(book, gone, StandardCopyOption.ATOMIC_MOVE);
            IoUtil.delete(gone.toFile(), true);
        } finally {
            hold(gone, false);
        }
    }

    /** The lock has this name as well, or no more: another engine of this process that comes upon it must not open it. */
    private static void hold(final Path book, final boolean on) {
        synchronized (SharedMemory.class) {
            if (on) {
                HELD.add(book.resolve(LOCK));
            } else {
                HELD.remove(book.resolve(LOCK));
            }
        }
    }

    /**
     * Locks a file, if nobody does and it is still the one of that name. That is told by its size: it must not be opened a second time.
     */
    private static boolean locks(final FileChannel channel, final Path file) throws IOException {
        if (channel.tryLock() == null) {
            return false;
        }
        final long mine = ThreadLocalRandom.current().nextLong(1, 1L << 30);
        channel.truncate(0).write(ByteBuffer.allocate(1), mine - 1);
        return Files.size(file) == mine;
    }

    /** Lets the lock go; the directories are the caller's to remove, before. */
    @Override
    public void close() {
        synchronized (SharedMemory.class) {
            try {
                lock.close();
            } catch (final IOException e) {
                LOG.debug("while closing", e);
            }
            HELD.remove(file);
        }
    }
}
