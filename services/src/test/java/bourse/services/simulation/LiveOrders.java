package bourse.services.simulation;

import java.util.function.Consumer;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;

/** The live orders of a matcher, one by one; the carrier is reused. */
record LiveOrders(Consumer<OrderState> visitor) implements StateVisitor {
    @Override
    public void order(final OrderState order) {
        visitor.accept(order);
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        // no order
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
        // no order
    }

    @Override
    public void account(final AccountState account) {
        // no order
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        // no order
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        // no order
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        // no order
    }

    @Override
    public void fees(final long asset, final long collected) {
        // no order
    }
}
