package bourse.services.replay;

import bourse.marketdata.v1.BookOrder;
import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.Trade;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The public book of one instrument, folded from feed messages: visible quantity by price. Not thread-safe. */
final class FoldedBook {
    private static final class Order {
        final boolean buy;
        long price;
        long quantity;

        Order(final boolean buy, final long price, final long quantity) {
            this.buy = buy;
            this.price = price;
            this.quantity = quantity;
        }
    }

    private final Map<Long, Order> orders = new HashMap<>();
    /** Keys are negative prices, so that the first is the best. */
    private final TreeMap<Long, long[]> buys = new TreeMap<>();
    private final TreeMap<Long, long[]> sells = new TreeMap<>();

    boolean isEmpty() {
        return orders.isEmpty();
    }

    void load(final BookSnapshot snapshot) {
        orders.clear();
        buys.clear();
        sells.clear();
        for (final BookOrder order : snapshot.getOrdersList()) {
            add(order.getOrderId(), order.getSide() == BookSide.BOOK_SIDE_BUY, order.getPrice(), order.getQuantity());
        }
    }

    void apply(final FeedMessage message) {
        switch (message.getMessageCase()) {
            case ADD -> add(message.getAdd().getOrderId(), message.getAdd().getSide() == BookSide.BOOK_SIDE_BUY,
                    message.getAdd().getPrice(), message.getAdd().getQuantity());
            case REDUCE -> resize(message.getReduce().getOrderId(), message.getReduce().getQuantity());
            case DELETE -> resize(message.getDelete().getOrderId(), 0);
            case REPLACE -> replace(message.getReplace().getOrderId(), message.getReplace().getPrice(),
                    message.getReplace().getQuantity());
            case TRADE -> {
                final Trade trade = message.getTrade();
                if (!trade.getMakerHidden()) {
                    fill(trade.getMakerOrderId(), trade.getQuantity());
                }
                if (trade.getTakerResting()) {
                    fill(trade.getTakerOrderId(), trade.getQuantity());
                }
            }
            default -> {
            }
        }
    }

    void add(final long orderId, final boolean buy, final long price, final long quantity) {
        orders.put(orderId, new Order(buy, price, quantity));
        move(buy, price, quantity);
    }

    /** Takes {@code quantity} off. */
    void fill(final long orderId, final long quantity) {
        final Order order = orders.get(orderId);
        if (order != null) {
            resize(orderId, order.quantity - quantity);
        }
    }

    /** The order shows {@code quantity} from now on; 0 = it has gone. */
    void resize(final long orderId, final long quantity) {
        final Order order = orders.get(orderId);
        if (order == null) {
            return;
        }
        move(order.buy, order.price, quantity - order.quantity);
        order.quantity = quantity;
        if (quantity <= 0) {
            orders.remove(orderId);
        }
    }

    void replace(final long orderId, final long price, final long quantity) {
        final Order order = orders.get(orderId);
        if (order == null) {
            return;
        }
        resize(orderId, 0);
        if (quantity > 0) {
            add(orderId, order.buy, price, quantity);
        }
    }

    private void move(final boolean buy, final long price, final long change) {
        final TreeMap<Long, long[]> side = buy ? buys : sells;
        final Long key = buy ? -price : price;
        final long[] level = side.computeIfAbsent(key, ignored -> new long[1]);
        level[0] += change;
        if (level[0] == 0) {
            side.remove(key);
        }
    }

    /**
     * Writes the best levels of a side as price, quantity pairs.
     *
     * @param out at least twice {@code depth} long
     * @return how many levels
     */
    int read(final boolean buy, final int depth, final long[] out) {
        int index = 0;
        for (final Map.Entry<Long, long[]> level : (buy ? buys : sells).entrySet()) {
            if (index == depth) {
                break;
            }
            out[2 * index] = buy ? -level.getKey() : level.getKey();
            out[2 * index + 1] = level.getValue()[0];
            index++;
        }
        return index;
    }
}
