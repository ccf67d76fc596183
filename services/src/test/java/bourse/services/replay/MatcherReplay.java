package bourse.services.replay;

import bourse.marketdata.receiver.OrderBook;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Drives a plan straight into a matcher, in this process, and folds the public book from the listener's calls as a market-data reader
 * would: the replay's arithmetic without network, log and clock.
 */
final class MatcherReplay implements MatchListener {
    private static final int ACCOUNT = 7;
    private static final int INSTRUMENT = 1;

    private final ReplayPlan plan;
    private final OrderBook book = new OrderBook(0);
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private final TradeLedger ledger;
    private int current;

    MatcherReplay(final ReplayPlan plan) {
        this.plan = plan;
        ledger = new TradeLedger(plan);
    }

    TradeLedger.Verdict run(final Function<MatchListener, Matcher> factory, final RowComparison comparison) {
        final Matcher matcher = factory.apply(this);
        matcher.defineInstrument(InstrumentSpec.plain(INSTRUMENT, "TEST"));
        matcher.advanceTime(1);
        int nextRow = 0;
        for (current = 0; current < plan.orders().size(); current++) {
            send(matcher, plan.orders().get(current));
            while (nextRow < plan.rowEnds().size() && plan.rowEnds().get(nextRow).afterOrders() <= current + 1) {
                comparison.compare(plan.rowEnds().get(nextRow++).row(), book);
            }
        }
        return ledger.judge(plan.orders().size());
    }

    private void send(final Matcher matcher, final ReplayPlan.Order order) {
        switch (order.command().action()) {
            case NEW, IOC -> {
                numbers.put(current + 1L, current);
                final int tif = order.command().action() == FlowAction.IOC ? 1 : 0;
                matcher.newOrder(ACCOUNT, 0, current + 1L, INSTRUMENT, order.command().buy() ? 0 : 1, 0, tif, 0, 0, order.price(),
                        order.quantity(), null);
            }
            case CANCEL -> matcher.cancel(ACCOUNT, 0, order.target() + 1L);
            case REDUCE -> matcher.reduce(ACCOUNT, 0, order.target() + 1L, order.quantity());
            default -> throw new IllegalStateException("not an order command, action=" + order.command().action());
        }
    }

    TradeLedger ledger() {
        return ledger;
    }

    List<String> refusals() {
        return refusals;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        if (resting) {
            book.add(orderId, side, price, visibleQuantity);
        }
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        refusals.add("command " + current + " kind " + kind + " reason " + reason);
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        book.add(orderId, side, price, visibleQuantity);
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        book.fill(makerOrderId, quantity);
        ledger.add(new TradeLedger.Trade(current, numbers.get(makerClientOrderId), numbers.get(takerClientOrderId), price, quantity));
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        if (visible) {
            book.delete(orderId);
        }
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        book.reduce(orderId, visibleQuantity);
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        throw new AssertionError("nothing is replaced here");
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId,
                            final long stopPrice) {
        throw new AssertionError("there are no stops here");
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final int reason) {
        throw new AssertionError("nothing is restated here");
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders,
                                final int reason) {
        throw new AssertionError("no mass cancel here");
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        throw new AssertionError("no quotes here");
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
    }
}
