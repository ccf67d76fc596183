package bourse.engine.property;

import bourse.engine.match.MatchListener;
import bourse.sbe.engine.RestateReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The displayed orders of every instrument, folded from a listener's calls alone: what a subscriber of the feed can know. */
final class PublicBook implements MatchListener {
    /** One displayed order. */
    record Shown(int instrumentId, int side, long orderId, long price, long visible) {
    }

    /** Oldest place first: at one price the queue order. */
    private final Map<Long, Shown> shown = new LinkedHashMap<>();

    /** The displayed orders of an instrument's side at one price, in queue order. */
    List<Shown> queue(final int instrumentId, final int side, final long price) {
        final List<Shown> queue = new ArrayList<>();
        for (final Shown order : shown.values()) {
            if (order.instrumentId == instrumentId && order.side == side && order.price == price) {
                queue.add(order);
            }
        }
        return queue;
    }

    int size() {
        return shown.size();
    }

    private void append(final int instrumentId, final int side, final long orderId, final long price, final long visible) {
        if (visible > 0 && shown.put(orderId, new Shown(instrumentId, side, orderId, price, visible)) != null) {
            throw new AssertionError("shown already, orderId=" + orderId);
        }
    }

    private void delete(final long orderId) {
        if (shown.remove(orderId) == null) {
            throw new AssertionError("not shown, orderId=" + orderId);
        }
    }

    private void keepPlace(final long orderId, final long visible) {
        final Shown before = shown.get(orderId);
        if (before == null) {
            throw new AssertionError("not shown, orderId=" + orderId);
        }
        shown.put(orderId, new Shown(before.instrumentId, before.side, orderId, before.price, visible));
    }

    private void take(final long orderId, final long quantity) {
        final Shown before = shown.get(orderId);
        if (before == null) {
            throw new AssertionError("not shown, orderId=" + orderId);
        }
        if (before.visible <= quantity) {
            delete(orderId);
        } else {
            keepPlace(orderId, before.visible - quantity);
        }
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        if (resting) {
            append(instrumentId, side, orderId, price, visibleQuantity);
        }
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        append(instrumentId, side, orderId, price, visibleQuantity);
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        if (!makerHidden) {
            take(makerOrderId, quantity);
        }
        if (takerResting) {
            take(takerOrderId, quantity);
        }
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        if (visible) {
            delete(orderId);
        }
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        if (visibleQuantity > 0) {
            keepPlace(orderId, visibleQuantity);
        }
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        if (priorityKept && wasVisible) {
            keepPlace(orderId, visibleQuantity);
        } else if (!priorityKept) {
            if (wasVisible) {
                delete(orderId);
            }
            if (resting) {
                append(instrumentId, side, orderId, price, visibleQuantity);
            }
        }
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept, final int reason) {
        if (visibleQuantity == 0) {
            return;
        }
        if (priorityKept) {
            keepPlace(orderId, visibleQuantity);
        } else {
            if (reason != RestateReason.ICEBERG_REFILL.value()) {
                delete(orderId);
            }
            append(instrumentId, side, orderId, price, visibleQuantity);
        }
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        // Not public.
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId, final long stopPrice) {
        // Not public.
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
        // Changes no order.
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        // Changes no order.
    }
}
