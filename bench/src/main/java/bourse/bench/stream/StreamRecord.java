package bourse.bench.stream;

/**
 * Layout of a recorded stream, little-endian: a header, then {@code prefill + measured} records of equal length.
 * <pre>
 *  header  0 char[8] "MEBENCH1" | 8 i32 version | 12 i32 recordSize | 16 i64 prefill | 24 i64 measured | 32 i64 seed | 40 i64 live
 *          48 i64 meanDistance | 56 i64 0
 *  record  0 u8 type | 1 u8 side | 2 u16 0 | 4 i32 quantity | 8 i64 orderId | 16 i64 price | 24 i32 uid | 28 i32 aux
 * </pre>
 */
public final class StreamRecord {
    /** The first eight bytes. */
    public static final String MAGIC = "MEBENCH1";
    public static final int VERSION = 1;

    public static final int VERSION_OFFSET = 8;
    public static final int RECORD_SIZE_OFFSET = VERSION_OFFSET + Integer.BYTES;
    public static final int PREFILL_OFFSET = RECORD_SIZE_OFFSET + Integer.BYTES;
    public static final int MEASURED_OFFSET = PREFILL_OFFSET + Long.BYTES;
    public static final int SEED_OFFSET = MEASURED_OFFSET + Long.BYTES;
    public static final int LIVE_OFFSET = SEED_OFFSET + Long.BYTES;
    public static final int MEAN_DISTANCE_OFFSET = LIVE_OFFSET + Long.BYTES;
    public static final int HEADER_LENGTH = MEAN_DISTANCE_OFFSET + 2 * Long.BYTES;

    public static final int TYPE_OFFSET = 0;
    public static final int SIDE_OFFSET = 1;
    public static final int QUANTITY_OFFSET = 4;
    public static final int ORDER_ID_OFFSET = QUANTITY_OFFSET + Integer.BYTES;
    public static final int PRICE_OFFSET = ORDER_ID_OFFSET + Long.BYTES;
    public static final int UID_OFFSET = PRICE_OFFSET + Long.BYTES;
    public static final int AUX_OFFSET = UID_OFFSET + Integer.BYTES;
    public static final int LENGTH = AUX_OFFSET + Integer.BYTES;

    /** GTC limit, may trade. */
    public static final int NEW = 0;
    /** IOC limit. */
    public static final int IOC = 1;
    public static final int CANCEL = 2;
    /** {@code quantity} off, place kept; {@code aux} remains. */
    public static final int REDUCE = 3;
    /** New price, same id and open quantity ({@code aux}), loses its place, never trades. */
    public static final int MOVE = 4;

    static {
        if (HEADER_LENGTH != 64 || LENGTH != 32) {
            throw new ExceptionInInitializerError("StreamRecord: header " + HEADER_LENGTH + " (expected: 64), record " + LENGTH
                    + " (expected: 32)");
        }
    }

    private StreamRecord() {
    }
}
