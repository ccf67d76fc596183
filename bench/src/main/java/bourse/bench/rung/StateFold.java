package bourse.bench.rung;

import bourse.engine.match.StateDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The book as the reports to the trader tell it: orders in queue order, last trade, number of trades. Its {@link #hash} is the engine's own
 * {@code bookHash} of the same book, with the stream's order ids, as instrument 1; equal hashes prove that a rung lost, repeated and
 * reordered nothing on either way. Cold. Not thread-safe.
 */
public final class StateFold {
    private static final int INSTRUMENT = 1;
    private static final long STREAM_ID_MASK = (1L << 32) - 1;

    private static final class Order {
        private final boolean isBuy;
        private long price;
        private long leaves;

        Order(final boolean isBuy, final long price, final long leaves) {
            this.isBuy = isBuy;
            this.price = price;
            this.leaves = leaves;
        }
    }

    private final Map<Long, Order> orders = new HashMap<>();
    private final TreeMap<Long, LinkedHashMap<Long, Order>> bids = new TreeMap<>(Comparator.reverseOrder());
    private final TreeMap<Long, LinkedHashMap<Long, Order>> asks = new TreeMap<>();
    private long lastPrice;
    private long trades;
    private long rejects;

    /** A new order; without {@code resting} it trades first, and comes back by {@link #booked}. */
    public void accepted(final long id, final boolean isBuy, final long price, final long quantity, final boolean resting) {
        final Order order = new Order(isBuy, price, quantity);
        orders.put(streamId(id), order);
        if (resting) {
            append(streamId(id), order);
        }
    }

    /** What was left rests now. */
    public void booked(final long id, final long price, final long leaves) {
        final Order order = known(id);
        order.price = price;
        order.leaves = leaves;
        append(streamId(id), order);
    }

    /** A trade, seen from its resting side. */
    public void traded(final long makerId, final long makerLeaves, final long price) {
        trades++;
        lastPrice = price;
        final Order maker = known(makerId);
        maker.leaves = makerLeaves;
        if (makerLeaves == 0) {
            remove(makerId);
        }
    }

    /** Gone, resting or not. */
    public void cancelled(final long id) {
        known(id);
        remove(id);
    }

    /** Smaller, place kept. */
    public void reduced(final long id, final long leaves) {
        known(id).leaves = leaves;
    }

    /** Elsewhere, or smaller at its place. */
    public void replaced(final long id, final long price, final long leaves, final boolean priorityKept, final boolean resting) {
        final Order order = known(id);
        if (priorityKept && resting) {
            order.leaves = leaves;
            return;
        }
        unlink(streamId(id), order);
        order.price = price;
        order.leaves = leaves;
        if (resting) {
            append(streamId(id), order);
        }
    }

    /** Nothing of the stream should be refused. */
    public void rejected() {
        rejects++;
    }

    private Order known(final long id) {
        final Order order = orders.get(streamId(id));
        if (order == null) {
            throw new IllegalStateException("a report names an order that was never accepted or is gone, id=" + streamId(id));
        }
        return order;
    }

    private void append(final long id, final Order order) {
        (order.isBuy ? bids : asks).computeIfAbsent(order.price, price -> new LinkedHashMap<>()).put(id, order);
    }

    private void remove(final long id) {
        unlink(streamId(id), orders.remove(streamId(id)));
    }

    private void unlink(final long id, final Order order) {
        final var side = order.isBuy ? bids : asks;
        final LinkedHashMap<Long, Order> level = side.get(order.price);
        if (level != null && level.remove(id) != null && level.isEmpty()) {
            side.remove(order.price);
        }
    }

    /** See {@link bourse.engine.match.Matcher#bookHash()}. */
    public long hash() {
        final StateDigest digest = new StateDigest();
        digest.mix(INSTRUMENT);
        for (final var side : java.util.List.of(bids, asks)) {
            side.values().forEach(level -> level.forEach((id, order) -> {
                digest.mix(id);
                digest.mix(order.price);
                digest.mix(order.leaves);
                digest.mix(order.leaves);
            }));
        }
        digest.mix(lastPrice);
        digest.mix(trades);
        return digest.value();
    }

    /** Orders in the book. */
    public int resting() {
        return bids.values().stream().mapToInt(Map::size).sum() + asks.values().stream().mapToInt(Map::size).sum();
    }

    public long trades() {
        return trades;
    }

    public long rejects() {
        return rejects;
    }

    private static long streamId(final long clientOrderId) {
        return clientOrderId & STREAM_ID_MASK;
    }
}
