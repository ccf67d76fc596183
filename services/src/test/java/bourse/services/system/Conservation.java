package bourse.services.system;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;

import java.util.HashMap;
import java.util.Map;

/** Sums of a state: what must be neither created nor destroyed, and the open quantities by order id. */
final class Conservation implements StateVisitor {
    /** Open quantity by order id. */
    final Map<Long, Long> live = new HashMap<>();
    /** What the accounts and the venue itself have, by asset. */
    final Map<Long, Long> assets = new HashMap<>();
    /** Bought less sold of all accounts, by instrument. */
    final Map<Integer, Long> positions = new HashMap<>();
    /** Balances that hold more than there is, or less than nothing. */
    int overdrawn;

    @Override
    public void order(final OrderState order) {
        live.put(order.orderId, order.leaves);
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        assets.merge(asset, total, Long::sum);
        if (total < 0 || reserved < 0 || reserved > total) {
            overdrawn++;
        }
    }

    @Override
    public void fees(final long asset, final long collected) {
        assets.merge(asset, collected, Long::sum);
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        positions.merge(instrumentId, position, Long::sum);
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        // nothing that could be lost
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
        // nothing that could be lost
    }

    @Override
    public void account(final AccountState account) {
        // nothing that could be lost
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        // nothing that could be lost
    }
}
