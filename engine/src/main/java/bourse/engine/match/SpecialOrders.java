package bourse.engine.match;

import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * The lists that orders with rare terms stand in: pairs, pegs, trailing stops, orders that end with the session or at a time, quotes. All lists are
 * by ascending order id: orders join in that order. Thread: engine.
 */
final class SpecialOrders {
    private final MatcherCore core;
    private final OrderStore store;

    SpecialOrders(final MatcherCore core) {
        this.core = core;
        store = core.store;
    }

    /** Enters an order, terms written, into its lists. @return its traits, with the marks of these lists */
    int enlist(final InstrumentBook book, final int slot, final long order, final int before) {
        int traits = before | OrderSlot.TERMS;
        final long terms = store.terms(slot);
        if (getLong(terms + TermsSlot.LINK_ID) != 0) {
            link(book, slot, order, getLong(terms + TermsSlot.LINK_ID));
            traits |= OrderSlot.LINKED;
        }
        final int type = OrderSlot.type(traits);
        if (type == Raw.PEGGED || type == Raw.TRAILING_STOP) {
            addMover(book, slot, type == Raw.PEGGED);
            traits |= OrderSlot.MOVER;
        }
        final int timeInForce = OrderSlot.timeInForce(traits);
        if (timeInForce == Raw.GTD) {
            store.expiries.add(slot);
            traits |= OrderSlot.EXPIRES;
        } else if (timeInForce == Raw.DAY || timeInForce == Raw.AT_AUCTION) {
            addDay(book, slot);
            traits |= OrderSlot.EXPIRES;
        }
        return traits;
    }

    /** Takes an order that ends out of its lists. */
    void dismiss(final InstrumentBook book, final int slot, final long order, final int traits) {
        if ((traits & OrderSlot.LINKED) != 0) {
            unlink(book, slot, order);
        }
        if ((traits & OrderSlot.MOVER) != 0) {
            removeMover(book, slot, OrderSlot.type(traits) == Raw.PEGGED);
        }
        if ((traits & OrderSlot.EXPIRES) != 0) {
            if (OrderSlot.timeInForce(traits) == Raw.GTD) {
                store.expiries.remove(slot);
            } else {
                removeDay(book, slot);
            }
        }
        if ((traits & OrderSlot.QUOTE) != 0) {
            final long leg = core.ledger.quoteLegs(core.accountSlot(slot), book.instrumentId) + 4L * (traits & OrderSlot.SIDE_BIT);
            if (getInt(leg) == slot) {
                putInt(leg, 0);
            }
        }
    }

    private void link(final InstrumentBook book, final int slot, final long order, final long linkId) {
        final int account = OrderSlot.account(order);
        final int other = store.byLinkId.find(account, linkId);
        if (other == 0) {
            store.byLinkId.add(account, linkId, slot);
        } else {
            putInt(store.terms(other) + TermsSlot.PARTNER, slot);
            putInt(store.terms(slot) + TermsSlot.PARTNER, other);
        }
        book.special++;
        book.linked++;
    }

    private void unlink(final InstrumentBook book, final int slot, final long order) {
        final int account = OrderSlot.account(order);
        final long linkId = getLong(store.terms(slot) + TermsSlot.LINK_ID);
        final int partner = getInt(store.terms(slot) + TermsSlot.PARTNER);
        if (store.byLinkId.find(account, linkId) == slot) {
            store.byLinkId.remove(account, linkId, slot);
            if (partner != 0) {
                store.byLinkId.add(account, linkId, partner);
            }
        }
        if (partner != 0) {
            putInt(store.terms(partner) + TermsSlot.PARTNER, 0);
        }
        book.special--;
        book.linked--;
    }

    private void addMover(final InstrumentBook book, final int slot, final boolean peg) {
        final int tail = peg ? book.pegTail : book.trailTail;
        putInt(store.terms(slot) + TermsSlot.MOVER_PREV, tail);
        putInt(store.terms(slot) + TermsSlot.MOVER_NEXT, 0);
        if (tail != 0) {
            putInt(store.terms(tail) + TermsSlot.MOVER_NEXT, slot);
        } else if (peg) {
            book.pegHead = slot;
        } else {
            book.trailHead = slot;
        }
        if (peg) {
            book.pegTail = slot;
            book.pegsChanged = true;
        } else {
            book.trailTail = slot;
            book.trailedLow = Long.MAX_VALUE;
            book.trailedHigh = Long.MIN_VALUE;
        }
        book.special++;
    }

    /** Also when a trailing stop has been triggered. */
    void removeMover(final InstrumentBook book, final int slot, final boolean peg) {
        final int next = getInt(store.terms(slot) + TermsSlot.MOVER_NEXT);
        final int prev = getInt(store.terms(slot) + TermsSlot.MOVER_PREV);
        if (slot == book.pegResume) {
            book.pegResume = next;
        }
        if (prev != 0) {
            putInt(store.terms(prev) + TermsSlot.MOVER_NEXT, next);
        } else if (peg) {
            book.pegHead = next;
        } else {
            book.trailHead = next;
        }
        if (next != 0) {
            putInt(store.terms(next) + TermsSlot.MOVER_PREV, prev);
        } else if (peg) {
            book.pegTail = prev;
        } else {
            book.trailTail = prev;
        }
        book.special--;
    }

    private void addDay(final InstrumentBook book, final int slot) {
        final long terms = store.terms(slot);
        putLong(terms + TermsSlot.EXPIRY_NEXT, 0);
        putInt(terms + TermsSlot.EXPIRY_PREV, book.dayTail);
        if (book.dayTail == 0) {
            book.dayHead = slot;
        } else {
            putInt(store.terms(book.dayTail) + TermsSlot.EXPIRY_NEXT, slot);
        }
        book.dayTail = slot;
    }

    private void removeDay(final InstrumentBook book, final int slot) {
        final int next = getInt(store.terms(slot) + TermsSlot.EXPIRY_NEXT);
        final int prev = getInt(store.terms(slot) + TermsSlot.EXPIRY_PREV);
        if (prev == 0) {
            book.dayHead = next;
        } else {
            putInt(store.terms(prev) + TermsSlot.EXPIRY_NEXT, next);
        }
        if (next == 0) {
            book.dayTail = prev;
        } else {
            putInt(store.terms(next) + TermsSlot.EXPIRY_PREV, prev);
        }
    }
}
