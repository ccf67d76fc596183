package bourse.marketdata.receiver;

import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;

/**
 * A book as records, to be saved and taken back: its definition, its numbers, its orders in the order of their queues. Cold. Thread: the book's.
 */
public final class BookImage {
    /** Kinds of records that this class writes: from here to {@link #LAST_KIND}. */
    public static final long FIRST_KIND = 1;
    public static final long LAST_KIND = 2;
    private static final long BOOK = FIRST_KIND;
    private static final long ORDER = LAST_KIND;

    private BookImage() {
    }

    /** Writes everything that is in a book. */
    public static void write(final OrderBook book, final RecordWriter writer) {
        final InstrumentFacts facts = book.facts();
        writer.begin(BOOK).put(book.instrumentId()).put(facts.isDefined()).put(facts.symbol()).put(facts.baseAsset()).put(facts.quoteAsset())
            .put(facts.priceDecimals()).put(facts.quantityDecimals()).put(facts.tickSize()).put(facts.lotSize()).put(facts.minPrice())
            .put(facts.maxPrice()).put(facts.referencePrice()).put(facts.state())
            .put(book.lastPrice()).put(book.lastQuantity()).put(book.lastTradeId())
            .put(book.feedSeq()).put(book.eventSeq()).put(book.timeNs()).put(book.rptSeq());
        side(book, book.buys(), writer);
        side(book, book.sells(), writer);
    }

    private static void side(final OrderBook book, final BookLevels levels, final RecordWriter writer) {
        for (int level = 0, count = levels.count(); level < count; level++) {
            final long price = levels.price(level);
            for (int order = levels.firstOrder(level); order != OrderBook.NO_ORDER; order = book.nextOrder(order)) {
                writer.begin(ORDER).put(book.orderId(order)).put(book.orderSide(order)).put(price).put(book.orderQuantity(order));
            }
        }
    }

    /**
     * Takes back one record.
     *
     * @param book of the records before, null = none yet
     * @return the book of the records behind
     */
    public static OrderBook restore(final long kind, final RecordReader reader, final MarketBooks books, final OrderBook book) {
        if (kind == ORDER) {
            final long orderId = reader.next();
            book.add(orderId, reader.nextInt(), reader.next(), reader.next());
            return book;
        }
        final OrderBook next = books.claim(reader.nextInt());
        next.facts().restore(reader);
        next.lastTrade(reader.next(), reader.next(), reader.next());
        next.at(reader.next(), reader.next(), reader.next());
        next.rptSeq(reader.nextInt());
        return next;
    }
}
