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
            assertThat(above(any, 3)).isEqualTo(expected.tailMap(any, false).values().stream().limit(3).toList());
        }
        young.forEach(this::remove);
        checkPages();
        List.copyOf(expected.keySet()).forEach(this::remove);
        checkPages();
        add(random);
        checkPages();
    }

    @Test
    void shouldNotLookAtTheDeadAgainAndAgain() {
        final SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 100_000; i++) {
            add(random);
        }
        List.copyOf(expected.headMap(nextId).keySet()).forEach(this::remove);
        checkPages();
        assertThat(orders.kept()).isLessThanOrEqualTo(2 + 16);
    }

    @Test
    void shouldFindNothingAboveIdsThatNoEngineGives() {
        add(new SplittableRandom(5));
        assertThat(above(0, 2)).hasSize(1);
        assertThat(above(-1, 2)).isEmpty();
        remove(nextId);
        assertThat(above(0, 2)).isEmpty();
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

    private List<Integer> above(final long orderId, final int limit) {
        final List<Integer> listed = new ArrayList<>();
        orders.forEachAbove(orderId, all, order -> {
            listed.add(order);
            return listed.size() < limit;
        });
        return listed;
    }

    private void checkPages() {
        assertThat(above(0, Integer.MAX_VALUE)).containsExactlyElementsOf(expected.values());
        assertThat(orders.count()).isEqualTo(expected.size());
    }
}
