package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.LevelSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

/** Two-sided quotes: docs/SEMANTICS.md section 10. An account has at most one in an instrument. Hot path. Thread: engine. */
final class Quoting {
    private static final int LEG_FLAGS = Raw.FLAG_POST_ONLY | Raw.FLAG_POST_ONLY_REPRICE | Raw.FLAG_HIDDEN;
    private static final ExtendedTerms NO_TERMS = new ExtendedTerms();

    private final MatcherCore core;
    private final OrderStore store;
    private final OrderEntry entry;
    private final OrderChecks checks;
    private final CommandEnd end;

    Quoting(final MatcherCore core, final OrderEntry entry, final CommandEnd end) {
        this.core = core;
        this.entry = entry;
        this.end = end;
        checks = entry.checks;
        store = core.store;
    }

    void quote(final int account, final int session, final long quoteId, final int instrumentId, final int flags,
               final int selfTradePrevention, final long bidPrice, final long bidQuantity, final ExtendedTerms terms) {
        final int accountSlot = entry.identify(Raw.KIND_QUOTE, account, quoteId, instrumentId);
        if (accountSlot == 0) {
            return;
        }
        final InstrumentBook book = core.book(instrumentId);
        if (!(book != null || checks.fails(Raw.UNKNOWN_INSTRUMENT, Raw.FIELD_INSTRUMENT, 0, Integer.toUnsignedLong(instrumentId)))
            || !checks.enums(Raw.BUY, Raw.LIMIT, Raw.GTC, flags, selfTradePrevention, terms)
            || !((flags & Raw.FLAG_EXTENDED) != 0 && terms != null
            || checks.fails(Raw.MALFORMED, Raw.FIELD_FLAGS, Raw.FLAG_EXTENDED, flags))
            || !check(book, accountSlot, flags, bidPrice, bidQuantity, terms.stopPrice, terms.displayQuantity)) {
            store.finished.add(accountSlot, quoteId);
            core.listener.onRejected(Raw.KIND_QUOTE, instrumentId, account, 0, quoteId, checks.reason, checks.field, checks.limit,
                checks.value);
            return;
        }
        store.finished.add(accountSlot, quoteId);
        final long askPrice = terms.stopPrice;
        final long askQuantity = terms.displayQuantity;
        withdraw(accountSlot, book, Raw.BUY);
        withdraw(accountSlot, book, Raw.SELL);
        final long bid = bidQuantity == 0 ? 0
            : leg(book, account, accountSlot, session, quoteId, Raw.BUY, flags, selfTradePrevention, bidPrice, bidQuantity);
        final long ask = askQuantity == 0 ? 0
            : leg(book, account, accountSlot, session, quoteId, Raw.SELL, flags, selfTradePrevention, askPrice, askQuantity);
        core.listener.onQuoted(account, instrumentId, quoteId, bid, ask);
        end.finish(book);
    }

    /** Slot of a leg of the account's quote, 0 = none. */
    private int earlier(final int accountSlot, final InstrumentBook book, final int side) {
        final long legs = core.ledger.quoteLegs(accountSlot, book.instrumentId);
        return legs == 0 ? 0 : getInt(legs + 4L * side);
    }

    private void withdraw(final int accountSlot, final InstrumentBook book, final int side) {
        final int slot = earlier(accountSlot, book, side);
        if (slot != 0) {
            core.cancelOpen(slot, store.order(slot), Raw.CANCEL_QUOTE_REPLACED);
        }
    }

    private boolean check(final InstrumentBook book, final int accountSlot, final int flags, final long bidPrice, final long bidQuantity,
                          final long askPrice, final long askQuantity) {
        final long account = store.accounts.address(accountSlot);
        final boolean bid = bidQuantity != 0;
        final boolean ask = askQuantity != 0;
        if (!checks.open(account, book) || bid && !quantity(book, bidQuantity) || ask && !quantity(book, askQuantity)
            || bid && !checks.limitPrice(book, Raw.BUY, bidPrice, bidQuantity)
            || ask && !checks.limitPrice(book, Raw.SELL, askPrice, askQuantity)) {
            return false;
        }
        if (bid && ask && bidPrice >= askPrice) {
            return checks.fails(Raw.QUOTE_CROSSED, Raw.FIELD_PRICE, askPrice, bidPrice);
        }
        if ((flags & ~Raw.FLAG_EXTENDED & ~LEG_FLAGS) != 0) {
            return checks.fails(Raw.UNSUPPORTED_COMBINATION, Raw.FIELD_FLAGS, 0, flags & ~Raw.FLAG_EXTENDED);
        }
        if (core.ledger.quoteLegs(accountSlot, book.instrumentId) == 0 || !checks.ledgerRoom(accountSlot, book)) {
            return checks.fails(Raw.CAPACITY, Raw.FIELD_ACCOUNT, 0, Integer.toUnsignedLong(AccountSlot.number(account)));
        }
        final int earlierBid = earlier(accountSlot, book, Raw.BUY);
        final int earlierAsk = earlier(accountSlot, book, Raw.SELL);
        final int leaving = (earlierBid != 0 ? 1 : 0) + (earlierAsk != 0 ? 1 : 0);
        final int coming = (bid ? 1 : 0) + (ask ? 1 : 0);
        return (!bid || checks.size(account, bidPrice, bidQuantity)) && (!ask || checks.size(account, askPrice, askQuantity))
            && checks.openOrders(account, leaving, coming) && checks.rate(account)
            && (!bid || checks.position(accountSlot, book, Raw.BUY, leaves(earlierBid), bidQuantity))
            && (!ask || checks.position(accountSlot, book, Raw.SELL, leaves(earlierAsk), askQuantity))
            && (!bid || checks.balance(accountSlot, book, Raw.BUY, held(book, Raw.BUY, earlierBid),
            MatcherCore.holding(book, Raw.BUY, bidPrice, bidQuantity)))
            && (!ask || checks.balance(accountSlot, book, Raw.SELL, held(book, Raw.SELL, earlierAsk),
            MatcherCore.holding(book, Raw.SELL, askPrice, askQuantity)))
            && (coming <= leaving || entry.roomFor(coming - leaving)
            || checks.fails(Raw.BOOK_FULL, Raw.FIELD_NONE, store.orders.capacity(), store.orders.inUse()));
    }

    private boolean quantity(final InstrumentBook book, final long quantity) {
        return quantity < 0 ? checks.fails(Raw.INVALID_QUANTITY, Raw.FIELD_QUANTITY, 0, quantity) : checks.quantity(book, quantity);
    }

    private long leaves(final int slot) {
        return slot == 0 ? 0 : OrderSlot.leaves(store.order(slot));
    }

    private long held(final InstrumentBook book, final int side, final int slot) {
        return slot == 0 || !book.riskChecked ? 0
            : MatcherCore.holding(book, side, LevelSlot.price(store.levelOf(store.order(slot))), leaves(slot));
    }

    private long leg(final InstrumentBook book, final int account, final int accountSlot, final int session, final long quoteId,
                     final int side, final int flags, final int selfTradePrevention, final long price, final long quantity) {
        final Incoming in = core.incoming;
        in.book = book;
        in.side = side;
        in.type = Raw.LIMIT;
        in.timeInForce = Raw.GTC;
        in.selfTradePrevention = selfTradePrevention;
        in.traits = OrderSlot.traits(side, Raw.LIMIT, Raw.GTC, selfTradePrevention, flags) | OrderSlot.QUOTE;
        in.account = account;
        in.accountSlot = accountSlot;
        in.firm = AccountSlot.firm(store.accounts.address(accountSlot));
        in.session = session;
        in.slot = 0;
        in.clientOrderId = quoteId;
        in.price = price;
        in.limit = price;
        in.leaves = quantity;
        in.display = 0;
        in.minQuantity = 0;
        in.offset = 0;
        in.stopPrice = 0;
        in.held = 0;
        in.resting = false;
        final long orderId = core.nextOrderId;
        entry.accept(in, NO_TERMS, true, quoteId);
        final int slot = store.byOrderId.find(orderId);
        if (slot != 0) {
            putInt(core.ledger.quoteLegs(accountSlot, book.instrumentId) + 4L * side, slot);
        }
        return orderId;
    }
}
