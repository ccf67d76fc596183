package bourse.engine.reference;

import bourse.engine.match.AccountState;
import bourse.sbe.WireLimits;
import java.util.LinkedHashSet;
import java.util.TreeMap;

/** One account: limits, open orders by id, ids that cannot be used again, balances, positions. */
final class Account {
    final int number;
    final TreeMap<Long, Order> liveByOrderId = new TreeMap<>();
    final TreeMap<Long, Order> liveByClientOrderId = new TreeMap<>();
    /** Oldest first. */
    final LinkedHashSet<Long> finishedIds = new LinkedHashSet<>();
    final TreeMap<Long, Balance> balances = new TreeMap<>();
    final TreeMap<Integer, Long> positions = new TreeMap<>();
    int firm;
    boolean killed;
    long maxOrderQuantity;
    long maxOrderNotional;
    long maxPosition;
    long maxOpenOrders;
    long maxOrdersPerSecond;
    long rateSecond;
    long rateCount;

    /** Units of one asset. */
    static final class Balance {
        long total;
        long reserved;
    }

    private final Venue venue;

    Account(final int number, final Venue venue) {
        this.number = number;
        this.venue = venue;
    }

    /** Its orders are its own, and so are those of its firm. */
    boolean isOwn(final Account other) {
        return this == other || firm != 0 && firm == other.firm;
    }

    boolean usesId(final long clientOrderId) {
        return liveByClientOrderId.containsKey(clientOrderId) || finishedIds.contains(clientOrderId);
    }

    void useUp(final long clientOrderId) {
        final int count = finishedIds.size();
        if (count >= WireLimits.FINISHED_ID_WINDOW || count >= WireLimits.OWN_FINISHED_IDS && !venue.hasSharedFinishedIds()) {
            finishedIds.removeFirst();
        }
        finishedIds.add(clientOrderId);
    }

    Balance balance(final long asset) {
        return balances.computeIfAbsent(asset, key -> new Balance());
    }

    long position(final int instrumentId) {
        return positions.getOrDefault(instrumentId, 0L);
    }

    /** Open quantity of the account on one side of an instrument, waiting stops included. */
    long openQuantity(final Book book, final int side) {
        return liveByOrderId.values().stream().filter(o -> o.book == book && o.side == side).mapToLong(o -> o.leaves).sum();
    }

    void writeTo(final AccountState state) {
        state.account = number;
        state.firm = firm;
        state.killed = killed;
        state.maxOrderQuantity = maxOrderQuantity;
        state.maxOrderNotional = maxOrderNotional;
        state.maxPosition = maxPosition;
        state.maxOpenOrders = maxOpenOrders;
        state.maxOrdersPerSecond = maxOrdersPerSecond;
        state.rateSecond = rateSecond;
        state.rateCount = rateCount;
    }
}
