package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;
import bourse.engine.risk.Ledger;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/**
 * One trade with everything that follows from it: money, the event, refilled peaks, linked orders. The general path; the plain one is in
 * {@link Crossing}. Hot path. Thread: engine.
 */
final class Trades {
    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;

    Trades(final MatcherCore core) {
        this.core = core;
        store = core.store;
        listener = core.listener;
    }

    /**
     * What the incoming order and one that rests at {@code levelPrice} would trade at: that price. A resting market order has none: the incoming limit, or between two
     * market orders the last trade's price. 0 = they have no price to trade at.
     */
    static long price(final Incoming in, final long levelPrice) {
        if (levelPrice != 0) {
            return levelPrice;
        }
        if (in.type != Raw.MARKET) {
            return in.price;
        }
        final long last = in.book.lastPrice();
        final boolean known = in.book.hasLastPrice() && last <= in.book.maxPrice;
        return known && (in.side == Raw.BUY ? last <= in.limit : last >= in.limit) ? last : 0;
    }

    /** The incoming order takes {@code quantity} of a resting one. */
    void take(final Incoming in, final int slot, final long quantity, final long price) {
        if (in.resting) {
            between(slot, in.slot, quantity, price, false);
            in.leaves -= quantity;
            return;
        }
        final InstrumentBook book = in.book;
        final long maker = store.order(slot);
        final int traits = OrderSlot.traits(maker);
        final long notional = price * quantity;
        final long makerFee = Ledger.fee(notional, book.makerFeeRate);
        final long takerFee = Ledger.fee(notional, book.takerFeeRate);
        final int makerPartner = partner(slot, traits);
        final int takerPartner = in.slot == 0 ? 0 : partner(in.slot, in.traits);
        in.leaves -= quantity;
        if (book.riskChecked) {
            final int makerAccount = core.accountSlot(slot);
            freePart(book, makerAccount, traits & OrderSlot.SIDE_BIT, price, OrderSlot.leaves(maker), quantity);
            core.shrink(in);
            if (in.side == Raw.BUY) {
                core.settle(book, in.accountSlot, takerFee, makerAccount, makerFee, price, quantity);
            } else {
                core.settle(book, makerAccount, makerFee, in.accountSlot, takerFee, price, quantity);
            }
        }
        book.traded(price, quantity);
        core.unpublish(book);
        listener.onTrade(book.instrumentId, core.nextTradeId++, OrderSlot.orderId(maker), OrderSlot.account(maker),
            OrderSlot.clientOrderId(maker), OrderSlot.leaves(maker) - quantity, (traits & OrderSlot.HIDDEN) != 0, makerFee,
            in.orderId, in.account, in.clientOrderId, in.leaves, false, takerFee, in.side, price, quantity, false);
        after(book, slot, maker, traits, quantity);
        cancelPartners(makerPartner, takerPartner);
    }

    /** Two resting orders trade. In an auction the buy order is the maker and both pay its rate, or nothing where that is a rebate. */
    void between(final int makerSlot, final int takerSlot, final long quantity, final long price, final boolean auction) {
        final long maker = store.order(makerSlot);
        final long taker = store.order(takerSlot);
        final int makerTraits = OrderSlot.traits(maker);
        final int takerTraits = OrderSlot.traits(taker);
        final InstrumentBook book = core.bookOf(maker);
        final long notional = price * quantity;
        final int auctionRate = Math.max(0, book.makerFeeRate);
        final long makerFee = Ledger.fee(notional, auction ? auctionRate : book.makerFeeRate);
        final long takerFee = Ledger.fee(notional, auction ? auctionRate : book.takerFeeRate);
        final int makerPartner = partner(makerSlot, makerTraits);
        final int takerPartner = partner(takerSlot, takerTraits);
        final int makerSide = makerTraits & OrderSlot.SIDE_BIT;
        if (book.riskChecked) {
            final int makerAccount = core.accountSlot(makerSlot);
            final int takerAccount = core.accountSlot(takerSlot);
            freePart(book, makerAccount, makerSide, LevelSlot.price(store.levelOf(maker)), OrderSlot.leaves(maker), quantity);
            freePart(book, takerAccount, makerSide ^ 1, LevelSlot.price(store.levelOf(taker)), OrderSlot.leaves(taker), quantity);
            if (makerSide == Raw.BUY) {
                core.settle(book, makerAccount, makerFee, takerAccount, takerFee, price, quantity);
            } else {
                core.settle(book, takerAccount, takerFee, makerAccount, makerFee, price, quantity);
            }
        }
        book.traded(price, quantity);
        core.unpublish(book);
        listener.onTrade(book.instrumentId, core.nextTradeId++, OrderSlot.orderId(maker), OrderSlot.account(maker),
            OrderSlot.clientOrderId(maker), OrderSlot.leaves(maker) - quantity, (makerTraits & OrderSlot.HIDDEN) != 0, makerFee,
            OrderSlot.orderId(taker), OrderSlot.account(taker), OrderSlot.clientOrderId(taker), OrderSlot.leaves(taker) - quantity,
            (takerTraits & OrderSlot.HIDDEN) == 0, takerFee, makerSide ^ 1, price, quantity, auction);
        after(book, makerSlot, maker, makerTraits, quantity);
        after(book, takerSlot, taker, takerTraits, quantity);
        cancelPartners(makerPartner, takerPartner);
    }

    private void freePart(final InstrumentBook book, final int accountSlot, final int side, final long limit, final long leaves,
                          final long quantity) {
        core.hold(book, side, accountSlot,
            MatcherCore.holding(book, side, limit, leaves - quantity) - MatcherCore.holding(book, side, limit, leaves));
    }

    private int partner(final int slot, final int traits) {
        return (traits & OrderSlot.LINKED) == 0 ? 0 : getInt(store.terms(slot) + TermsSlot.PARTNER);
    }

    private void cancelPartners(final int makerPartner, final int takerPartner) {
        if (makerPartner != 0) {
            core.cancelOpen(makerPartner, store.order(makerPartner), Raw.CANCEL_LINKED_ORDER);
        }
        if (takerPartner != 0) {
            core.cancelOpen(takerPartner, store.order(takerPartner), Raw.CANCEL_LINKED_ORDER);
        }
    }

    /** A resting order has traded: it is filled, or its peak is refilled, or it stands where it stood. */
    private void after(final InstrumentBook book, final int slot, final long order, final int traits, final long quantity) {
        final SideBook side = book.side(traits & OrderSlot.SIDE_BIT);
        final long level = store.levelOf(order);
        final long leaves = OrderSlot.leaves(order);
        final long slice = OrderSlot.slice(order);
        final boolean hidden = (traits & OrderSlot.HIDDEN) != 0;
        core.touched(book, side, LevelSlot.key(level));
        if (leaves == quantity) {
            store.unlink(level, order, leaves, hidden ? 0 : slice);
            if ((traits & MatcherCore.COUNTED) != 0) {
                core.countInLevel(book, side, level, traits, -1);
            }
            if (LevelSlot.orders(level) == 0) {
                side.remove(level);
            }
            core.finish(slot, order, traits);
            return;
        }
        if (book.riskChecked) {
            core.countOpen(book, core.accountSlot(slot), traits & OrderSlot.SIDE_BIT, -quantity);
        }
        if (slice > quantity) {
            OrderSlot.leaves(order, leaves - quantity);
            OrderSlot.slice(order, slice - quantity);
            putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - quantity);
            if (!hidden) {
                putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - quantity);
            }
            return;
        }
        refill(book, level, slot, order, traits, leaves, leaves - quantity, hidden ? 0 : slice);
    }

    /** A new peak, at the back of the queue. */
    private void refill(final InstrumentBook book, final long level, final int slot, final long order, final int traits,
                        final long leavesBefore, final long leaves, final long visibleBefore) {
        final boolean hidden = (traits & OrderSlot.HIDDEN) != 0;
        final long display = (traits & OrderSlot.TERMS) != 0 ? getLong(store.terms(slot) + TermsSlot.DISPLAY) : 0;
        final long peak = display != 0 ? Math.min(display, leaves) : leaves;
        store.unlink(level, order, leavesBefore, visibleBefore);
        OrderSlot.leaves(order, leaves);
        OrderSlot.slice(order, peak);
        store.append(level, slot, order, leaves, hidden ? 0 : peak);
        listener.onRestated(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, LevelSlot.price(level), leaves, hidden ? 0 : peak, false, Raw.RESTATE_ICEBERG_REFILL);
    }

    /** Less open quantity at the same place. {@code leaves} is above 0 and not above what it was. */
    void reduceResting(final InstrumentBook book, final int slot, final long order, final long leaves) {
        final int traits = OrderSlot.traits(order);
        final int side = traits & OrderSlot.SIDE_BIT;
        final long level = store.levelOf(order);
        final long before = OrderSlot.leaves(order);
        final long sliceBefore = OrderSlot.slice(order);
        final long slice = Math.min(sliceBefore, leaves);
        OrderSlot.leaves(order, leaves);
        OrderSlot.slice(order, slice);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - before + leaves);
        if ((traits & OrderSlot.HIDDEN) == 0) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - sliceBefore + slice);
        }
        if (book.riskChecked) {
            freePart(book, core.accountSlot(slot), side, LevelSlot.price(level), before, before - leaves);
            core.countOpen(book, core.accountSlot(slot), side, leaves - before);
        }
        if (book.crossPoint.follows) {
            book.crossPoint.add(side, LevelSlot.price(level), leaves - before);
        }
        core.touched(book, book.side(side), LevelSlot.key(level));
    }

    /** Says that the venue changed a resting order. */
    void restated(final long order, final int reason, final boolean kept) {
        final int traits = OrderSlot.traits(order);
        listener.onRestated(OrderSlot.instrument(order), OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, LevelSlot.price(store.levelOf(order)), OrderSlot.leaves(order), OrderSlot.visible(order), kept,
            reason);
    }
}
