package bourse.bench.stream;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/** A recorded stream, mapped into memory and read in place; its file must not change meanwhile. */
public final class CommandStream implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final MemorySegment memory;

    private CommandStream(final Path file, final Arena arena, final MemorySegment memory) {
        this.file = file;
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Maps a file.
     *
     * @throws IllegalArgumentException when it is not a whole stream of this version; the message says what it is
     */
    public static CommandStream open(final Path file) throws IOException {
        final Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final var stream = new CommandStream(file, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            stream.check();
            return stream;
        } catch (final IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private void check() {
        if (memory.byteSize() < StreamRecord.HEADER_LENGTH
                || !new String(memory.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII).equals(StreamRecord.MAGIC)) {
            throw new IllegalArgumentException(file + ": not a recorded stream (expected: it begins with " + StreamRecord.MAGIC
                    + "; `bourse bench core --generate FILE` makes one)");
        }
        require("version", memory.get(INT, StreamRecord.VERSION_OFFSET), StreamRecord.VERSION);
        require("recordSize", memory.get(INT, StreamRecord.RECORD_SIZE_OFFSET), StreamRecord.LENGTH);
        require("bytes", memory.byteSize(), StreamRecord.HEADER_LENGTH + (prefill() + measured()) * StreamRecord.LENGTH);
    }

    private void require(final String name, final long value, final long expected) {
        if (value != expected) {
            throw new IllegalArgumentException(file + ": " + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Commands that fill the book; not timed. */
    public int prefill() {
        return Math.toIntExact(memory.get(LONG, StreamRecord.PREFILL_OFFSET));
    }

    /** Commands that are timed, after the prefill. */
    public int measured() {
        return Math.toIntExact(memory.get(LONG, StreamRecord.MEASURED_OFFSET));
    }

    public int count() {
        return prefill() + measured();
    }

    public long seed() {
        return memory.get(LONG, StreamRecord.SEED_OFFSET);
    }

    /** Live orders that the stream aims at. */
    public long live() {
        return memory.get(LONG, StreamRecord.LIVE_OFFSET);
    }

    public long meanDistance() {
        return memory.get(LONG, StreamRecord.MEAN_DISTANCE_OFFSET);
    }

    /** Address of record {@code index}, for {@code org.agrona.UnsafeApi}; valid while this is open. */
    public long address(final int index) {
        return memory.address() + StreamRecord.HEADER_LENGTH + (long) index * StreamRecord.LENGTH;
    }

    /** The records as a buffer: record {@code index} is at {@code index * StreamRecord.LENGTH}. */
    public UnsafeBuffer records(final int from, final int records) {
        return new UnsafeBuffer(address(from), records * StreamRecord.LENGTH);
    }

    /** Reads the whole file once, so that no timed pass waits for the disk. */
    public long touch() {
        long sum = 0;
        for (long at = 0; at < memory.byteSize(); at += 4096) {
            sum += memory.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }

    /** Highest order id. */
    public long maxOrderId() {
        long max = 0;
        for (int i = 0; i < count(); i++) {
            max = Math.max(max, memory.get(LONG, StreamRecord.HEADER_LENGTH + (long) i * StreamRecord.LENGTH
                    + StreamRecord.ORDER_ID_OFFSET));
        }
        return max;
    }

    /** Unmaps; again is harmless. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
