package bourse.engine.match;

import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.SideBook;
import bourse.engine.risk.Ledger;

import java.util.Arrays;

/** What an administrator changes of an instrument that trades: docs/SEMANTICS.md, section 10. Cold; allocates. Thread: engine. */
final class InstrumentChanges {
    private final MatcherCore core;
    private final OrderStore store;
    private final CommandEnd end;

    InstrumentChanges(final MatcherCore core, final CommandEnd end) {
        this.core = core;
        this.end = end;
        store = core.store;
    }

    /** @return raw {@code RejectReason} */
    int change(final InstrumentSpec spec) {
        final InstrumentBook book = core.book(spec.instrumentId());
        if (book == null) {
            return Raw.UNKNOWN_INSTRUMENT;
        }
        InstrumentSpecCheck.check(spec);
        if (spec.needsEmptyBookAfter(book.spec) && !book.isEmpty()) {
            return Raw.OPEN_ORDERS;
        }
        final boolean checked = book.riskChecked;
        final int heldFeeRate = book.heldFeeRate;
        if (checked && !spec.riskChecked()) {
            release(book);
        }
        book.change(spec);
        core.unpublish(book);
        core.listener.onInstrumentChanged(book.specNow());
        if (checked && book.riskChecked && book.heldFeeRate != heldFeeRate) {
            followFees(book, heldFeeRate);
        }
        end.finish(book);
        return 0;
    }

    /** Nothing is held any more, and no position is limited. */
    private void release(final InstrumentBook book) {
        for (int side = Raw.BUY; side <= Raw.SELL; side++) {
            for (final long id : orderIds(book.side(side))) {
                final int slot = store.byOrderId.find(id);
                final long order = store.order(slot);
                core.hold(book, side, core.accountSlot(slot),
                    -MatcherCore.holding(book, side, LevelSlot.price(store.levelOf(order)), OrderSlot.leaves(order)));
            }
        }
        for (int accountSlot = 1; accountSlot <= store.accounts.count(); accountSlot++) {
            core.ledger.clearOpen(accountSlot, book.instrumentId);
        }
    }

    /** Only buys set fees aside. What {@link MatcherCore#cancelOpen} gives back is what an order holds by the new rate, so that is held first. */
    private void followFees(final InstrumentBook book, final int heldBefore) {
        for (final long id : orderIds(book.bids)) {
            final int slot = store.byOrderId.find(id);
            final long order = store.order(slot);
            final long notional = Ledger.notional(LevelSlot.price(store.levelOf(order)), OrderSlot.leaves(order));
            final long more = Ledger.fee(notional, book.heldFeeRate) - Ledger.fee(notional, heldBefore);
            final int accountSlot = core.accountSlot(slot);
            final boolean affordable = more <= core.available(book, Raw.BUY, accountSlot);
            core.hold(book, Raw.BUY, accountSlot, more);
            if (!affordable) {
                core.cancelOpen(slot, order, Raw.CANCEL_RISK);
            }
        }
    }

    private long[] orderIds(final SideBook side) {
        long[] ids = new long[16];
        int count = 0;
        for (long level = side.bestLevelOrNone(); level != 0; level = side.next(LevelSlot.key(level))) {
            for (int slot = LevelSlot.head(level); slot != 0; slot = OrderSlot.next(store.order(slot))) {
                if (count == ids.length) {
                    ids = Arrays.copyOf(ids, 2 * count);
                }
                ids[count++] = OrderSlot.orderId(store.order(slot));
            }
        }
        final long[] ascending = Arrays.copyOf(ids, count);
        Arrays.sort(ascending);
        return ascending;
    }
}
