package bourse.bench.stream;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The book that the generator aims at: plain price-time matching over arrays indexed by order id, so that ten million live orders fit a
 * small heap. Not thread-safe.
 */
final class GeneratorBook {
    private static final int NONE = 0;
    private static final long HASH_SEED = 1469598103934665603L;
    private static final long HASH_PRIME = 1099511628211L;

    private static final class Level {
        int head;
        int tail;
        int orders;
    }

    private final long[] price;
    private final int[] quantity;
    private final int[] previous;
    private final int[] next;
    private final int[] liveIndex;
    private final int[] uid;
    private final boolean[] sell;
    private final int[] live;
    private int liveCount;
    /** Keys are negative prices on the buying side, so that the first is the best. */
    private final TreeMap<Long, Level> buys = new TreeMap<>();
    private final TreeMap<Long, Level> sells = new TreeMap<>();

    private long trades;
    private long tradedQuantity;
    private long notional;
    private long hash = HASH_SEED;

    /** @param maxOrders highest order id */
    GeneratorBook(final int maxOrders) {
        price = new long[maxOrders + 1];
        quantity = new int[maxOrders + 1];
        previous = new int[maxOrders + 1];
        next = new int[maxOrders + 1];
        liveIndex = new int[maxOrders + 1];
        uid = new int[maxOrders + 1];
        sell = new boolean[maxOrders + 1];
        live = new int[maxOrders + 1];
    }

    int liveCount() {
        return liveCount;
    }

    int randomLive(final SplittableRandom random) {
        return live[random.nextInt(liveCount)];
    }

    /** 0 when empty, here and below. */
    long bestBid() {
        return buys.isEmpty() ? 0 : -buys.firstKey();
    }

    long bestAsk() {
        return sells.isEmpty() ? 0 : sells.firstKey();
    }

    long price(final int id) {
        return price[id];
    }

    int quantity(final int id) {
        return quantity[id];
    }

    int side(final int id) {
        return sell[id] ? 1 : 0;
    }

    int uid(final int id) {
        return uid[id];
    }

    void limit(final int id, final int side, final long limit, final int quantityIn, final int owner, final boolean ioc) {
        final int left = match(id, side, limit, quantityIn);
        if (left == 0 || ioc) {
            return;
        }
        quantity[id] = left;
        sell[id] = side == 1;
        uid[id] = owner;
        price[id] = limit;
        liveIndex[id] = liveCount;
        live[liveCount++] = id;
        link(id);
    }

    void cancel(final int id) {
        unlink(id);
        forget(id);
    }

    void reduce(final int id, final int by) {
        quantity[id] -= by;
    }

    void move(final int id, final long newPrice) {
        unlink(id);
        price[id] = newPrice;
        link(id);
    }

    private int match(final int taker, final int side, final long limit, final int quantityIn) {
        final TreeMap<Long, Level> opposite = side == 0 ? sells : buys;
        int left = quantityIn;
        while (left > 0 && !opposite.isEmpty()) {
            final Map.Entry<Long, Level> best = opposite.firstEntry();
            final long at = side == 0 ? best.getKey() : -best.getKey();
            if (side == 0 ? at > limit : at < limit) {
                break;
            }
            final int maker = best.getValue().head;
            final int traded = Math.min(left, quantity[maker]);
            trades++;
            tradedQuantity += traded;
            notional += at * traded;
            mix(maker);
            mix(taker);
            mix(at);
            mix(traded);
            left -= traded;
            quantity[maker] -= traded;
            if (quantity[maker] == 0) {
                cancel(maker);
            }
        }
        return left;
    }

    private void mix(final long value) {
        hash = (hash ^ value) * HASH_PRIME;
    }

    private void link(final int id) {
        final Level level = (sell[id] ? sells : buys).computeIfAbsent(sell[id] ? price[id] : -price[id], ignored -> new Level());
        previous[id] = level.tail;
        next[id] = NONE;
        if (level.tail == NONE) {
            level.head = id;
        } else {
            next[level.tail] = id;
        }
        level.tail = id;
        level.orders++;
    }

    private void unlink(final int id) {
        final TreeMap<Long, Level> side = sell[id] ? sells : buys;
        final Long key = sell[id] ? price[id] : -price[id];
        final Level level = side.get(key);
        if (previous[id] == NONE) {
            level.head = next[id];
        } else {
            next[previous[id]] = next[id];
        }
        if (next[id] == NONE) {
            level.tail = previous[id];
        } else {
            previous[next[id]] = previous[id];
        }
        if (--level.orders == 0) {
            side.remove(key);
        }
    }

    private void forget(final int id) {
        final int last = live[--liveCount];
        if (last != id) {
            live[liveIndex[id]] = last;
            liveIndex[last] = liveIndex[id];
        }
    }

    StreamResult result() {
        long bids = 0;
        for (final Level level : buys.values()) {
            bids += level.orders;
        }
        return new StreamResult(trades, tradedQuantity, notional, hash, bids, liveCount - bids, bestBid(), bestAsk(), 0);
    }
}
