package bourse.engine.reference;

import static bourse.engine.reference.Order.BUY;
import static bourse.engine.reference.Order.SELL;

import bourse.engine.match.MatchListener;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who trades with whom: docs/SEMANTICS.md, sections 2 to 5 and 9. */
final class Matching {
    /** Why an order that goes through the book stopped. */
    private enum Stopped { USED_UP_OR_NOTHING_LEFT, BY_SELF_TRADE, BY_BAND }

    private final MatchListener listener;
    private final Ledger ledger;
    private final Counters counters;

    /** The shard's numbers, each the next one to be given. */
    static final class Counters {
        long orderId = 1;
        long tradeId = 1;
        long sequence = 1;
        int liveOrders;
    }

    Matching(final MatchListener listener, final Ledger ledger, final Counters counters) {
        this.listener = listener;
        this.ledger = ledger;
        this.counters = counters;
    }

    static int opposite(final int side) {
        return BUY + SELL - side;
    }

    /** The best order opposite is within the order's limit. */
    static boolean crossesBest(final Order o) {
        final Order best = o.book.best(opposite(o.side));
        return best != null && o.reaches(best);
    }

    static Order bestOpposite(final Order o) {
        return o.book.best(opposite(o.side));
    }

    /** Sets how far a market order may trade. */
    static void setBound(final Order o) {
        if (!o.is(OrderType.MARKET)) {
            return;
        }
        final boolean buy = o.isBuy();
        o.bound = o.price != 0 ? o.price : buy ? Long.MAX_VALUE : 0;
        final Order best = o.book.orders(opposite(o.side)).stream().filter(m -> !m.is(OrderType.MARKET)).findFirst().orElse(null);
        final long protection = o.stopPrice == 0 && o.offset > 0 ? o.offset : o.book.spec.marketProtection();
        if (best != null && protection > 0) {
            o.bound = buy ? Math.min(o.bound, best.price + protection) : Math.max(o.bound, best.price - protection);
        }
        if (buy && o.book.spec.riskChecked()) {
            o.bound = Math.min(o.bound, worstPriceNeeded(o));
        }
    }

    private static long worstPriceNeeded(final Order o) {
        long worst = 0;
        long open = 0;
        for (final Order m : o.book.orders(opposite(o.side))) {
            if (!o.reaches(m) || open >= o.leaves) {
                break;
            }
            worst = m.price;
            open += m.leaves;
        }
        return worst;
    }

    /** Lets an order that is not in the book trade; what is left rests or is cancelled. */
    void enter(final Order o, final boolean isNew) {
        Stopped stopped = Stopped.USED_UP_OR_NOTHING_LEFT;
        if (isNew && o.minQuantity > 0 && tradableAtOnce(o) < o.minQuantity) {
            cancel(o, CancelReason.MIN_QUANTITY_NOT_MET);
            return;
        }
        if (o.isAllOrNone() || o.is(TimeInForce.FOK)) {
            for (final Plan.Part part : Plan.of(o)) {
                trade(part.maker(), o, part.quantity(), o.tradePrice(part.maker()), false);
            }
        } else {
            stopped = sweep(o);
        }
        if (o.leaves == 0) {
            finish(o);
        } else if (stopped == Stopped.BY_SELF_TRADE) {
            cancel(o, CancelReason.SELF_TRADE);
        } else if (o.canRest()) {
            rest(o);
            listener.onBooked(o.book.instrumentId(), o.orderId, o.owner.number, o.clientOrderId, o.side, o.price, o.leaves, o.visible());
            if (stopped != Stopped.BY_BAND) {
                allOrNonePass(o.book, o.side);
            }
        } else {
            cancel(o, remainderReason(o));
        }
        if (stopped == Stopped.BY_BAND) {
            halt(o.book);
        }
    }

    private static CancelReason remainderReason(final Order o) {
        if (o.is(TimeInForce.FOK)) {
            return CancelReason.FOK_NOT_FILLED;
        }
        return o.is(OrderType.MARKET) ? CancelReason.MARKET_REMAINDER : CancelReason.IOC_REMAINDER;
    }

    /** Last in its queue. */
    void rest(final Order o) {
        o.slice = o.freshSlice();
        o.book.append(o);
    }

    private void halt(final Book book) {
        book.state = TradingState.HALTED.value();
        listener.onTradingState(book.instrumentId(), book.state, book.referencePrice);
    }

    /** A peg that has just moved trades from where it rests. */
    void tradeFromBook(final Order o) {
        final Stopped stopped = sweep(o);
        if (stopped == Stopped.BY_BAND) {
            halt(o.book);
            return;
        }
        if (stopped == Stopped.BY_SELF_TRADE) {
            cancel(o, CancelReason.SELF_TRADE);
        } else if (o.leaves > 0) {
            allOrNonePass(o.book, o.side);
        }
    }

    // ------------------------------------------------------------------------------------------- one order after the other

    private Stopped sweep(final Order o) {
        final Set<Order> steppedOver = new HashSet<>();
        while (o.leaves > 0) {
            final Order m = next(o, steppedOver);
            if (m == null) {
                break;
            }
            final long price = o.tradePrice(m);
            if (price == 0) {
                steppedOver.add(m);
            } else if (o.preventsSelfTrades() && o.owner.isOwn(m.owner)) {
                if (preventSelfTrade(o, m, steppedOver)) {
                    return Stopped.BY_SELF_TRADE;
                }
            } else if (m.isAllOrNone() && m.leaves > o.leaves) {
                steppedOver.add(m);
            } else if (!o.book.inBand(price)) {
                return Stopped.BY_BAND;
            } else {
                trade(m, o, Math.min(o.leaves, m.slice), price, false);
            }
        }
        return Stopped.USED_UP_OR_NOTHING_LEFT;
    }

    private static Order next(final Order o, final Set<Order> steppedOver) {
        for (final Order m : o.book.orders(opposite(o.side))) {
            if (!o.reaches(m)) {
                return null;
            }
            if (!steppedOver.contains(m)) {
                return m;
            }
        }
        return null;
    }

    /** True: the incoming order must end. */
    private boolean preventSelfTrade(final Order o, final Order m, final Set<Order> steppedOver) {
        switch (SelfTradePrevention.get((short) o.selfTradePrevention)) {
            case CANCEL_NEWEST -> {
                return true;
            }
            case CANCEL_OLDEST -> cancel(m, CancelReason.SELF_TRADE);
            case CANCEL_BOTH -> {
                cancel(m, CancelReason.SELF_TRADE);
                return true;
            }
            case DECREMENT -> {
                return decrement(o, m);
            }
            default -> steppedOver.add(m);
        }
        return false;
    }

    private boolean decrement(final Order o, final Order m) {
        final long quantity = Math.min(o.leaves, m.leaves);
        if (m.leaves == quantity) {
            cancel(m, CancelReason.SELF_TRADE);
        } else {
            takeOff(m, quantity);
        }
        if (o.leaves == quantity) {
            return true;
        }
        takeOff(o, quantity);
        return false;
    }

    private void takeOff(final Order o, final long quantity) {
        o.leaves -= quantity;
        o.slice = Math.min(o.slice, o.leaves);
        ledger.shrink(o);
        restated(o, o.price, true, RestateReason.SELF_TRADE_DECREMENT);
    }

    void restated(final Order o, final long price, final boolean priorityKept, final RestateReason reason) {
        listener.onRestated(o.book.instrumentId(), o.orderId, o.owner.number, o.clientOrderId, o.side, price, o.leaves, o.visible(),
            priorityKept, reason.value());
    }

    /** What {@link #sweep} would trade, an iceberg counted whole at its place. */
    private static long tradableAtOnce(final Order o) {
        long tradable = 0;
        long rem = o.leaves;
        for (final Order m : o.book.orders(opposite(o.side))) {
            final long price = o.tradePrice(m);
            if (rem == 0 || !o.reaches(m)) {
                break;
            }
            if (price == 0) {
                continue;
            }
            if (o.preventsSelfTrades() && o.owner.isOwn(m.owner)) {
                final SelfTradePrevention mode = SelfTradePrevention.get((short) o.selfTradePrevention);
                if (mode == SelfTradePrevention.CANCEL_NEWEST || mode == SelfTradePrevention.CANCEL_BOTH) {
                    break;
                }
                if (mode == SelfTradePrevention.DECREMENT) {
                    rem -= Math.min(rem, m.leaves);
                }
                continue;
            }
            if (!o.book.inBand(price)) {
                break;
            }
            final Order linked = linked(m);
            if (linked != null && linked.resting || m.isAllOrNone() && m.leaves > rem) {
                continue;
            }
            final long quantity = Math.min(rem, m.leaves);
            tradable += quantity;
            rem -= quantity;
        }
        return tradable;
    }

    // ------------------------------------------------------------------------------------------- whole or not at all

    /** Resting all-or-none orders that what rests opposite can fill now. */
    void allOrNonePass(final Book book, final int firstSide) {
        boolean again = book.state == TradingState.CONTINUOUS.value();
        while (again) {
            again = passOnce(book, firstSide) || passOnce(book, opposite(firstSide));
        }
    }

    private boolean passOnce(final Book book, final int side) {
        for (final Order a : book.orders(side)) {
            if (!a.isAllOrNone() || !book.inBand(a.price)) {
                continue;
            }
            final List<Plan.Part> parts = Plan.of(a);
            for (final Plan.Part part : parts) {
                final boolean isMaker = part.maker().sequence > a.sequence;
                final Order maker = isMaker ? a : part.maker();
                final Order taker = isMaker ? part.maker() : a;
                trade(maker, taker, part.quantity(), isMaker ? a.price : a.tradePrice(maker), false);
            }
            if (!parts.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------------------------------- auctions

    /** One price for all; then orders for the auction only expire. */
    void uncross(final Book book) {
        final Auction auction = Auction.of(book);
        if (auction.volume() > 0) {
            final List<Order> buys = new ArrayList<>(Auction.participants(book, BUY));
            final List<Order> sells = new ArrayList<>(Auction.participants(book, SELL));
            long left = auction.volume();
            while (left > 0) {
                final Order buy = buys.getFirst();
                final Order sell = sells.getFirst();
                final long quantity = Math.min(left, Math.min(buy.leaves, sell.leaves));
                trade(buy, sell, quantity, auction.price(), true);
                left -= quantity;
                if (buy.leaves == 0) {
                    buys.removeFirst();
                }
                if (sell.leaves == 0) {
                    sells.removeFirst();
                }
            }
            if (book.referencePrice != 0) {
                book.referencePrice = auction.price();
            }
        }
        for (final Order o : book.liveOrders()) {
            if (o.is(TimeInForce.AT_AUCTION)) {
                cancel(o, CancelReason.EXPIRED);
            }
        }
    }

    // ------------------------------------------------------------------------------------------- a trade, an end

    private void trade(final Order maker, final Order taker, final long quantity, final long price, final boolean auction) {
        final Book book = maker.book;
        final boolean takerInBook = taker.resting;
        maker.leaves -= quantity;
        taker.leaves -= quantity;
        final long notional = price * quantity;
        final int auctionRate = Math.max(0, book.spec.makerFeeRate());
        final long makerFee = Ledger.fee(notional, auction ? auctionRate : book.spec.makerFeeRate());
        final long takerFee = Ledger.fee(notional, auction ? auctionRate : book.spec.takerFeeRate());
        if (maker.isBuy()) {
            ledger.settle(maker, makerFee, taker, takerFee, price, quantity);
        } else {
            ledger.settle(taker, takerFee, maker, makerFee, price, quantity);
        }
        book.lastPrice = price;
        book.lastQuantity = quantity;
        book.hasLastPrice = true;
        book.tradeCount++;
        listener.onTrade(book.instrumentId(), counters.tradeId++,
            maker.orderId, maker.owner.number, maker.clientOrderId, maker.leaves, maker.isHidden(), makerFee,
            taker.orderId, taker.owner.number, taker.clientOrderId, taker.leaves, takerInBook && !taker.isHidden(), takerFee,
            taker.side, price, quantity, auction);
        afterTrade(maker, quantity);
        if (takerInBook) {
            afterTrade(taker, quantity);
        }
        cancelLinked(maker);
        cancelLinked(taker);
    }

    private void afterTrade(final Order o, final long quantity) {
        o.slice -= quantity;
        if (o.leaves == 0) {
            o.book.remove(o);
            finish(o);
        } else if (o.slice <= 0) {
            o.slice = o.freshSlice();
            o.book.moveToBack(o);
            restated(o, o.price, false, RestateReason.ICEBERG_REFILL);
        }
    }

    /** The other order of its pair, null if there is none. */
    private static Order linked(final Order o) {
        if (o.linkId != 0) {
            for (final Order other : o.owner.liveByOrderId.values()) {
                if (other != o && other.linkId == o.linkId) {
                    return other;
                }
            }
        }
        return null;
    }

    static boolean isSecondOfPair(final Order o) {
        final Order linked = linked(o);
        return linked != null && linked.resting && linked.orderId < o.orderId;
    }

    void cancelLinked(final Order o) {
        final Order linked = linked(o);
        if (linked != null) {
            cancel(linked, CancelReason.LINKED_ORDER);
        }
    }

    /** Its open quantity will not trade any more, wherever it stands. */
    void cancel(final Order o, final CancelReason reason) {
        cancel(o, reason.value());
    }

    /** {@code reason} as it was sent. */
    void cancel(final Order o, final int reason) {
        final boolean visible = o.visible() > 0;
        final long quantity = o.leaves;
        takeOut(o);
        o.leaves = 0;
        ledger.release(o);
        listener.onCancelled(o.book.instrumentId(), o.orderId, o.owner.number, o.clientOrderId, o.side, o.price, quantity, visible,
            reason);
        finish(o);
    }

    /** Out of the book or the waiting stops. */
    static void takeOut(final Order o) {
        if (o.resting) {
            o.book.remove(o);
        } else if (o.pending) {
            o.book.stops.remove(o);
            o.pending = false;
        }
        o.slice = 0;
    }

    void finish(final Order o) {
        if (o.finished) {
            return;
        }
        o.finished = true;
        counters.liveOrders--;
        o.owner.liveByOrderId.remove(o.orderId);
        if (o.quoteId == 0) {
            o.owner.liveByClientOrderId.remove(o.clientOrderId);
            o.owner.useUp(o.clientOrderId);
        }
    }
}
