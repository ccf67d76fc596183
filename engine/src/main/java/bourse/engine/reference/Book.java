package bourse.engine.reference;

import bourse.engine.match.InstrumentSpec;
import bourse.sbe.engine.OrderType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** One instrument: two sides of price levels, each a list in queue order, its waiting stops, its trading state. */
class Book {
    /** As it was defined or changed last; its state and reference price are those of that time. */
    InstrumentSpec spec;
    /** In order of entry. */
    final List<Order> stops = new ArrayList<>();
    private final TreeMap<Long, List<Order>> buys = new TreeMap<>(Comparator.reverseOrder());
    private final TreeMap<Long, List<Order>> sells = new TreeMap<>();
    private int restingPegs;

    int state;
    long referencePrice;
    long lastPrice;
    long lastQuantity;
    boolean hasLastPrice;
    long tradeCount;
    /** The indication that was given last in this call. */
    long indicatedPrice;
    long indicatedVolume;
    long indicatedSurplus;

    Book(final InstrumentSpec spec) {
        this.spec = spec;
        this.state = spec.state();
        this.referencePrice = spec.referencePrice();
    }

    final int instrumentId() {
        return spec.instrumentId();
    }

    /** The order joins the end of its queue. */
    void append(final Order order) {
        level(order).addLast(order);
        order.resting = true;
        restingPegs += order.is(OrderType.PEGGED) ? 1 : 0;
    }

    /** The order, its peak refilled, goes to the end of its queue. */
    void moveToBack(final Order order) {
        final List<Order> queue = level(order);
        queue.remove(order);
        queue.addLast(order);
    }

    final List<Order> level(final Order order) {
        return levels(order.side).computeIfAbsent(order.queuePrice(), price -> new ArrayList<>());
    }

    final void remove(final Order order) {
        final TreeMap<Long, List<Order>> levels = levels(order.side);
        final List<Order> queue = levels.get(order.queuePrice());
        if (queue == null || !queue.remove(order)) {
            throw new IllegalStateException("order not in level, " + order);
        }
        if (queue.isEmpty()) {
            levels.remove(order.queuePrice());
        }
        order.resting = false;
        restingPegs -= order.is(OrderType.PEGGED) ? 1 : 0;
    }

    final boolean hasPegs() {
        return restingPegs != 0;
    }

    private TreeMap<Long, List<Order>> levels(final int side) {
        return side == Order.BUY ? buys : sells;
    }

    /** Resting orders of a side, best first in queue order: a copy. */
    final List<Order> orders(final int side) {
        return levels(side).values().stream().flatMap(Collection::stream).toList();
    }

    /** Resting and waiting orders by ascending orderId: a copy. */
    final List<Order> liveOrders() {
        return live().sorted(Comparator.comparingLong(o -> o.orderId)).toList();
    }

    /** The same in no order of meaning, not a copy: nothing may change meanwhile. */
    final Stream<Order> live() {
        return Stream.of(levels(Order.BUY).values().stream().flatMap(Collection::stream), levels(Order.SELL).values().stream().flatMap(Collection::stream), stops.stream())
            .flatMap(Function.identity());
    }

    /** The first order of a side, null if there is none. */
    final Order best(final int side) {
        return levels(side).isEmpty() ? null : levels(side).firstEntry().getValue().getFirst();
    }

    /** Best price among displayed orders that are not pegged, 0 if there is none. */
    final long anchor(final int side) {
        return orders(side).stream().filter(o -> !o.isHidden() && !o.is(OrderType.PEGGED)).mapToLong(o -> o.price).findFirst().orElse(0);
    }

    boolean inBand(final long price) {
        return spec.priceBand() == 0 || referencePrice == 0 || Math.abs(price - referencePrice) <= spec.priceBand();
    }

    /** Other parameters from now on. A last price that is off the tick is none for stops. */
    final void change(final InstrumentSpec changed) {
        spec = changed;
        referencePrice = changed.referencePrice();
        hasLastPrice = hasLastPrice && lastPrice % changed.tickSize() == 0;
    }

    /** The instrument with its state and reference price of now. */
    final InstrumentSpec specNow() {
        return spec.at(referencePrice, state);
    }
}
