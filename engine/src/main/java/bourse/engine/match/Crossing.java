package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.AccountSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * Works an incoming order: trades it against the other side by price, then time, then rests or ends what is left. Hot path. Thread: engine.
 */
final class Crossing {
    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;

    Crossing(final MatcherCore core) {
        this.core = core;
        store = core.store;
        listener = core.listener;
    }

    /** Key up to which the incoming order trades on the other side. */
    static long limitKey(final SideBook opposite, final long price) {
        return price == 0 ? SideBook.NONE - 1 : opposite.key(price);
    }

    static SideBook opposite(final Incoming in) {
        return in.side == Raw.BUY ? in.book.asks : in.book.bids;
    }

    /** Trades, then rests or ends the order. It stands in no queue now. */
    void work(final Incoming in) {
        final InstrumentBook book = in.book;
        final SideBook opposite = opposite(in);
        final long limit = limitKey(opposite, in.price);
        final boolean crosses = opposite.bestKey() <= limit;
        boolean ended = false;
        if (crosses) {
            if ((in.traits & OrderSlot.POST_ONLY) != 0) {
                core.cancelIncoming(in, Raw.CANCEL_POST_ONLY_WOULD_TRADE);
                return;
            }
            if (in.timeInForce == Raw.FOK) {
                fillWhole(in, opposite, limit);
            } else if ((in.selfTradePrevention | opposite.allOrNoneOrders()) == 0) {
                sweep(in, opposite, limit);
            } else {
                ended = sweepCarefully(in, opposite, limit);
            }
        }
        settleRest(in, ended);
    }

    private void settleRest(final Incoming in, final boolean ended) {
        if (in.leaves == 0) {
            core.finishIncoming(in);
        } else if (ended) {
            core.cancelIncoming(in, Raw.CANCEL_SELF_TRADE);
        } else if (in.timeInForce == Raw.IOC) {
            core.cancelIncoming(in, Raw.CANCEL_IOC_REMAINDER);
        } else if (in.timeInForce == Raw.FOK) {
            core.cancelIncoming(in, Raw.CANCEL_FOK_NOT_FILLED);
        } else if (in.type == Raw.MARKET) {
            core.cancelIncoming(in, Raw.CANCEL_MARKET_REMAINDER);
        } else {
            core.rest(in, in.price);
            if (!in.announcedResting) {
                listener.onBooked(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, in.price, in.leaves,
                    OrderSlot.visible(store.order(in.slot)));
            }
        }
    }

    // ---------------------------------------------------------------- the common case

    /** Every order of the other side takes its turn: no self-trade prevention, nobody who wants all or none. */
    private void sweep(final Incoming in, final SideBook opposite, final long limit) {
        do {
            final long level = opposite.bestLevel();
            core.touched(in.book, opposite, opposite.bestKey());
            long leaves = in.leaves;
            do {
                final int slot = LevelSlot.head(level);
                final long maker = store.order(slot);
                final long slice = OrderSlot.slice(maker);
                leaves -= trade(in, opposite, level, slot, maker, Math.min(leaves, slice), in.leaves);
                in.leaves = leaves;
            } while (leaves != 0 && LevelSlot.orders(level) != 0);
            if (LevelSlot.orders(level) == 0) {
                opposite.remove(level);
            }
        } while (in.leaves != 0 && opposite.bestKey() <= limit);
    }

    /**
     * One trade with a resting order; takes the maker out of its level when it is filled (the level stays), refills its peak when that is used up.
     *
     * @return {@code quantity}
     */
    long trade(final Incoming in, final SideBook opposite, final long level, final int slot, final long maker, final long quantity,
               final long takerLeavesBefore) {
        final InstrumentBook book = in.book;
        final int traits = OrderSlot.traits(maker);
        final long makerLeaves = OrderSlot.leaves(maker) - quantity;
        final long price = LevelSlot.price(level);
        final boolean hidden = (traits & OrderSlot.HIDDEN) != 0;
        book.traded(price, quantity);
        listener.onTrade(book.instrumentId, core.nextTradeId++, OrderSlot.orderId(maker), OrderSlot.account(maker),
            OrderSlot.clientOrderId(maker), makerLeaves, hidden, book.settles ? MatcherCore.fee(price, quantity, book.spec.makerFeeRate()) : 0,
            in.orderId, in.account, in.clientOrderId, takerLeavesBefore - quantity, false,
            book.settles ? MatcherCore.fee(price, quantity, book.spec.takerFeeRate()) : 0, in.side, price, quantity, false);
        if (makerLeaves == 0) {
            store.unlink(level, maker, quantity, hidden ? 0 : OrderSlot.slice(maker));
            if ((traits & OrderSlot.ALL_OR_NONE) != 0) {
                core.countAllOrNone(opposite, level, -1);
            }
            core.finish(slot, maker, traits);
            return quantity;
        }
        putLong(maker + OrderSlot.LEAVES, makerLeaves);
        final long slice = OrderSlot.slice(maker) - quantity;
        putLong(maker + OrderSlot.SLICE, slice);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - quantity);
        if (!hidden) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - quantity);
        }
        if (slice <= 0) {
            refill(book, level, slot, maker, traits, makerLeaves, slice);
        }
        return quantity;
    }

    /** A new peak, at the back of the queue. */
    private void refill(final InstrumentBook book, final long level, final int slot, final long maker, final int traits, final long leaves,
                        final long slice) {
        final boolean hidden = (traits & OrderSlot.HIDDEN) != 0;
        final long display = (traits & OrderSlot.TERMS) != 0 ? getLong(store.terms(slot) + TermsSlot.DISPLAY) : 0;
        final long peak = display != 0 ? Math.min(display, leaves) : leaves;
        store.unlink(level, maker, leaves, 0);
        if (!hidden) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - slice);
            putInt(level + LevelSlot.VISIBLE_ORDERS, LevelSlot.visibleOrders(level) - 1);
        }
        putLong(maker + OrderSlot.SLICE, peak);
        store.append(level, slot, maker, leaves, hidden ? 0 : peak);
        listener.onRestated(book.instrumentId, OrderSlot.orderId(maker), OrderSlot.account(maker), OrderSlot.clientOrderId(maker),
            traits & OrderSlot.SIDE_BIT, LevelSlot.price(level), leaves, hidden ? 0 : peak, false, Raw.RESTATE_ICEBERG_REFILL);
    }

    // ---------------------------------------------------------------- self-trade prevention, all-or-none makers

    /** @return the incoming order was ended by self-trade prevention */
    private boolean sweepCarefully(final Incoming in, final SideBook opposite, final long limit) {
        long level = opposite.bestLevel();
        while (level != 0 && in.leaves != 0) {
            final long key = LevelSlot.key(level);
            if (key > limit) {
                return false;
            }
            int slot = LevelSlot.head(level);
            while (slot != 0 && in.leaves != 0) {
                final long maker = store.order(slot);
                final int next = OrderSlot.next(maker);
                if (in.selfTradePrevention != 0 && sameOwner(in, maker)) {
                    if (preventSelfTrade(in, slot, maker)) {
                        return true;
                    }
                    slot = next;
                    continue;
                }
                final boolean whole = (OrderSlot.traits(maker) & OrderSlot.ALL_OR_NONE) != 0;
                final long makerLeaves = OrderSlot.leaves(maker);
                if (whole && makerLeaves > in.leaves) {
                    slot = next;
                    continue;
                }
                core.touched(in.book, opposite, key);
                final long quantity = Math.min(in.leaves, whole ? makerLeaves : OrderSlot.slice(maker));
                final boolean last = LevelSlot.orders(level) == 1;
                in.leaves -= trade(in, opposite, level, slot, maker, quantity, in.leaves);
                if (quantity == makerLeaves) {
                    if (last) {
                        opposite.remove(level);
                    }
                    slot = next;
                } else if (next != 0) {
                    slot = next;
                }
            }
            level = opposite.next(key);
        }
        return false;
    }

    /** Same account, or same firm where the accounts belong to one. */
    boolean sameOwner(final Incoming in, final long maker) {
        if (OrderSlot.account(maker) == in.account) {
            return true;
        }
        if (in.firm == 0) {
            return false;
        }
        final int slot = store.accounts.find(OrderSlot.account(maker));
        return slot != 0 && AccountSlot.firm(store.accounts.address(slot)) == in.firm;
    }

    /** @return the incoming order ends here */
    private boolean preventSelfTrade(final Incoming in, final int slot, final long maker) {
        switch (in.selfTradePrevention) {
            case Raw.STP_CANCEL_NEWEST:
                return true;
            case Raw.STP_CANCEL_OLDEST:
                core.cancelOpen(slot, maker, Raw.CANCEL_SELF_TRADE);
                return false;
            case Raw.STP_CANCEL_BOTH:
                core.cancelOpen(slot, maker, Raw.CANCEL_SELF_TRADE);
                return true;
            case Raw.STP_DECREMENT:
                return decrement(in, slot, maker);
            default:
                return false;
        }
    }

    /** Both lose the smaller open quantity; who has none left is cancelled. */
    private boolean decrement(final Incoming in, final int slot, final long maker) {
        final long makerLeaves = OrderSlot.leaves(maker);
        if (makerLeaves <= in.leaves) {
            final long rest = in.leaves - makerLeaves;
            core.cancelOpen(slot, maker, Raw.CANCEL_SELF_TRADE);
            if (rest == 0) {
                return true;
            }
            in.leaves = rest;
            return false;
        }
        reduceResting(in.book, slot, maker, makerLeaves - in.leaves);
        listener.onRestated(in.book.instrumentId, OrderSlot.orderId(maker), OrderSlot.account(maker), OrderSlot.clientOrderId(maker),
            OrderSlot.side(OrderSlot.traits(maker)), LevelSlot.price(store.levelOf(maker)), OrderSlot.leaves(maker),
            OrderSlot.visible(maker), true, Raw.RESTATE_SELF_TRADE_DECREMENT);
        return true;
    }

    /** Less open quantity at the same place. {@code leaves} is above 0 and not above what it was. */
    void reduceResting(final InstrumentBook book, final int slot, final long order, final long leaves) {
        final int traits = OrderSlot.traits(order);
        final long level = store.levelOf(order);
        final long before = OrderSlot.leaves(order);
        final long sliceBefore = OrderSlot.slice(order);
        final long slice = Math.min(sliceBefore, leaves);
        putLong(order + OrderSlot.LEAVES, leaves);
        putLong(order + OrderSlot.SLICE, slice);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - before + leaves);
        if ((traits & OrderSlot.HIDDEN) == 0) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - sliceBefore + slice);
        }
        core.touched(book, book.side(traits & OrderSlot.SIDE_BIT), LevelSlot.key(level));
    }

    // ---------------------------------------------------------------- fill or kill

    /** Trades all of the order or nothing; each maker gives its whole open quantity in one trade. */
    private void fillWhole(final Incoming in, final SideBook opposite, final long limit) {
        if (!enough(in, opposite, limit)) {
            return;
        }
        long level = opposite.bestLevel();
        while (in.leaves != 0) {
            final long key = LevelSlot.key(level);
            int remaining = LevelSlot.orders(level);
            int slot = LevelSlot.head(level);
            while (remaining-- != 0 && in.leaves != 0) {
                final long maker = store.order(slot);
                final int next = OrderSlot.next(maker);
                if (in.selfTradePrevention == 0 || !sameOwner(in, maker)) {
                    core.touched(in.book, opposite, key);
                    final boolean last = LevelSlot.orders(level) == 1;
                    final long quantity = Math.min(in.leaves, OrderSlot.leaves(maker));
                    final boolean filled = quantity == OrderSlot.leaves(maker);
                    in.leaves -= trade(in, opposite, level, slot, maker, quantity, in.leaves);
                    if (filled && last) {
                        opposite.remove(level);
                    }
                }
                slot = next;
            }
            level = opposite.next(key);
        }
    }

    private boolean enough(final Incoming in, final SideBook opposite, final long limit) {
        long missing = in.leaves;
        long level = opposite.bestLevel();
        while (level != 0 && LevelSlot.key(level) <= limit && missing > 0) {
            if (in.selfTradePrevention == 0) {
                missing -= LevelSlot.total(level);
            } else {
                for (int slot = LevelSlot.head(level); slot != 0 && missing > 0; slot = OrderSlot.next(store.order(slot))) {
                    if (!sameOwner(in, store.order(slot))) {
                        missing -= OrderSlot.leaves(store.order(slot));
                    }
                }
            }
            level = opposite.next(LevelSlot.key(level));
        }
        return missing <= 0;
    }
}
