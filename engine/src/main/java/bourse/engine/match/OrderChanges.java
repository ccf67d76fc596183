package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.OwnerSlot;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/** Cancel, reduce, replace, mass cancel. Hot path. Thread: engine. */
final class OrderChanges {
    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;
    private final Crossing crossing;
    private final StopOrders stops;
    private final OrderChecks checks = new OrderChecks();

    OrderChanges(final MatcherCore core, final Crossing crossing, final StopOrders stops) {
        this.core = core;
        this.crossing = crossing;
        this.stops = stops;
        store = core.store;
        listener = core.listener;
    }

    void cancel(final int account, final long orderId, final long clientOrderId) {
        final int slot = find(Raw.KIND_CANCEL, account, orderId, clientOrderId);
        if (slot != 0) {
            core.cancelOpen(slot, store.order(slot), Raw.CANCEL_REQUESTED);
        }
    }

    void reduce(final int account, final long orderId, final long clientOrderId, final long by) {
        if (by < 1) {
            listener.onRejected(Raw.KIND_REDUCE, 0, account, orderId, clientOrderId, Raw.INVALID_QUANTITY, Raw.FIELD_QUANTITY, 1, by);
            return;
        }
        final int slot = find(Raw.KIND_REDUCE, account, orderId, clientOrderId);
        if (slot == 0) {
            return;
        }
        final long order = store.order(slot);
        final InstrumentBook book = core.bookOf(order);
        final long leaves = OrderSlot.leaves(order);
        if (by >= leaves) {
            core.cancelOpen(slot, order, Raw.CANCEL_REDUCED_TO_ZERO);
            return;
        }
        if (book.lotSize != 1 && by % book.lotSize != 0) {
            refuse(Raw.KIND_REDUCE, order, Raw.QUANTITY_NOT_ON_LOT, Raw.FIELD_QUANTITY, book.lotSize, by);
            return;
        }
        final int traits = OrderSlot.traits(order);
        if ((traits & OrderSlot.PENDING) != 0) {
            reducePending(order, leaves - by);
        } else {
            crossing.reduceResting(book, slot, order, leaves - by);
        }
        listener.onReduced(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, core.priceOf(order, traits), leaves - by, OrderSlot.visible(order));
    }

    void replace(final int account, final long orderId, final long clientOrderId, final long price, final long quantity) {
        final int slot = find(Raw.KIND_REPLACE, account, orderId, clientOrderId);
        if (slot == 0) {
            return;
        }
        final long order = store.order(slot);
        if (quantity < 1) {
            core.cancelOpen(slot, order, Raw.CANCEL_REDUCED_TO_ZERO);
            return;
        }
        final InstrumentBook book = core.bookOf(order);
        final int traits = OrderSlot.traits(order);
        if (!inRange(book, price, quantity) && !checkReplace(book, order, traits, price, quantity)) {
            refuse(Raw.KIND_REPLACE, order, checks.reason, checks.field, checks.limit, checks.value);
            return;
        }
        if ((traits & OrderSlot.PENDING) != 0) {
            replacePending(book, slot, order, traits, price, quantity);
            return;
        }
        final SideBook side = book.side(traits & OrderSlot.SIDE_BIT);
        final long level = store.levelOf(order);
        if (price == LevelSlot.price(level) && quantity <= OrderSlot.leaves(order)) {
            crossing.reduceResting(book, slot, order, quantity);
            final long visible = OrderSlot.visible(order);
            replaced(book, order, traits, price, quantity, visible, true, true, (traits & OrderSlot.HIDDEN) == 0);
            return;
        }
        if (store.levels.available() == 0) {
            refuse(Raw.KIND_REPLACE, order, Raw.BOOK_FULL, Raw.FIELD_NONE, store.levels.capacity(), store.levels.inUse());
            return;
        }
        move(book, side, slot, order, traits, price, quantity);
    }

    /** To the back of another queue, or of the same; may trade at once. */
    private void move(final InstrumentBook book, final SideBook side, final int slot, final long order, final int traits, final long price,
                      final long quantity) {
        core.leave(book, slot, order);
        final Incoming in = core.incoming;
        core.load(in, slot, order, price);
        in.leaves = quantity;
        in.sequence = core.nextSequence++;
        in.replaced = true;
        final SideBook opposite = Crossing.opposite(in);
        final boolean continuous = book.state() == Raw.CONTINUOUS;
        final boolean resting = !continuous || opposite.bestKey() > opposite.key(price);
        in.announcedResting = resting;
        final long visible = !resting || (traits & OrderSlot.HIDDEN) != 0 ? 0 : in.display != 0 ? Math.min(in.display, quantity) : quantity;
        replaced(book, order, traits, price, quantity, visible, false, resting, (traits & OrderSlot.HIDDEN) == 0);
        if (resting) {
            core.rest(in, price);
            return;
        }
        final long trades = core.nextTradeId;
        crossing.work(in);
        if (core.nextTradeId != trades) {
            stops.fire(book);
        }
    }

    private void replacePending(final InstrumentBook book, final int slot, final long order, final int traits, final long price,
                                final long quantity) {
        final long level = store.levelOf(order);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - OrderSlot.leaves(order) + quantity);
        OrderSlot.leaves(order, quantity);
        putLong(store.terms(slot) + TermsSlot.LIMIT, price);
        replaced(book, order, traits, price, quantity, 0, true, false, false);
    }

    private void reducePending(final long order, final long leaves) {
        final long level = store.levelOf(order);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - OrderSlot.leaves(order) + leaves);
        OrderSlot.leaves(order, leaves);
    }

    private void replaced(final InstrumentBook book, final long order, final int traits, final long price, final long leaves,
                          final long visible, final boolean kept, final boolean resting, final boolean wasVisible) {
        listener.onReplaced(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, price, leaves, visible, kept, resting, wasVisible);
    }

    private static boolean inRange(final InstrumentBook book, final long price, final long quantity) {
        return book.simple & !book.settles && price >= book.minPrice && price <= book.maxPrice && quantity <= book.maxQuantity
            && book.state() == Raw.CONTINUOUS;
    }

    private boolean checkReplace(final InstrumentBook book, final long order, final int traits, final long price, final long quantity) {
        final boolean stop = (traits & OrderSlot.PENDING) != 0;
        return checks.open(book) && checks.quantity(book, quantity)
            && (stop && price == 0 && OrderSlot.type(traits) == Raw.STOP
            || checks.limitPrice(book, price) && checks.notional(book, price, quantity));
    }

    // ---------------------------------------------------------------- many at once

    void massCancel(final int account, final int instrumentId, final int side, final int reason) {
        if (side < 0 || side > Raw.BOTH) {
            listener.onRejected(Raw.KIND_MASS_CANCEL, instrumentId, account, 0, 0, Raw.MALFORMED, Raw.FIELD_SIDE, Raw.BOTH, side);
            return;
        }
        if (instrumentId != 0 && core.book(instrumentId) == null) {
            listener.onRejected(Raw.KIND_MASS_CANCEL, instrumentId, account, 0, 0, Raw.UNKNOWN_INSTRUMENT, Raw.FIELD_INSTRUMENT, 0,
                instrumentId);
            return;
        }
        listener.onMassCancelled(account, instrumentId, side, cancelEach(account, instrumentId, side, -1, reason), reason);
    }

    void cancelSession(final int account, final int session, final int reason) {
        listener.onMassCancelled(account, 0, Raw.BOTH, cancelEach(account, 0, Raw.BOTH, session, reason), reason);
    }

    /** @param session -1 = of any */
    private long cancelEach(final int account, final int instrumentId, final int side, final int session, final int reason) {
        final int accountSlot = account == 0 ? 0 : store.accounts.find(account);
        if (accountSlot == 0) {
            return 0;
        }
        long cancelled = 0;
        int slot = getInt(store.accounts.address(accountSlot) + AccountSlot.HEAD);
        while (slot != 0) {
            final long owner = store.owner(slot);
            final int next = getInt(owner + OwnerSlot.NEXT);
            final long order = store.order(slot);
            if ((instrumentId == 0 || OrderSlot.instrument(order) == instrumentId)
                && (side == Raw.BOTH || OrderSlot.side(OrderSlot.traits(order)) == side)
                && (session < 0 || getInt(owner + OwnerSlot.SESSION) == session)) {
                core.cancelOpen(slot, order, reason);
                cancelled++;
            }
            slot = next;
        }
        return cancelled;
    }

    // ---------------------------------------------------------------- finding

    private int find(final int kind, final int account, final long orderId, final long clientOrderId) {
        if (orderId != 0) {
            final int slot = store.byOrderId.find(orderId);
            if (slot != 0 && OrderSlot.account(store.order(slot)) == account) {
                return slot;
            }
            listener.onRejected(kind, 0, account, orderId, clientOrderId, Raw.UNKNOWN_ORDER, Raw.FIELD_ORDER_ID, 0, orderId);
            return 0;
        }
        final int slot = clientOrderId == 0 ? 0 : store.byClientOrderId.find(account, clientOrderId);
        if (slot != 0) {
            return slot;
        }
        listener.onRejected(kind, 0, account, 0, clientOrderId, Raw.UNKNOWN_ORDER, Raw.FIELD_CLIENT_ORDER_ID, 0, clientOrderId);
        return 0;
    }

    private void refuse(final int kind, final long order, final int reason, final int field, final long limit, final long value) {
        listener.onRejected(kind, OrderSlot.instrument(order), OrderSlot.account(order), OrderSlot.orderId(order),
            OrderSlot.clientOrderId(order), reason, field, limit, value);
    }
}
