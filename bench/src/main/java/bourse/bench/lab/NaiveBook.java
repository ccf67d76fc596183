package bourse.bench.lab;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A book as one writes it first: objects, tree maps, boxed keys, a lock on every call. The same rules as the fast matcher for limit, IOC, cancel,
 * reduce and move, so that both can be given the same stream; its number of trades proves it.
 */
final class NaiveBook {
    /** An order. */
    static final class Order {
        private final Long id;
        private final boolean isBuy;
        private Long price;
        private Integer quantity;

        Order(final Long id, final boolean isBuy, final Long price, final Integer quantity) {
            this.id = id;
            this.isBuy = isBuy;
            this.price = price;
            this.quantity = quantity;
        }
    }

    private final TreeMap<Long, ArrayDeque<Order>> bids = new TreeMap<>(Comparator.reverseOrder());
    private final TreeMap<Long, ArrayDeque<Order>> asks = new TreeMap<>();
    private final Map<Long, Order> orders = new HashMap<>();
    private final boolean locks;
    private long trades;

    /** @param locks every call takes the book's monitor */
    NaiveBook(final boolean locks) {
        this.locks = locks;
    }

    void enter(final Long id, final boolean isBuy, final Long price, final Integer quantity, final boolean immediate) {
        if (locks) {
            synchronized (this) {
                doEnter(id, isBuy, price, quantity, immediate);
            }
        } else {
            doEnter(id, isBuy, price, quantity, immediate);
        }
    }

    private void doEnter(final Long id, final boolean isBuy, final Long price, final Integer quantity, final boolean immediate) {
        final Order taker = new Order(id, isBuy, price, quantity);
        final TreeMap<Long, ArrayDeque<Order>> against = isBuy ? asks : bids;
        while (taker.quantity > 0 && !against.isEmpty()
                && (isBuy ? against.firstKey().compareTo(price) <= 0 : against.firstKey().compareTo(price) >= 0)) {
            final ArrayDeque<Order> level = against.firstEntry().getValue();
            final Order maker = level.peekFirst();
            final Integer traded = Math.min(maker.quantity, taker.quantity);
            maker.quantity -= traded;
            taker.quantity -= traded;
            trades++;
            if (maker.quantity == 0) {
                level.pollFirst();
                orders.remove(maker.id);
                if (level.isEmpty()) {
                    against.pollFirstEntry();
                }
            }
        }
        if (taker.quantity > 0 && !immediate) {
            orders.put(id, taker);
            (isBuy ? bids : asks).computeIfAbsent(price, any -> new ArrayDeque<>()).addLast(taker);
        }
    }

    void cancel(final Long id) {
        if (locks) {
            synchronized (this) {
                doCancel(id);
            }
        } else {
            doCancel(id);
        }
    }

    private void doCancel(final Long id) {
        final Order order = orders.remove(id);
        if (order != null) {
            unlink(order);
        }
    }

    private void unlink(final Order order) {
        final TreeMap<Long, ArrayDeque<Order>> side = order.isBuy ? bids : asks;
        final ArrayDeque<Order> level = side.get(order.price);
        final Iterator<Order> all = level.iterator();
        while (all.hasNext()) {
            if (all.next() == order) {
                all.remove();
                break;
            }
        }
        if (level.isEmpty()) {
            side.remove(order.price);
        }
    }

    void reduce(final Long id, final Integer by) {
        final Order order = orders.get(id);
        if (order != null) {
            order.quantity -= by;
            if (order.quantity <= 0) {
                doCancel(id);
            }
        }
    }

    void move(final Long id, final Long price) {
        final Order order = orders.get(id);
        if (order != null) {
            unlink(order);
            order.price = price;
            (order.isBuy ? bids : asks).computeIfAbsent(price, any -> new ArrayDeque<>()).addLast(order);
        }
    }

    void clear() {
        bids.clear();
        asks.clear();
        orders.clear();
    }

    long trades() {
        return trades;
    }
}
