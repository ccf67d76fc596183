package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.OwnerSlot;
import bourse.engine.book.SideBook;
import bourse.engine.book.TermsSlot;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

/** Walks the state of the ladder matcher in the order that {@link StateVisitor} fixes. Cold; allocates. Thread: engine. */
final class StateWalk {
    private final MatcherCore core;
    private final OrderStore store;

    StateWalk(final MatcherCore core) {
        this.core = core;
        store = core.store;
    }

    void walk(final StateVisitor visitor) {
        visitor.engine(core.timeNs, core.nextOrderId, core.nextTradeId, core.nextSequence);
        final OrderState order = new OrderState();
        for (final InstrumentBook book : core.books) {
            if (book != null) {
                visitor.instrument(book.specNow(), book.lastPrice(), book.lastQuantity(), book.tradeCount(), book.hasLastPrice());
                eachResting(book, visitor::order, order);
                eachPending(book, visitor::order, order);
            }
        }
        accounts(visitor);
        fees(visitor);
    }

    void eachResting(final InstrumentBook book, final Consumer<OrderState> consumer, final OrderState carrier) {
        each(book.bids, consumer, carrier);
        each(book.asks, consumer, carrier);
    }

    int count(final SideBook side) {
        int orders = 0;
        for (long level = side.bestLevelOrNone(); level != 0; level = side.next(LevelSlot.key(level))) {
            orders += LevelSlot.orders(level);
        }
        return orders;
    }

    private void each(final SideBook side, final Consumer<OrderState> consumer, final OrderState carrier) {
        for (long level = side.bestLevelOrNone(); level != 0; level = side.next(LevelSlot.key(level))) {
            for (int slot = LevelSlot.head(level); slot != 0; slot = OrderSlot.next(store.order(slot))) {
                load(slot, carrier);
                consumer.accept(carrier);
            }
        }
    }

    private void eachPending(final InstrumentBook book, final Consumer<OrderState> consumer, final OrderState carrier) {
        final int[] slots = new int[count(book.buyStops) + count(book.sellStops)];
        final int buys = collect(book.buyStops, slots, 0);
        collect(book.sellStops, slots, buys);
        final long[] ids = new long[slots.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = OrderSlot.orderId(store.order(slots[i]));
        }
        Arrays.sort(ids);
        for (final long id : ids) {
            load(store.byOrderId.find(id), carrier);
            consumer.accept(carrier);
        }
    }

    private int collect(final SideBook side, final int[] slots, final int from) {
        int at = from;
        for (long level = side.bestLevelOrNone(); level != 0; level = side.next(LevelSlot.key(level))) {
            for (int slot = LevelSlot.head(level); slot != 0; slot = OrderSlot.next(store.order(slot))) {
                slots[at++] = slot;
            }
        }
        return at;
    }

    private void load(final int slot, final OrderState state) {
        final long order = store.order(slot);
        final int traits = OrderSlot.traits(order);
        final boolean terms = (traits & OrderSlot.TERMS) != 0;
        final long at = store.terms(slot);
        state.orderId = OrderSlot.orderId(order);
        state.clientOrderId = OrderSlot.clientOrderId(order);
        state.account = OrderSlot.account(order);
        state.sessionIndex = (traits & OrderSlot.DIRECT) != 0 ? 0 : getInt(store.owner(slot) + OwnerSlot.SESSION);
        state.instrumentId = OrderSlot.instrument(order);
        state.side = OrderSlot.side(traits);
        state.orderType = OrderSlot.type(traits);
        state.timeInForce = OrderSlot.timeInForce(traits);
        state.flags = OrderSlot.flags(traits);
        state.selfTradePrevention = OrderSlot.selfTradePrevention(traits);
        state.price = core.priceOf(order, traits);
        state.leaves = OrderSlot.leaves(order);
        state.slice = OrderSlot.slice(order);
        state.sequence = OrderSlot.sequence(order);
        state.pending = (traits & OrderSlot.PENDING) != 0;
        state.stopPrice = terms ? getLong(at + TermsSlot.STOP_PRICE) : 0;
        state.displayQuantity = terms ? getLong(at + TermsSlot.DISPLAY) : 0;
        state.minQuantity = terms ? getLong(at + TermsSlot.MIN_QUANTITY) : 0;
        state.expireTimeNs = terms ? getLong(at + TermsSlot.EXPIRE_TIME) : 0;
        state.offset = terms ? getLong(at + TermsSlot.OFFSET) : 0;
        state.limitPrice = terms ? getLong(at + TermsSlot.LIMIT_PRICE) : 0;
        state.linkId = terms ? getLong(at + TermsSlot.LINK_ID) : 0;
        state.pegReference = terms ? getInt(at + TermsSlot.PEG_REFERENCE) : 0;
        state.quoteId = (traits & OrderSlot.QUOTE) != 0 && terms ? getLong(at + TermsSlot.QUOTE_ID) : 0;
    }

    private void accounts(final StateVisitor visitor) {
        final long[] byNumber = new long[store.accounts.count()];
        for (int slot = 1; slot <= byNumber.length; slot++) {
            byNumber[slot - 1] = (AccountSlot.number(store.accounts.address(slot)) & 0xffff_ffffL) << 24 | slot;
        }
        Arrays.sort(byNumber);
        final AccountState state = new AccountState();
        for (final long entry : byNumber) {
            final int slot = (int) (entry & 0xff_ffff);
            final long account = store.accounts.address(slot);
            load(account, state);
            visitor.account(state);
            money(visitor, slot, state.account);
            for (int i = 0; i < AccountSlot.finished(account); i++) {
                visitor.finishedId(state.account, store.finished.get(slot, i));
            }
        }
    }

    private void money(final StateVisitor visitor, final int accountSlot, final int account) {
        for (final int asset : assetsByCode()) {
            if (core.ledger.total(accountSlot, asset) != 0) {
                visitor.balance(account, core.ledger.code(asset), core.ledger.total(accountSlot, asset), core.ledger.reserved(accountSlot, asset));
            }
        }
        for (final InstrumentBook book : core.books) {
            if (book != null && core.ledger.position(accountSlot, book.instrumentId) != 0) {
                visitor.position(account, book.instrumentId, core.ledger.position(accountSlot, book.instrumentId));
            }
        }
    }

    private void fees(final StateVisitor visitor) {
        for (final int asset : assetsByCode()) {
            if (core.ledger.fees(asset) != 0) {
                visitor.fees(core.ledger.code(asset), core.ledger.fees(asset));
            }
        }
    }

    private int[] assetsByCode() {
        return IntStream.range(0, core.ledger.assetCount()).boxed().sorted(Comparator.comparingLong(core.ledger::code))
            .mapToInt(Integer::intValue).toArray();
    }

    private static void load(final long account, final AccountState state) {
        state.account = AccountSlot.number(account);
        state.firm = AccountSlot.firm(account);
        state.killed = getInt(account + AccountSlot.KILLED) != 0;
        state.maxOrderQuantity = getLong(account + AccountSlot.MAX_ORDER_QUANTITY);
        state.maxOrderNotional = getLong(account + AccountSlot.MAX_ORDER_NOTIONAL);
        state.maxPosition = getLong(account + AccountSlot.MAX_POSITION);
        state.maxOpenOrders = getLong(account + AccountSlot.MAX_OPEN_ORDERS);
        state.maxOrdersPerSecond = getLong(account + AccountSlot.MAX_ORDERS_PER_SECOND);
        state.rateSecond = getLong(account + AccountSlot.RATE_SECOND);
        state.rateCount = getLong(account + AccountSlot.RATE_COUNT);
    }
}
