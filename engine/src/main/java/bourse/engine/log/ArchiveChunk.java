package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.aeron.logbuffer.FrameDescriptor;
import org.agrona.BitUtil;

/**
 * How much of a file the archive reads at once. Cold.
 *
 * <p>After a kill Aeron 1.51's archive seeks the end of each recording chunk by chunk ({@code Catalog.recoverStopOffset}), and then checks the last frame in the chunk that
 * it read last. Where that frame began in the chunk before, it looks in front of its buffer: the start fails with an index out of bounds, and reads
 * memory that is not its own. Chunks begin where the frame before them ended, so another length moves all of them: this finds one with which no last frame crosses.
 */
final class ArchiveChunk {
    /** Aeron's own. */
    static final int DEFAULT_LENGTH = 1 << 20;
    private static final int MAX_LENGTH = 16 << 20;
    private static final Pattern SEGMENT = Pattern.compile("\\d+-(\\d+)\\.rec");

    private ArchiveChunk() {
    }

    /** The length, a power of two; nothing is changed. */
    static int length(final Path archiveDirectory) {
        if (!Files.isDirectory(archiveDirectory)) {
            return DEFAULT_LENGTH;
        }
        try {
            final Collection<Path> segments = lastSegments(archiveDirectory);
            int length = DEFAULT_LENGTH;
            while (length < MAX_LENGTH && crosses(segments, length)) {
                length *= 2;
            }
            return length;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read the recordings in " + archiveDirectory, e);
        }
    }

    /** The newest file of each recording: {@code <recording id>-<position of its first byte>.rec}. */
    private static Collection<Path> lastSegments(final Path archiveDirectory) throws IOException {
        final Map<String, Path> last = new HashMap<>();
        try (Stream<Path> files = Files.list(archiveDirectory)) {
            files.filter(file -> SEGMENT.matcher(name(file)).matches())
                .forEach(file -> last.merge(name(file).split("-")[0], file, (one, other) -> begin(one) > begin(other) ? one : other));
        }
        return last.values();
    }

    private static String name(final Path file) {
        return file.getFileName().toString();
    }

    private static long begin(final Path segment) {
        final Matcher matcher = SEGMENT.matcher(name(segment));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static boolean crosses(final Collection<Path> segments, final int length) throws IOException {
        for (final Path segment : segments) {
            if (crosses(segment, length)) {
                return true;
            }
        }
        return false;
    }

    /** Walks the frames as the archive does. */
    private static boolean crosses(final Path segment, final int length) throws IOException {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            final int limit = (int) Math.min(Integer.MAX_VALUE, channel.size());
            final MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_ONLY, 0, limit);
            file.order(ByteOrder.LITTLE_ENDIAN);
            int next = firstFrame(file, limit);
            int chunkBegin = next;
            boolean isEmpty = true;
            while (next <= limit - Integer.BYTES) {
                if (next - chunkBegin >= length) {
                    chunkBegin = next;
                }
                final int frameLength = file.getInt(next);
                if (frameLength <= 0 || frameLength > limit - next) {
                    // Nothing in this chunk: the last frame stands in the one before.
                    return !isEmpty && chunkBegin == next;
                }
                isEmpty = false;
                next += BitUtil.align(frameLength, FrameDescriptor.FRAME_ALIGNMENT);
            }
            return false;
        }
    }

    /** A recording that begins within its first file leaves zeros before. */
    private static int firstFrame(final MappedByteBuffer file, final int limit) {
        int at = 0;
        while (at <= limit - Integer.BYTES && file.getInt(at) == 0) {
            at += FrameDescriptor.FRAME_ALIGNMENT;
        }
        return at;
    }
}
