package bourse.marketdata.grpc;

import bourse.marketdata.v1.AddOrder;
import bourse.marketdata.v1.AuctionIndication;
import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.DeleteOrder;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.ReduceOrder;
import bourse.marketdata.v1.ReplaceOrder;
import bourse.marketdata.v1.Status;
import bourse.marketdata.v1.Trade;
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

/** The plain way from a feed message to protobuf, by generated builders: what the hand-written encoding is compared with. */
final class GeneratedMessages {
    private final FeedProto proto = new FeedProto(0);
    private final AddOrderDecoder add = new AddOrderDecoder();
    private final ReduceOrderDecoder reduce = new ReduceOrderDecoder();
    private final DeleteOrderDecoder delete = new DeleteOrderDecoder();
    private final ReplaceOrderDecoder replace = new ReplaceOrderDecoder();
    private final TradeReportDecoder trade = new TradeReportDecoder();
    private final InstrumentStatusDecoder status = new InstrumentStatusDecoder();
    private final AuctionIndicativeDecoder auction = new AuctionIndicativeDecoder();

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
            case InstrumentDefinitionDecoder.TEMPLATE_ID -> {
                return proto.definitionMessage(feedSeq, buffer, offset);
            }
            case InstrumentStatusDecoder.TEMPLATE_ID -> {
                status.wrap(buffer, block, InstrumentStatusDecoder.BLOCK_LENGTH, InstrumentStatusDecoder.SCHEMA_VERSION);
                message.setStatus(Status.newBuilder().setState(FeedProto.state(status.stateRaw())).setReferencePrice(status.referencePrice()));
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

    private Trade.Builder trade(final DirectBuffer buffer, final int block, final int flags) {
        trade.wrap(buffer, block, TradeReportDecoder.BLOCK_LENGTH, TradeReportDecoder.SCHEMA_VERSION);
        return Trade.newBuilder().setTradeId(trade.tradeId()).setMakerOrderId(trade.makerOrderId()).setTakerOrderId(trade.takerOrderId())
            .setPrice(trade.price()).setQuantity(trade.quantity()).setTakerSide(side(trade.takerSideRaw()))
            .setAuction((flags & FeedMessageLayout.AUCTION) != 0)
            .setMakerHidden((flags & FeedMessageLayout.MAKER_HIDDEN) != 0)
            .setTakerResting((flags & FeedMessageLayout.TAKER_RESTING) != 0);
    }

    private static BookSide side(final int raw) {
        return raw == 0 ? BookSide.BOOK_SIDE_BUY : BookSide.BOOK_SIDE_SELL;
    }
}
