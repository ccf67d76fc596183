package bourse.engine.match;

import bourse.engine.book.AccountSlot;
import bourse.engine.book.BookMemory;
import bourse.engine.book.InstrumentSlot;
import bourse.engine.book.OrderSlot;
import bourse.engine.book.OrderStore;
import bourse.engine.book.PublishedBook;
import bourse.engine.book.SideBook;
import bourse.engine.risk.Ledger;
import bourse.sbe.layout.PublishedBookLayout;

/**
 * The fast matcher: prices in directly addressed ladders, orders in cache lines, everything in {@link BookMemory}. Hot path. Thread: engine. No allocation
 * after start but by {@link #defineInstrument} and {@link #changeInstrument}.
 */
public final class LadderMatcher implements Matcher, AccountPort {
    /** Orders, with their levels and accounts, that a second-level cache of 2 MiB holds; measured, see RATIONALE.md. */
    private static final int CACHED_ORDERS = 8_192;

    private final MatcherLimits limits;
    private final BookMemory memory;
    private final OrderStore store;
    private final Ledger ledger;
    private final MatcherCore core;
    private final OrderEntry entry;
    private final OrderChanges changes;
    private final Quoting quoting;
    private final Settling settling;
    private final Planning planning;
    private final Auction auction;
    private final CommandEnd end;
    private final AccountSettings settings;
    private final InstrumentChanges instrumentChanges;
    private final PublishedBook published;
    private final long instrumentSlots;

    /** Takes the memory for itself; it must be as large as {@link #stateBytes} and {@link #publishedBytes} say. */
    public LadderMatcher(final MatcherLimits limits, final BookMemory memory, final MatchListener listener) {
        this.limits = limits;
        this.memory = memory;
        store = new OrderStore(memory, limits.maxOrders(), limits.maxLevels(), limits.maxAccounts(), limits.maxFinishedIds());
        instrumentSlots = memory.carve("instruments", (long) limits.maxInstruments() << InstrumentSlot.SHIFT);
        ledger = new Ledger(memory, limits.maxPositions());
        core = new MatcherCore(store, ledger, listener, limits.maxInstruments());
        final Trades trades = new Trades(core);
        planning = new Planning(core, trades, memory);
        final Crossing crossing = new Crossing(core, trades, planning);
        settling = new Settling(core, crossing);
        auction = new Auction(core, trades, planning);
        end = new CommandEnd(core, settling, auction);
        entry = new OrderEntry(core, crossing, planning, settling, end);
        changes = new OrderChanges(core, trades, crossing, planning, settling, entry, end);
        quoting = new Quoting(core, entry, end);
        settings = new AccountSettings(core, changes);
        instrumentChanges = new InstrumentChanges(core, end);
        published = new PublishedBook(memory, limits.maxInstruments());
    }

    /** Bytes of state that a matcher with these limits needs. */
    public static long stateBytes(final MatcherLimits limits) {
        return OrderStore.bytes(limits.maxOrders(), limits.maxLevels(), limits.maxAccounts(), limits.maxFinishedIds())
            + Ledger.bytes(limits.maxPositions()) + Planning.bytes(limits.maxOrders(), limits.maxLevels())
            + ((long) limits.maxInstruments() << InstrumentSlot.SHIFT) + limits.maxInstruments() * InstrumentBook.bytes(limits.ladderTicks())
            + 4096;
    }

    /** Bytes of the published region. */
    public static long publishedBytes(final MatcherLimits limits) {
        return PublishedBookLayout.length(limits.maxInstruments());
    }

    /** Memory of the right size outside the heap: tests, benches, warm-up. */
    public static BookMemory offHeapMemory(final MatcherLimits limits) {
        return BookMemory.offHeap(stateBytes(limits), publishedBytes(limits));
    }

    @Override
    public void defineInstrument(final InstrumentSpec spec) {
        InstrumentSpecCheck.check(spec);
        if (core.books[spec.instrumentId()] != null) {
            throw new IllegalArgumentException("instrumentId: " + spec.instrumentId() + " (expected: one that is not in use)");
        }
        for (final InstrumentBook book : core.books) {
            if (book != null && book.spec.symbol().equals(spec.symbol())) {
                throw new IllegalArgumentException("symbol: " + spec.symbol() + " (expected: one that is not in use)");
            }
        }
        if (core.instrumentCount == limits.maxInstruments()) {
            throw new IllegalArgumentException("maxInstruments: " + limits.maxInstruments() + " reached (raise the limit and restart)");
        }
        final long slot = instrumentSlots + ((long) core.instrumentCount << InstrumentSlot.SHIFT);
        final int base = asset(spec.baseAsset());
        final int quote = asset(spec.quoteAsset());
        final int index = published.define(spec.instrumentId(), spec.state());
        final InstrumentBook book = new InstrumentBook(spec, memory, store, limits.ladderTicks(), slot, index, base, quote);
        core.books[spec.instrumentId()] = book;
        core.instrumentCount++;
        core.highestInstrumentId = Math.max(core.highestInstrumentId, spec.instrumentId());
        core.unpublish(book);
    }

    @Override
    public InstrumentSpec instrument(final int instrumentId) {
        final InstrumentBook book = core.book(instrumentId);
        return book == null ? null : book.specNow();
    }

    @Override
    public int changeInstrument(final InstrumentSpec spec) {
        return instrumentChanges.change(spec);
    }

    private int asset(final String name) {
        final long code = AccountPort.asset(name);
        final int asset = code == 0 ? 0 : ledger.asset(code);
        if (asset < 0) {
            throw new IllegalArgumentException("assets: " + name + " is one too many (expected: at most " + Ledger.MAX_ASSETS + ")");
        }
        return asset;
    }

    @Override
    public void advanceTime(final long timeNs) {
        if (timeNs > core.timeNs) {
            core.timeNs = timeNs;
            if (store.expiries.nextTimeNs() <= timeNs) {
                expire(timeNs);
            }
        }
    }

    private void expire(final long timeNs) {
        while (store.expiries.nextTimeNs() <= timeNs) {
            final int slot = store.expiries.first();
            core.cancelOpen(slot, store.order(slot), Raw.CANCEL_EXPIRED);
        }
        end.finishAll();
    }

    @Override
    public void newOrder(final int account, final int sessionIndex, final long clientOrderId, final int instrumentId, final int side,
                         final int orderType, final int timeInForce, final int flags, final int selfTradePrevention, final long price,
                         final long quantity, final ExtendedTerms terms) {
        entry.newOrder(account, sessionIndex, clientOrderId, instrumentId, side, orderType, timeInForce, flags, selfTradePrevention, price,
            quantity, terms);
    }

    /**
     * A plain limit order that is in range, without an entry in the account's list and index: what a benchmark of matching alone sends. Named later by its order id,
     * which is returned; {@code clientOrderId} is only repeated in its events. Nothing of the order is checked. Only for a plain book (see {@link InstrumentSpec#plain}) without special orders.
     */
    public long enterByOrderId(final int account, final long clientOrderId, final int instrumentId, final int side,
                               final boolean immediateOrCancel, final long price, final long quantity) {
        if (!entry.roomFor(1)) {
            throw new IllegalStateException("book full, capacity=" + capacity());
        }
        final InstrumentBook book = core.books[instrumentId];
        if (!book.plain || book.special != 0) {
            throw new IllegalStateException("book is not plain, instrumentId=" + instrumentId + ", special=" + book.special);
        }
        entry.plainLimit(book, account, 0, 0, clientOrderId, side, immediateOrCancel ? Raw.IOC : Raw.GTC, price, quantity);
        return core.nextOrderId - 1;
    }

    @Override
    public long prefetch(final long orderId) {
        final int slot = store.byOrderId.find(orderId);
        if (slot == 0) {
            return 0;
        }
        return OrderSlot.level(store.order(slot));
    }

    @Override
    public boolean gainsFromPrefetch() {
        return store.orders.inUse() > CACHED_ORDERS;
    }

    @Override
    public void replace(final int account, final long orderId, final long clientOrderId, final long price, final long openQuantity) {
        changes.replace(account, orderId, clientOrderId, price, openQuantity);
    }

    @Override
    public void reduce(final int account, final long orderId, final long clientOrderId, final long by) {
        changes.reduce(account, orderId, clientOrderId, by);
    }

    @Override
    public void cancel(final int account, final long orderId, final long clientOrderId) {
        changes.cancel(account, orderId, clientOrderId);
    }

    @Override
    public void massCancel(final int account, final int instrumentId, final int side, final int reason) {
        changes.massCancel(account, instrumentId, side, reason);
    }

    @Override
    public void cancelSession(final int account, final int sessionIndex, final int reason) {
        changes.cancelEach(account, 0, Raw.BOTH, sessionIndex, reason);
    }

    @Override
    public void quote(final int account, final int sessionIndex, final long quoteId, final int instrumentId, final int flags,
                      final int selfTradePrevention, final long bidPrice, final long bidQuantity, final ExtendedTerms terms) {
        quoting.quote(account, sessionIndex, quoteId, instrumentId, flags, selfTradePrevention, bidPrice, bidQuantity, terms);
    }

    @Override
    public int setTradingState(final int instrumentId, final int state) {
        final InstrumentBook book = core.book(instrumentId);
        if (book == null) {
            return Raw.UNKNOWN_INSTRUMENT;
        }
        if (state < Raw.PRE_OPEN || state > Raw.CLOSED) {
            return Raw.MALFORMED;
        }
        final boolean same = state == book.state();
        if (book.state() == Raw.CLOSED && !same && state != Raw.PRE_OPEN && state != Raw.AUCTION_CALL) {
            return Raw.NOT_ALLOWED_IN_STATE;
        }
        final boolean continues = state == Raw.CONTINUOUS && !same;
        if (continues) {
            auction.uncross(book);
        } else if (state == Raw.CLOSED && !same) {
            core.expireDay(book, false);
        } else if (state == Raw.AUCTION_CALL && !same) {
            book.indicatedPrice = 0;
            book.indicatedVolume = 0;
            book.indicatedSurplus = 0;
        }
        book.state(state);
        core.unpublish(book);
        core.listener.onTradingState(instrumentId, state, book.referencePrice());
        if (continues) {
            planning.allOrNonePass(book, Raw.BUY);
        }
        end.finish(book);
        return 0;
    }

    @Override
    public void uncross(final int instrumentId) {
        final InstrumentBook book = core.book(instrumentId);
        if (book != null) {
            auction.uncross(book);
            end.finish(book);
        }
    }

    @Override
    public void setLastPrice(final int instrumentId, final long price) {
        final InstrumentBook book = core.book(instrumentId);
        if (book != null && price > 0 && price % book.tickSize == 0) {
            book.lastPrice(price);
            core.unpublish(book);
            end.finish(book);
        }
    }

    /**
     * Brings the published region up to date: the instruments whose best {@value PublishedBookLayout#DEPTH} levels or last trade changed since the last call. Once after
     * each command or batch.
     *
     * @param eventSeq of the last event that is included
     */
    public void publish(final long eventSeq) {
        for (int i = 0; i < core.unpublishedCount; i++) {
            final InstrumentBook book = core.unpublished[i];
            book.listed = false;
            if (!book.unpublished && !book.bids.depthChanged() && !book.asks.depthChanged()) {
                continue;
            }
            book.unpublished = false;
            published.top(book.publishedIndex, book.bids, book.asks, book.lastPrice(), book.lastQuantity(), eventSeq);
            published.depth(book.publishedIndex, book.bids, book.asks, book.state(), eventSeq);
        }
        core.unpublishedCount = 0;
    }

    @Override
    public long bookHash() {
        final StateDigest digest = new StateDigest();
        final OrderState order = new OrderState();
        final StateWalk walk = new StateWalk(core);
        for (final InstrumentBook book : core.books) {
            if (book != null) {
                digest.mix(book.instrumentId);
                walk.eachResting(book, o -> {
                    digest.mix(o.orderId);
                    digest.mix(o.price);
                    digest.mix(o.leaves);
                    digest.mix(o.slice);
                }, order);
                digest.mix(book.lastPrice());
                digest.mix(book.tradeCount());
            }
        }
        return digest.value();
    }

    @Override
    public long stateHash() {
        final StateDigest digest = new StateDigest();
        forEachState(digest);
        return digest.value();
    }

    @Override
    public void forEachState(final StateVisitor visitor) {
        new StateWalk(core).walk(visitor);
    }

    /** Takes in the state that another matcher walked; this one must be new. Cold. */
    public StateVisitor restorer() {
        if (core.instrumentCount != 0 || store.accounts.count() != 0) {
            throw new IllegalStateException("matcher not new, instruments=" + core.instrumentCount + ", accounts=" + store.accounts.count());
        }
        return new StateRestorer(this, core, settling);
    }

    /** The state of another matcher has been taken in: what was indicated last is what an auction would do now. */
    void restored() {
        for (final InstrumentBook book : core.books) {
            if (book != null && book.state() == Raw.AUCTION_CALL) {
                auction.find(book);
                end.remember(book);
            }
        }
    }

    @Override
    public int setLimits(final int account, final int firm, final long maxOrderQuantity, final long maxOrderNotional,
                         final long maxPosition, final long maxOpenOrders, final long maxOrdersPerSecond) {
        return settings.setLimits(account, firm, maxOrderQuantity, maxOrderNotional, maxPosition, maxOpenOrders, maxOrdersPerSecond);
    }

    @Override
    public int transfer(final int account, final long asset, final long amount) {
        return settings.transfer(account, asset, amount);
    }

    @Override
    public int setKillSwitch(final int account, final boolean on) {
        return settings.setKillSwitch(account, on);
    }

    @Override
    public int openOrders(final int account) {
        final int slot = store.accounts.find(account);
        return slot == 0 ? 0 : AccountSlot.openOrders(store.accounts.address(slot));
    }

    @Override
    public long[] assets() {
        return settings.assets();
    }

    @Override
    public Settings settings(final int account) {
        return settings.settings(account);
    }

    @Override
    public long balance(final int account, final long asset) {
        return settings.balance(account, asset);
    }

    @Override
    public long reserved(final int account, final long asset) {
        return settings.reserved(account, asset);
    }

    @Override
    public long position(final int account, final int instrumentId) {
        return ledger.position(store.accounts.find(account), instrumentId);
    }

    @Override
    public long feesCollected(final long asset) {
        return settings.fees(asset);
    }

    /** Order slots in use: the pool's utilisation is this over {@link #capacity}. */
    public int slotsInUse() {
        return store.orders.inUse();
    }

    public int capacity() {
        return store.orders.capacity();
    }

    /** Levels in use. */
    public int levelsInUse() {
        return store.levels.inUse();
    }

    /** Open orders of one side in the book (waiting stops not included). Linear. Cold. */
    public int openOrders(final int instrumentId, final int side) {
        return new StateWalk(core).count(core.books[instrumentId].side(side));
    }

    /** 0 = empty. */
    public long bestPrice(final int instrumentId, final int side) {
        return core.books[instrumentId].side(side).bestPrice();
    }

    /** The level of one price: tests and diagnosis. */
    SideBook side(final int instrumentId, final int side) {
        return core.books[instrumentId].side(side);
    }

    /** Trades so far in an instrument. */
    public long tradeCount(final int instrumentId) {
        return core.books[instrumentId].tradeCount();
    }

    /** The memory that this matcher lives in. */
    public BookMemory memory() {
        return memory;
    }
}
