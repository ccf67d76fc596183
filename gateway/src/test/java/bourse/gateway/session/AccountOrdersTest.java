package bourse.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import bourse.sbe.fold.OrderIdTable;

/** Holds an account's list against a sorted map, with orders that die at once, those that stay, and times when none are left. */
class AccountOrdersTest {
    private final OrderIdTable all = new OrderIdTable(64);
    private final AccountOrders orders = new AccountOrders();
    private final TreeMap<Long, Integer> expected = new TreeMap<>();
    private long nextId;

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 2_000})
    void shouldListLiveOrdersByIdWhateverDied(final int staying) {
        final SplittableRandom random = new SplittableRandom(4);
        final List<Long> young = new ArrayList<>();
        for (int i = 0; i < staying; i++) {
            add(random);
        }
        for (int i = 0; i < 60_000; i++) {
            if (young.isEmpty() || random.nextInt(100) < 50) {
                young.add(add(random));
            } else {
                remove(young.remove(random.nextInt(young.size())));
            }
            if (i % 1_000 == 0) {
                checkPages();
            }
            final long any = random.nextLong(nextId + 3);
            assertThat(orders.firstAbove(any, all)).isEqualTo(expectedAbove(any));
        }
        young.forEach(this::remove);
        checkPages();
        List.copyOf(expected.keySet()).forEach(this::remove);
        checkPages();
        add(random);
        checkPages();
    }

    @Test
    void shouldFindNothingAboveIdsThatNoEngineGives() {
        add(new SplittableRandom(5));
        assertThat(orders.firstAbove(0, all)).isEqualTo(expectedAbove(0));
        assertThat(orders.firstAbove(-1, all)).isEqualTo(OrderIdTable.NONE);
        assertThat(new AccountOrders().firstAbove(0, all)).isEqualTo(OrderIdTable.NONE);
    }

    private long add(final SplittableRandom random) {
        // Between them are other accounts' orders.
        nextId += 1 + random.nextInt(3);
        orders.add(nextId, all);
        all.put(nextId, (int) nextId);
        expected.put(nextId, (int) nextId);
        return nextId;
    }

    private void remove(final long orderId) {
        assertThat(all.remove(orderId)).isEqualTo(expected.remove(orderId));
        orders.remove();
    }

    private int expectedAbove(final long orderId) {
        final var entry = expected.higherEntry(orderId);
        return entry == null ? OrderIdTable.NONE : entry.getValue();
    }

    private void checkPages() {
        final List<Integer> listed = new ArrayList<>();
        for (int order = orders.firstAbove(0, all); order != OrderIdTable.NONE; order = orders.firstAbove(order, all)) {
            listed.add(order);
        }
        assertThat(listed).containsExactlyElementsOf(expected.values());
        assertThat(orders.count()).isEqualTo(expected.size());
    }
}
