package bourse.marketdata.receiver;

import java.util.Arrays;

/**
 * The price levels of one side of a book, best first for readers. Inside, levels stand in an array sorted from worst to best, so that what
 * happens near the best price (nearly everything) moves few entries.
 */
public final class BookLevels {
    private static final int INITIAL = 64;

    private final boolean buy;
    private int[] sorted = new int[INITIAL];
    private int count;
    private long[] prices = new long[INITIAL];
    private long[] quantities = new long[INITIAL];
    private int[] orders = new int[INITIAL];
    private int[] heads = new int[INITIAL];
    private int[] tails = new int[INITIAL];
    private int[] free = new int[INITIAL];
    private int freeCount;
    private int used;

    BookLevels(final boolean buy) {
        this.buy = buy;
    }

    /** Levels that hold orders. */
    public int count() {
        return count;
    }

    /** Price of the level at {@code index}, 0 = best. */
    public long price(final int index) {
        return prices[sorted[count - 1 - index]];
    }

    /** Visible quantity of the level at {@code index}, 0 = best. */
    public long quantity(final int index) {
        return quantities[sorted[count - 1 - index]];
    }

    /** Orders of the level at {@code index}, 0 = best. */
    public int orders(final int index) {
        return orders[sorted[count - 1 - index]];
    }

    /** First order in the queue of the level at {@code index}; go on with {@link OrderBook#nextOrder}. */
    public int firstOrder(final int index) {
        return heads[sorted[count - 1 - index]];
    }

    /** Handle of the level at {@code price}, made when there is none. */
    int claim(final long price) {
        final int position = find(price);
        if (position >= 0) {
            return sorted[position];
        }
        final int insertAt = -position - 1;
        final int level = freeCount > 0 ? free[--freeCount] : allocate();
        if (count == sorted.length) {
            sorted = Arrays.copyOf(sorted, count * 2);
        }
        System.arraycopy(sorted, insertAt, sorted, insertAt + 1, count - insertAt);
        sorted[insertAt] = level;
        count++;
        prices[level] = price;
        quantities[level] = 0;
        orders[level] = 0;
        heads[level] = OrderBook.NO_ORDER;
        tails[level] = OrderBook.NO_ORDER;
        return level;
    }

    /** Gives an empty level back. */
    void release(final int level) {
        final int position = find(prices[level]);
        System.arraycopy(sorted, position + 1, sorted, position, count - position - 1);
        count--;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = level;
    }

    long priceOf(final int level) {
        return prices[level];
    }

    int head(final int level) {
        return heads[level];
    }

    void head(final int level, final int order) {
        heads[level] = order;
    }

    int tail(final int level) {
        return tails[level];
    }

    void tail(final int level, final int order) {
        tails[level] = order;
    }

    void addQuantity(final int level, final long delta) {
        quantities[level] += delta;
    }

    /** Counts orders up or down; returns how many there are now. */
    int addOrders(final int level, final int delta) {
        return orders[level] += delta;
    }

    void clear() {
        count = 0;
        freeCount = 0;
        used = 0;
    }

    private int find(final long price) {
        int low = 0;
        int high = count - 1;
        if (high >= 0 && prices[sorted[high]] == price) {
            return high;
        }
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final long at = prices[sorted[middle]];
            if (at == price) {
                return middle;
            }
            if ((at < price) == buy) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -(low + 1);
    }

    private int allocate() {
        if (used == prices.length) {
            final int length = used * 2;
            prices = Arrays.copyOf(prices, length);
            quantities = Arrays.copyOf(quantities, length);
            orders = Arrays.copyOf(orders, length);
            heads = Arrays.copyOf(heads, length);
            tails = Arrays.copyOf(tails, length);
        }
        return used++;
    }
}
