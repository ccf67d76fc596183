package bourse.engine.match;

import java.util.ArrayList;
import java.util.List;

/** Writes every call down as a line of text, for tests that compare lists of events. */
final class RecordingListener implements MatchListener {
    final List<String> events = new ArrayList<>();

    List<String> take() {
        final List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        events.add("accepted " + orderId + " " + quantity + "@" + price + " visible=" + visibleQuantity + (resting ? " resting" : "")
            + (stopPrice != 0 ? " stop=" + stopPrice : ""));
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        events.add("rejected kind=" + kind + " order=" + orderId + " client=" + clientOrderId + " reason=" + reason + " field=" + field
            + " limit=" + limit + " value=" + value);
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        events.add("booked " + orderId + " " + leaves + "@" + price + " visible=" + visibleQuantity);
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        events.add("trade " + makerOrderId + "(" + makerLeaves + ") " + takerOrderId + "(" + takerLeaves + ") " + quantity + "@" + price
            + (auction ? " auction" : "") + (makerHidden ? " hidden" : "") + (makerFee != 0 || takerFee != 0 ? " fees=" + makerFee + "," + takerFee : ""));
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        events.add("cancelled " + orderId + " " + quantity + " reason=" + reason + (visible ? " visible" : ""));
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        events.add("reduced " + orderId + " " + leaves + "@" + price + " visible=" + visibleQuantity);
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        events.add("replaced " + orderId + " " + leaves + "@" + price + " visible=" + visibleQuantity + (priorityKept ? " kept" : "")
            + (resting ? " resting" : ""));
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId, final long stopPrice) {
        events.add("triggered " + orderId + " stop=" + stopPrice);
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept, final int reason) {
        events.add("restated " + orderId + " " + leaves + "@" + price + " visible=" + visibleQuantity + " reason=" + reason
            + (priorityKept ? " kept" : ""));
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders, final int reason) {
        events.add("mass-cancelled account=" + account + " orders=" + cancelledOrders + " reason=" + reason);
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        events.add("quoted " + quoteId + " " + bidOrderId + " " + askOrderId);
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        events.add("state " + state + " reference=" + referencePrice);
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        events.add("indication " + volume + "@" + price + " surplus=" + surplus);
    }
}
