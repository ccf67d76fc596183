import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.SubscribeResponse;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/** The book of one instrument, order by order, from MarketData.Subscribe (DEPTH_ORDERS); by MARKET_DATA.md. Any thread. */
final class Book {
    private record Order(BookSide side, long price, long quantity) {
    }

    private final Map<Long, Order> orders = new HashMap<>();
    private long lastFeedSeq;

    synchronized void apply(final SubscribeResponse update) {
        if (update.hasSnapshot()) {
            orders.clear();
            update.getSnapshot().getOrdersList().forEach(order -> orders.put(order.getOrderId(), new Order(order.getSide(), order.getPrice(), order.getQuantity())));
            lastFeedSeq = update.getSnapshot().getFeedSeq();
        }
        for (final FeedMessage message : update.getMessages().getMessagesList()) {
            if (message.getFeedSeq() > lastFeedSeq) {
                lastFeedSeq = message.getFeedSeq();
                apply(message);
            }
        }
    }

    private void apply(final FeedMessage message) {
        switch (message.getMessageCase()) {
            case ADD -> orders.put(message.getAdd().getOrderId(), new Order(message.getAdd().getSide(), message.getAdd().getPrice(), message.getAdd().getQuantity()));
            case REDUCE -> resize(message.getReduce().getOrderId(), quantity -> message.getReduce().getQuantity());
            case DELETE -> orders.remove(message.getDelete().getOrderId());
            // An order that was not in the public book enters it this way, too.
            case REPLACE -> orders.put(message.getReplace().getOrderId(),
                new Order(message.getReplace().getSide(), message.getReplace().getPrice(), message.getReplace().getQuantity()));
            case TRADE -> {
                if (!message.getTrade().getMakerHidden()) {
                    resize(message.getTrade().getMakerOrderId(), quantity -> quantity - message.getTrade().getQuantity());
                }
                if (message.getTrade().getTakerResting()) {
                    resize(message.getTrade().getTakerOrderId(), quantity -> quantity - message.getTrade().getQuantity());
                }
            }
            default -> { }
        }
    }

    /** Gives an order another quantity; with nothing left it is gone. */
    private void resize(final long orderId, final LongUnaryOperator quantity) {
        orders.computeIfPresent(orderId, (id, order) -> {
            final long left = quantity.applyAsLong(order.quantity);
            return left > 0 ? new Order(order.side, order.price, left) : null;
        });
    }

    synchronized boolean holds(final long orderId) {
        return orders.containsKey(orderId);
    }

    /** Quantity by price, best first. */
    synchronized Map<Long, Long> levels(final BookSide side) {
        final Map<Long, Long> levels = new TreeMap<>(side == BookSide.BOOK_SIDE_BUY ? Comparator.<Long>reverseOrder() : Comparator.<Long>naturalOrder());
        orders.values().stream().filter(order -> order.side == side).forEach(order -> levels.merge(order.price, order.quantity, Long::sum));
        return levels;
    }
}
