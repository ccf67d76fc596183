package bourse.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** Holds the index of live orders against a plain map, orders that outlive a round of their cell included. */
class OrderSlotsTest {
    private final OrderSlots slots = new OrderSlots();
    private final Map<Long, Integer> expected = new HashMap<>();
    private final List<Long> live = new ArrayList<>();

    @Test
    void shouldFindEachLiveOrderAndNoOther() {
        final SplittableRandom random = new SplittableRandom(20_260_101);
        long nextId = 1;
        for (int i = 0; i < 600_000; i++) {
            // Grows to some 40,000 live orders, then falls: cells come round, the table grows on the way.
            if (live.isEmpty() || random.nextInt(100) < (i < 300_000 ? 57 : 45)) {
                nextId += 1 + random.nextInt(3);
                slots.put(nextId, i);
                expected.put(nextId, i);
                live.add(nextId);
            } else {
                removeOne(random.nextInt(4) == 0 ? random.nextInt(live.size()) : live.size() - 1 - random.nextInt(Math.min(live.size(), 500)));
            }
            final long any = 1 + random.nextLong(nextId);
            assertThat(slots.get(any)).isEqualTo(expected.getOrDefault(any, OrderSlots.NONE));
        }
        assertThat(slots.size()).isEqualTo(expected.size());
        expected.forEach((orderId, slot) -> assertThat(slots.get(orderId)).isEqualTo(slot));
    }

    @Test
    void shouldTellOldAndYoungOfOneCellApart() {
        slots.put(5, 1);
        slots.put(5 + (1 << 16), 2);
        slots.put(5 + (2 << 16), 3);
        assertThat(slots.remove(5)).isEqualTo(1);
        assertThat(slots.remove(5)).isEqualTo(OrderSlots.NONE);
        assertThat(slots.get(5 + (1 << 16))).isEqualTo(2);
        assertThat(slots.remove(5 + (2 << 16))).isEqualTo(3);
        assertThat(slots.size()).isEqualTo(1);
        assertThat(slots.get(0)).isEqualTo(OrderSlots.NONE);
    }

    private void removeOne(final int index) {
        final long orderId = live.set(index, live.getLast());
        live.removeLast();
        assertThat(slots.remove(orderId)).isEqualTo(expected.remove(orderId));
    }
}
