package bourse.services.replay;

import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.v1.BookOrder;
import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.Trade;

/** Folds the gRPC feed's snapshots and messages into the receiver's book. */
final class GrpcFold {
    private GrpcFold() {
    }

    static void load(final OrderBook book, final BookSnapshot snapshot) {
        book.clear();
        for (final BookOrder order : snapshot.getOrdersList()) {
            book.add(order.getOrderId(), side(order.getSide()), order.getPrice(), order.getQuantity());
        }
    }

    static void apply(final OrderBook book, final FeedMessage message) {
        switch (message.getMessageCase()) {
            case ADD -> book.add(message.getAdd().getOrderId(), side(message.getAdd().getSide()), message.getAdd().getPrice(),
                    message.getAdd().getQuantity());
            case REDUCE -> book.reduce(message.getReduce().getOrderId(), message.getReduce().getQuantity());
            case DELETE -> book.delete(message.getDelete().getOrderId());
            case REPLACE -> book.replace(message.getReplace().getOrderId(), side(message.getReplace().getSide()), message.getReplace().getPrice(),
                    message.getReplace().getQuantity(), message.getReplace().getPriorityKept());
            case TRADE -> {
                final Trade trade = message.getTrade();
                if (!trade.getMakerHidden()) {
                    book.fill(trade.getMakerOrderId(), trade.getQuantity());
                }
                if (trade.getTakerResting()) {
                    book.fill(trade.getTakerOrderId(), trade.getQuantity());
                }
            }
            default -> {
            }
        }
    }

    private static int side(final BookSide side) {
        return side == BookSide.BOOK_SIDE_BUY ? OrderBook.BUY : OrderBook.SELL;
    }
}
