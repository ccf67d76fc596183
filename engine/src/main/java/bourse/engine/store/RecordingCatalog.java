package bourse.engine.store;

import bourse.sbe.Streams;
import io.aeron.archive.codecs.CatalogHeaderDecoder;
import io.aeron.archive.codecs.RecordingDescriptorDecoder;
import io.aeron.archive.codecs.RecordingDescriptorHeaderDecoder;
import io.aeron.archive.codecs.RecordingState;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The recordings that an archive's catalog lists as valid, oldest first, read without a lock: a copy of one moment. */
public final class RecordingCatalog {
    /** Name of the file. */
    public static final String FILE_NAME = "archive.catalog";
    private static final int HEADER_LENGTH = CatalogHeaderDecoder.BLOCK_LENGTH;
    private static final int MAX_DESCRIPTOR_BYTES = 1 << 20;
    private static final int BLOCK_BYTES = 16 * 1024;
    private static final byte[] NO_ENTRIES = new byte[BLOCK_BYTES];

    private RecordingCatalog() {
    }

    /** Whether there is one. What an archive makes at its first start, and has not come to the end of, counts as none: nothing was recorded. */
    public static boolean exists(final Path archiveDirectory) {
        return !isUnwritten(archiveDirectory);
    }

    /** Removes one that the process or the power ended in the making: no archive starts with it. Cold; before the archive runs. */
    public static void removeUnwritten(final Path archiveDirectory) {
        if (isUnwritten(archiveDirectory)) {
            try {
                Files.deleteIfExists(archiveDirectory.resolve(FILE_NAME));
            } catch (final IOException e) {
                throw new UncheckedIOException("cannot be removed: " + archiveDirectory.resolve(FILE_NAME), e);
            }
        }
    }

    /** Or not there. The archive writes the alignment last of the head, and files of recordings behind it. */
    private static boolean isUnwritten(final Path archiveDirectory) {
        final Path file = archiveDirectory.resolve(FILE_NAME);
        final byte[] head = new byte[HEADER_LENGTH];
        try (InputStream in = Files.newInputStream(file)) {
            final boolean isShort = in.readNBytes(head, 0, HEADER_LENGTH) < HEADER_LENGTH;
            return (isShort || new CatalogHeaderDecoder().wrap(new UnsafeBuffer(head), 0, HEADER_LENGTH, CatalogHeaderDecoder.SCHEMA_VERSION).alignment() == 0)
                && hasNoSegment(archiveDirectory);
        } catch (final NoSuchFileException none) {
            return true;
        } catch (final IOException e) {
            throw new UncheckedIOException("catalog of recordings cannot be read: " + file, e);
        }
    }

    private static boolean hasNoSegment(final Path archiveDirectory) throws IOException {
        try (Stream<Path> files = Files.list(archiveDirectory)) {
            return files.noneMatch(file -> file.toString().endsWith(".rec"));
        }
    }

    /**
     * All recordings.
     *
     * @throws DamageException when the file is not a catalog, or ends inside an entry
     */
    public static List<Recording> read(final Path archiveDirectory) {
        final Path file = archiveDirectory.resolve(FILE_NAME);
        final byte[] bytes = used(file);
        if (bytes.length < HEADER_LENGTH) {
            throw new DamageException(file, 0, "is " + bytes.length + " bytes long (expected: at least " + HEADER_LENGTH + ")");
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final CatalogHeaderDecoder catalog = new CatalogHeaderDecoder().wrap(buffer, 0, HEADER_LENGTH, CatalogHeaderDecoder.SCHEMA_VERSION);
        final int alignment = catalog.alignment();
        if (!BitUtil.isPowerOfTwo(alignment) || alignment < RecordingDescriptorHeaderDecoder.BLOCK_LENGTH) {
            throw new DamageException(file, 0, "has the alignment " + alignment + " (expected: a power of two, 32 or more)");
        }
        final List<Recording> recordings = new ArrayList<>();
        int at = HEADER_LENGTH;
        while (at + RecordingDescriptorHeaderDecoder.BLOCK_LENGTH <= bytes.length) {
            final RecordingDescriptorHeaderDecoder head = new RecordingDescriptorHeaderDecoder().wrap(buffer, at,
                RecordingDescriptorHeaderDecoder.BLOCK_LENGTH, RecordingDescriptorHeaderDecoder.SCHEMA_VERSION);
            final int length = head.length();
            if (length == 0) {
                break;
            }
            if (length < RecordingDescriptorDecoder.BLOCK_LENGTH || length > MAX_DESCRIPTOR_BYTES
                || at + RecordingDescriptorHeaderDecoder.BLOCK_LENGTH + length > bytes.length) {
                throw new DamageException(file, at, "has an entry of " + length + " bytes");
            }
            try {
                if (head.state() == RecordingState.VALID) {
                    recordings.add(descriptor(file, buffer, at));
                }
            } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new DamageException(file + " at byte " + at + " has an entry that cannot be read: " + e.getMessage(), e);
            }
            at += BitUtil.align(RecordingDescriptorHeaderDecoder.BLOCK_LENGTH + length, alignment);
        }
        return recordings;
    }

    /** An archive makes the file long and fills little of it: up to a block without entries, that one included. */
    private static byte[] used(final Path file) {
        final ByteArrayOutputStream used = new ByteArrayOutputStream(BLOCK_BYTES);
        final byte[] block = new byte[BLOCK_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int read;
            do {
                read = in.readNBytes(block, 0, BLOCK_BYTES);
                used.write(block, 0, read);
            } while (read == BLOCK_BYTES && !Arrays.equals(block, NO_ENTRIES));
        } catch (final IOException e) {
            throw new UncheckedIOException("catalog of recordings cannot be read: " + file, e);
        }
        return used.toByteArray();
    }

    private static Recording descriptor(final Path file, final UnsafeBuffer buffer, final int at) {
        final RecordingDescriptorDecoder entry = new RecordingDescriptorDecoder().wrap(buffer,
            at + RecordingDescriptorHeaderDecoder.BLOCK_LENGTH, RecordingDescriptorDecoder.BLOCK_LENGTH, RecordingDescriptorDecoder.SCHEMA_VERSION);
        final boolean isSane = BitUtil.isPowerOfTwo(entry.termBufferLength()) && BitUtil.isPowerOfTwo(entry.segmentFileLength())
            && entry.segmentFileLength() >= entry.termBufferLength() && entry.termBufferLength() >= 64 * 1024 && entry.startPosition() >= 0
            && (entry.stopPosition() < 0 || entry.stopPosition() >= entry.startPosition());
        if (!isSane) {
            throw new DamageException(file, at, "describes recording " + entry.recordingId() + " in impossible numbers");
        }
        if (isBeyond(entry.strippedChannelLength()) || entry.skipStrippedChannel() < 0 || isBeyond(entry.originalChannelLength())) {
            throw new DamageException(file, at, "describes recording " + entry.recordingId() + " with an impossible channel");
        }
        return new Recording(entry.recordingId(), entry.startPosition(), entry.stopPosition(), entry.initialTermId(), entry.segmentFileLength(),
            entry.termBufferLength(), entry.streamId(), entry.originalChannel());
    }

    private static boolean isBeyond(final int textLength) {
        return textLength < 0 || textLength > MAX_DESCRIPTOR_BYTES;
    }

    /** The recordings of the event stream, oldest first. */
    public static List<Recording> events(final Path archiveDirectory) {
        return read(archiveDirectory).stream()
            .filter(recording -> recording.streamId() == Streams.EVENTS_STREAM_ID && recording.channel().contains(Streams.EVENTS_ALIAS)).toList();
    }

    /** One recording, or null. */
    public static Recording find(final Path archiveDirectory, final long recordingId) {
        return read(archiveDirectory).stream().filter(recording -> recording.recordingId() == recordingId).findFirst().orElse(null);
    }
}
