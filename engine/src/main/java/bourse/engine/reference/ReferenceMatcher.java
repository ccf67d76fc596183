package bourse.engine.reference;

import bourse.engine.match.AccountPort;
import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.match.StateDigest;
import bourse.engine.match.StateVisitor;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The slow, obvious matcher that the fast one is tested against: docs/SEMANTICS.md as code. It knows no bound but
 * {@code maxOrders}, {@code maxInstruments} and {@code maxAccounts}. Cold: allocates freely. Thread: one.
 */
public class ReferenceMatcher implements Matcher, AccountPort {
    private static final int ANY_INSTRUMENT = 0;

    private final MatchListener listener;
    private final Venue venue;
    private final Matching matching;
    private final Settling settling;
    private final OrderEntry entry;
    private final Quoting quoting;

    public ReferenceMatcher(final MatchListener listener, final MatcherLimits limits) {
        this.listener = listener;
        this.venue = new Venue(limits);
        this.matching = new Matching(listener, venue.ledger, venue.counters);
        this.settling = new Settling(listener, venue.ledger, matching, venue.counters);
        this.entry = new OrderEntry(venue, listener, matching, settling);
        this.quoting = new Quoting(venue, listener, matching, entry);
    }

    /** Where tests plant faults. */
    Book newBook(final InstrumentSpec spec) {
        return new Book(spec);
    }

    @Override
    public void defineInstrument(final InstrumentSpec spec) {
        InstrumentChecks.check(spec);
        if (venue.books.containsKey(spec.instrumentId())
            || venue.books.values().stream().anyMatch(book -> book.spec.symbol().equals(spec.symbol()))) {
            throw new IllegalArgumentException("instrument: " + spec.instrumentId() + " " + spec.symbol() + " (expected: id and symbol not in use)");
        }
        if (venue.books.size() == venue.limits.maxInstruments()) {
            throw new IllegalArgumentException("instruments: " + (venue.books.size() + 1) + " (expected: 1.." + venue.limits.maxInstruments() + ")");
        }
        venue.books.put(spec.instrumentId(), newBook(spec));
    }

    @Override
    public InstrumentSpec instrument(final int instrumentId) {
        final Book book = venue.books.get(instrumentId);
        return book == null ? null : book.specNow();
    }

    @Override
    public int changeInstrument(final InstrumentSpec spec) {
        InstrumentChecks.check(spec);
        final Book book = venue.books.get(spec.instrumentId());
        if (book == null) {
            return RejectReason.UNKNOWN_INSTRUMENT.value();
        }
        if (spec.needsEmptyBookAfter(book.spec) && !book.liveOrders().isEmpty()) {
            return RejectReason.OPEN_ORDERS.value();
        }
        book.change(spec);
        listener.onInstrumentChanged(book.specNow());
        for (final Order o : book.liveOrders()) {
            if (!o.pending && !venue.ledger.followChange(o)) {
                matching.cancel(o, CancelReason.RISK);
            }
        }
        finishCommand();
        return RejectReason.NONE.value();
    }

    @Override
    public void advanceTime(final long timeNs) {
        venue.timeNs = Math.max(venue.timeNs, timeNs);
        final List<Order> due = new ArrayList<>();
        for (final Book book : venue.books.values()) {
            book.live().filter(o -> o.is(TimeInForce.GTD) && o.expireTimeNs <= venue.timeNs).forEach(due::add);
        }
        due.sort(Comparator.<Order>comparingLong(o -> o.expireTimeNs).thenComparingLong(o -> o.orderId));
        due.forEach(o -> matching.cancel(o, CancelReason.EXPIRED));
        finishCommand();
    }

    /** Settles, or tells what an auction would do now. An instrument that nothing has touched has nothing to settle. */
    private void finishCommand() {
        for (final Book book : venue.books.values()) {
            settling.settle(book);
            indicate(book);
        }
    }

    private void indicate(final Book book) {
        if (book.state != TradingState.AUCTION_CALL.value()) {
            return;
        }
        final Auction now = Auction.of(book);
        if (now.price() != book.indicatedPrice || now.volume() != book.indicatedVolume || now.surplus() != book.indicatedSurplus) {
            book.indicatedPrice = now.price();
            book.indicatedVolume = now.volume();
            book.indicatedSurplus = now.surplus();
            listener.onAuctionIndication(book.instrumentId(), now.price(), now.volume(), now.surplus());
        }
    }

    private void reject(final CommandKind kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                        final Refusal refusal) {
        listener.onRejected(kind.value(), instrumentId, account, orderId, clientOrderId, refusal.reason().value(), refusal.field().value(),
            refusal.limit(), refusal.value());
    }

    private void reject(final CommandKind kind, final Order o, final Refusal refusal) {
        reject(kind, o.book.instrumentId(), o.owner.number, o.orderId, o.clientOrderId, refusal);
    }

    // ------------------------------------------------------------------------------------------- orders

    @Override
    public void newOrder(final int account, final int sessionIndex, final long clientOrderId, final int instrumentId, final int side,
                         final int orderType, final int timeInForce, final int flags, final int selfTradePrevention, final long price,
                         final long quantity, final ExtendedTerms terms) {
        Refusal refusal = entry.identity(account, clientOrderId);
        if (refusal != null) {
            reject(CommandKind.NEW, instrumentId, account, 0, clientOrderId, refusal);
            return;
        }
        final Account owner = venue.accountOrNew(account);
        final Book book = venue.books.get(instrumentId);
        Order order = null;
        if (book == null) {
            refusal = new Refusal(RejectReason.UNKNOWN_INSTRUMENT, Field.INSTRUMENT, 0, Integer.toUnsignedLong(instrumentId));
        } else {
            refusal = OrderChecks.enumerated(side, orderType, timeInForce, flags, selfTradePrevention, terms);
        }
        if (refusal == null) {
            order = new Order(owner, book, sessionIndex, clientOrderId, 0, side, orderType, timeInForce, flags, selfTradePrevention,
                price, quantity, (flags & Order.EXTENDED) != 0 ? terms : OrderEntry.NO_TERMS);
            refusal = entry.refusal(order);
        }
        if (refusal != null) {
            owner.useUp(clientOrderId);
            reject(CommandKind.NEW, instrumentId, account, 0, clientOrderId, refusal);
            return;
        }
        entry.accept(order);
        finishCommand();
    }

    @Override
    public void quote(final int account, final int sessionIndex, final long quoteId, final int instrumentId, final int flags,
                      final int selfTradePrevention, final long bidPrice, final long bidQuantity, final ExtendedTerms terms) {
        Refusal refusal = entry.identity(account, quoteId);
        if (refusal != null) {
            reject(CommandKind.QUOTE, instrumentId, account, 0, quoteId, refusal);
            return;
        }
        final Account owner = venue.accountOrNew(account);
        final Book book = venue.books.get(instrumentId);
        Order bid = null;
        Order ask = null;
        if (book == null) {
            refusal = new Refusal(RejectReason.UNKNOWN_INSTRUMENT, Field.INSTRUMENT, 0, Integer.toUnsignedLong(instrumentId));
        } else {
            refusal = OrderChecks.enumerated(0, 0, 0, flags, selfTradePrevention, terms);
        }
        if (refusal == null && !Quoting.isComplete(flags, terms)) {
            refusal = OrderChecks.malformed(Field.FLAGS, Order.EXTENDED, flags);
        }
        if (refusal == null) {
            bid = Quoting.leg(owner, book, sessionIndex, quoteId, Order.BUY, flags, selfTradePrevention, bidPrice, bidQuantity);
            ask = Quoting.leg(owner, book, sessionIndex, quoteId, Order.SELL, flags, selfTradePrevention, terms.stopPrice,
                terms.displayQuantity);
            refusal = quoting.refusal(owner, book, flags, bid, ask);
        }
        if (refusal != null) {
            owner.useUp(quoteId);
            reject(CommandKind.QUOTE, instrumentId, account, 0, quoteId, refusal);
            return;
        }
        quoting.accept(owner, book, quoteId, bid, ask);
        finishCommand();
    }

    private static Refusal unknown(final long orderId, final long clientOrderId) {
        return orderId != 0 ? new Refusal(RejectReason.UNKNOWN_ORDER, Field.ORDER_ID, 0, orderId)
            : new Refusal(RejectReason.UNKNOWN_ORDER, Field.CLIENT_ORDER_ID, 0, clientOrderId);
    }

    /** The target; null after it was refused. */
    private Order target(final CommandKind kind, final int account, final long orderId, final long clientOrderId) {
        final Order o = venue.find(account, orderId, clientOrderId);
        if (o == null) {
            reject(kind, 0, account, orderId, clientOrderId, unknown(orderId, clientOrderId));
        }
        return o;
    }

    @Override
    public void replace(final int account, final long orderId, final long clientOrderId, final long price, final long openQuantity) {
        if (openQuantity < 0) {
            reject(CommandKind.REPLACE, 0, account, orderId, clientOrderId,
                new Refusal(RejectReason.INVALID_QUANTITY, Field.QUANTITY, 0, openQuantity));
            return;
        }
        final Order o = target(CommandKind.REPLACE, account, orderId, clientOrderId);
        if (o == null) {
            return;
        }
        if (openQuantity == 0) {
            matching.cancel(o, CancelReason.REDUCED_TO_ZERO);
        } else {
            final Refusal refusal = entry.replaceRefusal(o, price, openQuantity);
            if (refusal != null) {
                reject(CommandKind.REPLACE, o, refusal);
                return;
            }
            entry.replace(o, price, openQuantity);
        }
        finishCommand();
    }

    @Override
    public void reduce(final int account, final long orderId, final long clientOrderId, final long by) {
        if (by < 1) {
            reject(CommandKind.REDUCE, 0, account, orderId, clientOrderId, new Refusal(RejectReason.INVALID_QUANTITY, Field.QUANTITY, 1, by));
            return;
        }
        final Order o = target(CommandKind.REDUCE, account, orderId, clientOrderId);
        if (o == null) {
            return;
        }
        if (by >= o.leaves) {
            matching.cancel(o, CancelReason.REDUCED_TO_ZERO);
        } else if (by % o.book.spec.lotSize() != 0) {
            reject(CommandKind.REDUCE, o, new Refusal(RejectReason.QUANTITY_NOT_ON_LOT, Field.QUANTITY, o.book.spec.lotSize(), by));
            return;
        } else {
            o.leaves -= by;
            o.slice = Math.min(o.slice, o.leaves);
            venue.ledger.shrink(o);
            listener.onReduced(o.book.instrumentId(), o.orderId, account, o.clientOrderId, o.side, o.price, o.leaves, o.visible());
            matching.allOrNonePass(o.book, o.side);
        }
        finishCommand();
    }

    @Override
    public void cancel(final int account, final long orderId, final long clientOrderId) {
        final Order o = target(CommandKind.CANCEL, account, orderId, clientOrderId);
        if (o != null) {
            matching.cancel(o, CancelReason.REQUESTED);
            finishCommand();
        }
    }

    @Override
    public void massCancel(final int account, final int instrumentId, final int side, final int reason) {
        Refusal refusal = null;
        if (account == 0) {
            refusal = new Refusal(RejectReason.UNKNOWN_ACCOUNT, Field.ACCOUNT, 0, 0);
        } else if (side < 0 || side > Side.BOTH.value()) {
            refusal = OrderChecks.malformed(Field.SIDE, Side.BOTH.value(), side);
        } else if (instrumentId != ANY_INSTRUMENT && !venue.books.containsKey(instrumentId)) {
            refusal = new Refusal(RejectReason.UNKNOWN_INSTRUMENT, Field.INSTRUMENT, 0, Integer.toUnsignedLong(instrumentId));
        }
        if (refusal != null) {
            reject(CommandKind.MASS_CANCEL, instrumentId, account, 0, 0, refusal);
            return;
        }
        cancelAll(account, instrumentId, side, reason, o -> (instrumentId == ANY_INSTRUMENT || o.book.instrumentId() == instrumentId)
            && (side == Side.BOTH.value() || o.side == side));
    }

    @Override
    public void cancelSession(final int account, final int sessionIndex, final int reason) {
        cancelAll(account, ANY_INSTRUMENT, Side.BOTH.value(), reason, o -> o.sessionIndex == sessionIndex);
    }

    private void cancelAll(final int account, final int instrumentId, final int side, final int reason, final Predicate<Order> wanted) {
        final Account owner = venue.accounts.get(account);
        final List<Order> orders = owner == null ? List.of() : owner.liveByOrderId.values().stream().filter(wanted).toList();
        orders.forEach(o -> matching.cancel(o, reason));
        listener.onMassCancelled(account, instrumentId, side, orders.size(), reason);
        finishCommand();
    }

    // ------------------------------------------------------------------------------------------- states

    @Override
    public int setTradingState(final int instrumentId, final int state) {
        final Book book = venue.books.get(instrumentId);
        if (book == null) {
            return RejectReason.UNKNOWN_INSTRUMENT.value();
        }
        if (state < 0 || state > TradingState.CLOSED.value()) {
            return RejectReason.MALFORMED.value();
        }
        final boolean same = state == book.state;
        final boolean opens = state == TradingState.PRE_OPEN.value() || state == TradingState.AUCTION_CALL.value();
        if (book.state == TradingState.CLOSED.value() && !same && !opens) {
            return RejectReason.NOT_ALLOWED_IN_STATE.value();
        }
        final boolean continues = state == TradingState.CONTINUOUS.value() && !same;
        if (continues) {
            matching.uncross(book);
        } else if (state == TradingState.CLOSED.value() && !same) {
            expireDay(book);
        } else if (state == TradingState.AUCTION_CALL.value() && !same) {
            book.indicatedPrice = 0;
            book.indicatedVolume = 0;
            book.indicatedSurplus = 0;
        }
        book.state = state;
        listener.onTradingState(instrumentId, state, book.referencePrice);
        if (continues) {
            matching.allOrNonePass(book, Order.BUY);
        }
        finishCommand();
        return RejectReason.NONE.value();
    }

    private void expireDay(final Book book) {
        for (final Order o : book.liveOrders()) {
            if (o.is(TimeInForce.DAY) || o.is(TimeInForce.AT_AUCTION)) {
                matching.cancel(o, CancelReason.EXPIRED);
            }
        }
    }

    @Override
    public void uncross(final int instrumentId) {
        final Book book = venue.books.get(instrumentId);
        if (book != null) {
            matching.uncross(book);
            finishCommand();
        }
    }

    @Override
    public void setLastPrice(final int instrumentId, final long price) {
        final Book book = venue.books.get(instrumentId);
        if (book != null && price > 0 && price % book.spec.tickSize() == 0) {
            book.lastPrice = price;
            book.hasLastPrice = true;
            finishCommand();
        }
    }

    @Override
    public long bookHash() {
        return venue.bookHash();
    }

    @Override
    public long stateHash() {
        final StateDigest digest = new StateDigest();
        venue.forEachState(digest);
        return digest.value();
    }

    @Override
    public void forEachState(final StateVisitor visitor) {
        venue.forEachState(visitor);
    }

    // ------------------------------------------------------------------------------------------- accounts

    @Override
    public int setLimits(final int account, final int firm, final long maxOrderQuantity, final long maxOrderNotional,
                         final long maxPosition, final long maxOpenOrders, final long maxOrdersPerSecond) {
        return AccountSettings.setLimits(venue, account, firm,
            new long[] {maxOrderQuantity, maxOrderNotional, maxPosition, maxOpenOrders, maxOrdersPerSecond});
    }

    @Override
    public int transfer(final int account, final long asset, final long amount) {
        return AccountSettings.transfer(venue, account, asset, amount);
    }

    @Override
    public int setKillSwitch(final int account, final boolean on) {
        final int reason = AccountSettings.named(venue, account);
        if (reason != RejectReason.NONE.value()) {
            return reason;
        }
        final Account owner = venue.accounts.get(account);
        final boolean goesOn = on && !owner.killed;
        owner.killed = on;
        if (goesOn) {
            cancelAll(account, ANY_INSTRUMENT, Side.BOTH.value(), CancelReason.KILL_SWITCH.value(), o -> true);
        }
        return RejectReason.NONE.value();
    }

    @Override
    public int openOrders(final int account) {
        final Account owner = venue.accounts.get(account);
        return owner == null ? 0 : owner.liveByOrderId.size();
    }

    @Override
    public long[] assets() {
        return venue.ledger.deposits.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public Settings settings(final int account) {
        final Account owner = venue.accounts.get(account);
        return owner == null ? null : new Settings(owner.firm, owner.maxOrderQuantity, owner.maxOrderNotional, owner.maxPosition,
            owner.maxOpenOrders, owner.maxOrdersPerSecond, owner.killed);
    }

    @Override
    public long balance(final int account, final long asset) {
        final Account owner = venue.accounts.get(account);
        return owner == null || !owner.balances.containsKey(asset) ? 0 : owner.balances.get(asset).total;
    }

    @Override
    public long reserved(final int account, final long asset) {
        final Account owner = venue.accounts.get(account);
        return owner == null || !owner.balances.containsKey(asset) ? 0 : owner.balances.get(asset).reserved;
    }

    @Override
    public long position(final int account, final int instrumentId) {
        final Account owner = venue.accounts.get(account);
        return owner == null ? 0 : owner.position(instrumentId);
    }

    @Override
    public long feesCollected(final long asset) {
        return venue.ledger.fees.getOrDefault(asset, 0L);
    }
}
