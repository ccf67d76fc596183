package bourse.engine.reference;

import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.MatchListener;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.TimeInForce;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Two-sided quotes. docs/SEMANTICS.md, section 10. */
final class Quoting {
    private static final int LEG_FLAGS = Order.POST_ONLY | Order.POST_ONLY_REPRICE | Order.HIDDEN;

    private final Venue venue;
    private final MatchListener listener;
    private final Matching matching;
    private final OrderEntry entry;

    Quoting(final Venue venue, final MatchListener listener, final Matching matching, final OrderEntry entry) {
        this.venue = venue;
        this.listener = listener;
        this.matching = matching;
        this.entry = entry;
    }

    /** Steps 2 to 12 for the two legs; a leg with quantity 0 is withdrawn and not looked at. */
    Refusal refusal(final Account account, final Book book, final int flags, final Order bid, final Order ask) {
        final List<Order> legs = new ArrayList<>();
        Refusal refusal = OrderChecks.open(account, book);
        for (final Order leg : List.of(bid, ask)) {
            if (refusal == null && leg.leaves != 0) {
                legs.add(leg);
                refusal = leg.leaves < 0 ? new Refusal(RejectReason.INVALID_QUANTITY, Field.QUANTITY, 0, leg.leaves)
                    : OrderChecks.quantity(book.spec, leg.leaves);
            }
        }
        refusal = first(refusal, legs, leg -> OrderChecks.limitPrice(book, leg.side, leg.price, leg.leaves));
        if (refusal == null && legs.size() == 2 && bid.price >= ask.price) {
            refusal = new Refusal(RejectReason.QUOTE_CROSSED, Field.PRICE, ask.price, bid.price);
        }
        if (refusal == null && (flags & ~Order.EXTENDED & ~LEG_FLAGS) != 0) {
            refusal = OrderChecks.unsupported(Field.FLAGS, flags & ~Order.EXTENDED);
        }
        refusal = first(refusal, legs, leg -> OrderChecks.accountSize(account, leg.price, leg.leaves));
        final List<Order> earlier = earlierLegs(account, book);
        if (refusal == null) {
            refusal = OrderChecks.openOrders(account, earlier.size(), legs.size());
        }
        if (refusal == null) {
            refusal = OrderChecks.rate(account, venue.timeNs);
        }
        refusal = first(refusal, legs,
            leg -> OrderChecks.position(account, book, leg.side, sumOf(earlier, leg.side, o -> o.leaves), leg.leaves));
        refusal = first(refusal, legs, leg -> OrderChecks.balance(account, book.spec, leg.side, sumOf(earlier, leg.side, o -> o.held),
            Ledger.holding(leg)));
        return refusal == null ? entry.room(legs.size() - earlier.size()) : refusal;
    }

    private static Refusal first(final Refusal earlier, final List<Order> legs, final Function<Order, Refusal> check) {
        Refusal refusal = earlier;
        for (final Order leg : legs) {
            if (refusal == null) {
                refusal = check.apply(leg);
            }
        }
        return refusal;
    }

    private static long sumOf(final List<Order> orders, final int side, final Function<Order, Long> amount) {
        return orders.stream().filter(o -> o.side == side).mapToLong(amount::apply).sum();
    }

    private static List<Order> earlierLegs(final Account account, final Book book) {
        return account.liveByOrderId.values().stream().filter(o -> o.quoteId != 0 && o.book == book).toList();
    }

    static Order leg(final Account account, final Book book, final int sessionIndex, final long quoteId, final int side, final int flags,
                     final int selfTradePrevention, final long price, final long quantity) {
        return new Order(account, book, sessionIndex, quoteId, quoteId, side, OrderType.LIMIT.value(), TimeInForce.GTC.value(), flags,
            selfTradePrevention, price, quantity, OrderEntry.NO_TERMS);
    }

    /** The earlier quote goes, the new one comes. */
    void accept(final Account account, final Book book, final long quoteId, final Order bid, final Order ask) {
        account.useUp(quoteId);
        for (final Order earlier : earlierLegs(account, book)) {
            matching.cancel(earlier, CancelReason.QUOTE_REPLACED);
        }
        for (final Order leg : List.of(bid, ask)) {
            if (leg.leaves > 0) {
                entry.accept(leg);
            }
        }
        listener.onQuoted(account.number, book.instrumentId(), quoteId, bid.orderId, ask.orderId);
    }

    /** The ask side stands where other commands have stop price and display quantity. */
    static boolean isComplete(final int flags, final ExtendedTerms terms) {
        return (flags & Order.EXTENDED) != 0 && terms != null;
    }
}
