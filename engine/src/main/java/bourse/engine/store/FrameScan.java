package bourse.engine.store;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the frames of a recording end, and whether there are whole ones behind that. Frames are a chain by their lengths: one that is damaged hides all that
 * follow. A tail that was torn when the process died has no whole frame behind it; damage has. Cold. Thread: any.
 */
public final class FrameScan {
    private static final int HEADER_LENGTH = DataHeaderFlyweight.HEADER_LENGTH;
    private static final int ALIGNMENT = FrameDescriptor.FRAME_ALIGNMENT;
    /** What a medium writes whole or not at all. */
    private static final int SECTOR = 512;

    private FrameScan() {
    }

    /**
     * The first whole data frame behind {@code damagedAt}: its term, offset in the term, length, stream and checksum fit. Old bytes of another place never do.
     *
     * @param damagedAt where a frame was expected
     * @param limit     frames from this position on do not count; {@link Long#MAX_VALUE} = all that is stored
     * @return its position, -1 = there is none
     */
    public static long nextSound(final Path archiveDirectory, final Recording recording, final long damagedAt, final long limit) {
        final long end = Math.min(limit, recording.knownEnd());
        long from = damagedAt + ALIGNMENT;
        while (from < end) {
            final long base = recording.segmentBase(from);
            final Path file = recording.segmentFile(archiveDirectory, base);
            if (!Files.exists(file)) {
                return -1;
            }
            final long segmentEnd = base + recording.segmentBytes();
            final long first = from;
            final long found = mapped(file, recording, segment -> nextSound(segment, recording, base, first, Math.min(end, segmentEnd)));
            if (found >= 0) {
                return found;
            }
            from = segmentEnd;
        }
        return -1;
    }

    private static long nextSound(final UnsafeBuffer segment, final Recording recording, final long base, final long from, final long end) {
        final Checksum checksum = Checksums.crc32c();
        final int last = (int) Math.min(end - base, segment.capacity() - HEADER_LENGTH + 1L);
        for (int at = (int) (from - base); at < last; at += ALIGNMENT) {
            if (segment.getInt(at, ByteOrder.LITTLE_ENDIAN) > HEADER_LENGTH && isSound(segment, at, base, recording, checksum)) {
                return base + at;
            }
        }
        return -1;
    }

    /** There is a whole frame at {@code position}. */
    static boolean isSound(final Path archiveDirectory, final Recording recording, final long position) {
        final long base = recording.segmentBase(position);
        final Path file = recording.segmentFile(archiveDirectory, base);
        final int at = (int) (position - base);
        return Files.exists(file) && mapped(file, recording, segment -> at <= segment.capacity() - HEADER_LENGTH
            && (isSound(segment, at, base, recording, Checksums.crc32c()) || isPadding(segment, at) && segment.getInt(at, ByteOrder.LITTLE_ENDIAN)
                == recording.termBytes() - (at & recording.termBytes() - 1)) ? 1 : 0) == 1;
    }

    /** Where a recording ends: as the catalog has it, or, of one that was not closed, as the archive will find it. */
    public static long storedEnd(final Path archiveDirectory, final Recording recording) {
        return recording.knownEnd() == Long.MAX_VALUE ? end(archiveDirectory, recording) : recording.knownEnd();
    }

    /**
     * Where the archive finds the end of a recording whose process was killed: it follows the lengths through the last segment. A last frame that is not whole
     * does not count.
     */
    public static long end(final Path archiveDirectory, final Recording recording) {
        long base = recording.segmentBase(recording.startPosition());
        while (Files.exists(recording.segmentFile(archiveDirectory, base + recording.segmentBytes()))) {
            base += recording.segmentBytes();
        }
        final long last = base;
        final Path file = recording.segmentFile(archiveDirectory, last);
        if (!Files.exists(file)) {
            return recording.startPosition();
        }
        return mapped(file, recording, segment -> end(segment, recording, last));
    }

    private static long end(final UnsafeBuffer segment, final Recording recording, final long base) {
        int at = (int) (Math.max(base, recording.startPosition()) - base);
        int lastFrame = -1;
        while (at <= segment.capacity() - HEADER_LENGTH) {
            final int length = segment.getInt(at, ByteOrder.LITTLE_ENDIAN);
            if (length <= 0) {
                break;
            }
            lastFrame = at;
            final long next = at + (long) BitUtil.align(length, ALIGNMENT);
            if (next > segment.capacity() || next < 0) {
                break;
            }
            at = (int) next;
        }
        final boolean isWhole = lastFrame < 0 || isPadding(segment, lastFrame) || isSound(segment, lastFrame, base, recording, Checksums.crc32c());
        return base + (isWhole ? at : lastFrame);
    }

    private static boolean isPadding(final UnsafeBuffer segment, final int at) {
        return (segment.getShort(at + DataHeaderFlyweight.TYPE_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF) == DataHeaderFlyweight.HDR_TYPE_PAD;
    }

    private static boolean isSound(final UnsafeBuffer segment, final int at, final long base, final Recording recording, final Checksum checksum) {
        final int length = segment.getInt(at, ByteOrder.LITTLE_ENDIAN);
        final int termOffset = at & recording.termBytes() - 1;
        if (length < HEADER_LENGTH || length > recording.termBytes() - termOffset || BitUtil.align(length, ALIGNMENT) > segment.capacity() - at) {
            return false;
        }
        final int type = segment.getShort(at + DataHeaderFlyweight.TYPE_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        final int termId = recording.initialTermId() + (int) ((base + at) / recording.termBytes());
        return type == DataHeaderFlyweight.HDR_TYPE_DATA
            && segment.getInt(at + DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN) == termOffset
            && segment.getInt(at + DataHeaderFlyweight.TERM_ID_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN) == termId
            && segment.getInt(at + DataHeaderFlyweight.STREAM_ID_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN) == recording.streamId()
            && segment.getInt(at + DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN)
                == checksum.compute(segment.addressOffset(), at + HEADER_LENGTH, BitUtil.align(length, ALIGNMENT) - HEADER_LENGTH);
    }

    /**
     * Whether the frame expected at {@code position} is not there because sectors of the file were never written: it lacks one of them whole, or its head
     * does; and nothing is stored from {@code maxBytes} behind it on.
     */
    public static boolean isMissingSectors(final Path archiveDirectory, final Recording recording, final long position, final int maxBytes) {
        final long base = recording.segmentBase(position);
        final Path file = recording.segmentFile(archiveDirectory, base);
        return Files.exists(file) && !Files.exists(recording.segmentFile(archiveDirectory, base + recording.segmentBytes()))
            && mapped(file, recording, segment -> {
                final int at = (int) (position - base);
                return isMissingSector(segment, at, recording.termBytes() - (at & recording.termBytes() - 1))
                    && isZero(segment, (int) Math.min(segment.capacity(), (long) at + maxBytes), segment.capacity()) ? 1 : 0;
            }) == 1;
    }

    /** Whether the {@code bytes} from {@code position} on, as far as there are so many in its file, are all zero. */
    public static boolean isEmpty(final Path archiveDirectory, final Recording recording, final long position, final int bytes) {
        final long base = recording.segmentBase(position);
        final int at = (int) (position - base);
        return mapped(recording.segmentFile(archiveDirectory, base), recording,
            segment -> isZero(segment, at, (int) Math.min(segment.capacity(), (long) at + bytes)) ? 1 : 0) == 1;
    }

    private static boolean isMissingSector(final UnsafeBuffer segment, final int at, final int leftInTerm) {
        if (at + HEADER_LENGTH > segment.capacity()) {
            return false;
        }
        final int length = segment.getInt(at, ByteOrder.LITTLE_ENDIAN);
        if (length == 0) {
            return isZero(segment, at, Math.min(segment.capacity(), BitUtil.align(at + 1, SECTOR)));
        }
        if (length < HEADER_LENGTH || length > leftInTerm || at + length > segment.capacity()) {
            return false;
        }
        for (int sector = BitUtil.align(at, SECTOR); sector < at + length; sector += SECTOR) {
            if (isZero(segment, sector, Math.min(segment.capacity(), sector + SECTOR))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isZero(final UnsafeBuffer segment, final int from, final int to) {
        for (int at = from; at < to; at++) {
            if (segment.getByte(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /** What is asked of one segment. */
    @FunctionalInterface
    private interface Question {
        long ask(UnsafeBuffer segment);
    }

    private static long mapped(final Path file, final Recording recording, final Question question) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ); Arena arena = Arena.ofConfined()) {
            final long length = Math.min(channel.size(), recording.segmentBytes());
            return question.ask(new UnsafeBuffer(channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena).asByteBuffer()));
        } catch (final IOException e) {
            throw new UncheckedIOException("segment cannot be read: " + file, e);
        }
    }
}
