package bourse.marketdata.analytics;

import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.OrderBook;

/** Figures of a book as it stands: the spread, and which side waits with more. Allocates nothing per call. Thread: one per instance. */
public final class BookFigures {
    /** Levels a side that the imbalance looks at. */
    public static final int LEVELS = 10;

    private final long[] buys = new long[LEVELS];
    private final long[] sells = new long[LEVELS];
    private final long[] bid = new long[1];
    private final long[] bidQuantity = new long[1];
    private final long[] ask = new long[1];
    private final long[] askQuantity = new long[1];
    private final long[] spread = new long[1];

    /** Best ask less best bid in price units; -1 while a side is empty. */
    public long spread(final OrderBook book) {
        top(book.buys(), bid, bidQuantity);
        top(book.sells(), ask, askQuantity);
        Kernels.spreads(bid, bidQuantity, ask, askQuantity, spread, 1);
        return spread[0];
    }

    /** (bought - sold) / (bought + sold) of the visible quantity on the best {@value #LEVELS} levels, -1 to 1; 0 in an empty book. */
    public double imbalance(final OrderBook book) {
        return Kernels.imbalance(buys, quantities(book.buys(), buys), sells, quantities(book.sells(), sells));
    }

    private static void top(final BookLevels side, final long[] price, final long[] quantity) {
        final boolean empty = side.count() == 0;
        price[0] = empty ? 0 : side.price(0);
        quantity[0] = empty ? 0 : side.quantity(0);
    }

    private static int quantities(final BookLevels side, final long[] into) {
        final int count = Math.min(LEVELS, side.count());
        for (int i = 0; i < count; i++) {
            into[i] = side.quantity(i);
        }
        return count;
    }
}
