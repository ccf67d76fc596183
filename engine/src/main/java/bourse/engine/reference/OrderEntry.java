package bourse.engine.reference;

import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.MatchListener;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.RestateReason;

/** Checks of new and replaced orders, and their way into the book. docs/SEMANTICS.md, sections 10 and 11. */
final class OrderEntry {
    /** Nothing of the rare terms. */
    static final ExtendedTerms NO_TERMS = new ExtendedTerms();

    private final Venue venue;
    private final MatchListener listener;
    private final Matching matching;
    private final Settling settling;

    OrderEntry(final Venue venue, final MatchListener listener, final Matching matching, final Settling settling) {
        this.venue = venue;
        this.listener = listener;
        this.matching = matching;
        this.settling = settling;
    }

    /** Step 1 for new orders and quotes; {@code account} is null where there is no room for it. */
    Refusal identity(final int number, final long clientOrderId) {
        if (number == 0) {
            return new Refusal(RejectReason.UNKNOWN_ACCOUNT, Field.ACCOUNT, 0, 0);
        }
        if (clientOrderId == 0) {
            return new Refusal(RejectReason.INVALID_CLIENT_ORDER_ID, Field.CLIENT_ORDER_ID, 0, 0);
        }
        final Account account = venue.accountOrNew(number);
        if (account == null) {
            return new Refusal(RejectReason.CAPACITY, Field.ACCOUNT, venue.limits.maxAccounts(), Integer.toUnsignedLong(number));
        }
        if (account.usesId(clientOrderId)) {
            return new Refusal(RejectReason.DUPLICATE_CLIENT_ORDER_ID, Field.CLIENT_ORDER_ID, 0, clientOrderId);
        }
        return null;
    }

    /** Steps 3 to 12 of a new order. Gives pegs their price and trailing stops their first stop price. */
    Refusal refusal(final Order o) {
        Refusal refusal = OrderChecks.open(o.owner, o.book);
        if (refusal == null) {
            refusal = OrderChecks.quantity(o.book.spec, o.leaves);
        }
        if (refusal == null) {
            refusal = OrderChecks.terms(o, venue.timeNs);
        }
        if (refusal == null) {
            refusal = OrderChecks.combination(o);
        }
        if (refusal == null) {
            refusal = OrderChecks.state(o);
        }
        if (refusal == null) {
            refusal = reference(o);
        }
        if (refusal == null) {
            refusal = account(o);
        }
        if (refusal == null && o.isPostOnly() && Settling.isContinuous(o.book) && Matching.crossesBest(o)
            && (!o.isRepricing() || repriced(o) == 0)) {
            refusal = new Refusal(RejectReason.POST_ONLY_WOULD_TRADE, Field.PRICE, Matching.bestOpposite(o).price, o.price);
        }
        return refusal == null ? room(1) : refusal;
    }

    private static Refusal reference(final Order o) {
        if (o.is(OrderType.PEGGED)) {
            o.price = Settling.target(o, o.limitPrice);
            return o.price == 0 ? new Refusal(RejectReason.NO_REFERENCE_PRICE, Field.PEG, 0, 0) : null;
        }
        if (o.is(OrderType.TRAILING_STOP) && o.stopPrice == 0) {
            if (!o.book.hasLastPrice) {
                return new Refusal(RejectReason.NO_REFERENCE_PRICE, Field.STOP_PRICE, 0, 0);
            }
            final long stop = Settling.trail(o);
            if (stop < 1) {
                return new Refusal(RejectReason.INVALID_STOP_PRICE, Field.STOP_PRICE, 1, stop);
            }
            o.stopPrice = stop;
        }
        return null;
    }

    private Refusal account(final Order o) {
        final boolean limited = o.is(OrderType.LIMIT) || o.is(OrderType.STOP_LIMIT);
        Refusal refusal = OrderChecks.accountSize(o.owner, limited ? o.price : 0, o.leaves);
        if (refusal == null) {
            refusal = OrderChecks.openOrders(o.owner, 0, 1);
        }
        if (refusal == null) {
            refusal = OrderChecks.rate(o.owner, venue.timeNs);
        }
        if (refusal == null) {
            refusal = OrderChecks.position(o.owner, o.book, o.side, 0, o.leaves);
        }
        if (refusal == null && !o.isStop()) {
            Matching.setBound(o);
            refusal = OrderChecks.balance(o.owner, o.book.spec, o.side, 0, Ledger.holding(o));
        }
        return refusal;
    }

    Refusal room(final int orders) {
        return venue.hasRoomFor(orders) ? null
            : new Refusal(RejectReason.BOOK_FULL, Field.NONE, venue.limits.maxOrders(), venue.counters.liveOrders);
    }

    /** One tick short of the best opposite price, 0 if that is no legal price. */
    private static long repriced(final Order o) {
        final Order best = Matching.bestOpposite(o);
        if (best.is(OrderType.MARKET)) {
            return 0;
        }
        final long tick = o.book.spec.tickSize();
        final long price = o.isBuy() ? best.price - tick : best.price + tick;
        return price < o.book.spec.minPrice() || price > o.book.spec.maxPrice() ? 0 : price;
    }

    /** The order has passed its checks: it gets its numbers, is announced, and trades, rests or waits. */
    void accept(final Order o) {
        o.orderId = venue.counters.orderId++;
        o.sequence = venue.counters.sequence++;
        venue.counters.liveOrders++;
        o.owner.liveByOrderId.put(o.orderId, o);
        if (o.quoteId == 0) {
            o.owner.liveByClientOrderId.put(o.clientOrderId, o);
        }
        if (o.isStop()) {
            o.pending = true;
            o.book.stops.add(o);
            announce(o, false);
            if (Settling.isContinuous(o.book) && Settling.holds(o)) {
                settling.trigger(o);
            }
            return;
        }
        Matching.setBound(o);
        final boolean resting = restsAtOnce(o);
        if (resting) {
            venue.ledger.hold(o);
            matching.rest(o);
        }
        announce(o, resting);
        proceed(o, resting, true);
    }

    private static boolean restsAtOnce(final Order o) {
        return !Settling.isContinuous(o.book) || o.canRest() && o.minQuantity == 0 && !Matching.crossesBest(o);
    }

    private void announce(final Order o, final boolean resting) {
        listener.onAccepted(o.book.instrumentId(), o.orderId, o.owner.number, o.clientOrderId, o.side, o.type, o.timeInForce, o.flags,
            o.price, o.leaves, o.visible(), o.stopPrice, resting);
    }

    private void proceed(final Order o, final boolean resting, final boolean isNew) {
        if (resting) {
            matching.allOrNonePass(o.book, o.side);
            return;
        }
        if (o.isPostOnly()) {
            final long price = o.isRepricing() ? repriced(o) : 0;
            if (price == 0) {
                matching.cancel(o, CancelReason.POST_ONLY_WOULD_TRADE);
                return;
            }
            o.price = price;
            matching.restated(o, price, false, RestateReason.POST_ONLY_REPRICED);
        }
        venue.ledger.hold(o);
        matching.enter(o, isNew);
    }

    // ------------------------------------------------------------------------------------------- replace

    /** Of a replace to an open quantity above 0. */
    Refusal replaceRefusal(final Order o, final long price, final long open) {
        Refusal refusal = OrderChecks.open(o.owner, o.book);
        if (refusal == null) {
            refusal = OrderChecks.quantity(o.book.spec, open);
        }
        if (refusal == null) {
            refusal = replacedPrice(o, price, open);
        }
        if (refusal == null) {
            final boolean limited = o.is(OrderType.LIMIT) || o.is(OrderType.STOP_LIMIT) || o.is(OrderType.MARKET);
            refusal = OrderChecks.accountSize(o.owner, limited ? price : 0, open);
        }
        if (refusal == null) {
            refusal = OrderChecks.rate(o.owner, venue.timeNs);
        }
        if (refusal == null) {
            refusal = OrderChecks.position(o.owner, o.book, o.side, o.leaves, open);
        }
        if (refusal == null && !o.pending) {
            final long limit = o.is(OrderType.PEGGED) ? Settling.target(o, price) : price;
            refusal = OrderChecks.balance(o.owner, o.book.spec, o.side, o.held, Ledger.holding(o.book.spec, o.side, limit, open));
        }
        return refusal;
    }

    private static Refusal replacedPrice(final Order o, final long price, final long open) {
        if (o.is(OrderType.LIMIT) || o.is(OrderType.STOP_LIMIT) || o.is(OrderType.MARKET) && price != 0) {
            return OrderChecks.limitPrice(o.book, o.side, price, open);
        }
        final Refusal range = price == 0 ? null : OrderChecks.priceRange(o.book.spec, price);
        if (range != null) {
            return range;
        }
        if (!o.is(OrderType.PEGGED)) {
            return o.restsAtAnyPrice() ? OrderChecks.anyPriceNotional(o, open) : null;
        }
        final Refusal notional = OrderChecks.pegNotional(o, price, open);
        if (notional != null) {
            return notional;
        }
        if (!Settling.isContinuous(o.book)) {
            return OrderChecks.notAllowed(Field.ORDER_TYPE, o.book.state);
        }
        return Settling.target(o, price) == 0 ? new Refusal(RejectReason.NO_REFERENCE_PRICE, Field.PEG, 0, 0) : null;
    }

    /** The order takes its new terms, keeps its place or goes through the book again. */
    void replace(final Order o, final long price, final long open) {
        if (o.pending) {
            replaceWaiting(o, price, open);
            return;
        }
        final boolean pegged = o.is(OrderType.PEGGED);
        final long limit = pegged ? Settling.target(o, price) : price;
        final boolean wasVisible = o.visible() > 0;
        final boolean kept = limit == o.price && open <= o.leaves;
        if (pegged) {
            o.limitPrice = price;
        }
        if (kept) {
            o.leaves = open;
            o.slice = o.displayQuantity > 0 ? Math.min(o.slice, open) : open;
            venue.ledger.shrink(o);
            announceReplaced(o, true, true, wasVisible);
            matching.allOrNonePass(o.book, o.side);
            return;
        }
        Matching.takeOut(o);
        if (o.is(OrderType.MARKET) && limit != 0) {
            o.type = OrderType.LIMIT.value();
        }
        o.price = limit;
        o.leaves = open;
        o.sequence = venue.counters.sequence++;
        final boolean resting = !Settling.isContinuous(o.book) || !Matching.crossesBest(o);
        if (resting) {
            venue.ledger.hold(o);
            matching.rest(o);
        }
        announceReplaced(o, false, resting, wasVisible);
        proceed(o, resting, false);
    }

    private void replaceWaiting(final Order stop, final long price, final long open) {
        if (stop.is(OrderType.TRAILING_STOP)) {
            stop.limitPrice = price;
        } else {
            stop.price = price;
        }
        stop.leaves = open;
        listener.onReplaced(stop.book.instrumentId(), stop.orderId, stop.owner.number, stop.clientOrderId, stop.side, price, open, 0,
            true, false, false);
    }

    private void announceReplaced(final Order o, final boolean kept, final boolean resting, final boolean wasVisible) {
        listener.onReplaced(o.book.instrumentId(), o.orderId, o.owner.number, o.clientOrderId, o.side, o.price, o.leaves, o.visible(),
            kept, resting, wasVisible);
    }
}
