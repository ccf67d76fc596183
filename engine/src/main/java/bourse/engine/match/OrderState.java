package bourse.engine.match;

/** One open order as snapshots and state hashes see it. A reused carrier: visitors keep no reference. Cold. Thread: engine. */
public final class OrderState {
    public long orderId;
    public long clientOrderId;
    /** Raw account number. */
    public int account;
    public int sessionIndex;
    public int instrumentId;
    /** 0 = buy, 1 = sell. */
    public int side;
    /** Raw {@code OrderType}: of a triggered stop what it became (LIMIT or MARKET). */
    public int orderType;
    public int timeInForce;
    /** Bits of {@code OrderFlags} without {@code extended}. */
    public int flags;
    public int selfTradePrevention;
    /** Limit; 0 = none (a stop that becomes a market order). */
    public long price;
    /** Open quantity. */
    public long leaves;
    /** What is left of the displayed slice (of a hidden order: what may trade now); 0 while it waits as a stop. */
    public long slice;
    /** Priority number: given by acceptance and by each replace that loses its place, one counter for the shard. */
    public long sequence;
    /** It waits as a stop. */
    public boolean pending;
    public long stopPrice;
    public long displayQuantity;
    public long minQuantity;
    public long expireTimeNs;
    public long offset;
    public long limitPrice;
    public long linkId;
    public int pegReference;
    /** Leg of the account's quote in this instrument: its quote id, 0 = not a quote. */
    public long quoteId;
}
