package bourse.services.replay;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the rest of a message file still says about each order: the look-ahead of the conversion. Indices count messages from 0. */
final class OrderFutures {
    private record Price(boolean buy, long price) {
    }

    /** Indices of an order's messages but its submission, ascending. */
    private final Map<Long, List<Integer>> events = new HashMap<>();
    private final Map<Long, Integer> first = new HashMap<>();
    private final Map<Price, List<Long>> orphans = new HashMap<>();
    private final LobsterMessages messages;

    OrderFutures(final LobsterMessages messages) {
        this.messages = messages;
        for (int i = 0; i < messages.count(); i++) {
            if (messages.type(i) > LobsterMessages.VISIBLE_EXECUTION) {
                continue;
            }
            final long id = messages.orderId(i);
            if (first.putIfAbsent(id, i) == null && messages.type(i) != LobsterMessages.SUBMISSION) {
                orphans.computeIfAbsent(new Price(messages.direction(i) > 0, messages.price(i)), ignored -> new ArrayList<>())
                        .add(id);
            }
            if (messages.type(i) != LobsterMessages.SUBMISSION) {
                events.computeIfAbsent(id, ignored -> new ArrayList<>(2)).add(i);
            }
        }
        orphans.values().forEach(Collections::sort);
    }

    /** Sum of what messages from {@code index} on take off the order. */
    long remaining(final long orderId, final int index) {
        long sum = 0;
        for (final int event : events.getOrDefault(orderId, List.of())) {
            sum += event >= index ? messages.size(event) : 0;
        }
        return sum;
    }

    /** A deletion of the order comes at {@code index} or later. */
    boolean endsByDeletion(final long orderId, final int index) {
        for (final int event : events.getOrDefault(orderId, List.of())) {
            if (event >= index && messages.type(event) == LobsterMessages.DELETION) {
                return true;
            }
        }
        return false;
    }

    /** Orders of this price whose submission is not in the file, by id. */
    List<Long> orphans(final boolean buy, final long price) {
        return orphans.getOrDefault(new Price(buy, price), List.of());
    }

    /** The first message that names the order. */
    int first(final long orderId) {
        return first.get(orderId);
    }
}
