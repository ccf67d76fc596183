package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
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
    private static final int USED_UP_OR_NOTHING_LEFT = 0;
    private static final int BY_SELF_TRADE = 1;
    private static final int BY_BAND = 2;

    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;
    private final Trades trades;
    private final Planning planning;

    Crossing(final MatcherCore core, final Trades trades, final Planning planning) {
        this.core = core;
        this.trades = trades;
        this.planning = planning;
        store = core.store;
        listener = core.listener;
    }

    static SideBook opposite(final Incoming in) {
        return in.side == Raw.BUY ? in.book.asks : in.book.bids;
    }

    /** The best order opposite is within the order's limit. */
    static boolean crossesBest(final Incoming in) {
        final SideBook opposite = opposite(in);
        return opposite.bestKey() <= opposite.reach(in.limit);
    }

    /** A plain limit order in a plain book crosses: trade, then rest or end. */
    void enterPlain(final Incoming in) {
        final SideBook opposite = opposite(in);
        sweepPlain(in, opposite, opposite.key(in.price));
        if (in.leaves == 0) {
            core.finishIncoming(in);
        } else if (in.timeInForce == Raw.IOC) {
            core.cancelIncoming(in, Raw.CANCEL_IOC_REMAINDER);
        } else {
            rest(in);
        }
    }

    private void rest(final Incoming in) {
        core.rest(in);
        listener.onBooked(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, in.price, in.leaves,
            OrderSlot.visible(store.order(in.slot)));
    }

    /** Lets an order that is not in the book trade; what is left rests or is cancelled. */
    void enter(final Incoming in, final boolean isNew) {
        if (isNew && in.minQuantity > 0 && planning.tradableAtOnce(in) < in.minQuantity) {
            core.cancelIncoming(in, Raw.CANCEL_MIN_QUANTITY_NOT_MET);
            return;
        }
        int stopped = USED_UP_OR_NOTHING_LEFT;
        if ((in.traits & OrderSlot.ALL_OR_NONE) != 0 || in.timeInForce == Raw.FOK) {
            planning.fill(in);
        } else if (crossesBest(in)) {
            if (in.book.plain && in.book.special == 0 && in.selfTradePrevention == 0 && (in.traits & OrderSlot.LINKED) == 0) {
                sweepPlain(in, opposite(in), opposite(in).reach(in.limit));
            } else {
                stopped = sweep(in);
            }
        }
        if (in.leaves == 0) {
            core.finishIncoming(in);
        } else if (stopped == BY_SELF_TRADE) {
            core.cancelIncoming(in, Raw.CANCEL_SELF_TRADE);
        } else if (in.mayRest()) {
            rest(in);
            if (stopped != BY_BAND) {
                planning.allOrNonePass(in.book, in.side);
            }
        } else {
            core.cancelIncoming(in, in.timeInForce == Raw.FOK ? Raw.CANCEL_FOK_NOT_FILLED
                : in.type == Raw.MARKET ? Raw.CANCEL_MARKET_REMAINDER : Raw.CANCEL_IOC_REMAINDER);
        }
        if (stopped == BY_BAND) {
            halt(in.book);
        }
    }

    /** A resting peg that has just moved trades from where it stands. */
    void tradeFromBook(final int slot) {
        final Incoming in = core.incoming;
        final long order = store.order(slot);
        final int level = OrderSlot.level(order);
        core.load(in, slot, order, LevelSlot.price(store.levels.address(level)));
        putInt(order + OrderSlot.LEVEL, level);
        in.resting = true;
        final InstrumentBook book = in.book;
        final int stopped = crossesBest(in) ? sweep(in) : USED_UP_OR_NOTHING_LEFT;
        in.resting = false;
        if (stopped == BY_BAND) {
            halt(book);
        } else if (stopped == BY_SELF_TRADE) {
            core.cancelOpen(slot, order, Raw.CANCEL_SELF_TRADE);
        } else if (in.leaves > 0) {
            planning.allOrNonePass(book, in.side);
        }
    }

    private void halt(final InstrumentBook book) {
        book.state(Raw.HALTED);
        core.unpublish(book);
        listener.onTradingState(book.instrumentId, Raw.HALTED, book.referencePrice());
    }

    // ---------------------------------------------------------------- the common case

    /**
     * Every order of the other side takes its turn: no self-trade prevention, no fees, nobody with a wish of his own. Most orders end within three levels: these are
     * written out, so that "enough after one, two, three" are branches of their own with their own history.
     */
    private void sweepPlain(final Incoming in, final SideBook opposite, final long reach) {
        long leaves = sweepLevel(in, opposite, in.leaves);
        if (leaves != 0 && opposite.bestKey() <= reach) {
            leaves = sweepLevel(in, opposite, leaves);
            if (leaves != 0 && opposite.bestKey() <= reach) {
                leaves = sweepLevel(in, opposite, leaves);
                while (leaves != 0 && opposite.bestKey() <= reach) {
                    leaves = sweepLevel(in, opposite, leaves);
                }
            }
        }
        in.leaves = leaves;
    }

    /** @return what the incoming order has left after the best level */
    private long sweepLevel(final Incoming in, final SideBook opposite, final long takerLeaves) {
        final long level = opposite.bestLevel();
        core.touched(in.book, opposite, opposite.bestKey());
        long leaves = takerLeaves;
        do {
            final int slot = LevelSlot.head(level);
            leaves = tradePlain(in, level, slot, store.order(slot), leaves);
        } while (leaves != 0 && LevelSlot.orders(level) != 0);
        if (LevelSlot.orders(level) == 0) {
            opposite.remove(level);
        }
        return leaves;
    }

    /** One trade with the first order of the level (which stays, even empty). @return what the incoming order has left */
    private long tradePlain(final Incoming in, final long level, final int slot, final long maker, final long takerLeaves) {
        final InstrumentBook book = in.book;
        final int traits = OrderSlot.traits(maker);
        final long slice = OrderSlot.slice(maker);
        final long quantity = Math.min(takerLeaves, slice);
        final long makerLeaves = OrderSlot.leaves(maker) - quantity;
        final long left = takerLeaves - quantity;
        final long price = LevelSlot.price(level);
        final boolean hidden = (traits & OrderSlot.HIDDEN) != 0;
        book.traded(price, quantity);
        listener.onTrade(book.instrumentId, core.nextTradeId++, OrderSlot.orderId(maker), OrderSlot.account(maker),
            OrderSlot.clientOrderId(maker), makerLeaves, hidden, 0, in.orderId, in.account, in.clientOrderId, left, false, 0, in.side,
            price, quantity, false);
        if (makerLeaves == 0) {
            store.unlink(level, maker, quantity, hidden ? 0 : slice);
            core.finish(slot, maker, traits);
            return left;
        }
        putLong(maker + OrderSlot.LEAVES, makerLeaves);
        putLong(maker + OrderSlot.SLICE, slice - quantity);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - quantity);
        if (!hidden) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - quantity);
        }
        if (slice == quantity) {
            refillPlain(book, level, slot, maker, traits, makerLeaves);
        }
        return left;
    }

    /** A new peak, at the back of the queue. */
    private void refillPlain(final InstrumentBook book, final long level, final int slot, final long maker, final int traits,
                             final long leaves) {
        final boolean hidden = (traits & OrderSlot.HIDDEN) != 0;
        final long display = (traits & OrderSlot.TERMS) != 0 ? getLong(store.terms(slot) + TermsSlot.DISPLAY) : 0;
        final long peak = display != 0 ? Math.min(display, leaves) : leaves;
        store.unlink(level, maker, leaves, 0);
        if (!hidden) {
            putInt(level + LevelSlot.VISIBLE_ORDERS, LevelSlot.visibleOrders(level) - 1);
        }
        OrderSlot.slice(maker, peak);
        store.append(level, slot, maker, leaves, hidden ? 0 : peak);
        trades.restated(maker, Raw.RESTATE_ICEBERG_REFILL, false);
    }

    // ---------------------------------------------------------------- every rule

    private int sweep(final Incoming in) {
        final InstrumentBook book = in.book;
        final SideBook opposite = opposite(in);
        final long reach = opposite.reach(in.limit);
        long level = opposite.bestLevelOrNone();
        while (level != 0 && in.leaves != 0) {
            final long key = LevelSlot.key(level);
            if (key > reach) {
                break;
            }
            final long price = Trades.price(in, LevelSlot.price(level));
            final boolean inBand = book.inBand(price);
            int slot = price == 0 ? 0 : LevelSlot.head(level);
            while (slot != 0 && in.leaves != 0) {
                final long maker = store.order(slot);
                final int traits = OrderSlot.traits(maker);
                int next = OrderSlot.next(maker);
                if (in.selfTradePrevention != 0 && planning.isOwn(in, maker)) {
                    if (preventSelfTrade(in, slot, maker)) {
                        return BY_SELF_TRADE;
                    }
                    slot = next;
                    continue;
                }
                final long makerLeaves = OrderSlot.leaves(maker);
                if ((traits & OrderSlot.ALL_OR_NONE) != 0 && makerLeaves > in.leaves) {
                    slot = next;
                    continue;
                }
                if (!inBand) {
                    return BY_BAND;
                }
                if ((traits & OrderSlot.LINKED) != 0 && next != 0 && getInt(store.terms(slot) + TermsSlot.PARTNER) == next) {
                    next = OrderSlot.next(store.order(next));
                }
                final long quantity = Math.min(in.leaves, OrderSlot.slice(maker));
                trades.take(in, slot, quantity, price);
                if (quantity == makerLeaves || next != 0) {
                    slot = next;
                }
            }
            level = opposite.next(key);
        }
        return USED_UP_OR_NOTHING_LEFT;
    }

    /** @return the incoming order must end */
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
        final long quantity = Math.min(in.leaves, makerLeaves);
        if (makerLeaves == quantity) {
            core.cancelOpen(slot, maker, Raw.CANCEL_SELF_TRADE);
        } else {
            trades.reduceResting(in.book, slot, maker, makerLeaves - quantity);
            trades.restated(maker, Raw.RESTATE_SELF_TRADE_DECREMENT, true);
        }
        if (in.leaves == quantity) {
            return true;
        }
        in.leaves -= quantity;
        if (in.resting) {
            trades.reduceResting(in.book, in.slot, store.order(in.slot), in.leaves);
            trades.restated(store.order(in.slot), Raw.RESTATE_SELF_TRADE_DECREMENT, true);
        } else {
            core.shrink(in);
            listener.onRestated(in.book.instrumentId, in.orderId, in.account, in.clientOrderId, in.side, in.price, in.leaves, 0, true,
                Raw.RESTATE_SELF_TRADE_DECREMENT);
        }
        return false;
    }
}
