package bourse.engine.match;

/**
 * What the matcher decides, call by call, in the order in which it happens. Owned by the matcher, implemented by the event
 * publisher (and by tests, benches and the scenario runner).
 *
 * <p>Hot path. Thread: engine. No allocation after start. Enumerated values are the raw SBE numbers of
 * {@code bourse.sbe.engine} (side 0 = buy, 1 = sell; reasons, states and types likewise). Prices are in the
 * instrument's price unit, quantities in lots. "Visible" is what the public book shows of an order: 0 while it does not rest or is
 * hidden. A listener never calls back into the matcher.
 */
public interface MatchListener {

    /**
     * A new order passed every check. Comes before its trades.
     *
     * @param visibleQuantity visible quantity if the order rests at once, else 0
     * @param resting         the order went straight into the book without trading; otherwise trades, a cancellation or
     *                        {@link #onBooked} follow, or it waits as a stop
     */
    void onAccepted(int instrumentId, long orderId, int account, long clientOrderId, int side, int orderType, int timeInForce,
                    int flags, long price, long quantity, long visibleQuantity, long stopPrice, boolean resting);

    /**
     * A command was refused; nothing changed.
     *
     * @param kind   raw {@code CommandKind}
     * @param reason raw {@code RejectReason}
     * @param field  raw {@code Field}: what the refusal is about
     * @param limit  the bound that was broken, 0 where there is none
     * @param value  the value that broke it
     */
    void onRejected(int kind, int instrumentId, int account, long orderId, long clientOrderId, int reason, int field,
                    long limit, long value);

    /** What is left of an order that has traded, was triggered, or left the book to trade now rests, last in its queue. */
    void onBooked(int instrumentId, long orderId, int account, long clientOrderId, int side, long price, long leaves,
                  long visibleQuantity);

    /**
     * One trade, at {@code price}. In an auction maker = buy order and taker = sell order.
     *
     * @param makerHidden  the maker was not displayed: the public book does not change on its side
     * @param takerResting the taker, too, was in the book (auction, all-or-none pass)
     * @param makerFee     in units of the quote asset, negative = rebate
     */
    void onTrade(int instrumentId, long tradeId,
                 long makerOrderId, int makerAccount, long makerClientOrderId, long makerLeaves, boolean makerHidden, long makerFee,
                 long takerOrderId, int takerAccount, long takerClientOrderId, long takerLeaves, boolean takerResting, long takerFee,
                 int takerSide, long price, long quantity, boolean auction);

    /**
     * An order's open quantity will not trade any more.
     *
     * @param visible the order stood in the public book (so that its removal is public)
     * @param reason  raw {@code CancelReason}
     */
    void onCancelled(int instrumentId, long orderId, int account, long clientOrderId, int side, long price, long quantity,
                     boolean visible, int reason);

    /** Open quantity taken off, place in the queue kept. */
    void onReduced(int instrumentId, long orderId, int account, long clientOrderId, int side, long price, long leaves,
                   long visibleQuantity);

    /**
     * New limit and open quantity. Comes before the trades that it causes.
     *
     * @param priorityKept the order kept its place
     * @param resting      it rests now; false = it left the book to trade and comes back by {@link #onBooked}, or waits as a stop
     * @param wasVisible   it stood in the public book before
     */
    void onReplaced(int instrumentId, long orderId, int account, long clientOrderId, int side, long price, long leaves,
                    long visibleQuantity, boolean priorityKept, boolean resting, boolean wasVisible);

    /** A stop became a market or limit order. */
    void onTriggered(int instrumentId, long orderId, int account, long clientOrderId, long stopPrice);

    /**
     * The venue changed an order: refilled iceberg peak, moved peg, repriced post-only, trailed stop, self-trade decrement.
     *
     * @param price  its limit now; of a trailing stop its stop price
     * @param reason raw {@code RestateReason}
     */
    void onRestated(int instrumentId, long orderId, int account, long clientOrderId, int side, long price, long leaves,
                    long visibleQuantity, boolean priorityKept, int reason);

    /** Follows the cancellations of a mass cancel, a kill switch or a session's end. */
    void onMassCancelled(int account, int instrumentId, int side, long cancelledOrders, int reason);

    /** Follows the events of a quote's two legs; an id of 0 = that side was withdrawn. */
    void onQuoted(int account, int instrumentId, long quoteId, long bidOrderId, long askOrderId);

    /** An instrument trades by other parameters from now on; comes before the cancellations that this causes. Cold. */
    default void onInstrumentChanged(final InstrumentSpec spec) {
        // who looks at orders alone need not know
    }

    /** The trading state is now {@code state}; follows the uncross that it caused. */
    void onTradingState(int instrumentId, int state, long referencePrice);

    /** What an uncross now would do: price (0 = nothing would trade), volume, surplus (above 0 = buy surplus). */
    void onAuctionIndication(int instrumentId, long price, long volume, long surplus);
}
