package bourse.sbe.layout;

/**
 * The file {@code book.published}: what the engine shows of its books to other processes on the host. Little-endian, offsets in bytes.
 * <pre>
 *  file:    header of 64 bytes, then one block per instrument, in order of definition
 *
 *  header:  0 magic int64 | 8 layoutVersion int32 | 12 blockLength int32 | 16 depth int32 | 20 capacity int32 | 24 count int32 | (pad)
 *
 *  block:   top line, 64 bytes, aligned to 64:
 *           0 version | 8 eventSeq | 16 bidPrice | 24 bidQuantity | 32 askPrice | 40 askQuantity | 48 lastPrice | 56 lastQuantity
 *           depth line:
 *           64 version | 72 eventSeq | 80 instrumentId int32 | 84 bidLevels int32 | 88 askLevels int32 | 92 state int32 | (pad)
 *           128 bids: depth x { price int64, quantity int64, orders int64 }, best first, then the same for asks
 * </pre>
 * Each of the two parts stands under its own version: odd while it is written, so a reader takes the version (acquire), copies, takes it again
 * and starts over if it was odd or has changed. A price of 0 with a quantity of 0 = empty side. Quantities are what the public book shows. {@code eventSeq}
 * is the last event that the part includes.
 */
public final class PublishedBookLayout {
    /** "BOURSEPB" read as a little-endian long. */
    public static final long MAGIC = 0x4250_4553_5255_4F42L;
    public static final int LAYOUT_VERSION = 1;
    /** Levels a side. */
    public static final int DEPTH = 10;

    public static final int MAGIC_OFFSET = 0;
    public static final int LAYOUT_VERSION_OFFSET = MAGIC_OFFSET + 8;
    public static final int BLOCK_LENGTH_OFFSET = LAYOUT_VERSION_OFFSET + 4;
    public static final int DEPTH_OFFSET = BLOCK_LENGTH_OFFSET + 4;
    public static final int CAPACITY_OFFSET = DEPTH_OFFSET + 4;
    public static final int COUNT_OFFSET = CAPACITY_OFFSET + 4;
    public static final int HEADER_LENGTH = 64;

    public static final int TOP_VERSION = 0;
    public static final int TOP_EVENT_SEQ = TOP_VERSION + 8;
    public static final int BID_PRICE = TOP_EVENT_SEQ + 8;
    public static final int BID_QUANTITY = BID_PRICE + 8;
    public static final int ASK_PRICE = BID_QUANTITY + 8;
    public static final int ASK_QUANTITY = ASK_PRICE + 8;
    public static final int LAST_PRICE = ASK_QUANTITY + 8;
    public static final int LAST_QUANTITY = LAST_PRICE + 8;
    public static final int TOP_LENGTH = LAST_QUANTITY + 8;

    public static final int DEPTH_VERSION = TOP_LENGTH;
    public static final int DEPTH_EVENT_SEQ = DEPTH_VERSION + 8;
    public static final int INSTRUMENT_ID = DEPTH_EVENT_SEQ + 8;
    public static final int BID_LEVELS = INSTRUMENT_ID + 4;
    public static final int ASK_LEVELS = BID_LEVELS + 4;
    public static final int STATE = ASK_LEVELS + 4;
    public static final int LEVELS = 128;
    public static final int LEVEL_PRICE = 0;
    public static final int LEVEL_QUANTITY = LEVEL_PRICE + 8;
    public static final int LEVEL_ORDERS = LEVEL_QUANTITY + 8;
    public static final int LEVEL_LENGTH = LEVEL_ORDERS + 8;
    public static final int ASKS = LEVELS + DEPTH * LEVEL_LENGTH;
    public static final int BLOCK_LENGTH = (ASKS + DEPTH * LEVEL_LENGTH + 63) & -64;

    static {
        if (TOP_LENGTH != 64 || STATE + 4 > LEVELS || BLOCK_LENGTH % 64 != 0 || HEADER_LENGTH % 64 != 0) {
            throw new ExceptionInInitializerError("PublishedBookLayout: TOP_LENGTH=" + TOP_LENGTH + ", BLOCK_LENGTH=" + BLOCK_LENGTH
                + " (expected: one cache line, whole cache lines)");
        }
    }

    private PublishedBookLayout() {
    }

    /** Bytes of a file for {@code capacity} instruments. */
    public static long length(final int capacity) {
        return HEADER_LENGTH + (long) capacity * BLOCK_LENGTH;
    }

    /** Offset of the block of the {@code index}-th defined instrument, from 0. */
    public static long block(final int index) {
        return HEADER_LENGTH + (long) index * BLOCK_LENGTH;
    }
}
