package bourse.engine.match;

import bourse.engine.book.InstrumentSlot;
import bourse.engine.book.SideBook;
import bourse.engine.book.BookMemory;
import bourse.engine.book.OrderStore;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/** One instrument: its definition, the four sides (orders and waiting stops) and what changes besides. Hot path. Thread: engine. */
final class InstrumentBook {
    private static final int STOP_LADDER_TICKS = 256;

    InstrumentSpec spec;
    final int instrumentId;
    long tickSize;
    long lotSize;
    long minPrice;
    long maxPrice;
    long maxQuantity;
    long maxNotional;
    final SideBook bids;
    final SideBook asks;
    /** Lowest stop price first. */
    final SideBook buyStops;
    /** Highest stop price first. */
    final SideBook sellStops;
    int makerFeeRate;
    int takerFeeRate;
    /** Higher of the two rates, at least 0: what a buy order sets aside for fees. */
    int heldFeeRate;
    boolean hasFees;
    boolean riskChecked;
    long priceBand;
    /** Assets of the ledger. */
    final int base;
    final int quote;
    /** Tick and lot are 1, no band, fees, balances or notional limit that matters: a plain limit order needs four comparisons. */
    boolean plain;
    /** Largest quantity that stays below the largest notional at any price: a plain order of more goes the long way. */
    long plainMaxQuantity;
    /** Open orders that want more than the plain path does: all-or-none, linked, pegged, trailing. */
    int special;
    int linked;
    int pegHead;
    int pegTail;
    /** Pegs before this one stand where the prices below want them; 0 = all do. */
    int pegResume;
    long peggedBid;
    long peggedAsk;
    boolean pegsChanged;
    int trailHead;
    int trailTail;
    int dayHead;
    int dayTail;
    /** Last prices between which no trailing stop has anything to follow. */
    long trailedLow = Long.MAX_VALUE;
    long trailedHigh = Long.MIN_VALUE;
    /** Where the auction call stands. */
    final CrossPoint crossPoint = new CrossPoint();
    /** The indication that was given last in this call. */
    long indicatedPrice;
    long indicatedVolume;
    long indicatedSurplus;
    final long slot;
    /** Position among the published instruments, from 0. */
    final int publishedIndex;
    boolean unpublished;
    /** Among the books that the next publication looks at. */
    boolean listed;

    InstrumentBook(final InstrumentSpec spec, final BookMemory memory, final OrderStore store, final int ladderTicks, final long slot,
                   final int publishedIndex, final int base, final int quote) {
        instrumentId = spec.instrumentId();
        this.base = base;
        this.quote = quote;
        this.slot = slot;
        this.publishedIndex = publishedIndex;
        bids = new SideBook(memory, store.levels, true, spec.tickSize(), ladderTicks);
        asks = new SideBook(memory, store.levels, false, spec.tickSize(), ladderTicks);
        buyStops = new SideBook(memory, store.levels, false, spec.tickSize(), STOP_LADDER_TICKS);
        sellStops = new SideBook(memory, store.levels, true, spec.tickSize(), STOP_LADDER_TICKS);
        putInt(slot + InstrumentSlot.STATE, spec.state());
        take(spec);
    }

    /** Takes the numbers of a definition, all but the state. Cold. */
    private void take(final InstrumentSpec definition) {
        spec = definition;
        tickSize = spec.tickSize();
        lotSize = spec.lotSize();
        minPrice = spec.minPrice();
        maxPrice = spec.maxPrice();
        maxQuantity = spec.maxQuantity();
        maxNotional = spec.maxNotional();
        makerFeeRate = spec.makerFeeRate();
        takerFeeRate = spec.takerFeeRate();
        heldFeeRate = Math.max(0, Math.max(makerFeeRate, takerFeeRate));
        hasFees = (makerFeeRate | takerFeeRate) != 0;
        riskChecked = spec.riskChecked();
        priceBand = spec.priceBand();
        plain = tickSize == 1 && lotSize == 1 && priceBand == 0 && !hasFees && !riskChecked && maxNotional == 0;
        plainMaxQuantity = Math.min(maxQuantity, OrderChecks.MAX_NOTIONAL / maxPrice);
        referencePrice(spec.referencePrice());
    }

    /** Trades by another definition from now on; where the tick is another one the book is empty. A last price that is off it is none for stops. Cold. */
    void change(final InstrumentSpec definition) {
        if (definition.tickSize() != tickSize) {
            bids.tickSize(definition.tickSize());
            asks.tickSize(definition.tickSize());
            buyStops.tickSize(definition.tickSize());
            sellStops.tickSize(definition.tickSize());
            crossPoint.follows = false;
            if (lastPrice() % definition.tickSize() != 0) {
                putInt(slot + InstrumentSlot.HAS_LAST_PRICE, 0);
            }
        }
        take(definition);
    }

    boolean isEmpty() {
        return bids.isEmpty() && asks.isEmpty() && buyStops.isEmpty() && sellStops.isEmpty();
    }

    /** The definition with the state and the reference price of now. */
    InstrumentSpec specNow() {
        return spec.at(referencePrice(), state());
    }

    /** Bytes that an instrument carves, alignment included. */
    static long bytes(final int ladderTicks) {
        return 2 * SideBook.bytes(ladderTicks) + 2 * SideBook.bytes(STOP_LADDER_TICKS);
    }

    boolean isContinuous() {
        return state() == Raw.CONTINUOUS;
    }

    /** Trades at this price are allowed while trading is continuous. */
    boolean inBand(final long price) {
        return priceBand == 0 || inBandSlowPath(price);
    }

    private boolean inBandSlowPath(final long price) {
        final long reference = referencePrice();
        return reference == 0 || Math.abs(price - reference) <= priceBand;
    }

    SideBook side(final int side) {
        return side == Raw.BUY ? bids : asks;
    }

    SideBook stops(final int side) {
        return side == Raw.BUY ? buyStops : sellStops;
    }

    int state() {
        return getInt(slot + InstrumentSlot.STATE);
    }

    void state(final int state) {
        putInt(slot + InstrumentSlot.STATE, state);
    }

    long referencePrice() {
        return getLong(slot + InstrumentSlot.REFERENCE_PRICE);
    }

    void referencePrice(final long price) {
        putLong(slot + InstrumentSlot.REFERENCE_PRICE, price);
    }

    long lastPrice() {
        return getLong(slot + InstrumentSlot.LAST_PRICE);
    }

    long lastQuantity() {
        return getLong(slot + InstrumentSlot.LAST_QUANTITY);
    }

    long tradeCount() {
        return getLong(slot + InstrumentSlot.TRADE_COUNT);
    }

    boolean hasLastPrice() {
        return getInt(slot + InstrumentSlot.HAS_LAST_PRICE) != 0;
    }

    void lastPrice(final long price) {
        putLong(slot + InstrumentSlot.LAST_PRICE, price);
        putInt(slot + InstrumentSlot.HAS_LAST_PRICE, 1);
    }

    void traded(final long price, final long quantity) {
        putLong(slot + InstrumentSlot.LAST_PRICE, price);
        putLong(slot + InstrumentSlot.LAST_QUANTITY, quantity);
        putLong(slot + InstrumentSlot.TRADE_COUNT, tradeCount() + 1);
        putInt(slot + InstrumentSlot.HAS_LAST_PRICE, 1);
    }

    void restore(final long price, final long quantity, final long trades, final boolean known) {
        putLong(slot + InstrumentSlot.LAST_PRICE, price);
        putLong(slot + InstrumentSlot.LAST_QUANTITY, quantity);
        putLong(slot + InstrumentSlot.TRADE_COUNT, trades);
        putInt(slot + InstrumentSlot.HAS_LAST_PRICE, known ? 1 : 0);
    }
}
