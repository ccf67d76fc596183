package bourse.engine.property;

import bourse.engine.match.MatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** The orders that a matcher still has, oldest first: what a generator aims at. */
final class LiveOrders implements MatchListener {
    /** One of them. */
    record Live(int account, int instrument, long clientOrderId, long orderId) {
    }

    private final TreeMap<Long, Live> byOrderId = new TreeMap<>();

    boolean isEmpty() {
        return byOrderId.isEmpty();
    }

    /** More likely a young one. */
    Live any(final Random random) {
        final List<Live> all = new ArrayList<>(byOrderId.values());
        final int among = random.nextBoolean() ? all.size() : Math.min(8, all.size());
        return all.get(all.size() - 1 - random.nextInt(among));
    }

    private void left(final long orderId, final long leaves) {
        if (leaves == 0) {
            byOrderId.remove(orderId);
        }
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        byOrderId.put(orderId, new Live(account, instrumentId, clientOrderId, orderId));
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        left(makerOrderId, makerLeaves);
        left(takerOrderId, takerLeaves);
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        byOrderId.remove(orderId);
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        // Changes nothing.
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        // Still live.
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        // Still live.
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        // Still live.
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId, final long stopPrice) {
        // Still live.
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept, final int reason) {
        // Still live.
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders, final int reason) {
        // Each was told before.
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        // Each leg was told before.
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        // No order's matter.
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        // No order's matter.
    }
}
