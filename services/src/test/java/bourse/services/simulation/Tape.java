package bourse.services.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import bourse.marketdata.publisher.EventTranslator;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.MarketBooks;
import bourse.marketdata.receiver.OrderBook;
import bourse.sbe.feed.TradeReportDecoder;

import org.agrona.DirectBuffer;

/** The public feed as it follows from what is committed: every message, every state of every book, every trade. */
final class Tape {
    private static final int HIDDEN = 1 << 2;

    private final EventTranslator translator = new EventTranslator(this::onMessage);
    private final Map<Long, Long> checksums = new HashMap<>();
    private final Map<Long, String> trades = new HashMap<>();
    private final MarketBooks books = new MarketBooks(new FeedListener() {
        @Override
        public void onTrade(final OrderBook book, final TradeReportDecoder trade) {
            trades.put(trade.tradeId(), text(trade.price(), trade.quantity()));
        }
    });
    private long lastFeedSeq;

    void onFragment(final DirectBuffer buffer, final int length) {
        translator.onEvents(buffer, 0, length);
        // A reader who waits for nothing more sees the last message, too.
        translator.flush();
    }

    private void onMessage(final long feedSeq, final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        Violation.unless(feedSeq == lastFeedSeq + 1, "feed numbers without holes or repeats", () -> feedSeq + " after " + lastFeedSeq);
        lastFeedSeq = feedSeq;
        final OrderBook book = books.apply(feedSeq, buffer, offset);
        if (book != null) {
            checksums.put(key(book.instrumentId(), book.rptSeq()), BookChecksum.of(book));
        }
    }

    private static long key(final int instrument, final int rptSeq) {
        return (long) instrument << 32 | rptSeq;
    }

    private static String text(final long price, final long quantity) {
        return quantity + " at " + price;
    }

    long lastFeedSeq() {
        return lastFeedSeq;
    }

    List<Integer> instruments() {
        final List<Integer> ids = new ArrayList<>();
        books.all().forEach(book -> ids.add(book.instrumentId()));
        return ids;
    }

    int rptSeq(final int instrument) {
        return books.get(instrument).rptSeq();
    }

    long checksum(final int instrument) {
        return BookChecksum.of(books.get(instrument));
    }

    /** A receiver shows this book. */
    void onBook(final int receiver, final int instrument, final int rptSeq, final long checksum) {
        final Long expected = checksums.get(key(instrument, rptSeq));
        Violation.unless(expected != null && expected == checksum, "the feed is the fold of the log", () -> "receiver " + receiver + ", instrument "
            + instrument + " at rpt_seq " + rptSeq + (expected == null ? ", which the log does not know" : ""));
    }

    /** A receiver shows this trade. */
    void onTrade(final int receiver, final long tradeId, final long price, final long quantity) {
        Violation.unless(text(price, quantity).equals(trades.get(tradeId)), "every trade of the feed is in the log, the same",
            () -> "receiver " + receiver + ", trade " + tradeId + ": " + text(price, quantity) + ", in the log " + trades.get(tradeId));
    }

    /** At the end: the public book shows the orders that rest, in their order. */
    void compare(final Oracle oracle) {
        final List<String> resting = new ArrayList<>();
        oracle.shard().matching().matcher().forEachState(new LiveOrders(order -> {
            if (!order.pending && (order.flags & HIDDEN) == 0) {
                resting.add(order.orderId + " " + text(order.price, order.displayQuantity == 0 ? order.leaves : order.slice));
            }
        }));
        final List<String> shown = new ArrayList<>();
        for (final OrderBook book : books.all()) {
            add(book, book.buys(), shown);
            add(book, book.sells(), shown);
        }
        Violation.unless(resting.equals(shown), "the public book is the matcher's", () -> shown + ", the matcher has " + resting);
    }

    private static void add(final OrderBook book, final BookLevels levels, final List<String> shown) {
        for (int level = 0; level < levels.count(); level++) {
            for (int order = levels.firstOrder(level); order != OrderBook.NO_ORDER; order = book.nextOrder(order)) {
                shown.add(book.orderId(order) + " " + text(levels.price(level), book.orderQuantity(order)));
            }
        }
    }
}
