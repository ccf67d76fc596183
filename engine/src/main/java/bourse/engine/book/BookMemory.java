package bourse.engine.book;

import bourse.engine.store.LinuxFile;
import org.agrona.UnsafeApi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The memory of one shard's books: a state region, which is the engine's alone, and a published region that other processes read. Files are preallocated for real (no
 * sparse file: a full disk fails here, with an IOException, not later with SIGBUS). All of it is touched; in a venue, where touching hundreds of megabytes
 * would delay every start, by a thread of the lowest priority while the start goes on. Cold, but for the two positions.
 *
 * <pre>
 *  0        8               12             16       24                 32                40        48
 *  +--------+---------------+--------------+--------+------------------+-----------------+---------+
 *  | magic  | layoutVersion | headerLength | bootId | applyingPosition | appliedPosition | length  |
 *  +--------+---------------+--------------+--------+------------------+-----------------+---------+
 * </pre>
 * {@code applyingPosition} is set before a command changes anything, {@code appliedPosition} after: unequal = torn.
 */
public final class BookMemory implements AutoCloseable {
    /** "BOURSEBK" read as a little-endian long. */
    public static final long MAGIC = 0x4B42_4553_5255_4F42L;
    /** Changes with every change of a layout in this package. */
    public static final int LAYOUT_VERSION = 2;
    public static final int HEADER_LENGTH = 4096;
    public static final int MAGIC_OFFSET = 0;
    public static final int LAYOUT_VERSION_OFFSET = MAGIC_OFFSET + 8;
    public static final int HEADER_LENGTH_OFFSET = LAYOUT_VERSION_OFFSET + 4;
    public static final int BOOT_ID_OFFSET = HEADER_LENGTH_OFFSET + 4;
    public static final int APPLYING_POSITION_OFFSET = BOOT_ID_OFFSET + 8;
    public static final int APPLIED_POSITION_OFFSET = APPLYING_POSITION_OFFSET + 8;
    public static final int LENGTH_OFFSET = APPLIED_POSITION_OFFSET + 8;

    private static final int PAGE = 4096;
    private static final int HUGE_PAGE = 2 << 20;

    private final Arena arena = Arena.ofShared();
    private final long address;
    private final long length;
    private final long publishedAddress;
    private final long publishedLength;
    private final PageToucher toucher = new PageToucher();
    private long carved = HEADER_LENGTH;

    private enum Kind {
        MAPPED, SHARED, PLAIN, UNTOUCHED
    }

    private BookMemory(final Kind kind, final Path directory, final long stateBytes, final long publishedBytes, final long bootId) {
        length = align(stateBytes + HEADER_LENGTH, PAGE);
        publishedLength = align(publishedBytes, PAGE);
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
            if (kind == Kind.SHARED) {
                // Earlier builds kept the state there; one that was killed left half a gigabyte.
                Files.deleteIfExists(directory.resolve("book.state"));
            }
            address = kind == Kind.MAPPED ? mapped(directory.resolve("book.state"), length) : plain(length);
            publishedAddress = directory != null ? mapped(directory.resolve("book.published"), publishedLength) : plain(publishedLength);
            switch (kind) {
                case PLAIN -> {
                    touch(address, length);
                    touch(publishedAddress, publishedLength);
                }
                case SHARED -> toucher.add(address, length);
                case MAPPED, UNTOUCHED -> {
                    // Files are touched where they are made.
                }
            }
        } catch (final IOException e) {
            arena.close();
            throw new UncheckedIOException("book memory: " + e.getMessage() + " (directory " + directory + ", stateBytes=" + length
                + ", publishedBytes=" + publishedLength + ": is there room?)", e);
        }
        toucher.start();
        UnsafeApi.putInt(address + LAYOUT_VERSION_OFFSET, LAYOUT_VERSION);
        UnsafeApi.putInt(address + HEADER_LENGTH_OFFSET, HEADER_LENGTH);
        UnsafeApi.putLong(address + BOOT_ID_OFFSET, bootId);
        UnsafeApi.putLong(address + LENGTH_OFFSET, length);
        UnsafeApi.putLong(address + MAGIC_OFFSET, MAGIC);
    }

    /** Plain memory outside the heap: tests, benches, scratch books for warm-up. Asks for huge pages. */
    public static BookMemory offHeap(final long stateBytes, final long publishedBytes) {
        return new BookMemory(Kind.PLAIN, null, stateBytes, publishedBytes, 0);
    }

    /** Plain memory that the system gives when it is first used: for a book that need not be fast. */
    public static BookMemory untouched(final long stateBytes, final long publishedBytes) {
        return new BookMemory(Kind.UNTOUCHED, null, stateBytes, publishedBytes, 0);
    }

    /**
     * A venue's: the file {@code book.published} in {@code directory} (created if absent, replaced if present), best on tmpfs, and the state in plain memory, for which
     * Linux gives huge pages where it gives none to files of tmpfs. It is not reserved: a machine with too little memory ends a process while it is touched.
     *
     * @param bootId as in {@link #mapped}
     */
    public static BookMemory shared(final Path directory, final long stateBytes, final long publishedBytes, final long bootId) {
        return new BookMemory(Kind.SHARED, directory, stateBytes, publishedBytes, bootId);
    }

    /**
     * Files {@code book.state} and {@code book.published} in {@code directory} (created if absent, replaced if present), best on tmpfs.
     *
     * @param bootId of the operating system or the process's start, as the owner defines it; in the header
     */
    public static BookMemory mapped(final Path directory, final long stateBytes, final long publishedBytes, final long bootId) {
        return new BookMemory(Kind.MAPPED, directory, stateBytes, publishedBytes, bootId);
    }

    /** Takes the next {@code bytes}, zeroed, at a multiple of 64. Start only. */
    public long carve(final String name, final long bytes) {
        final long start = align(carved, 64);
        if (bytes < 0 || start + bytes > length) {
            throw new IllegalArgumentException("book memory too small: " + name + " needs " + bytes + " bytes at " + start + " of " + length);
        }
        carved = start + bytes;
        return address + start;
    }

    /** Start of the published region. */
    public long publishedAddress() {
        return publishedAddress;
    }

    public long publishedLength() {
        return publishedLength;
    }

    public long length() {
        return length;
    }

    public long bootId() {
        return UnsafeApi.getLong(address + BOOT_ID_OFFSET);
    }

    /** Hot path: before a command at this log position changes anything. */
    public void applying(final long position) {
        UnsafeApi.putLongRelease(null, address + APPLYING_POSITION_OFFSET, position);
    }

    /** Hot path: after it. */
    public void applied(final long position) {
        UnsafeApi.putLongRelease(null, address + APPLIED_POSITION_OFFSET, position);
    }

    public long applyingPosition() {
        return UnsafeApi.getLong(address + APPLYING_POSITION_OFFSET);
    }

    public long appliedPosition() {
        return UnsafeApi.getLong(address + APPLIED_POSITION_OFFSET);
    }

    /** Unmaps; whoever still uses an address crashes the process: the matcher ends first. */
    @Override
    public void close() {
        toucher.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    /** {@code value} rounded up to a multiple of {@code alignment}, a power of two. */
    public static long align(final long value, final long alignment) {
        return (value + alignment - 1) & -alignment;
    }

    /** Huge pages are asked for before the first touch: afterwards the pages would be small already. */
    private long plain(final long bytes) {
        final MemorySegment reserved = HugePages.reserve(bytes + HUGE_PAGE);
        if (reserved == null) {
            return arena.allocate(bytes, PAGE).address();
        }
        reserved.reinterpret(arena, HugePages::release);
        return align(reserved.address(), HUGE_PAGE);
    }

    /** On tmpfs pages come with the first touch, huge ones if they are asked for before it; a full file system would show as a SIGBUS then. */
    private long mappedInMemory(final Path file, final long bytes) throws IOException {
        if (Files.getFileStore(file.getParent()).getUsableSpace() < bytes) {
            throw new IOException("no room for " + bytes + " bytes in " + file.getParent());
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            HugePages.advise(segment.address(), bytes);
            if (LinuxFile.isSupported()) {
                try (LinuxFile reserved = LinuxFile.open(file)) {
                    reserved.reserve(bytes);
                }
                toucher.add(segment.address(), bytes);
            } else {
                touch(segment.address(), bytes);
            }
            return segment.address();
        } catch (final InternalError e) {
            throw new IOException("no room for " + bytes + " bytes in " + file.getParent(), e);
        }
    }

    private static void touch(final long address, final long bytes) {
        for (long at = 0; at < bytes; at += PAGE) {
            UnsafeApi.putByte(address + at, (byte) 0);
        }
    }

    private long mapped(final Path file, final long bytes) throws IOException {
        Files.deleteIfExists(file);
        if (Files.getFileStore(file.getParent()).type().equals("tmpfs")) {
            return mappedInMemory(file, bytes);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < bytes; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
                while (zeros.hasRemaining()) {
                    channel.write(zeros, at + zeros.position());
                }
            }
            final MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            touch(segment.address(), bytes);
            return segment.address();
        }
    }
}
