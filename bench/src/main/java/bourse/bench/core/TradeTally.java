package bourse.bench.core;

import bourse.engine.match.MatchListener;

/**
 * Counts trades and hashes them as the recorded streams' results are published (see {@link bourse.bench.stream.StreamResult}).
 * Hot path. Thread: the bench's.
 */
final class TradeTally implements MatchListener {
    static final long HASH_SEED = 1469598103934665603L;
    static final long HASH_PRIME = 1099511628211L;

    long trades;
    long tradedQuantity;
    long notional;
    long hash = HASH_SEED;
    long rejects;

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        trades++;
        tradedQuantity += quantity;
        notional += price * quantity;
        long h = (hash ^ makerOrderId) * HASH_PRIME;
        h = (h ^ takerOrderId) * HASH_PRIME;
        h = (h ^ price) * HASH_PRIME;
        hash = (h ^ quantity) * HASH_PRIME;
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        rejects++;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId,
                            final long stopPrice) {
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final int reason) {
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders,
                                final int reason) {
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
    }
}
