package bourse.engine.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The trades of an order that is filled whole or not at all. docs/SEMANTICS.md, section 4. */
final class Plan {
    private static final int MAX_ALL_OR_NONE_CANDIDATES = 12;

    /** One planned trade. */
    record Part(Order maker, long quantity) {
    }

    private Plan() {
    }

    /** The trades that fill the order exactly, empty if there are none. */
    static List<Part> of(final Order o) {
        final List<Order> candidates = new ArrayList<>();
        int allOrNones = 0;
        for (final Order m : o.book.orders(Matching.opposite(o.side))) {
            if (!o.reaches(m)) {
                break;
            }
            final long price = o.tradePrice(m);
            if (price == 0 || o.preventsSelfTrades() && o.owner.isOwn(m.owner) || !o.book.inBand(price) || Matching.isSecondOfPair(m)) {
                continue;
            }
            if (!m.isAllOrNone() || ++allOrNones <= MAX_ALL_OR_NONE_CANDIDATES) {
                candidates.add(m);
            }
        }
        final int choices = 1 << Math.min(allOrNones, MAX_ALL_OR_NONE_CANDIDATES);
        List<Part> best = List.of();
        for (int choice = 0; choice < choices; choice++) {
            final List<Part> parts = fill(o.leaves, candidates, choice);
            if (!parts.isEmpty() && (best.isEmpty() || isBetter(parts, best, candidates))) {
                best = parts;
            }
        }
        return best;
    }

    /** Fills {@code quantity} with the all-or-none candidates that have their bit in {@code choice}, then the others in turn. */
    private static List<Part> fill(final long quantity, final List<Order> candidates, final int choice) {
        long rem = quantity;
        int bit = 0;
        final Set<Order> chosen = new HashSet<>();
        for (final Order m : candidates) {
            if (m.isAllOrNone() && (choice >> bit++ & 1) != 0) {
                chosen.add(m);
                rem -= m.leaves;
            }
        }
        if (rem < 0) {
            return List.of();
        }
        final List<Part> parts = new ArrayList<>();
        for (final Order m : candidates) {
            if (chosen.contains(m)) {
                parts.add(new Part(m, m.leaves));
            } else if (!m.isAllOrNone() && rem > 0) {
                final long part = Math.min(rem, m.leaves);
                parts.add(new Part(m, part));
                rem -= part;
            }
        }
        return rem == 0 ? parts : List.of();
    }

    /** More at the best price, then at the next one; then the earlier all-or-none orders. */
    private static boolean isBetter(final List<Part> one, final List<Part> other, final List<Order> candidates) {
        final List<Long> prices = candidates.stream().map(Order::queuePrice).distinct().toList();
        for (final long price : prices) {
            final int order = Long.compare(quantityAt(one, price), quantityAt(other, price));
            if (order != 0) {
                return order > 0;
            }
        }
        for (final Order m : candidates) {
            if (m.isAllOrNone()) {
                final boolean inOne = one.stream().anyMatch(part -> part.maker == m);
                if (inOne != other.stream().anyMatch(part -> part.maker == m)) {
                    return inOne;
                }
            }
        }
        return false;
    }

    private static long quantityAt(final List<Part> parts, final long price) {
        return parts.stream().filter(part -> part.maker.queuePrice() == price).mapToLong(Part::quantity).sum();
    }
}
