package bourse.engine.session;

/**
 * Layout of one session in the table, and of one remembered outcome. Offsets in bytes, native order.
 *
 * <pre>
 *   session   0           8            16        24     28     32       36 .. 64
 *            | sessionId | nextClient | epoch   | acct | flags | index | unused |
 *   outcome   0           8
 *            | orderId   | accountSeq (48 bits) | template (8) | reason (8) |
 * </pre>
 */
final class SessionRecord {
    static final int SESSION_ID_OFFSET = 0;
    static final int NEXT_CLIENT_SEQ_OFFSET = SESSION_ID_OFFSET + Long.BYTES;
    static final int EPOCH_OFFSET = NEXT_CLIENT_SEQ_OFFSET + Long.BYTES;
    static final int ACCOUNT_OFFSET = EPOCH_OFFSET + Long.BYTES;
    static final int FLAGS_OFFSET = ACCOUNT_OFFSET + Integer.BYTES;
    static final int USED_LENGTH = FLAGS_OFFSET + Integer.BYTES;
    /** One cache line. */
    static final int LENGTH = 64;

    static final int OUTCOME_ORDER_ID_OFFSET = 0;
    static final int OUTCOME_REST_OFFSET = Long.BYTES;
    static final int OUTCOME_LENGTH = 2 * Long.BYTES;
    static final long MAX_ACCOUNT_SEQ = (1L << 48) - 1;

    /** Cancel the session's orders when it is lost. */
    static final int CANCEL_ON_DISCONNECT = 1;
    /** Cancel the session's orders when it is ended. */
    static final int CANCEL_ON_TERMINATE = 2;
    /** Established and not closed since. */
    static final int OPEN = 4;

    static {
        if (USED_LENGTH > LENGTH || Integer.bitCount(LENGTH) != 1 || Integer.bitCount(OUTCOME_LENGTH) != 1) {
            throw new ExceptionInInitializerError("SessionRecord: layout overlaps or is not a power of two");
        }
    }

    private SessionRecord() {
    }

    static long packRest(final long accountSeq, final int templateId, final int reason) {
        return accountSeq << 16 | (long) (templateId & 0xFF) << 8 | reason & 0xFF;
    }

    static long accountSeq(final long rest) {
        return rest >>> 16;
    }

    static int templateId(final long rest) {
        return (int) (rest >>> 8) & 0xFF;
    }

    static int reason(final long rest) {
        return (int) rest & 0xFF;
    }
}
