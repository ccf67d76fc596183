package bourse.engine.match;

/**
 * What one matcher holds at most; everything is allocated at start. Beyond a bound a command is refused (BOOK_FULL, CAPACITY), nothing grows.
 *
 * @param maxInstruments 1..16,384
 * @param maxOrders      open orders, waiting stops included, 16..2^24
 * @param maxLevels      distinct prices with orders, all books together, 16..2^24
 * @param maxAccounts    1..2^20
 * @param maxFinishedIds finished client order ids remembered, all accounts together; each account has room for 128 of its own
 *                       besides. An account beyond its part forgets its oldest first
 * @param maxPositions   (account, instrument) and (account, asset) pairs with a balance or position, 16..2^24
 * @param ladderTicks    prices of one side around its best that are addressed directly; a power of two, 256..2^20
 */
public record MatcherLimits(int maxInstruments, int maxOrders, int maxLevels, int maxAccounts, int maxFinishedIds,
                            int maxPositions, int ladderTicks) {
    /** Instruments are addressed by 14 bits. */
    public static final int MAX_INSTRUMENTS = 1 << 14;
    /** With {@link #MAX_ORDER_QUANTITY}: the sum of a level stays below 2^62. */
    public static final int MAX_ORDERS = 1 << 24;
    /** Largest {@code maxQuantity} of an instrument. */
    public static final long MAX_ORDER_QUANTITY = 1L << 38;
    /** Largest {@code maxPrice} of an instrument. */
    public static final long MAX_PRICE = 1L << 42;

    static {
        if (Math.multiplyHigh(MAX_ORDER_QUANTITY, MAX_ORDERS) != 0) {
            throw new ExceptionInInitializerError("MatcherLimits: the quantity of a full level overflows");
        }
    }

    public MatcherLimits {
        check("maxInstruments", maxInstruments, 1, MAX_INSTRUMENTS);
        check("maxOrders", maxOrders, 16, MAX_ORDERS);
        check("maxLevels", maxLevels, 16, MAX_ORDERS);
        check("maxAccounts", maxAccounts, 1, 1 << 20);
        check("maxFinishedIds", maxFinishedIds, 0, 1 << 28);
        check("maxPositions", maxPositions, 16, MAX_ORDERS);
        check("ladderTicks", ladderTicks, 256, 1 << 20);
        if (Integer.bitCount(ladderTicks) != 1) {
            throw new IllegalArgumentException("ladderTicks: " + ladderTicks + " (expected: a power of two)");
        }
    }

    /** A venue on a small machine: 256 instruments, a million orders. */
    public static MatcherLimits standard() {
        return new MatcherLimits(256, 1 << 20, 1 << 18, 1 << 14, 1 << 21, 1 << 18, 1 << 13);
    }

    /** Tests: little memory, quick to create. */
    public static MatcherLimits small() {
        return new MatcherLimits(8, 1 << 14, 1 << 12, 256, 1 << 17, 1 << 10, 1 << 10);
    }

    /** Benches of one instrument with {@code maxOrders} open orders. */
    public static MatcherLimits bench(final int maxOrders) {
        return new MatcherLimits(4, maxOrders, Math.min(maxOrders, 1 << 18), 4096, 1 << 21, 1 << 16, 1 << 16);
    }

    private static void check(final String name, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }
}
