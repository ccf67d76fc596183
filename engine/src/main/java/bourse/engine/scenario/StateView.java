package bourse.engine.scenario;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A copy of a matcher's books, as its own walk of its state tells them: what checks are compared with. */
final class StateView implements StateVisitor {
    /** One open order. */
    record Open(long orderId, int instrumentId, int side, long price, long leaves, long slice, boolean hidden, boolean pending) {
        /** Orders at any price are on no public book, but scenarios count what they have open. */
        long visible() {
            return pending || hidden && price != 0 ? 0 : slice;
        }
    }

    /** One price of one side; orders in queue order. */
    record Level(long price, List<Open> orders) {
        /** In a line of a scenario. */
        String name() {
            return price == 0 ? "MKT" : String.valueOf(price);
        }

        long visible() {
            return orders.stream().mapToLong(Open::visible).sum();
        }
    }

    private static final int HIDDEN = 1 << 2;

    private final List<Open> orders = new ArrayList<>();
    private final Map<Integer, InstrumentSpec> specs = new HashMap<>();
    private final Map<Integer, Long> lastPrices = new HashMap<>();
    private final Map<Long, Long> fees = new HashMap<>();

    static StateView of(final Matcher matcher) {
        final StateView view = new StateView();
        matcher.forEachState(view);
        return view;
    }

    Open order(final long orderId) {
        return orders.stream().filter(o -> o.orderId == orderId).findFirst().orElse(null);
    }

    /** Best first, in queue order. */
    List<Open> resting(final int instrumentId, final int side) {
        return orders.stream().filter(o -> o.instrumentId == instrumentId && o.side == side && !o.pending).toList();
    }

    long waiting(final int instrumentId, final int side) {
        return orders.stream().filter(o -> o.instrumentId == instrumentId && o.side == side && o.pending).count();
    }

    List<Level> levels(final int instrumentId, final int side) {
        final List<Level> levels = new ArrayList<>();
        for (final Open o : resting(instrumentId, side)) {
            if (levels.isEmpty() || levels.getLast().price != o.price) {
                levels.add(new Level(o.price, new ArrayList<>()));
            }
            levels.getLast().orders.add(o);
        }
        return levels;
    }

    long lastPrice(final int instrumentId) {
        return lastPrices.getOrDefault(instrumentId, 0L);
    }

    /** With the state and reference price of now; null if there is none. */
    InstrumentSpec spec(final int instrumentId) {
        return specs.get(instrumentId);
    }

    long fees(final long asset) {
        return fees.getOrDefault(asset, 0L);
    }

    @Override
    public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
        orders.clear();
    }

    @Override
    public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
        specs.put(spec.instrumentId(), spec);
        lastPrices.put(spec.instrumentId(), lastPrice);
    }

    @Override
    public void order(final OrderState o) {
        orders.add(new Open(o.orderId, o.instrumentId, o.side, o.price, o.leaves, o.slice, (o.flags & HIDDEN) != 0, o.pending));
    }

    @Override
    public void account(final AccountState account) {
        // Checks ask the account port.
    }

    @Override
    public void balance(final int account, final long asset, final long total, final long reserved) {
        // Checks ask the account port.
    }

    @Override
    public void position(final int account, final int instrumentId, final long position) {
        // Checks ask the account port.
    }

    @Override
    public void finishedId(final int account, final long clientOrderId) {
        // Seen through duplicate ids.
    }

    @Override
    public void fees(final long asset, final long collected) {
        fees.put(asset, collected);
    }
}
