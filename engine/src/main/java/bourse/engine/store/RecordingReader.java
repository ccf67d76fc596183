package bourse.engine.store;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The messages of one recording from a position on, straight from its segment files, with the checksum of every frame compared. What was written
 * before {@code limit} is there for a reader beside the writer, too: the archive writes first and says so afterwards. The files are read, not mapped: one that is
 * cut short meanwhile is an error, not the end of the process. Cold. Thread: one.
 *
 * <pre>
 *   frame: length (4) version (1) flags (1) type (2) termOffset (4) CRC-32C of the payload, in place of the session (4) ...  32 bytes, then payload
 * </pre>
 */
public final class RecordingReader implements AutoCloseable {
    private static final int HEADER_LENGTH = DataHeaderFlyweight.HEADER_LENGTH;
    private static final int ALIGNMENT = FrameDescriptor.FRAME_ALIGNMENT;
    /** Read at once. */
    private static final int WINDOW_BYTES = 256 * 1024;
    /** A limit may lie in a frame. */
    private static final int MAX_FRAME_BYTES = 64 * 1024;
    private static final int UNFRAGMENTED = FrameDescriptor.UNFRAGMENTED & 0xFF;
    private static final int BEGIN = FrameDescriptor.BEGIN_FRAG_FLAG & 0xFF;
    private static final int END = FrameDescriptor.END_FRAG_FLAG & 0xFF;

    /** Gets one message, whole. */
    @FunctionalInterface
    public interface MessageHandler {
        /**
         * @param buffer        valid during the call
         * @param startPosition of its first frame
         * @param endPosition   behind its last frame, where the next one begins
         */
        void onMessage(DirectBuffer buffer, int offset, int length, long startPosition, long endPosition);
    }

    private final Path archiveDirectory;
    private final Recording recording;
    private final Checksum checksum = Checksums.crc32c();
    private final ExpandableDirectByteBuffer assembly = new ExpandableDirectByteBuffer();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(WINDOW_BYTES);
    private final UnsafeBuffer window = new UnsafeBuffer(bytes);
    private FileChannel file;
    private Path segmentFile;
    private long segmentBase = -1;
    private int segmentLength;
    private long windowBase;
    private int windowLength;
    private long windowLimit;
    private long position;
    private long messageStart;
    private int assembledLength = -1;
    private String damage;

    /** @param fromPosition where a frame begins */
    public RecordingReader(final Path archiveDirectory, final Recording recording, final long fromPosition) {
        this.archiveDirectory = archiveDirectory;
        this.recording = recording;
        position = fromPosition;
        messageStart = fromPosition;
    }

    /**
     * Hands on the messages of the last term.
     *
     * @param end where the chain of frames ends
     * @return in front of the first frame that cannot be read; {@code end} = all can
     */
    public static long readLastTerm(final Path archiveDirectory, final Recording recording, final long end, final MessageHandler handler) {
        final long from = Math.max(recording.startPosition(), end - 1 & -(long) recording.termBytes());
        try (RecordingReader reader = new RecordingReader(archiveDirectory, recording, from)) {
            reader.read(end, handler);
            return reader.damage() == null ? end : reader.framePosition();
        }
    }

    /**
     * Hands on messages until {@code limit}, the end of what is written, or damage: {@link #damage()}.
     *
     * @return the position reached: behind the last whole message
     */
    public long read(final long limit, final MessageHandler handler) {
        return read(limit, Long.MAX_VALUE, handler);
    }

    /** The same, but ends behind the frame with which {@code maxBytes} have been read, too. */
    public long read(final long limit, final long maxBytes, final MessageHandler handler) {
        final long to = maxBytes < limit - position ? position + maxBytes : limit;
        while (position < to && damage == null && open()) {
            look(limit);
            final int at = (int) (position - windowBase);
            final int frameLength = windowLength - at >= HEADER_LENGTH ? window.getInt(at, ByteOrder.LITTLE_ENDIAN) : 0;
            if (frameLength <= 0) {
                endOfData(frameLength, limit);
                break;
            }
            final int alignedLength = BitUtil.align(frameLength, ALIGNMENT);
            final int type = window.getShort(at + DataHeaderFlyweight.TYPE_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final boolean isPadding = type == DataHeaderFlyweight.HDR_TYPE_PAD;
            if (!isSane(at, frameLength, alignedLength, isPadding, type)) {
                break;
            }
            position += alignedLength;
            if (!isPadding) {
                onFrame(at, frameLength, handler);
            } else if (assembledLength < 0) {
                messageStart = position;
            }
        }
        return assembledLength < 0 ? position : messageStart;
    }

    /** Sees to it that the frame at the position is in the window, as far as its file has it. What was read when less was written is read again. */
    private void look(final long limit) {
        final int left = windowLength - (int) (position - windowBase);
        if (position < windowLimit && left >= HEADER_LENGTH) {
            final int frameLength = window.getInt(windowLength - left, ByteOrder.LITTLE_ENDIAN);
            if (frameLength > 0 && frameLength <= left - ALIGNMENT) {
                return;
            }
        }
        try {
            final long end = Math.min(segmentBase + segmentLength, limit > Long.MAX_VALUE - MAX_FRAME_BYTES ? limit : limit + MAX_FRAME_BYTES);
            bytes.clear().limit((int) Math.clamp(end - position, 0, WINDOW_BYTES));
            while (bytes.hasRemaining() && file.read(bytes, position - segmentBase + bytes.position()) > 0) {
                Thread.onSpinWait();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("segment cannot be read: " + segmentFile, e);
        }
        windowBase = position;
        windowLength = bytes.position();
        windowLimit = limit;
    }

    private void endOfData(final int frameLength, final long limit) {
        final long at = position - segmentBase;
        if (frameLength < 0) {
            damage = segmentFile + " at byte " + at + " has a frame of " + frameLength + " bytes";
        } else if (limit != Long.MAX_VALUE) {
            damage = segmentFile + " at byte " + at + " has no more frames (expected: up to byte "
                + Math.min(limit - segmentBase, recording.segmentBytes()) + ")";
        }
    }

    private boolean isSane(final int at, final int frameLength, final int alignedLength, final boolean isPadding, final int type) {
        final int inSegment = (int) (position - segmentBase);
        final int leftInTerm = recording.termBytes() - (inSegment & recording.termBytes() - 1);
        if (frameLength < HEADER_LENGTH || alignedLength > leftInTerm || !isPadding && (type != DataHeaderFlyweight.HDR_TYPE_DATA
            || alignedLength > windowLength - at)) {
            damage = segmentFile + " at byte " + inSegment + " has a frame of " + frameLength + " bytes, type " + type + ", of which "
                + Math.min(leftInTerm, segmentLength - inSegment) + " are there";
            return false;
        }
        if (!isPadding) {
            final int expected = window.getInt(at + DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN);
            final int found = checksum.compute(window.addressOffset(), at + HEADER_LENGTH, alignedLength - HEADER_LENGTH);
            if (expected != found) {
                damage = segmentFile + " at byte " + inSegment + " has a frame of " + frameLength + " bytes with the checksum "
                    + Integer.toHexString(found) + " (expected: " + Integer.toHexString(expected) + ")";
                return false;
            }
        }
        return true;
    }

    private void onFrame(final int at, final int frameLength, final MessageHandler handler) {
        final int flags = window.getByte(at + DataHeaderFlyweight.FLAGS_FIELD_OFFSET) & 0xFF;
        final int length = frameLength - HEADER_LENGTH;
        if ((flags & UNFRAGMENTED) == UNFRAGMENTED) {
            assembledLength = -1;
            handler.onMessage(window, at + HEADER_LENGTH, length, messageStart, position);
            messageStart = position;
            return;
        }
        if ((flags & BEGIN) != 0) {
            assembledLength = 0;
        }
        if (assembledLength < 0) {
            messageStart = position;
            return;
        }
        assembly.putBytes(assembledLength, window, at + HEADER_LENGTH, length);
        assembledLength += length;
        if ((flags & END) != 0) {
            final int whole = assembledLength;
            assembledLength = -1;
            handler.onMessage(assembly, 0, whole, messageStart, position);
            messageStart = position;
        }
    }

    private boolean open() {
        final long base = recording.segmentBase(position);
        if (base == segmentBase) {
            return true;
        }
        release();
        segmentFile = recording.segmentFile(archiveDirectory, base);
        if (!Files.exists(segmentFile)) {
            if (position < recording.knownEnd() && recording.knownEnd() != Long.MAX_VALUE) {
                damage = segmentFile + " is missing (recording " + recording.recordingId() + " goes on to position " + recording.knownEnd() + ")";
            }
            return false;
        }
        try {
            file = FileChannel.open(segmentFile, StandardOpenOption.READ);
            segmentLength = (int) Math.min(file.size(), recording.segmentBytes());
            segmentBase = base;
            return true;
        } catch (final IOException e) {
            throw new UncheckedIOException("segment cannot be read: " + segmentFile, e);
        }
    }

    /**
     * Where {@link #read} stopped: behind the last whole frame. Later than what it returned, when the message of that frame has others that are not whole.
     */
    public long framePosition() {
        return position;
    }

    /**
     * Looks behind the end, or the damage, that {@link #read} came to: whole frames there mean that this is no end, and no torn tail; unless a writer has gone
     * on meanwhile.
     *
     * @return where they go on, -1 = nowhere
     */
    public long nextSound() {
        final long next = FrameScan.nextSound(archiveDirectory, recording, position, Long.MAX_VALUE);
        return next >= 0 && FrameScan.isSound(archiveDirectory, recording, position) ? -1 : next;
    }

    /** What stopped {@link #read} before its limit; null = nothing is wrong. */
    public String damage() {
        return damage;
    }

    /** Throws what {@link #damage()} says, if anything. */
    public RecordingReader check() {
        if (damage != null) {
            throw new DamageException(damage);
        }
        return this;
    }

    private void release() {
        segmentBase = -1;
        windowLimit = 0;
        CloseHelper.close(file);
        file = null;
    }

    @Override
    public void close() {
        release();
        window.wrap(0, 0);
        BufferUtil.free(bytes);
    }
}
