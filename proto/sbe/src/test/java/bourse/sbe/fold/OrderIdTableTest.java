package bourse.sbe.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the table against a plain map, orders that outlive all their neighbours included. */
class OrderIdTableTest {
    private final OrderIdTable table = new OrderIdTable(64);
    private final Map<Long, Integer> expected = new HashMap<>();
    private final List<Long> live = new ArrayList<>();

    /** Of a venue, of one book of 256, and so far apart that the high bits need more than a cell has. */
    @ParameterizedTest
    @ValueSource(longs = {1, 256, 1L << 31})
    void shouldFindEachLiveOrderAndNoOther(final long stride) {
        final SplittableRandom random = new SplittableRandom(20_260_101);
        long nextId = 1;
        for (int i = 0; i < 600_000; i++) {
            // Grows to some 40,000 live orders, then falls: cells come round, the table grows on the way.
            if (live.isEmpty() || random.nextInt(100) < (i < 300_000 ? 57 : 45)) {
                nextId += (1 + random.nextInt(3)) * stride;
                table.put(nextId, i);
                expected.put(nextId, i);
                live.add(nextId);
            } else {
                removeOne(random.nextInt(4) == 0 ? random.nextInt(live.size()) : live.size() - 1 - random.nextInt(Math.min(live.size(), 500)));
            }
            final long any = 1 + random.nextLong(nextId) / stride * stride;
            assertThat(table.get(any)).isEqualTo(expected.getOrDefault(any, OrderIdTable.NONE));
        }
        assertThat(table.size()).isEqualTo(expected.size());
        expected.forEach((orderId, slot) -> assertThat(table.get(orderId)).isEqualTo(slot));
    }

    @Test
    void shouldKeepWhatCollidedWithARemovedOrder() {
        for (long orderId = 1; orderId <= 16; orderId++) {
            table.put(orderId, (int) orderId);
        }
        for (long orderId = 1; orderId <= 16; orderId += 2) {
            assertThat(table.remove(orderId)).isEqualTo((int) orderId);
            assertThat(table.remove(orderId)).isEqualTo(OrderIdTable.NONE);
        }
        for (long orderId = 2; orderId <= 16; orderId += 2) {
            assertThat(table.get(orderId)).isEqualTo((int) orderId);
        }
        assertThat(table.size()).isEqualTo(8);
        table.clear();
        assertThat(table.size()).isZero();
        assertThat(table.get(2)).isEqualTo(OrderIdTable.NONE);
    }

    @Test
    void shouldRefuseTheIdThatMarksAnEmptyCell() {
        assertThatThrownBy(() -> table.put(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        for (int orderId = 0; orderId < 5_000; orderId++) {
            assertThat(table.remove(-1)).isEqualTo(OrderIdTable.NONE);
            assertThat(table.get(-1)).isEqualTo(OrderIdTable.NONE);
            assertThat(table.putIfAbsent(orderId, orderId)).isEqualTo(OrderIdTable.NONE);
            assertThat(table.putIfAbsent(orderId, 7)).isEqualTo(orderId);
        }
        assertThat(table.size()).isEqualTo(5_000);
    }

    private void removeOne(final int index) {
        final long orderId = live.set(index, live.getLast());
        live.removeLast();
        assertThat(table.remove(orderId)).isEqualTo(expected.remove(orderId));
    }
}
