package bourse.marketdata.receiver;

import bourse.sbe.fold.RecordReader;
import bourse.sbe.feed.InstrumentDefinitionDecoder;

/** What the feed says about an instrument: its definition and trading state. Thread: the book's. */
public final class InstrumentFacts {
    private String symbol = "";
    private String baseAsset = "";
    private String quoteAsset = "";
    private int priceDecimals;
    private int quantityDecimals;
    private long tickSize;
    private long lotSize;
    private long minPrice;
    private long maxPrice;
    private long referencePrice;
    private int state;
    private boolean defined;

    InstrumentFacts() {
    }

    /** Whether a definition has been seen; until then everything else here is empty. */
    public boolean isDefined() {
        return defined;
    }

    public String symbol() {
        return symbol;
    }

    public String baseAsset() {
        return baseAsset;
    }

    public String quoteAsset() {
        return quoteAsset;
    }

    /** A price is its integer times 10^-priceDecimals. */
    public int priceDecimals() {
        return priceDecimals;
    }

    /** A quantity is its integer times 10^-quantityDecimals. */
    public int quantityDecimals() {
        return quantityDecimals;
    }

    public long tickSize() {
        return tickSize;
    }

    public long lotSize() {
        return lotSize;
    }

    public long minPrice() {
        return minPrice;
    }

    public long maxPrice() {
        return maxPrice;
    }

    /** 0 = none yet. */
    public long referencePrice() {
        return referencePrice;
    }

    /** Raw {@code FeedState}: 0 pre-open, 1 auction call, 2 continuous, 3 halted, 4 closed. */
    public int state() {
        return state;
    }

    void state(final int newState, final long newReferencePrice) {
        state = newState;
        referencePrice = newReferencePrice;
    }

    void state(final int newState) {
        state = newState;
    }

    /** What {@link BookImage} wrote. */
    void restore(final RecordReader reader) {
        defined = reader.nextBoolean();
        symbol = reader.nextText();
        baseAsset = reader.nextText();
        quoteAsset = reader.nextText();
        priceDecimals = reader.nextInt();
        quantityDecimals = reader.nextInt();
        tickSize = reader.next();
        lotSize = reader.next();
        minPrice = reader.next();
        maxPrice = reader.next();
        referencePrice = reader.next();
        state = reader.nextInt();
    }

    void define(final InstrumentDefinitionDecoder definition) {
        symbol = definition.symbol();
        baseAsset = definition.baseAsset();
        quoteAsset = definition.quoteAsset();
        priceDecimals = definition.priceDecimals();
        quantityDecimals = definition.quantityDecimals();
        tickSize = definition.tickSize();
        lotSize = definition.lotSize();
        minPrice = definition.minPrice();
        maxPrice = definition.maxPrice();
        referencePrice = definition.referencePrice();
        state = definition.stateRaw();
        defined = true;
    }
}
