package bourse.engine.store;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A snapshot as a file: chunks of bytes, each with a checksum, and an end that says how many there are. Written beside its name, synced and renamed,
 * so that what has the name is whole. Cold. Thread: one at a time. Closing gives the buffer back at once: left to the collector, which hardly ever looks at what is old, buffers
 * of each snapshot stayed.
 *
 * <pre>
 *   0          8         12       16           24            32             40             48      52 .. 64
 *   | magic    | version | unused | position   | fingerprint | eventSeq     | created ms   | crc   | unused |     header
 *   | length   | crc     | payload, padded to 8 |                                                                 chunk, repeated
 *   | 0        | crc     | chunks   |                                                                             end
 * </pre>
 */
public final class SnapshotFile {
    /** "BOURSESN" read as a little-endian long. */
    public static final long MAGIC = 0x4E53_4553_5255_4F42L;
    /** Of the container; what the chunks hold has versions of its own. */
    public static final int VERSION = 1;
    private static final int HEADER_LENGTH = 64;
    private static final int CHUNK_HEADER_LENGTH = 8;
    private static final int HEADER_CRC_OFFSET = 48;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int MAX_CHUNK_BYTES = 1 << 20;

    /**
     * What a snapshot is of.
     *
     * @param position    of the log behind the last entry that is in it
     * @param fingerprint of the state: two replicas at one position have the same
     * @param eventSeq    last event that is in it
     * @param createdMs   wall clock; for people
     */
    public record Head(long position, long fingerprint, long eventSeq, long createdMs) {
    }

    /** Gets one chunk; the buffer is valid only during the call. */
    @FunctionalInterface
    public interface ChunkHandler {
        void onChunk(DirectBuffer buffer, int offset, int length);
    }

    private SnapshotFile() {
    }

    /** Reads and checks everything without keeping it. @throws DamageException when anything is wrong */
    public static Head verify(final Path file) {
        try (Reader reader = new Reader(file)) {
            while (reader.next((buffer, offset, length) -> { })) {
                Thread.onSpinWait();
            }
            return reader.head();
        }
    }

    /** The header alone. @throws DamageException when it is not one */
    public static Head head(final Path file) {
        try (Reader reader = new Reader(file)) {
            return reader.head();
        }
    }

    /** Writes one file. Unless {@link #commit} was called, closing removes it. */
    public static final class Writer implements AutoCloseable {
        private final Path file;
        private final Path draft;
        private final FileChannel channel;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private final UnsafeBuffer view = new UnsafeBuffer(bytes);
        private final CRC32C crc = new CRC32C();
        private long chunks;
        private boolean isCommitted;

        public Writer(final Path file, final Head head) {
            this.file = file;
            draft = draftOf(file);
            try {
                channel = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            } catch (final IOException e) {
                throw new UncheckedIOException("snapshot cannot be written: " + draft, e);
            }
            bytes.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(head.position()).putLong(head.fingerprint()).putLong(head.eventSeq())
                .putLong(head.createdMs());
            bytes.putInt(crcOf(bytes, 0, HEADER_CRC_OFFSET, crc)).position(HEADER_LENGTH);
        }

        /** @param length 1..1 MiB */
        public void write(final DirectBuffer buffer, final int offset, final int length) {
            if (length < 1 || length > MAX_CHUNK_BYTES) {
                throw new IllegalArgumentException("length: " + length + " (expected: 1.." + MAX_CHUNK_BYTES + ")");
            }
            final int padded = length + 7 & ~7;
            room(CHUNK_HEADER_LENGTH + padded);
            final int at = bytes.position();
            view.putBytes(at + CHUNK_HEADER_LENGTH, buffer, offset, length);
            view.setMemory(at + CHUNK_HEADER_LENGTH + length, padded - length, (byte) 0);
            bytes.putInt(at, length).putInt(at + 4, crcOf(bytes, at + CHUNK_HEADER_LENGTH, padded, crc)).position(at + CHUNK_HEADER_LENGTH + padded);
            chunks++;
        }

        /** Writes the end, syncs, and gives the file its name. */
        public void commit() {
            room(2 * CHUNK_HEADER_LENGTH);
            final int at = bytes.position();
            bytes.putInt(at, 0).putLong(at + CHUNK_HEADER_LENGTH, chunks);
            bytes.putInt(at + 4, crcOf(bytes, at + CHUNK_HEADER_LENGTH, Long.BYTES, crc)).position(at + 2 * CHUNK_HEADER_LENGTH);
            try {
                drain();
                channel.force(true);
                channel.close();
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                isCommitted = true;
                syncDirectory(file.getParent());
            } catch (final IOException e) {
                throw new UncheckedIOException("snapshot cannot be written: " + draft, e);
            }
        }

        private void room(final int length) {
            if (bytes.remaining() < length) {
                try {
                    drain();
                } catch (final IOException e) {
                    throw new UncheckedIOException("snapshot cannot be written: " + draft, e);
                }
            }
        }

        private void drain() throws IOException {
            bytes.flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            bytes.clear();
        }

        @Override
        public void close() {
            try {
                channel.close();
                if (!isCommitted) {
                    Files.deleteIfExists(draft);
                }
            } catch (final IOException e) {
                throw new UncheckedIOException("snapshot cannot be closed: " + draft, e);
            } finally {
                BufferUtil.free(bytes);
            }
        }
    }

    /** Reads one file; every method throws {@link DamageException} at the first thing that is wrong. */
    public static final class Reader implements AutoCloseable {
        private final Path file;
        private final FileChannel channel;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private final UnsafeBuffer view = new UnsafeBuffer(bytes);
        private final CRC32C crc = new CRC32C();
        private final Head head;
        private long consumed;
        private long chunks;
        private boolean isEnded;

        public Reader(final Path file) {
            this.file = file;
            try {
                channel = FileChannel.open(file, StandardOpenOption.READ);
            } catch (final IOException e) {
                throw new UncheckedIOException("snapshot cannot be read: " + file, e);
            }
            bytes.limit(0);
            try {
                head = readHead();
            } catch (final RuntimeException e) {
                close();
                throw e;
            }
        }

        public Head head() {
            return head;
        }

        private Head readHead() {
            final int at = require(HEADER_LENGTH);
            if (bytes.getLong(at) != MAGIC) {
                throw new DamageException(file, 0, "is not a snapshot (magic " + Long.toHexString(bytes.getLong(at)) + ")");
            }
            if (crcOf(bytes, at, HEADER_CRC_OFFSET, crc) != bytes.getInt(at + HEADER_CRC_OFFSET)) {
                throw new DamageException(file, 0, "has a header with a wrong checksum");
            }
            if (bytes.getInt(at + 8) != VERSION) {
                throw new DamageException(file, 8, "has the layout version " + bytes.getInt(at + 8) + " (expected: " + VERSION
                    + "): it was written by a later release; use that one, or an older snapshot");
            }
            consume(HEADER_LENGTH);
            return new Head(bytes.getLong(at + 16), bytes.getLong(at + 24), bytes.getLong(at + 32), bytes.getLong(at + 40));
        }

        /** False at the end. */
        public boolean next(final ChunkHandler handler) {
            if (isEnded) {
                return false;
            }
            final int length = bytes.getInt(require(CHUNK_HEADER_LENGTH));
            if (length < 0 || length > MAX_CHUNK_BYTES) {
                throw new DamageException(file, consumed, "has a chunk of " + length + " bytes (expected: 1.." + MAX_CHUNK_BYTES + ")");
            }
            final int padded = length == 0 ? Long.BYTES : length + 7 & ~7;
            final int at = require(CHUNK_HEADER_LENGTH + padded);
            if (crcOf(bytes, at + CHUNK_HEADER_LENGTH, padded, crc) != bytes.getInt(at + 4)) {
                throw new DamageException(file, consumed, "has a chunk of " + length + " bytes with a wrong checksum");
            }
            if (length == 0) {
                isEnded = true;
                if (bytes.getLong(at + CHUNK_HEADER_LENGTH) != chunks) {
                    throw new DamageException(file, consumed, "ends after " + chunks + " chunks (expected: " + bytes.getLong(at + CHUNK_HEADER_LENGTH) + ")");
                }
                return false;
            }
            chunks++;
            consume(CHUNK_HEADER_LENGTH + padded);
            handler.onChunk(view, at + CHUNK_HEADER_LENGTH, length);
            return true;
        }

        /** At least {@code length} unread bytes in the buffer; returns where they begin. */
        private int require(final int length) {
            try {
                if (bytes.remaining() < length) {
                    bytes.compact();
                    while (bytes.position() < length) {
                        if (channel.read(bytes) < 0) {
                            throw new EOFException();
                        }
                    }
                    bytes.flip();
                }
                return bytes.position();
            } catch (final EOFException e) {
                throw new DamageException(file, consumed, "ends in the middle");
            } catch (final IOException e) {
                throw new UncheckedIOException("snapshot cannot be read: " + file, e);
            }
        }

        private void consume(final int length) {
            bytes.position(bytes.position() + length);
            consumed += length;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (final IOException e) {
                throw new UncheckedIOException("snapshot cannot be closed: " + file, e);
            } finally {
                BufferUtil.free(bytes);
            }
        }
    }

    /** The name under which a file is written. */
    static Path draftOf(final Path file) {
        return file.resolveSibling(file.getFileName() + ".draft");
    }

    /** Makes names durable: new files, renamed and removed ones. */
    public static void syncDirectory(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static int crcOf(final ByteBuffer bytes, final int offset, final int length, final CRC32C crc) {
        crc.reset();
        crc.update(bytes.duplicate().limit(offset + length).position(offset));
        return (int) crc.getValue();
    }
}
