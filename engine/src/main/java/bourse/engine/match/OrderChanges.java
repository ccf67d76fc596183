package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.OwnerSlot;
import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

/** Cancel, reduce, replace, mass cancel. Hot path. Thread: engine. */
final class OrderChanges {
    private final MatcherCore core;
    private final OrderStore store;
    private final MatchListener listener;
    private final Trades trades;
    private final Crossing crossing;
    private final Planning planning;
    private final Settling settling;
    private final OrderEntry entry;
    private final OrderChecks checks;
    private final CommandEnd end;

    OrderChanges(final MatcherCore core, final Trades trades, final Crossing crossing, final Planning planning, final Settling settling,
                 final OrderEntry entry, final CommandEnd end) {
        this.core = core;
        this.trades = trades;
        this.crossing = crossing;
        this.planning = planning;
        this.settling = settling;
        this.entry = entry;
        this.end = end;
        checks = entry.checks;
        store = core.store;
        listener = core.listener;
    }

    void cancel(final int account, final long orderId, final long clientOrderId) {
        final int slot = find(Raw.KIND_CANCEL, account, orderId, clientOrderId);
        if (slot != 0) {
            final InstrumentBook book = core.bookOf(store.order(slot));
            core.cancelOpen(slot, store.order(slot), Raw.CANCEL_REQUESTED);
            end.finish(book);
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
        } else if (book.lotSize != 1 && by % book.lotSize != 0) {
            refuse(Raw.KIND_REDUCE, order, Raw.QUANTITY_NOT_ON_LOT, Raw.FIELD_QUANTITY, book.lotSize, by);
            return;
        } else {
            final int traits = OrderSlot.traits(order);
            if ((traits & OrderSlot.PENDING) != 0) {
                resizePending(order, leaves - by);
            } else {
                trades.reduceResting(book, slot, order, leaves - by);
            }
            listener.onReduced(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
                traits & OrderSlot.SIDE_BIT, core.priceOf(order, traits), leaves - by, OrderSlot.visible(order));
            planning.allOrNonePass(book, traits & OrderSlot.SIDE_BIT);
        }
        end.finish(book);
    }

    // ---------------------------------------------------------------- replace

    void replace(final int account, final long orderId, final long clientOrderId, final long price, final long quantity) {
        if (quantity < 0) {
            listener.onRejected(Raw.KIND_REPLACE, 0, account, orderId, clientOrderId, Raw.INVALID_QUANTITY, Raw.FIELD_QUANTITY, 0, quantity);
            return;
        }
        final int slot = find(Raw.KIND_REPLACE, account, orderId, clientOrderId);
        if (slot == 0) {
            return;
        }
        final long order = store.order(slot);
        final InstrumentBook book = core.bookOf(order);
        final int traits = OrderSlot.traits(order);
        if (isPlain(book, slot, traits, price, quantity)) {
            replacePlain(book, slot, order, price, quantity);
            return;
        }
        if (quantity == 0) {
            core.cancelOpen(slot, order, Raw.CANCEL_REDUCED_TO_ZERO);
        } else if (!check(book, slot, order, traits, price, quantity)) {
            refuse(Raw.KIND_REPLACE, order, checks.reason, checks.field, checks.limit, checks.value);
            return;
        } else if ((traits & OrderSlot.PENDING) != 0) {
            replacePending(book, slot, order, traits, price, quantity);
        } else {
            replaceResting(book, slot, order, traits, price, quantity);
        }
        end.finish(book);
    }

    /** Nothing to check but the range, nothing to follow but trades. */
    private boolean isPlain(final InstrumentBook book, final int slot, final int traits, final long price, final long quantity) {
        return book.plain && (traits & ~(OrderSlot.SIDE_BIT | OrderSlot.DIRECT)) == 0 && book.special == 0 && price >= book.minPrice
            && price <= book.maxPrice && quantity > 0 && quantity <= book.plainMaxQuantity && book.isContinuous() && store.levels.available() > 0
            && ((traits & OrderSlot.DIRECT) != 0 || getInt(store.accounts.address(core.accountSlot(slot)) + AccountSlot.CHECKED) == 0);
    }

    private void replacePlain(final InstrumentBook book, final int slot, final long order, final long price, final long quantity) {
        if (price == LevelSlot.price(store.levelOf(order)) && quantity <= OrderSlot.leaves(order)) {
            trades.reduceResting(book, slot, order, quantity);
            replaced(order, price, quantity, quantity, true, true, true);
            return;
        }
        core.leave(book, order);
        final Incoming in = core.incoming;
        core.load(in, slot, order, price);
        in.leaves = quantity;
        in.sequence = core.nextSequence++;
        if (Crossing.opposite(in).bestKey() > Crossing.opposite(in).key(price)) {
            core.rest(in);
            replaced(order, price, quantity, quantity, false, true, true);
        } else {
            replaced(order, price, quantity, 0, false, false, true);
            crossing.enterPlain(in);
            settling.settle(book);
        }
    }

    private boolean check(final InstrumentBook book, final int slot, final long order, final int traits, final long price,
                          final long quantity) {
        if ((traits & OrderSlot.DIRECT) != 0) {
            return checks.quantity(book, quantity) && checks.limitPrice(book, traits & OrderSlot.SIDE_BIT, price, quantity);
        }
        final int accountSlot = core.accountSlot(slot);
        final long account = store.accounts.address(accountSlot);
        final int side = traits & OrderSlot.SIDE_BIT;
        final int type = OrderSlot.type(traits);
        final long leaves = OrderSlot.leaves(order);
        if (!checks.open(account, book) || !checks.quantity(book, quantity) || !checkPrice(book, slot, traits, price, quantity)
            || !checks.size(account, type == Raw.LIMIT || type == Raw.STOP_LIMIT || type == Raw.MARKET ? price : 0, quantity) || !checks.rate(account)
            || !checks.position(accountSlot, book, side, leaves, quantity)) {
            return false;
        }
        if ((traits & OrderSlot.PENDING) == 0) {
            final long limit = type == Raw.PEGGED ? target(book, slot, side, price) : price;
            if (book.riskChecked && !checks.balance(accountSlot, book, side,
                MatcherCore.holding(book, side, LevelSlot.price(store.levelOf(order)), leaves),
                MatcherCore.holding(book, side, limit, quantity))) {
                return false;
            }
        }
        return store.levels.available() > 0
            || checks.fails(Raw.BOOK_FULL, Raw.FIELD_NONE, store.levels.capacity(), store.levels.inUse());
    }

    private boolean checkPrice(final InstrumentBook book, final int slot, final int traits, final long price, final long quantity) {
        final int side = traits & OrderSlot.SIDE_BIT;
        final int type = OrderSlot.type(traits);
        if (type == Raw.LIMIT || type == Raw.STOP_LIMIT || type == Raw.MARKET && price != 0) {
            return checks.limitPrice(book, side, price, quantity);
        }
        if (price != 0 && !checks.priceRange(book, price)) {
            return false;
        }
        if (type != Raw.PEGGED) {
            return (traits & OrderSlot.REST_REMAINDER) == 0 || checks.anyPriceNotional(book, quantity);
        }
        return checks.pegNotional(book, side, price, quantity)
            && (book.isContinuous() || checks.notAllowed(Raw.FIELD_ORDER_TYPE, book.state()))
            && (target(book, slot, side, price) != 0 || checks.fails(Raw.NO_REFERENCE_PRICE, Raw.FIELD_PEG, 0, 0));
    }

    private long target(final InstrumentBook book, final int slot, final int side, final long limitPrice) {
        final long terms = store.terms(slot);
        return Settling.target(book, side, getInt(terms + TermsSlot.PEG_REFERENCE), getLong(terms + TermsSlot.OFFSET), limitPrice);
    }

    private void replaceResting(final InstrumentBook book, final int slot, final long order, final int traits, final long price,
                                final long quantity) {
        final int side = traits & OrderSlot.SIDE_BIT;
        final boolean pegged = OrderSlot.type(traits) == Raw.PEGGED;
        final long limit = pegged ? target(book, slot, side, price) : price;
        final boolean wasVisible = (traits & OrderSlot.HIDDEN) == 0;
        final long before = LevelSlot.price(store.levelOf(order));
        if (pegged) {
            book.pegsChanged = true;
            putLong(store.terms(slot) + TermsSlot.LIMIT_PRICE, price);
        }
        if (limit == before && quantity <= OrderSlot.leaves(order)) {
            trades.reduceResting(book, slot, order, quantity);
            replaced(order, limit, quantity, OrderSlot.visible(order), true, true, wasVisible);
            planning.allOrNonePass(book, side);
            return;
        }
        final long held = book.riskChecked ? MatcherCore.holding(book, side, before, OrderSlot.leaves(order)) : 0;
        core.leave(book, order);
        if (limit != 0) {
            OrderSlot.traits(order, OrderSlot.type(traits) == Raw.MARKET ? OrderSlot.withType(traits, Raw.LIMIT) : traits);
        }
        final Incoming in = core.incoming;
        core.load(in, slot, order, limit);
        in.leaves = quantity;
        Bounds.set(core, in);
        in.held = held;
        in.sequence = core.nextSequence++;
        core.countOpen(book, in.accountSlot, side, quantity - OrderSlot.leaves(order));
        OrderSlot.leaves(order, quantity);
        final boolean resting = !book.isContinuous() || !Crossing.crossesBest(in);
        if (resting) {
            core.hold(in);
            core.rest(in);
        }
        replaced(order, limit, quantity, resting ? OrderSlot.visible(order) : 0, false, resting, wasVisible);
        entry.proceed(in, resting, false);
    }

    private void replacePending(final InstrumentBook book, final int slot, final long order, final int traits, final long price,
                                final long quantity) {
        resizePending(order, quantity);
        final boolean trailing = OrderSlot.type(traits) == Raw.TRAILING_STOP;
        putLong(store.terms(slot) + (trailing ? TermsSlot.LIMIT_PRICE : TermsSlot.LIMIT), price);
        listener.onReplaced(book.instrumentId, OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            traits & OrderSlot.SIDE_BIT, price, quantity, 0, true, false, false);
    }

    private void resizePending(final long order, final long leaves) {
        final long level = store.levelOf(order);
        putLong(level + LevelSlot.TOTAL, LevelSlot.total(level) - OrderSlot.leaves(order) + leaves);
        final int side = OrderSlot.side(OrderSlot.traits(order));
        core.countOpen(core.bookOf(order), core.accountSlot(store.slotOf(order)), side, leaves - OrderSlot.leaves(order));
        OrderSlot.leaves(order, leaves);
    }

    private void replaced(final long order, final long price, final long leaves, final long visible, final boolean kept,
                          final boolean resting, final boolean wasVisible) {
        listener.onReplaced(OrderSlot.instrument(order), OrderSlot.orderId(order), OrderSlot.account(order), OrderSlot.clientOrderId(order),
            OrderSlot.side(OrderSlot.traits(order)), price, leaves, visible, kept, resting, wasVisible);
    }

    // ---------------------------------------------------------------- many at once

    void massCancel(final int account, final int instrumentId, final int side, final int reason) {
        if (account == 0) {
            checks.fails(Raw.UNKNOWN_ACCOUNT, Raw.FIELD_ACCOUNT, 0, 0);
        } else if (side < 0 || side > Raw.BOTH) {
            checks.fails(Raw.MALFORMED, Raw.FIELD_SIDE, Raw.BOTH, side);
        } else if (instrumentId != 0 && core.book(instrumentId) == null) {
            checks.fails(Raw.UNKNOWN_INSTRUMENT, Raw.FIELD_INSTRUMENT, 0, Integer.toUnsignedLong(instrumentId));
        } else {
            cancelEach(account, instrumentId, side, -1, reason);
            return;
        }
        listener.onRejected(Raw.KIND_MASS_CANCEL, instrumentId, account, 0, 0, checks.reason, checks.field, checks.limit, checks.value);
    }

    /** @param session of the orders, -1 = any */
    void cancelEach(final int account, final int instrumentId, final int side, final int session, final int reason) {
        final int accountSlot = account == 0 ? 0 : store.accounts.find(account);
        long cancelled = 0;
        int slot = accountSlot == 0 ? 0 : getInt(store.accounts.address(accountSlot) + AccountSlot.HEAD);
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
        listener.onMassCancelled(account, instrumentId, side, cancelled, reason);
        if (instrumentId == 0) {
            end.finishAll();
        } else {
            end.finish(core.books[instrumentId]);
        }
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
