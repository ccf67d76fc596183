package bourse.engine.reference;

import static bourse.engine.reference.Order.BUY;
import static bourse.engine.reference.Order.SELL;

import bourse.sbe.engine.OrderType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What an uncross would do: price (0 = nothing would trade), volume, surplus (above 0 = more to buy). docs/SEMANTICS.md, section 9. */
record Auction(long price, long volume, long surplus) {
    private static final Auction NONE = new Auction(0, 0, 0);

    /** Resting orders of a side that an uncross trades, in priority order. */
    static List<Order> participants(final Book book, final int side) {
        return book.orders(side).stream().filter(o -> !o.isAllOrNone() && !Matching.isSecondOfPair(o)).toList();
    }

    /** Of now. */
    static Auction of(final Book book) {
        final List<Order> buys = participants(book, BUY);
        final List<Order> sells = participants(book, SELL);
        final List<Long> prices = new ArrayList<>();
        Stream.concat(buys.stream(), sells.stream()).filter(o -> !o.is(OrderType.MARKET)).forEach(o -> prices.add(o.price));
        prices.sort(null);
        Auction best = NONE;
        for (final long price : prices) {
            final long buying = buys.stream().filter(o -> o.queuePrice() >= price).mapToLong(o -> o.leaves).sum();
            final long selling = sells.stream().filter(o -> o.queuePrice() <= price).mapToLong(o -> o.leaves).sum();
            final Auction auction = new Auction(price, Math.min(buying, selling), buying - selling);
            if (auction.volume > 0 && isBetter(auction, best, book.referencePrice)) {
                best = auction;
            }
        }
        return best;
    }

    /** Prices come in ascending order, so that of equals the later one wins. */
    private static boolean isBetter(final Auction one, final Auction other, final long referencePrice) {
        if (one.volume != other.volume) {
            return one.volume > other.volume;
        }
        if (Math.abs(one.surplus) != Math.abs(other.surplus)) {
            return Math.abs(one.surplus) < Math.abs(other.surplus);
        }
        return referencePrice == 0 || Math.abs(one.price - referencePrice) <= Math.abs(other.price - referencePrice);
    }
}
