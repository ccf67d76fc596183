package bourse.engine.reference;

import bourse.engine.match.MatchListener;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.PegReference;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.TradingState;
import java.util.Comparator;
import java.util.List;

/** What follows a command when trading is continuous: stops move and trigger, pegs move. docs/SEMANTICS.md, sections 2, 6, 7. */
final class Settling {
    private final MatchListener listener;
    private final Ledger ledger;
    private final Matching matching;
    private final Matching.Counters counters;

    Settling(final MatchListener listener, final Ledger ledger, final Matching matching, final Matching.Counters counters) {
        this.listener = listener;
        this.ledger = ledger;
        this.matching = matching;
        this.counters = counters;
    }

    void settle(final Book book) {
        boolean again = true;
        while (again && isContinuous(book)) {
            moveTrailingStops(book);
            final Order stop = nextStop(book);
            if (stop != null) {
                trigger(stop);
            } else {
                again = movePeg(book);
            }
        }
    }

    static boolean isContinuous(final Book book) {
        return book.state == TradingState.CONTINUOUS.value();
    }

    // ------------------------------------------------------------------------------------------- stops

    static boolean holds(final Order stop) {
        final Book book = stop.book;
        return book.hasLastPrice && (stop.isBuy() ? book.lastPrice >= stop.stopPrice : book.lastPrice <= stop.stopPrice);
    }

    /** Where a trailing stop stands at the last price. */
    static long trail(final Order stop) {
        return stop.isBuy() ? stop.book.lastPrice + stop.offset : stop.book.lastPrice - stop.offset;
    }

    private void moveTrailingStops(final Book book) {
        if (!book.hasLastPrice) {
            return;
        }
        for (final Order stop : book.stops) {
            if (stop.is(OrderType.TRAILING_STOP)) {
                final long trail = trail(stop);
                if (stop.isBuy() ? trail < stop.stopPrice : trail > stop.stopPrice) {
                    stop.stopPrice = trail;
                    matching.restated(stop, trail, true, RestateReason.TRAILING_STOP_MOVED);
                }
            }
        }
    }

    /** The oldest whose condition holds decides the side; there the lowest buy, the highest sell, then the oldest. */
    private static Order nextStop(final Book book) {
        final List<Order> due = book.stops.stream().filter(Settling::holds).toList();
        if (due.isEmpty()) {
            return null;
        }
        final Order oldest = due.getFirst();
        final Comparator<Order> byStopPrice = Comparator.comparingLong(stop -> stop.isBuy() ? stop.stopPrice : -stop.stopPrice);
        return due.stream().filter(stop -> stop.side == oldest.side).min(byStopPrice).orElseThrow();
    }

    void trigger(final Order stop) {
        final Book book = stop.book;
        Matching.takeOut(stop);
        listener.onTriggered(book.instrumentId(), stop.orderId, stop.owner.number, stop.clientOrderId, stop.stopPrice);
        matching.cancelLinked(stop);
        if (stop.is(OrderType.TRAILING_STOP)) {
            stop.price = stop.limitPrice;
        }
        final boolean limit = stop.is(OrderType.STOP_LIMIT) || stop.is(OrderType.TRAILING_STOP) && stop.limitPrice != 0
            || stop.restsAtAnyPrice() && stop.price != 0;
        stop.type = limit ? OrderType.LIMIT.value() : OrderType.MARKET.value();
        Matching.setBound(stop);
        if (ledger.hold(stop)) {
            matching.enter(stop, false);
        } else {
            matching.cancel(stop, CancelReason.RISK);
        }
    }

    // ------------------------------------------------------------------------------------------- pegs

    /** Where a peg should stand; 0 = its reference is gone. */
    static long target(final Order peg, final long limitPrice) {
        final Book book = peg.book;
        final long bid = book.anchor(Order.BUY);
        final long ask = book.anchor(Order.SELL);
        final long doubled;
        if (peg.pegReference == PegReference.MID.value()) {
            doubled = bid == 0 || ask == 0 ? 0 : bid + ask;
        } else {
            doubled = 2 * (peg.pegReference == PegReference.BID.value() ? bid : ask);
        }
        if (doubled == 0) {
            return 0;
        }
        final long tick = book.spec.tickSize();
        final long twice = doubled + 2 * peg.offset;
        long price = tick * (peg.isBuy() ? Math.floorDiv(twice, 2 * tick) : Math.ceilDiv(twice, 2 * tick));
        if (limitPrice != 0) {
            price = peg.isBuy() ? Math.min(price, limitPrice) : Math.max(price, limitPrice);
        }
        final long lowest = Math.ceilDiv(book.spec.minPrice(), tick) * tick;
        final long highest = book.spec.maxPrice() / tick * tick;
        return Math.min(Math.max(price, lowest), highest);
    }

    private boolean movePeg(final Book book) {
        if (!book.hasPegs()) {
            return false;
        }
        for (final Order peg : book.liveOrders()) {
            if (peg.is(OrderType.PEGGED)) {
                final long target = target(peg, peg.limitPrice);
                if (target == 0) {
                    matching.cancel(peg, CancelReason.NO_REFERENCE_PRICE);
                    return true;
                }
                if (target != peg.price) {
                    move(peg, target);
                    return true;
                }
            }
        }
        return false;
    }

    private void move(final Order peg, final long target) {
        final long before = peg.price;
        peg.price = target;
        if (!ledger.hold(peg)) {
            peg.price = before;
            matching.cancel(peg, CancelReason.RISK);
            return;
        }
        peg.price = before;
        peg.book.remove(peg);
        peg.price = target;
        peg.sequence = counters.sequence++;
        peg.book.append(peg);
        matching.restated(peg, target, false, RestateReason.PEG_MOVED);
        matching.tradeFromBook(peg);
    }
}
