package bourse.marketdata.receiver;

/**
 * Checksum of a level-3 book: FNV-1a over 64-bit words, {@code h = (h ^ v) * 1099511628211} from 1469598103934665603, over all buys,
 * then all sells, best price first, queue order, of each order its id, price and visible quantity. An empty book has {@link #EMPTY}.
 */
public final class BookChecksum {
    /** Where the hash begins; the checksum of a book without orders. */
    public static final long EMPTY = 1469598103934665603L;
    private static final long PRIME = 1099511628211L;

    private BookChecksum() {
    }

    /** The hash with one more order. */
    public static long add(final long hash, final long orderId, final long price, final long quantity) {
        return word(word(word(hash, orderId), price), quantity);
    }

    /** Checksum of the book as it stands; walks every order. */
    public static long of(final OrderBook book) {
        return side(book, book.sells(), side(book, book.buys(), EMPTY));
    }

    private static long side(final OrderBook book, final BookLevels levels, final long from) {
        long hash = from;
        for (int level = 0, count = levels.count(); level < count; level++) {
            final long price = levels.price(level);
            for (int order = levels.firstOrder(level); order != OrderBook.NO_ORDER; order = book.nextOrder(order)) {
                hash = add(hash, book.orderId(order), price, book.orderQuantity(order));
            }
        }
        return hash;
    }

    private static long word(final long hash, final long value) {
        return (hash ^ value) * PRIME;
    }
}
