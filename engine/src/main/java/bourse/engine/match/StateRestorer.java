package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.OwnerSlot;
import bourse.engine.book.TermsSlot;

import java.util.Arrays;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/**
 * Builds a new matcher from a walk of another one's state. Account lists are by age, so they are linked when the walk has ended: by order id, from
 * the orders of all instruments. Cold. Thread: engine.
 */
final class StateRestorer implements StateVisitor {
    private final LadderMatcher matcher;
    private final MatcherCore core;
    private final OrderStore store;
    private final Settling settling;
    private long[] ownedIds = new long[1024];
    private int[] ownedSlots = new int[1024];
    private int owned;
    private boolean linked;

    StateRestorer(final LadderMatcher matcher, final MatcherCore core, final Settling settling) {
        this.matcher = matcher;
        this.core = core;
        this.settling = settling;
        store = core.store;
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        core.timeNs = timeNs;
        core.nextOrderId = nextOrderId;
        core.nextTradeId = nextTradeId;
        core.nextSequence = nextSequence;
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount,
                           final boolean hasLastPrice) {
        matcher.defineInstrument(spec);
        core.books[spec.instrumentId()].restore(lastPrice, lastQuantity, tradeCount, hasLastPrice);
    }

    @Override
    public void order(final OrderState o) {
        final Incoming in = core.incoming;
        final boolean direct = o.clientOrderId == 0;
        final boolean terms = o.pending || o.timeInForce >= Raw.DAY || o.orderType == Raw.PEGGED
            || (o.stopPrice | o.displayQuantity | o.minQuantity | o.expireTimeNs | o.offset | o.limitPrice | o.linkId | o.pegReference | o.quoteId) != 0;
        in.book = core.books[o.instrumentId];
        in.side = o.side;
        in.type = o.orderType;
        in.timeInForce = o.timeInForce;
        in.traits = OrderSlot.traits(o.side, o.orderType, o.timeInForce, o.selfTradePrevention, o.flags)
            | (direct ? OrderSlot.DIRECT : 0) | (terms ? OrderSlot.TERMS : 0) | (o.pending ? OrderSlot.PENDING : 0)
            | (o.quoteId != 0 ? OrderSlot.QUOTE : 0) | (o.orderType == Raw.PEGGED ? OrderSlot.PEG : 0);
        in.account = o.account;
        in.accountSlot = 0;
        in.slot = 0;
        in.orderId = o.orderId;
        in.clientOrderId = o.clientOrderId;
        in.sequence = o.sequence;
        in.price = o.price;
        in.leaves = o.leaves;
        in.display = o.displayQuantity;
        core.allot(in);
        if (terms) {
            writeTerms(store.clearTerms(in.slot), o);
        }
        if (o.pending) {
            settling.enqueue(in, o.stopPrice);
        } else {
            core.rest(in);
            correctSlice(in, o.slice);
        }
        if (!direct) {
            remember(o.orderId, in.slot, o.sessionIndex);
        }
    }

    private static void writeTerms(final long at, final OrderState o) {
        putLong(at + TermsSlot.STOP_PRICE, o.stopPrice);
        putLong(at + TermsSlot.DISPLAY, o.displayQuantity);
        putLong(at + TermsSlot.MIN_QUANTITY, o.minQuantity);
        putLong(at + TermsSlot.EXPIRE_TIME, o.expireTimeNs);
        putLong(at + TermsSlot.OFFSET, o.offset);
        putLong(at + TermsSlot.LIMIT_PRICE, o.limitPrice);
        putLong(at + TermsSlot.LINK_ID, o.linkId);
        putLong(at + TermsSlot.QUOTE_ID, o.quoteId);
        putLong(at + TermsSlot.LIMIT, o.price);
        putInt(at + TermsSlot.PEG_REFERENCE, o.pegReference);
    }

    /** A peak that was partly used up when the state was walked. */
    private void correctSlice(final Incoming in, final long slice) {
        final long order = store.order(in.slot);
        final long level = store.levelOf(order);
        if ((in.traits & OrderSlot.HIDDEN) == 0) {
            putLong(level + LevelSlot.VISIBLE, LevelSlot.visible(level) - OrderSlot.slice(order) + slice);
        }
        OrderSlot.slice(order, slice);
    }

    private void remember(final long orderId, final int slot, final int session) {
        if (owned == ownedIds.length) {
            ownedIds = Arrays.copyOf(ownedIds, owned * 2);
            ownedSlots = Arrays.copyOf(ownedSlots, owned * 2);
        }
        ownedIds[owned] = orderId;
        ownedSlots[owned++] = slot;
        putInt(store.owner(slot) + OwnerSlot.SESSION, session);
    }

    @Override
    public void account(final AccountState a) {
        link();
        final long account = store.accounts.address(store.accounts.findOrAdd(a.account));
        putInt(account + AccountSlot.FIRM, a.firm);
        putInt(account + AccountSlot.KILLED, a.killed ? 1 : 0);
        putLong(account + AccountSlot.MAX_ORDER_QUANTITY, a.maxOrderQuantity);
        putLong(account + AccountSlot.MAX_ORDER_NOTIONAL, a.maxOrderNotional);
        putLong(account + AccountSlot.MAX_POSITION, a.maxPosition);
        putLong(account + AccountSlot.MAX_OPEN_ORDERS, a.maxOpenOrders);
        putLong(account + AccountSlot.MAX_ORDERS_PER_SECOND, a.maxOrdersPerSecond);
        putLong(account + AccountSlot.RATE_SECOND, a.rateSecond);
        putLong(account + AccountSlot.RATE_COUNT, a.rateCount);
        AccountSlot.updateChecked(account);
        core.recountOpen(store.accounts.find(a.account));
    }

    /** Puts every order into its account's list, oldest first. All orders have been walked when the first account comes. */
    private void link() {
        if (linked) {
            return;
        }
        linked = true;
        AgeSort.byAge(ownedIds, ownedSlots, owned);
        for (int i = 0; i < owned; i++) {
            final int slot = ownedSlots[i];
            join(slot, store.order(slot), getInt(store.owner(slot) + OwnerSlot.SESSION));
        }
        ownedIds = null;
        ownedSlots = null;
        matcher.restored();
    }

    private void join(final int slot, final long order, final int session) {
        final int accountSlot = store.accounts.findOrAdd(OrderSlot.account(order));
        final int traits = OrderSlot.traits(order);
        final InstrumentBook book = core.bookOf(order);
        store.addOwned(slot, accountSlot, session);
        if ((traits & OrderSlot.QUOTE) == 0) {
            store.finished.isHighest(accountSlot, OrderSlot.clientOrderId(order));
            store.byClientOrderId.add(OrderSlot.account(order), OrderSlot.clientOrderId(order), slot);
        } else {
            putInt(core.ledger.quoteLegs(accountSlot, book.instrumentId) + 4L * (traits & OrderSlot.SIDE_BIT), slot);
        }
        if ((traits & OrderSlot.TERMS) != 0) {
            OrderSlot.traits(order, core.special().enlist(book, slot, order, traits));
        }
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        final int accountSlot = store.accounts.find(account);
        final int index = core.ledger.asset(asset);
        core.ledger.add(accountSlot, index, total);
        core.ledger.reserve(accountSlot, index, reserved);
        core.ledger.deposit(index, total);
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        core.ledger.addPosition(store.accounts.find(account), instrumentId, position);
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        final int slot = store.accounts.find(account);
        store.finished.isHighest(slot, clientOrderId);
        store.finished.add(slot, clientOrderId);
    }

    @Override
    public void fees(final long asset, final long collected) {
        final int index = core.ledger.asset(asset);
        core.ledger.collect(index, collected);
        core.ledger.deposit(index, collected);
    }
}
