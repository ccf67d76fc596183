package bourse.engine.match;

/** One account's limits and counters as snapshots and state hashes see them. A reused carrier. Cold. Thread: engine. */
public final class AccountState {
    /** Raw account number. */
    public int account;
    /** Self-trade prevention group, 0 = the account alone. */
    public int firm;
    public boolean killed;
    /** 0 = no limit, here and below. */
    public long maxOrderQuantity;
    public long maxOrderNotional;
    /** Absolute, per instrument, in lots. */
    public long maxPosition;
    public long maxOpenOrders;
    public long maxOrdersPerSecond;
    /** Second of the log's time that {@link #rateCount} counts. */
    public long rateSecond;
    public long rateCount;
}
