package bourse.bench.regime;

import bourse.engine.match.MatchListener;

/** Every decision of the matcher as a report in the ring. Hot path. Thread: the bench's. */
final class ReportWriter implements MatchListener {
    private static final int KIND_REPLACE = 2;

    private final ReportRing ring;
    private long sequence;
    private long trades;
    private long rejects;

    ReportWriter(final ReportRing ring) {
        this.ring = ring;
    }

    /** The reports that follow answer this message. */
    void sequence(final long number) {
        sequence = number;
    }

    long trades() {
        return trades;
    }

    long rejects() {
        return rejects;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        ring.write(ReportRing.ORDER_ACK, side, (int) quantity, sequence, clientOrderId, price, 0);
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        trades++;
        ring.write(ReportRing.TRADE, takerSide, (int) quantity, sequence, takerClientOrderId, price, makerClientOrderId);
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        ring.write(ReportRing.CANCEL_ACK, side, (int) quantity, sequence, clientOrderId, price, 0);
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        ring.write(ReportRing.MODIFY_ACK, side, (int) leaves, sequence, clientOrderId, price, 0);
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        rejects++;
        ring.write(kind == KIND_REPLACE ? ReportRing.MODIFY_REJECT : ReportRing.CANCEL_REJECT, 0, 0, sequence, clientOrderId, 0, 0);
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        // an acknowledged order that rests is no report of its own
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        throw new IllegalStateException("the regimes reduce nothing, orderId=" + orderId);
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId,
                            final long stopPrice) {
        throw new IllegalStateException("the regimes have no stops, orderId=" + orderId);
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final int reason) {
        throw new IllegalStateException("the regimes have nothing to restate, orderId=" + orderId);
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders,
                                final int reason) {
        // not in the regimes
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        // not in the regimes
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        // not in the regimes
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        // not in the regimes
    }
}
