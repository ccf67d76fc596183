package bourse.engine.match;

/**
 * Walks the logical state of a matcher, free of slot numbers and addresses. Snapshots write it, {@link StateDigest} hashes it, a
 * restoring matcher takes it in: what one implementation walks, another can be built from. Cold. Thread: engine.
 *
 * <p>Order of the calls: {@link #engine}; then every instrument in ascending id: {@link #instrument}, followed by its
 * {@link #order}s: bids best first in queue order, asks likewise, then waiting stops by ascending orderId; then every account in
 * ascending (unsigned) number: {@link #account}, its {@link #balance}s in ascending asset code, its {@link #position}s in ascending
 * instrument id, its {@link #finishedId}s oldest first; then {@link #fees} in ascending asset code.
 */
public interface StateVisitor {
    /**
     * @param timeNs       the log's time
     * @param nextOrderId  given to the next accepted order
     * @param nextTradeId  given to the next trade
     * @param nextSequence given to the next order that takes a place in a queue
     */
    void engine(long timeNs, long nextOrderId, long nextTradeId, long nextSequence);

    /**
     * @param spec           its definition; {@code state} and {@code referencePrice} are those of now
     * @param lastPrice      last trade, 0 = none
     * @param lastQuantity   of the last trade
     * @param tradeCount     trades since it was defined
     * @param hasLastPrice   a last price is known to stops (a trade, or the test hook)
     */
    void instrument(InstrumentSpec spec, long lastPrice, long lastQuantity, long tradeCount, boolean hasLastPrice);

    /** One open order; the carrier is reused. */
    void order(OrderState order);

    /** One account; the carrier is reused. An account exists once a new order, a quote or a setting has named it. */
    void account(AccountState account);

    /**
     * @param asset     at most 8 ASCII characters, packed little-endian
     * @param total     units of the asset
     * @param reserved  part of {@code total} that open orders hold
     */
    void balance(int account, long asset, long total, long reserved);

    /** Net position in lots, only where it is not 0. */
    void position(int account, int instrumentId, long position);

    /** A client order id that cannot be used again. */
    void finishedId(int account, long clientOrderId);

    /** Fees collected less rebates paid, per asset, only where not 0. */
    void fees(long asset, long collected);
}
