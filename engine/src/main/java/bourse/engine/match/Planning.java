package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.BookMemory;
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
 * Orders that trade whole or not at all: fill-or-kill, all-or-none, minimum quantity. Plans first, trades then. Hot path. Thread: engine.
 *
 * <p>Candidates are the crossing orders opposite in priority order. Of the at most {@value #MAX_CHOSEN} all-or-none ones among them each subset is tried; ordinary
 * candidates fill what a subset leaves open. A subset is better that trades more at the best price, then at the next, ...; on a tie the one with the
 * earlier all-or-none orders. Per level only the ordinary quantity matters for that, so a comparison walks levels, not orders.
 */
final class Planning {
    private static final int MAX_CHOSEN = 12;

    private final OrderStore store;
    private final MatcherCore core;
    private final Trades trades;
    /** Ordinary quantity of each crossing level that has candidates. */
    private final long levelQuantities;
    /** Candidates in priority order. */
    private final long candidates;
    private int levelCount;
    private int candidateCount;
    private final int[] chosenLevel = new int[MAX_CHOSEN];
    private final long[] chosenLeaves = new long[MAX_CHOSEN];
    private int chosenCount;
    private long ordinary;

    Planning(final MatcherCore core, final Trades trades, final BookMemory memory) {
        this.core = core;
        this.trades = trades;
        store = core.store;
        levelQuantities = memory.carve("plan levels", 8L * store.levels.capacity());
        candidates = memory.carve("plan candidates", 4L * store.orders.capacity());
    }

    static long bytes(final int maxOrders, final int maxLevels) {
        return 4L * maxOrders + 8L * maxLevels + 128;
    }

    /** Same account, or same firm where the accounts belong to one. */
    boolean isOwn(final Incoming in, final long order) {
        if (OrderSlot.account(order) == in.account) {
            return true;
        }
        if (in.firm == 0) {
            return false;
        }
        final int slot = store.accounts.find(OrderSlot.account(order));
        return slot != 0 && AccountSlot.firm(store.accounts.address(slot)) == in.firm;
    }

    private int restingPartner(final int slot, final long order) {
        if ((OrderSlot.traits(order) & OrderSlot.LINKED) == 0) {
            return 0;
        }
        final int partner = getInt(store.terms(slot) + TermsSlot.PARTNER);
        return partner == 0 || OrderSlot.level(store.order(partner)) == 0
            || (OrderSlot.traits(store.order(partner)) & OrderSlot.PENDING) != 0 ? 0 : partner;
    }

    /** The later of two linked orders that both rest. */
    boolean isSecondOfPair(final int slot, final long order) {
        final int partner = restingPartner(slot, order);
        return partner != 0 && OrderSlot.orderId(store.order(partner)) < OrderSlot.orderId(order);
    }

    /** What going order by order would trade, an iceberg counted whole at its place. */
    long tradableAtOnce(final Incoming in) {
        final SideBook opposite = Crossing.opposite(in);
        final long reach = opposite.reach(in.limit);
        long tradable = 0;
        long rem = in.leaves;
        for (long level = opposite.bestLevelOrNone(); level != 0 && LevelSlot.key(level) <= reach && rem > 0;
             level = opposite.next(LevelSlot.key(level))) {
            final long price = Trades.price(in, LevelSlot.price(level));
            final boolean inBand = in.book.inBand(price);
            for (int slot = price == 0 ? 0 : LevelSlot.head(level); slot != 0 && rem > 0; slot = OrderSlot.next(store.order(slot))) {
                final long order = store.order(slot);
                if (in.selfTradePrevention != 0 && isOwn(in, order)) {
                    if (in.selfTradePrevention == Raw.STP_CANCEL_NEWEST || in.selfTradePrevention == Raw.STP_CANCEL_BOTH) {
                        return tradable;
                    }
                    if (in.selfTradePrevention == Raw.STP_DECREMENT) {
                        rem -= Math.min(rem, OrderSlot.leaves(order));
                    }
                    continue;
                }
                if (!inBand) {
                    return tradable;
                }
                if (restingPartner(slot, order) != 0
                    || (OrderSlot.traits(order) & OrderSlot.ALL_OR_NONE) != 0 && OrderSlot.leaves(order) > rem) {
                    continue;
                }
                final long quantity = Math.min(rem, OrderSlot.leaves(order));
                tradable += quantity;
                rem -= quantity;
            }
        }
        return tradable;
    }

    /** Trades all of an order that is not in the book, or nothing. */
    void fill(final Incoming in) {
        final int choice = plan(in);
        if (choice >= 0) {
            execute(in, 0, choice);
        }
    }

    // ---------------------------------------------------------------- resting all-or-none orders

    /** Fills resting all-or-none orders that what rests opposite can fill now. */
    void allOrNonePass(final InstrumentBook book, final int firstSide) {
        if ((book.bids.allOrNoneOrders() | book.asks.allOrNoneOrders()) == 0 || !book.isContinuous()) {
            return;
        }
        boolean again = true;
        while (again) {
            again = passOnce(book, firstSide) || passOnce(book, firstSide ^ 1);
        }
    }

    private boolean passOnce(final InstrumentBook book, final int side) {
        final SideBook own = book.side(side);
        int left = own.allOrNoneOrders();
        for (long level = own.bestLevelOrNone(); level != 0 && left > 0; level = own.next(LevelSlot.key(level))) {
            if (getInt(level + LevelSlot.ALL_OR_NONE) == 0) {
                continue;
            }
            final boolean inBand = book.inBand(LevelSlot.price(level));
            for (int slot = LevelSlot.head(level); slot != 0; slot = OrderSlot.next(store.order(slot))) {
                final long order = store.order(slot);
                if ((OrderSlot.traits(order) & OrderSlot.ALL_OR_NONE) == 0) {
                    continue;
                }
                left--;
                if (inBand && fillResting(slot, order)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean fillResting(final int slot, final long order) {
        final Incoming in = core.incoming;
        final int level = OrderSlot.level(order);
        core.load(in, slot, order, LevelSlot.price(store.levels.address(level)));
        putInt(order + OrderSlot.LEVEL, level);
        final int choice = plan(in);
        if (choice < 0) {
            return false;
        }
        execute(in, slot, choice);
        return true;
    }

    // ---------------------------------------------------------------- the plan

    /** @return the best subset of all-or-none candidates, bit 0 = the first; -1 = the order cannot be filled */
    private int plan(final Incoming in) {
        collect(in);
        int best = -1;
        for (int choice = 0; choice < 1 << chosenCount; choice++) {
            final long rem = in.leaves - sum(choice);
            if (rem >= 0 && ordinary >= rem && (best < 0 || isBetter(choice, best, in.leaves))) {
                best = choice;
            }
        }
        return best;
    }

    private void collect(final Incoming in) {
        final SideBook opposite = Crossing.opposite(in);
        final long reach = opposite.reach(in.limit);
        levelCount = 0;
        candidateCount = 0;
        chosenCount = 0;
        ordinary = 0;
        final boolean choosing = opposite.allOrNoneOrders() != 0;
        for (long level = opposite.bestLevelOrNone(); level != 0 && LevelSlot.key(level) <= reach && (choosing && chosenCount < MAX_CHOSEN || ordinary < in.leaves);
             level = opposite.next(LevelSlot.key(level))) {
            final long price = Trades.price(in, LevelSlot.price(level));
            if (price == 0 || !in.book.inBand(price)) {
                continue;
            }
            final long before = ordinary;
            for (int slot = LevelSlot.head(level); slot != 0 && (choosing && chosenCount < MAX_CHOSEN || ordinary < in.leaves); slot = OrderSlot.next(store.order(slot))) {
                consider(in, slot, store.order(slot));
            }
            putLong(levelQuantities + 8L * levelCount, ordinary - before);
            levelCount++;
        }
    }

    private void consider(final Incoming in, final int slot, final long order) {
        if (in.selfTradePrevention != 0 && isOwn(in, order) || isSecondOfPair(slot, order)) {
            return;
        }
        if ((OrderSlot.traits(order) & OrderSlot.ALL_OR_NONE) == 0) {
            if (ordinary >= in.leaves) {
                return;
            }
            ordinary += OrderSlot.leaves(order);
        } else if (chosenCount < MAX_CHOSEN) {
            chosenLevel[chosenCount] = levelCount;
            chosenLeaves[chosenCount++] = OrderSlot.leaves(order);
        } else {
            return;
        }
        putInt(candidates + 4L * candidateCount++, slot);
    }

    private long sum(final int choice) {
        long sum = 0;
        for (int i = 0; i < chosenCount; i++) {
            sum += (choice >>> i & 1) == 0 ? 0 : chosenLeaves[i];
        }
        return sum;
    }

    private boolean isBetter(final int one, final int other, final long quantity) {
        long remOne = quantity - sum(one);
        long remOther = quantity - sum(other);
        int at = 0;
        for (int level = 0; level < levelCount; level++) {
            final long here = getLong(levelQuantities + 8L * level);
            final long partOne = Math.min(here, remOne);
            final long partOther = Math.min(here, remOther);
            remOne -= partOne;
            remOther -= partOther;
            long difference = partOne - partOther;
            while (at < chosenCount && chosenLevel[at] == level) {
                difference += ((one >>> at & 1) - (other >>> at & 1)) * chosenLeaves[at];
                at++;
            }
            if (difference != 0) {
                return difference > 0;
            }
        }
        final int differing = one ^ other;
        return (one & Integer.lowestOneBit(differing)) != 0;
    }

    /** @param restingSlot of the order that is filled, 0 = it is not in the book */
    private void execute(final Incoming in, final int restingSlot, final int choice) {
        final long sequence = in.sequence;
        long rem = in.leaves - sum(choice);
        int bit = 0;
        for (int i = 0; i < candidateCount; i++) {
            final int slot = getInt(candidates + 4L * i);
            final long order = store.order(slot);
            long quantity = OrderSlot.leaves(order);
            if ((OrderSlot.traits(order) & OrderSlot.ALL_OR_NONE) != 0) {
                if ((choice >>> bit++ & 1) == 0) {
                    continue;
                }
            } else {
                quantity = Math.min(rem, quantity);
                rem -= quantity;
                if (quantity == 0) {
                    continue;
                }
            }
            if (restingSlot == 0) {
                trades.take(in, slot, quantity, Trades.price(in, LevelSlot.price(store.levelOf(order))));
            } else if (OrderSlot.sequence(order) > sequence) {
                trades.between(restingSlot, slot, quantity, in.price, false);
            } else {
                trades.between(slot, restingSlot, quantity, Trades.price(in, LevelSlot.price(store.levelOf(order))), false);
            }
        }
    }
}
