package bourse.engine.scenario;

import bourse.engine.match.MatchListener;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TradingState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what a matcher tells, in the words of the grammar, and what became of each order. */
final class EventTape implements MatchListener {
    /** What is known of an order by its events alone. */
    static final class Fate {
        final String id;
        long orderId;
        int account;
        int instrumentId;
        String state = "UNKNOWN";
        long price;
        long quantity;
        long leaves;
        long filled;
        long cost;

        Fate(final String id) {
            this.id = id;
        }

        boolean isLive() {
            return state.equals("RESTING") || state.equals("PENDING");
        }
    }

    /**
     * One event.
     *
     * @param values by key of the grammar
     * @param venue  it is listed only where a scenario asks for the venue's events
     */
    record Event(String kind, Map<String, String> values, boolean venue) {
        @Override
        public String toString() {
            final StringBuilder text = new StringBuilder(kind);
            values.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
            return text.toString();
        }
    }

    private final Ids ids;
    private final Map<String, Fate> fates = new HashMap<>();
    private final Map<Long, Fate> byOrderId = new HashMap<>();
    private final List<Event> events = new ArrayList<>();

    EventTape(final Ids ids) {
        this.ids = ids;
    }

    /** Events since the last call. */
    List<Event> takeEvents() {
        final List<Event> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    Fate fate(final String id) {
        return fates.get(id);
    }

    Fate fate(final long orderId) {
        return byOrderId.get(orderId);
    }

    private void add(final boolean venue, final String kind, final Object... keysAndValues) {
        final Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(String.valueOf(keysAndValues[i]), String.valueOf(keysAndValues[i + 1]));
        }
        events.add(new Event(kind, values, venue));
    }

    private void ended(final Fate fate, final String state) {
        fate.state = state;
        fate.leaves = 0;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        final Fate fate = new Fate(ids.name(clientOrderId, side));
        fate.orderId = orderId;
        fate.account = account;
        fate.instrumentId = instrumentId;
        fate.price = price;
        fate.quantity = quantity;
        fate.leaves = quantity;
        fate.state = stopPrice != 0 ? "PENDING" : "RESTING";
        fates.put(fate.id, fate);
        byOrderId.put(orderId, fate);
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        final Fate known = byOrderId.get(orderId);
        final String id = known != null ? known.id : orderId != 0 ? "#" + orderId : ids.name(clientOrderId, Side.BOTH.value());
        if (kind == CommandKind.NEW.value() || kind == CommandKind.QUOTE.value()) {
            fates.computeIfAbsent(id, Fate::new);
            if (fates.get(id).state.equals("UNKNOWN")) {
                fates.get(id).state = "REJECTED";
                fates.get(id).account = account;
            }
        }
        add(false, "rejected", "id", id, "reason", RejectReason.get((short) reason));
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        final Fate fate = byOrderId.get(orderId);
        fate.state = "RESTING";
        fate.price = price;
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId, final long makerOrderId, final int makerAccount,
                        final long makerClientOrderId, final long makerLeaves, final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee, final int takerSide, final long price, final long quantity,
                        final boolean auction) {
        final Fate maker = traded(makerOrderId, makerLeaves, price, quantity);
        final Fate taker = traded(takerOrderId, takerLeaves, price, quantity);
        add(false, "trade", "maker", maker.id, "taker", taker.id, "price", price, "qty", quantity, "makerfee", makerFee,
            "takerfee", takerFee);
    }

    private Fate traded(final long orderId, final long leaves, final long price, final long quantity) {
        final Fate fate = byOrderId.get(orderId);
        fate.filled += quantity;
        fate.cost += price * quantity;
        fate.leaves = leaves;
        if (leaves == 0) {
            ended(fate, "FILLED");
        }
        return fate;
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        final Fate fate = byOrderId.get(orderId);
        if (reason == CancelReason.REDUCED_TO_ZERO.value()) {
            fate.quantity = fate.filled;
        }
        ended(fate, "CANCELLED");
        add(false, "cancelled", "id", fate.id, "qty", quantity, "reason", CancelReason.get((short) reason));
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        add(false, "reduced", "id", resized(orderId, price, leaves).id, "leaves", leaves);
    }

    private Fate resized(final long orderId, final long price, final long leaves) {
        final Fate fate = byOrderId.get(orderId);
        fate.price = price;
        fate.leaves = leaves;
        fate.quantity = fate.filled + leaves;
        return fate;
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        add(false, "replaced", "id", resized(orderId, price, leaves).id, "price", price, "leaves", leaves);
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId, final long stopPrice) {
        final Fate fate = byOrderId.get(orderId);
        fate.state = "RESTING";
        add(false, "triggered", "id", fate.id);
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept, final int reason) {
        final Fate fate = byOrderId.get(orderId);
        if (reason == RestateReason.ICEBERG_REFILL.value()) {
            return;
        }
        if (reason != RestateReason.TRAILING_STOP_MOVED.value()) {
            resized(orderId, price, leaves);
        }
        add(false, "restated", "id", fate.id, "price", price, "leaves", leaves, "reason", RestateReason.get((short) reason));
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders, final int reason) {
        add(true, "masscancelled", "acct", ids.accountName(account), "orders", cancelledOrders, "reason", CancelReason.get((short) reason));
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId, final long askOrderId) {
        add(true, "quoted", "id", ids.name(quoteId, Side.BOTH.value()), "bid", bidOrderId == 0 ? 0 : 1, "ask", askOrderId == 0 ? 0 : 1);
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        add(true, "state", "sym", ids.symbol(instrumentId), "state", TradingState.get((short) state), "reference", referencePrice);
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        add(true, "indication", "sym", ids.symbol(instrumentId), "price", price, "volume", volume, "surplus", surplus);
    }
}
