package bourse.services.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One side of a plain first-come-first-served book: what the conversion believes to rest. Not thread-safe. */
final class QueueSide {
    /** The orders of one price, oldest first, and their sum. */
    static final class Level {
        final LinkedHashMap<Long, Long> orders = new LinkedHashMap<>();
        long total;

        /** Names of the orders, oldest first; a copy, so that the level may be changed while it is walked. */
        List<Long> ids() {
            return new ArrayList<>(orders.keySet());
        }
    }

    private final int sign;
    private final TreeMap<Long, Level> levels = new TreeMap<>();

    /** @param direction 1 = buy, -1 = sell */
    QueueSide(final int direction) {
        sign = direction;
    }

    private long key(final long price) {
        return -price * sign;
    }

    boolean isEmpty() {
        return levels.isEmpty();
    }

    /** Null when nothing rests at this price. */
    Level at(final long price) {
        return levels.get(key(price));
    }

    long total(final long price) {
        final Level level = at(price);
        return level == null ? 0 : level.total;
    }

    long bestPrice() {
        return -levels.firstKey() * sign;
    }

    Level best() {
        return levels.firstEntry().getValue();
    }

    /** The next worse price that holds orders, or null; {@code null} begins with the best. */
    Long nextPrice(final Long price) {
        final Long next = price == null ? (levels.isEmpty() ? null : levels.firstKey()) : levels.higherKey(key(price));
        return next == null ? null : Long.valueOf(-next * sign);
    }

    void add(final long price, final long orderId, final long qty) {
        final Level level = levels.computeIfAbsent(key(price), ignored -> new Level());
        level.orders.put(orderId, qty);
        level.total += qty;
    }

    void takeOff(final long price, final long orderId, final long qty) {
        final Level level = at(price);
        final long left = level.orders.get(orderId) - qty;
        level.total -= qty;
        if (left > 0) {
            level.orders.put(orderId, left);
            return;
        }
        level.orders.remove(orderId);
        if (level.orders.isEmpty()) {
            levels.remove(key(price));
        }
    }

    /** The best {@code depth} levels as price, quantity pairs equal {@code expected}, and there are not more or fewer of them. */
    boolean showsExactly(final long[] expected, final int expectedDepth, final int depth) {
        int index = 0;
        for (final Map.Entry<Long, Level> entry : levels.entrySet()) {
            if (index == depth) {
                break;
            }
            if (index == expectedDepth || expected[2 * index] != -entry.getKey() * sign
                    || expected[2 * index + 1] != entry.getValue().total) {
                return false;
            }
            index++;
        }
        return index == expectedDepth;
    }
}
