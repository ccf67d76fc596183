package bourse.engine.book;

/**
 * Whose an order is: its place in its account's list (oldest first), beside its {@link OrderSlot} in a column of its own, four to a
 * cache line.
 * <pre>
 *  0      4      8          12            16
 *  +------+------+----------+-------------+
 *  | next | prev | session  | accountSlot |
 *  +------+------+----------+-------------+
 * </pre>
 */
public final class OwnerSlot {
    public static final int NEXT = 0;
    public static final int PREV = NEXT + 4;
    public static final int SESSION = PREV + 4;
    public static final int ACCOUNT_SLOT = SESSION + 4;
    public static final int LENGTH = ACCOUNT_SLOT + 4;
    public static final int SHIFT = 4;

    static {
        if (1 << SHIFT != LENGTH) {
            throw new ExceptionInInitializerError("OwnerSlot: LENGTH=" + LENGTH);
        }
    }

    private OwnerSlot() {
    }
}
