package bourse.services.replay;

import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.OrderBook;
import java.util.ArrayList;
import java.util.List;

/** Compares a folded book with rows of the reference, and remembers the first that differ. Not thread-safe. */
final class RowComparison {
    private static final int KEPT_DIFFERENCES = 5;

    private final ReferenceBook reference;
    private final long[] expected;
    private final long[] found;
    private final List<String> differences = new ArrayList<>();
    private long compared;
    private long equal;

    RowComparison(final ReferenceBook reference) {
        this.reference = reference;
        expected = new long[2 * reference.levels()];
        found = new long[2 * reference.levels()];
    }

    void compare(final int row, final OrderBook book) {
        compared++;
        if (isEqual(row, true, book) && isEqual(row, false, book)) {
            equal++;
        } else if (differences.size() < KEPT_DIFFERENCES) {
            differences.add("row " + row + ": expected bids " + text(expected, reference.read(row, true, expected)) + " asks "
                    + text(expected, reference.read(row, false, expected)) + ", found bids "
                    + text(found, read(book, true, reference.levels(), found)) + " asks "
                    + text(found, read(book, false, reference.levels(), found)));
        }
    }

    private boolean isEqual(final int row, final boolean buy, final OrderBook book) {
        final int depth = reference.read(row, buy, expected);
        if (read(book, buy, reference.levels(), found) != depth) {
            return false;
        }
        for (int i = 0; i < 2 * depth; i++) {
            if (expected[i] != found[i]) {
                return false;
            }
        }
        return true;
    }

    /** Writes the best levels of a side as price, quantity pairs; returns how many. */
    private static int read(final OrderBook book, final boolean buy, final int depth, final long[] out) {
        final BookLevels side = buy ? book.buys() : book.sells();
        final int count = Math.min(depth, side.count());
        for (int i = 0; i < count; i++) {
            out[2 * i] = side.price(i);
            out[2 * i + 1] = side.quantity(i);
        }
        return count;
    }

    private static String text(final long[] levels, final int depth) {
        final StringBuilder text = new StringBuilder();
        for (int level = 0; level < depth; level++) {
            text.append(level == 0 ? "" : ",").append(levels[2 * level]).append(':').append(levels[2 * level + 1]);
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    long compared() {
        return compared;
    }

    long equal() {
        return equal;
    }

    /** The first rows that differed, readable. */
    List<String> differences() {
        return differences;
    }
}
