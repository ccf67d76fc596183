package bourse.engine.property;

import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatchListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every call of a listener as numbers: what two matchers are compared by. */
final class CallTape implements MatchListener {
    private static final List<String> NAMES = List.of("answer", "accepted", "rejected", "booked", "trade", "cancelled", "reduced", "replaced",
        "triggered", "restated", "massCancelled", "quoted", "tradingState", "auctionIndication", "instrumentChanged");

    private long[] numbers = new long[256];
    private int used;

    void clear() {
        used = 0;
    }

    boolean isEmpty() {
        return used == 0;
    }

    boolean equalTo(final CallTape other) {
        return Arrays.equals(numbers, 0, used, other.numbers, 0, other.used);
    }

    /** The calls in readable form: name and arguments in the port's order. */
    List<String> calls() {
        final List<String> calls = new ArrayList<>();
        for (int at = 0; at < used;) {
            final int count = (int) numbers[at + 1];
            calls.add(NAMES.get((int) numbers[at]) + Arrays.toString(Arrays.copyOfRange(numbers, at + 2, at + 2 + count)));
            at += 2 + count;
        }
        return calls;
    }

    private void add(final int call, final long... arguments) {
        if (used + arguments.length + 2 > numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * numbers.length + arguments.length);
        }
        numbers[used] = call;
        numbers[used + 1] = arguments.length;
        System.arraycopy(arguments, 0, numbers, used + 2, arguments.length);
        used += 2 + arguments.length;
    }

    private static long bit(final boolean value) {
        return value ? 1 : 0;
    }

    /** What a command answered that is not a listener's call. */
    void answer(final int reason) {
        add(0, reason);
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        add(1, instrumentId, orderId, account, clientOrderId, side, orderType, timeInForce, flags, price, quantity, visibleQuantity,
            stopPrice, bit(resting));
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        add(2, kind, instrumentId, account, orderId, clientOrderId, reason, field, limit, value);
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        add(3, instrumentId, orderId, account, clientOrderId, side, price, leaves, visibleQuantity);
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        add(4, instrumentId, tradeId, makerOrderId, makerAccount, makerClientOrderId, makerLeaves, bit(makerHidden), makerFee, takerOrderId,
            takerAccount, takerClientOrderId, takerLeaves, bit(takerResting), takerFee, takerSide, price, quantity, bit(auction));
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        add(5, instrumentId, orderId, account, clientOrderId, side, price, quantity, bit(visible), reason);
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        add(6, instrumentId, orderId, account, clientOrderId, side, price, leaves, visibleQuantity);
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        add(7, instrumentId, orderId, account, clientOrderId, side, price, leaves, visibleQuantity, bit(priorityKept), bit(resting),
            bit(wasVisible));
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId, final long stopPrice) {
        add(8, instrumentId, orderId, account, clientOrderId, stopPrice);
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept, final int reason) {
        add(9, instrumentId, orderId, account, clientOrderId, side, price, leaves, visibleQuantity, bit(priorityKept), reason);
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders, final int reason) {
        add(10, account, instrumentId, side, cancelledOrders, reason);
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        add(11, account, instrumentId, quoteId, bidOrderId, askOrderId);
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        add(12, instrumentId, state, referencePrice);
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        add(13, instrumentId, price, volume, surplus);
    }

    @Override
    public void onInstrumentChanged(final InstrumentSpec s) {
        add(14, s.instrumentId(), s.tickSize(), s.lotSize(), s.minPrice(), s.maxPrice(), s.maxQuantity(), s.maxNotional(), s.priceBand(), s.referencePrice(),
            s.marketProtection(), s.makerFeeRate(), s.takerFeeRate(), bit(s.riskChecked()), s.state());
    }
}
