package bourse.bench.lab;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import java.util.function.LongConsumer;

/** Sees the ids of the live orders. Cold. */
public record OrderIds(LongConsumer consumer) implements StateVisitor {
    @Override
    public void order(final OrderState order) {
        consumer.accept(order.orderId);
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        // orders only, here and below
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount,
                           final boolean hasLastPrice) {
        // not asked for
    }

    @Override
    public void account(final AccountState account) {
        // not asked for
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        // not asked for
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        // not asked for
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        // not asked for
    }

    @Override
    public void fees(final long asset, final long collected) {
        // not asked for
    }
}
