package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.SideBook;

/** How far a market order may trade: its worst price, its protection, and for a buy that must be paid for the last order it needs. Thread: engine. */
final class Bounds {
    private Bounds() {
    }

    /** Sets {@code limit}; of other orders it is their price. */
    static void set(final MatcherCore core, final Incoming in) {
        if (in.type != Raw.MARKET) {
            in.limit = in.price;
            return;
        }
        final boolean buy = in.side == Raw.BUY;
        final InstrumentBook book = in.book;
        in.limit = in.price != 0 ? in.price : buy ? Long.MAX_VALUE : 0;
        final SideBook opposite = Crossing.opposite(in);
        final long protection = in.stopPrice == 0 && in.offset > 0 ? in.offset : book.spec.marketProtection();
        final long best = protection > 0 ? bestLimit(opposite) : 0;
        if (best != 0) {
            in.limit = buy ? Math.min(in.limit, best + protection) : Math.max(in.limit, best - protection);
        }
        if (buy && book.riskChecked) {
            in.limit = Math.min(in.limit, worstPriceNeeded(in, opposite));
        }
    }

    /** The best price of a side, orders without one left out; 0 = none. */
    private static long bestLimit(final SideBook side) {
        final long level = side.bestLevelOrNone();
        if (level == 0 || LevelSlot.price(level) != 0) {
            return side.bestPrice();
        }
        final long next = side.next(LevelSlot.key(level));
        return next == 0 ? 0 : LevelSlot.price(next);
    }

    private static long worstPriceNeeded(final Incoming in, final SideBook opposite) {
        final long reach = opposite.reach(in.limit);
        long worst = 0;
        long open = 0;
        for (long level = opposite.bestLevelOrNone(); level != 0 && LevelSlot.key(level) <= reach && open < in.leaves;
             level = opposite.next(LevelSlot.key(level))) {
            worst = LevelSlot.price(level);
            open += LevelSlot.total(level);
        }
        return worst;
    }
}
