package bourse.marketdata.receiver;

import java.util.Arrays;

/**
 * The price levels of one side of a book, best first for readers. Inside, levels stand in an array sorted from worst to best, so that what
 * happens near the best price (nearly everything) moves few entries. Their prices stand beside it in the same order, and a price is sought where it
 * would be if there were a level at each step down from the best one: in a dense book that is the place, or a few before it. Hot path.
 */
public final class BookLevels {
    private static final int INITIAL = 64;

    private final boolean buy;
    private int[] sorted = new int[INITIAL];
    private long[] sortedPrices = new long[INITIAL];
    private int count;
    /** Least distance of two levels that stood side by side; 0 = not known yet. Levels are never closer to each other. */
    private long step;
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
            sortedPrices = Arrays.copyOf(sortedPrices, count * 2);
        }
        final int behind = count - insertAt;
        if (behind > 0) {
            System.arraycopy(sorted, insertAt, sorted, insertAt + 1, behind);
            System.arraycopy(sortedPrices, insertAt, sortedPrices, insertAt + 1, behind);
        }
        sorted[insertAt] = level;
        sortedPrices[insertAt] = price;
        count++;
        learnStep(insertAt, price);
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
        final int behind = count - position - 1;
        if (behind > 0) {
            System.arraycopy(sorted, position + 1, sorted, position, behind);
            System.arraycopy(sortedPrices, position + 1, sortedPrices, position, behind);
        }
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
        step = 0;
        freeCount = 0;
        used = 0;
    }

    /** Index in {@link #sorted}, or -(where it belongs) - 1. */
    private int find(final long price) {
        final int best = count - 1;
        if (best < 0) {
            return -1;
        }
        final long distance = behind(price, sortedPrices[best]);
        if (distance <= 0) {
            return distance == 0 ? best : -(count + 1);
        }
        // No two levels are closer than a step, so a level at this distance is not before this index.
        final long steps = step == 0 ? best : step == 1 ? distance : distance / step;
        final int guess = (int) Math.max(0, best - steps);
        final long guessed = behind(price, sortedPrices[guess]);
        if (guessed == 0) {
            return guess;
        }
        return guessed < 0 ? searchFrom(price, guess + 1) : search(price, 0, guess - 1);
    }

    /** What is missing in a book's ladder moves a level a little towards the best: ever wider steps from {@code from}. */
    private int searchFrom(final long price, final int from) {
        final int best = count - 1;
        int low = from;
        int high = from;
        for (int width = 1; high < best && behind(price, sortedPrices[high]) < 0; width <<= 1) {
            low = high + 1;
            high = Math.min(best, high + width);
        }
        return search(price, low, high);
    }

    /** How far {@code price} is on the worse side of {@code other}; below 0 = it is better. */
    private long behind(final long price, final long other) {
        return buy ? other - price : price - other;
    }

    private int search(final long price, final int from, final int to) {
        int low = from;
        int high = to;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final long at = behind(price, sortedPrices[middle]);
            if (at == 0) {
                return middle;
            }
            if (at < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -(low + 1);
    }

    private void learnStep(final int position, final long price) {
        long closest = step == 0 ? Long.MAX_VALUE : step;
        if (position > 0) {
            closest = Math.min(closest, Math.abs(price - sortedPrices[position - 1]));
        }
        if (position + 1 < count) {
            closest = Math.min(closest, Math.abs(sortedPrices[position + 1] - price));
        }
        step = closest == Long.MAX_VALUE ? 0 : closest;
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
