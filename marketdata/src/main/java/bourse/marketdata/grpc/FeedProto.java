package bourse.marketdata.grpc;

import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.InstrumentFacts;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.v1.AddOrder;
import bourse.marketdata.v1.AuctionIndication;
import bourse.marketdata.v1.BookOrder;
import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.DeleteOrder;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.Level;
import bourse.marketdata.v1.ReduceOrder;
import bourse.marketdata.v1.ReplaceOrder;
import bourse.marketdata.v1.Status;
import bourse.marketdata.v1.Trade;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.sbe.feed.AddOrderDecoder;
import bourse.sbe.feed.AuctionIndicativeDecoder;
import bourse.sbe.feed.DeleteOrderDecoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionDecoder;
import bourse.sbe.feed.InstrumentStatusDecoder;
import bourse.sbe.feed.ReduceOrderDecoder;
import bourse.sbe.feed.ReplaceOrderDecoder;
import bourse.sbe.feed.TradeReportDecoder;
import org.agrona.DirectBuffer;

/** Feed messages and books as protobuf. Thread: one per instance. */
final class FeedProto {
    private final int shard;
    private final AddOrderDecoder add = new AddOrderDecoder();
    private final ReduceOrderDecoder reduce = new ReduceOrderDecoder();
    private final DeleteOrderDecoder delete = new DeleteOrderDecoder();
    private final ReplaceOrderDecoder replace = new ReplaceOrderDecoder();
    private final TradeReportDecoder trade = new TradeReportDecoder();
    private final InstrumentDefinitionDecoder definition = new InstrumentDefinitionDecoder();
    private final InstrumentStatusDecoder status = new InstrumentStatusDecoder();
    private final AuctionIndicativeDecoder auction = new AuctionIndicativeDecoder();

    FeedProto(final int shard) {
        this.shard = shard;
    }

    /** A numbered message of a known template. */
    FeedMessage message(final long feedSeq, final DirectBuffer buffer, final int offset) {
        final int templateId = FeedMessageLayout.templateId(buffer, offset);
        final int block = offset + FeedMessageLayout.HEADER_LENGTH;
        final int flags = FeedMessageLayout.flags(buffer, offset, templateId);
        final FeedMessage.Builder message = FeedMessage.newBuilder()
            .setFeedSeq(feedSeq)
            .setEventSeq(FeedMessageLayout.eventSeq(buffer, offset))
            .setTimeNs(FeedMessageLayout.timeNs(buffer, offset))
            .setInstrumentId(FeedMessageLayout.instrumentId(buffer, offset, templateId))
            .setRptSeq(FeedMessageLayout.hasRptSeq(templateId) ? FeedMessageLayout.rptSeq(buffer, offset, templateId) : 0)
            .setEndOfEvent((flags & FeedMessageLayout.END_OF_EVENT) != 0);
        switch (templateId) {
            case AddOrderDecoder.TEMPLATE_ID -> {
                add.wrap(buffer, block, AddOrderDecoder.BLOCK_LENGTH, AddOrderDecoder.SCHEMA_VERSION);
                message.setAdd(AddOrder.newBuilder().setOrderId(add.orderId()).setSide(side(add.sideRaw())).setPrice(add.price())
                    .setQuantity(add.quantity()));
            }
            case ReduceOrderDecoder.TEMPLATE_ID -> {
                reduce.wrap(buffer, block, ReduceOrderDecoder.BLOCK_LENGTH, ReduceOrderDecoder.SCHEMA_VERSION);
                message.setReduce(ReduceOrder.newBuilder().setOrderId(reduce.orderId()).setQuantity(reduce.quantity()));
            }
            case DeleteOrderDecoder.TEMPLATE_ID -> {
                delete.wrap(buffer, block, DeleteOrderDecoder.BLOCK_LENGTH, DeleteOrderDecoder.SCHEMA_VERSION);
                message.setDelete(DeleteOrder.newBuilder().setOrderId(delete.orderId()));
            }
            case ReplaceOrderDecoder.TEMPLATE_ID -> {
                replace.wrap(buffer, block, ReplaceOrderDecoder.BLOCK_LENGTH, ReplaceOrderDecoder.SCHEMA_VERSION);
                message.setReplace(ReplaceOrder.newBuilder().setOrderId(replace.orderId()).setSide(side(replace.sideRaw()))
                    .setPrice(replace.price()).setQuantity(replace.quantity())
                    .setPriorityKept((flags & FeedMessageLayout.PRIORITY_KEPT) != 0));
            }
            case TradeReportDecoder.TEMPLATE_ID -> message.setTrade(trade(buffer, block, flags));
            case InstrumentDefinitionDecoder.TEMPLATE_ID -> message.setDefinition(definition(buffer, block));
            case InstrumentStatusDecoder.TEMPLATE_ID -> {
                status.wrap(buffer, block, InstrumentStatusDecoder.BLOCK_LENGTH, InstrumentStatusDecoder.SCHEMA_VERSION);
                message.setStatus(Status.newBuilder().setState(state(status.stateRaw())).setReferencePrice(status.referencePrice()));
            }
            case AuctionIndicativeDecoder.TEMPLATE_ID -> {
                auction.wrap(buffer, block, AuctionIndicativeDecoder.BLOCK_LENGTH, AuctionIndicativeDecoder.SCHEMA_VERSION);
                message.setAuction(AuctionIndication.newBuilder().setPrice(auction.price()).setVolume(auction.volume())
                    .setSurplus(auction.surplus()));
            }
            default -> {
            }
        }
        return message.build();
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

    /** The definition of an instrument as far as the feed tells it. */
    Instrument instrument(final OrderBook book) {
        final InstrumentFacts facts = book.facts();
        return Instrument.newBuilder().setInstrumentId(book.instrumentId()).setSymbol(facts.symbol()).setShard(shard)
            .setPriceDecimals(facts.priceDecimals()).setQuantityDecimals(facts.quantityDecimals()).setTickSize(facts.tickSize())
            .setLotSize(facts.lotSize()).setMinPrice(facts.minPrice()).setMaxPrice(facts.maxPrice())
            .setReferencePrice(facts.referencePrice()).setBaseAsset(facts.baseAsset()).setQuoteAsset(facts.quoteAsset())
            .setState(state(facts.state())).build();
    }

    static TradingState state(final int raw) {
        return TradingState.forNumber(raw + 1);
    }

    private Trade.Builder trade(final DirectBuffer buffer, final int block, final int flags) {
        trade.wrap(buffer, block, TradeReportDecoder.BLOCK_LENGTH, TradeReportDecoder.SCHEMA_VERSION);
        return Trade.newBuilder().setTradeId(trade.tradeId()).setMakerOrderId(trade.makerOrderId()).setTakerOrderId(trade.takerOrderId())
            .setPrice(trade.price()).setQuantity(trade.quantity()).setTakerSide(side(trade.takerSideRaw()))
            .setAuction((flags & FeedMessageLayout.AUCTION) != 0)
            .setMakerHidden((flags & FeedMessageLayout.MAKER_HIDDEN) != 0)
            .setTakerResting((flags & FeedMessageLayout.TAKER_RESTING) != 0);
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
