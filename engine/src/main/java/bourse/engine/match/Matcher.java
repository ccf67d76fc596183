package bourse.engine.match;

/**
 * The matching core of one shard: books, stops, auctions, and the accounts behind them. Two implementations answer this
 * port, the fast one and the slow, obvious reference one; their calls to {@link MatchListener} and their hashes are equal.
 *
 * <p>Hot path. Thread: engine. No allocation after start. Deterministic: time comes in as an argument, randomness not at all.
 * Enumerated arguments are raw SBE numbers of {@code bourse.sbe.engine}. Every command ends in at least one listener call (for
 * a refusal {@link MatchListener#onRejected}); arguments of any value are allowed, none throws.
 * Targets are named by the engine's {@code orderId}, or by the account's {@code clientOrderId} where {@code orderId} is 0.
 */
public interface Matcher {

    /** Adds an instrument. Cold. Throws {@link IllegalArgumentException} for a spec out of range, an id or symbol in use, or no room left. */
    void defineInstrument(InstrumentSpec spec);

    /**
     * The log's time, nanoseconds since the epoch, for what follows; never decreasing. Expires GTD orders that are due (their
     * cancellations go to the listener).
     */
    void advanceTime(long timeNs);

    /**
     * @param sessionIndex dense index of the session that owns the order, for {@link #cancelSession}; 0 = none
     * @param flags        bits of {@code OrderFlags}
     * @param terms        read only when {@code flags} has the bit {@code extended}; may be null otherwise
     */
    void newOrder(int account, int sessionIndex, long clientOrderId, int instrumentId, int side, int orderType, int timeInForce,
                  int flags, int selfTradePrevention, long price, long quantity, ExtendedTerms terms);

    /** New limit and new open quantity; keeps its place at the same price for a smaller or equal quantity; 0 cancels. */
    void replace(int account, long orderId, long clientOrderId, long price, long openQuantity);

    /** Takes {@code by} off the open quantity, place kept; by at least the open quantity cancels. */
    void reduce(int account, long orderId, long clientOrderId, long by);

    void cancel(int account, long orderId, long clientOrderId);

    /**
     * Cancels the account's orders, oldest first.
     *
     * @param instrumentId 0 = all
     * @param side         2 = both
     * @param reason       raw {@code CancelReason}
     */
    void massCancel(int account, int instrumentId, int side, int reason);

    /** Cancels the orders that one session of the account entered, oldest first. */
    void cancelSession(int account, int sessionIndex, int reason);

    /**
     * Two-sided quote: replaces the account's earlier quote in the instrument. A quantity of 0 withdraws that side.
     * Bid in {@code bidPrice/bidQuantity}, ask in {@code terms.stopPrice/terms.displayQuantity}.
     */
    void quote(int account, int sessionIndex, long quoteId, int instrumentId, int flags, int selfTradePrevention, long bidPrice,
               long bidQuantity, ExtendedTerms terms);

    /**
     * Changes the trading state; CONTINUOUS out of AUCTION_CALL uncrosses first, CLOSED expires DAY orders.
     *
     * @return raw {@code RejectReason}, 0 = done
     */
    int setTradingState(int instrumentId, int state);

    /** Uncrosses now and stays in its state (what the scenario command does). */
    void uncross(int instrumentId);

    /** Sets the reference (last) price and triggers the stops whose condition then holds: a test hook of scenarios. */
    void setLastPrice(int instrumentId, long price);

    /** Hash of orders in queue order, last trade and trade count of every instrument: what rungs of the bench compare. */
    long bookHash();

    /** Hash of all state of the matcher, accounts and windows included. */
    long stateHash();
}
