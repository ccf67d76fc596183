package bourse.sbe.layout;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the published books of an engine on this host straight from its memory, never disturbing it. One per reading thread. A read either gives a
 * consistent part or, after {@value #MAX_RETRIES} torn attempts, {@code false}: the writer is then in the middle of something, or dead. Allocates
 * nothing per read; the values of the last successful read stay until the next.
 */
public final class PublishedBookReader {
    /** Attempts of one read. */
    public static final int MAX_RETRIES = 1_000;

    private final AtomicBuffer buffer;
    private final long[] levels = new long[2 * PublishedBookLayout.DEPTH * 3];
    private long retries;
    private long eventSeq;
    private long bidPrice;
    private long bidQuantity;
    private long askPrice;
    private long askQuantity;
    private long lastPrice;
    private long lastQuantity;
    private int bidLevels;
    private int askLevels;
    private int state;

    /** @param buffer over the whole file; refused with {@link IllegalArgumentException} unless its header says it is one */
    public PublishedBookReader(final AtomicBuffer buffer) {
        this.buffer = buffer;
        final long magic = buffer.getLong(PublishedBookLayout.MAGIC_OFFSET);
        final int version = buffer.getInt(PublishedBookLayout.LAYOUT_VERSION_OFFSET);
        if (magic != PublishedBookLayout.MAGIC || version != PublishedBookLayout.LAYOUT_VERSION
            || buffer.getInt(PublishedBookLayout.BLOCK_LENGTH_OFFSET) != PublishedBookLayout.BLOCK_LENGTH) {
            throw new IllegalArgumentException("published book: magic=" + Long.toHexString(magic) + ", layoutVersion=" + version
                + " (expected: " + Long.toHexString(PublishedBookLayout.MAGIC) + ", " + PublishedBookLayout.LAYOUT_VERSION + ")");
        }
    }

    /** Maps the file read-only. Files above 2 GiB are refused. */
    public static PublishedBookReader open(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return new PublishedBookReader(new UnsafeBuffer(mapped));
        }
    }

    /** Instruments that have a block. */
    public int count() {
        return buffer.getIntVolatile(PublishedBookLayout.COUNT_OFFSET);
    }

    /** Block of the instrument, -1 = not there (yet). Linear; remember the result. */
    public int indexOf(final int instrumentId) {
        final int count = count();
        for (int i = 0; i < count; i++) {
            if (instrumentId(i) == instrumentId) {
                return i;
            }
        }
        return -1;
    }

    public int instrumentId(final int index) {
        return buffer.getInt(block(index) + PublishedBookLayout.INSTRUMENT_ID);
    }

    /** Copies the top line. */
    public boolean readTop(final int index) {
        final int at = block(index);
        for (int attempt = 0; attempt < MAX_RETRIES; attempt++) {
            final long version = buffer.getLongVolatile(at + PublishedBookLayout.TOP_VERSION);
            if ((version & 1) == 0) {
                eventSeq = buffer.getLong(at + PublishedBookLayout.TOP_EVENT_SEQ);
                bidPrice = buffer.getLong(at + PublishedBookLayout.BID_PRICE);
                bidQuantity = buffer.getLong(at + PublishedBookLayout.BID_QUANTITY);
                askPrice = buffer.getLong(at + PublishedBookLayout.ASK_PRICE);
                askQuantity = buffer.getLong(at + PublishedBookLayout.ASK_QUANTITY);
                lastPrice = buffer.getLong(at + PublishedBookLayout.LAST_PRICE);
                lastQuantity = buffer.getLong(at + PublishedBookLayout.LAST_QUANTITY);
                VarHandle.acquireFence();
                if (buffer.getLong(at + PublishedBookLayout.TOP_VERSION) == version) {
                    return true;
                }
            }
            retries++;
            Thread.onSpinWait();
        }
        return false;
    }

    /** Copies the depth. */
    public boolean readDepth(final int index) {
        final int at = block(index);
        for (int attempt = 0; attempt < MAX_RETRIES; attempt++) {
            final long version = buffer.getLongVolatile(at + PublishedBookLayout.DEPTH_VERSION);
            if ((version & 1) == 0) {
                eventSeq = buffer.getLong(at + PublishedBookLayout.DEPTH_EVENT_SEQ);
                bidLevels = Math.min(PublishedBookLayout.DEPTH, buffer.getInt(at + PublishedBookLayout.BID_LEVELS));
                askLevels = Math.min(PublishedBookLayout.DEPTH, buffer.getInt(at + PublishedBookLayout.ASK_LEVELS));
                state = buffer.getInt(at + PublishedBookLayout.STATE);
                for (int i = 0; i < levels.length; i++) {
                    levels[i] = buffer.getLong(at + PublishedBookLayout.LEVELS + 8 * i);
                }
                VarHandle.acquireFence();
                if (buffer.getLong(at + PublishedBookLayout.DEPTH_VERSION) == version) {
                    return true;
                }
            }
            retries++;
            Thread.onSpinWait();
        }
        return false;
    }

    /** Torn attempts since this reader was made. */
    public long retries() {
        return retries;
    }

    public long eventSeq() {
        return eventSeq;
    }

    /** 0 = no bids. */
    public long bidPrice() {
        return bidPrice;
    }

    public long bidQuantity() {
        return bidQuantity;
    }

    /** 0 = no asks. */
    public long askPrice() {
        return askPrice;
    }

    public long askQuantity() {
        return askQuantity;
    }

    /** 0 = no trade yet. */
    public long lastPrice() {
        return lastPrice;
    }

    public long lastQuantity() {
        return lastQuantity;
    }

    /** Raw {@code TradingState}. */
    public int state() {
        return state;
    }

    /** @param side 0 = bids, 1 = asks */
    public int levels(final int side) {
        return side == 0 ? bidLevels : askLevels;
    }

    public long price(final int side, final int level) {
        return levels[(side * PublishedBookLayout.DEPTH + level) * 3];
    }

    public long quantity(final int side, final int level) {
        return levels[(side * PublishedBookLayout.DEPTH + level) * 3 + 1];
    }

    public long orders(final int side, final int level) {
        return levels[(side * PublishedBookLayout.DEPTH + level) * 3 + 2];
    }

    private static int block(final int index) {
        return Math.toIntExact(PublishedBookLayout.block(index));
    }
}
