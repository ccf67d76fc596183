package bourse.services.cli;

import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Level;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;

/** A receiver's book in the form in which the gRPC feed gives one. */
final class ReceivedBook {
    private ReceivedBook() {
    }

    /** The best {@code levels} of each side. */
    static BookSnapshot snapshot(final OrderBook book, final int levels) {
        final BookSnapshot.Builder snapshot = BookSnapshot.newBuilder().setInstrumentId(book.instrumentId()).setEventSeq(book.eventSeq())
            .setFeedSeq(book.feedSeq()).setRptSeq(book.rptSeq()).setLastPrice(book.lastPrice()).setLastQuantity(book.lastQuantity())
            .setLastTradeId(book.lastTradeId()).setTimeNs(book.timeNs())
            .setState(TradingState.forNumber(book.facts().state() + 1));
        for (int i = 0, count = Math.min(levels, book.buys().count()); i < count; i++) {
            snapshot.addBids(level(book.buys(), i));
        }
        for (int i = 0, count = Math.min(levels, book.sells().count()); i < count; i++) {
            snapshot.addAsks(level(book.sells(), i));
        }
        return snapshot.build();
    }

    /** The instrument as the feed itself defines it. */
    static Instrument instrument(final OrderBook book) {
        return Instrument.newBuilder().setInstrumentId(book.instrumentId())
            .setSymbol(book.facts().isDefined() ? book.facts().symbol() : "instrument " + book.instrumentId())
            .setPriceDecimals(book.facts().priceDecimals()).setQuantityDecimals(book.facts().quantityDecimals()).build();
    }

    private static Level level(final BookLevels side, final int index) {
        return Level.newBuilder().setPrice(side.price(index)).setQuantity(side.quantity(index)).setOrders(side.orders(index)).build();
    }
}
