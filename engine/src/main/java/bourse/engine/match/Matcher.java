package bourse.engine.match;

/**
 * The matching core of one shard: books, stops, auctions, and the accounts behind them. Two implementations answer this
 * port, the fast one and the slow, obvious reference one; their calls to {@link MatchListener} and their hashes are equal.
 *
 * <p>Hot path. Thread: engine. No allocation after start. Deterministic: time comes in as an argument, randomness not at all.
 * Enumerated arguments are raw SBE numbers of {@code bourse.sbe.engine}. Every command ends in at least one listener call (for
 * a refusal {@link MatchListener#onRejected}); arguments of any value are allowed, none throws.
 * Targets are named by the engine's {@code orderId}, or by the account's {@code clientOrderId} where {@code orderId} is 0.
 *
 * <p><b>Order of the checks of a new order</b>; the first that fails is the refusal (reason / field / limit / value):
 * <ol>
 * <li>account 0: UNKNOWN_ACCOUNT / ACCOUNT; clientOrderId 0: INVALID_CLIENT_ORDER_ID / CLIENT_ORDER_ID; no room for another account:
 *     CAPACITY / ACCOUNT; id of a live order or in the finished window: DUPLICATE_CLIENT_ORDER_ID / CLIENT_ORDER_ID / 0 / id.
 *     Every later refusal uses the id up: it enters the account's finished window.
 * <li>UNKNOWN_INSTRUMENT / INSTRUMENT / 0 / id; an enumerated value out of range: MALFORMED / SIDE, ORDER_TYPE, TIME_IN_FORCE or FLAGS
 *     (flags and self-trade prevention) / largest legal / value
 * <li>ACCOUNT_KILLED / ACCOUNT / 0 / account; CLOSED: INSTRUMENT_CLOSED, HALTED: INSTRUMENT_HALTED / INSTRUMENT / 0 / id
 * <li>quantity below 1: INVALID_QUANTITY / QUANTITY / 1; not on the lot: QUANTITY_NOT_ON_LOT / QUANTITY / lot; above the instrument's
 *     maximum: QUANTITY_LIMIT / QUANTITY / max
 * <li>limit price (LIMIT, STOP_LIMIT): below the minimum INVALID_PRICE / PRICE / min, above the maximum INVALID_PRICE / PRICE / max, off the
 *     tick PRICE_NOT_ON_TICK / PRICE / tick, outside the band PRICE_OUT_OF_BAND / PRICE / nearest legal; MARKET, STOP: other than 0
 *     INVALID_PRICE / PRICE / 0; price x quantity above maxNotional: NOTIONAL_LIMIT / NOTIONAL / max / product (saturated)
 * <li>stop price (STOP, STOP_LIMIT): below min, above max, off the tick: INVALID_STOP_PRICE / STOP_PRICE / bound / value; display below 0,
 *     above the quantity or off the lot: INVALID_DISPLAY_QUANTITY; minimum quantity likewise: INVALID_MIN_QUANTITY
 * <li>combinations that make no sense: UNSUPPORTED_COMBINATION / FLAGS or the field; in PRE_OPEN and AUCTION_CALL: MARKET, IOC, FOK, all-or-none
 *     and minimum quantity: NOT_ALLOWED_IN_STATE / ORDER_TYPE, TIME_IN_FORCE or FLAGS / state; AT_AUCTION outside of these
 *     two: NOT_ALLOWED_IN_STATE / TIME_IN_FORCE / state
 * <li>the account's limits and balance; POST_ONLY_WOULD_TRADE / PRICE / best opposite / price; BOOK_FULL / NONE / capacity / in use
 * </ol>
 * A refused new order has orderId 0 in its event and consumes no orderId. {@code orderId}, {@code tradeId} and
 * {@code sequence} count from 1 without holes. Other commands: amounts are checked first, then UNKNOWN_ORDER / ORDER_ID or
 * CLIENT_ORDER_ID / 0 / id (also for another account's order), then what is asked of it.
 */
public interface Matcher {

    /** Adds an instrument. Cold. Throws {@link IllegalArgumentException} for a spec out of range, an id or symbol in use, or no room left. */
    void defineInstrument(InstrumentSpec spec);

    /** The instrument as it is now, its state and reference price of now included; null where there is none. Cold. */
    InstrumentSpec instrument(int instrumentId);

    /**
     * Changes what an instrument trades by, from the next command on: fees, limits, band, reference price, protection at any time; tick, lot, the range of prices
     * and the beginning of risk checks only while it has no open orders. Symbol, assets, decimals and state of {@code spec} are those of now. What open orders hold
     * follows the new fees; who cannot pay them is cancelled, RISK, by ascending order id. Cold; allocates; linear in the instrument's open orders.
     *
     * @return raw {@code RejectReason}: 0 = done, UNKNOWN_INSTRUMENT, OPEN_ORDERS
     * @throws IllegalArgumentException for a spec that {@link #defineInstrument} would not take
     */
    int changeInstrument(InstrumentSpec spec);

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
     * Reads the memory that a cancel, reduce or replace of this order will need; changes nothing. For whoever applies batches: a pass over all targets before the
     * first command lets their cache misses overlap, where one command after the other waits for each.
     *
     * @return a number without meaning that the caller must use (add it to a field), or the reads are optimised away
     */
    default long prefetch(final long orderId) {
        return 0;
    }

    /** Whether {@link #prefetch} is worth its own cost now: the live orders no longer fit a core's cache. Decides about speed only. */
    default boolean gainsFromPrefetch() {
        return false;
    }

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

    /**
     * Hash of orders in queue order, last trade and trade count of every instrument: what rungs of the bench compare. A
     * {@link StateDigest} of, for every instrument in ascending id: its id; of every bid, best first in queue order, then of
     * every ask likewise: orderId, price, leaves, {@link OrderState#slice}; then last price, trade count.
     */
    long bookHash();

    /** Hash of all state of the matcher, accounts and windows included: {@link #forEachState} into a {@link StateDigest}. */
    long stateHash();

    /** Walks all state in the order that {@link StateVisitor} fixes. Cold. */
    void forEachState(StateVisitor visitor);
}
