package bourse.bench.lab;

import bourse.engine.match.MatchListener;

/** Hears the matcher out and counts. Hot path. Thread: one. */
public final class QuietListener implements MatchListener {
    private long calls;

    /** So that no call can be left out. */
    public long calls() {
        return calls;
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        calls++;
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        calls++;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        calls++;
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        calls++;
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        calls++;
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        calls++;
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        calls++;
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId,
                            final long stopPrice) {
        calls++;
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final int reason) {
        calls++;
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders,
                                final int reason) {
        calls++;
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        calls++;
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        calls++;
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        calls++;
    }
}
