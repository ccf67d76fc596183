package bourse.marketdata.grpc;

import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.v1.BookOrder;
import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.Level;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionDecoder;
import org.agrona.DirectBuffer;

/** Books and definitions as protobuf. Thread: one per instance. */
final class FeedProto {
    private final int shard;
    private final InstrumentDefinitionDecoder definition = new InstrumentDefinitionDecoder();

    FeedProto(final int shard) {
        this.shard = shard;
    }

    /** The message of an instrument's definition. */
    FeedMessage definitionMessage(final long feedSeq, final DirectBuffer buffer, final int offset) {
        final int templateId = FeedMessageLayout.templateId(buffer, offset);
        final boolean endOfEvent = (FeedMessageLayout.flags(buffer, offset, templateId) & FeedMessageLayout.END_OF_EVENT) != 0;
        return FeedMessage.newBuilder()
            .setFeedSeq(feedSeq)
            .setEventSeq(FeedMessageLayout.eventSeq(buffer, offset))
            .setTimeNs(FeedMessageLayout.timeNs(buffer, offset))
            .setInstrumentId(FeedMessageLayout.instrumentId(buffer, offset, templateId))
            .setEndOfEvent(endOfEvent)
            .setDefinition(definition(buffer, offset + FeedMessageLayout.HEADER_LENGTH))
            .build();
    }

    /** The book with what {@code depth} asks for. */
    BookSnapshot book(final OrderBook book, final long feedSeq, final Depth depth, final int levels) {
        final BookSnapshot.Builder snapshot = BookSnapshot.newBuilder()
            .setInstrumentId(book.instrumentId())
            .setEventSeq(book.eventSeq())
            .setFeedSeq(feedSeq)
            .setRptSeq(book.rptSeq())
            .setLastPrice(book.lastPrice())
            .setLastQuantity(book.lastQuantity())
            .setLastTradeId(book.lastTradeId())
            .setTimeNs(book.timeNs())
            .setState(state(book.facts().state()));
        switch (depth) {
            case DEPTH_TOP -> levels(snapshot, book, 1);
            case DEPTH_LEVELS -> levels(snapshot, book, levels);
            case DEPTH_ORDERS -> {
                orders(snapshot, book, book.buys(), BookSide.BOOK_SIDE_BUY);
                orders(snapshot, book, book.sells(), BookSide.BOOK_SIDE_SELL);
                snapshot.setChecksum(BookChecksum.of(book));
            }
            default -> {
            }
        }
        return snapshot.build();
    }

    static TradingState state(final int raw) {
        return TradingState.forNumber(raw + 1);
    }

    private Instrument definition(final DirectBuffer buffer, final int block) {
        definition.wrap(buffer, block, InstrumentDefinitionDecoder.BLOCK_LENGTH, InstrumentDefinitionDecoder.SCHEMA_VERSION);
        return Instrument.newBuilder().setInstrumentId((int) definition.instrumentId()).setSymbol(definition.symbol()).setShard(shard)
            .setPriceDecimals(definition.priceDecimals()).setQuantityDecimals(definition.quantityDecimals())
            .setTickSize(definition.tickSize()).setLotSize(definition.lotSize()).setMinPrice(definition.minPrice())
            .setMaxPrice(definition.maxPrice()).setReferencePrice(definition.referencePrice()).setBaseAsset(definition.baseAsset())
            .setQuoteAsset(definition.quoteAsset()).setState(state(definition.stateRaw())).build();
    }

    private static void levels(final BookSnapshot.Builder snapshot, final OrderBook book, final int most) {
        final BookLevels buys = book.buys();
        for (int i = 0, count = Math.min(most, buys.count()); i < count; i++) {
            snapshot.addBids(Level.newBuilder().setPrice(buys.price(i)).setQuantity(buys.quantity(i)).setOrders(buys.orders(i)));
        }
        final BookLevels sells = book.sells();
        for (int i = 0, count = Math.min(most, sells.count()); i < count; i++) {
            snapshot.addAsks(Level.newBuilder().setPrice(sells.price(i)).setQuantity(sells.quantity(i)).setOrders(sells.orders(i)));
        }
    }

    private static void orders(final BookSnapshot.Builder snapshot, final OrderBook book, final BookLevels levels, final BookSide side) {
        for (int i = 0, count = levels.count(); i < count; i++) {
            for (int order = levels.firstOrder(i); order != OrderBook.NO_ORDER; order = book.nextOrder(order)) {
                snapshot.addOrders(BookOrder.newBuilder().setOrderId(book.orderId(order)).setSide(side).setPrice(levels.price(i))
                    .setQuantity(book.orderQuantity(order)));
            }
        }
    }

    private static BookSide side(final int raw) {
        return raw == OrderBook.BUY ? BookSide.BOOK_SIDE_BUY : BookSide.BOOK_SIDE_SELL;
    }
}
