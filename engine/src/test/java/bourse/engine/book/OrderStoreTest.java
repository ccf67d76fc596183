package bourse.engine.book;

import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.sbe.WireLimits;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ways to find an order, each against the obvious collection. */
class OrderStoreTest {
    private static final int MAX_ORDERS = 1000;
    private static final int MAX_ACCOUNTS = 64;
    private static final int MAX_FINISHED = 70_000;

    private final BookMemory memory = BookMemory.offHeap(OrderStore.bytes(MAX_ORDERS, 64, MAX_ACCOUNTS, MAX_FINISHED), 4096);
    private final OrderStore store = new OrderStore(memory, MAX_ORDERS, 64, MAX_ACCOUNTS, MAX_FINISHED);
    private final Random random = new Random(7);

    @AfterEach
    void close() {
        memory.close();
    }

    private int order(final long orderId, final int account, final long clientOrderId) {
        final int slot = store.orders.take();
        putLong(store.order(slot) + OrderSlot.ORDER_ID, orderId);
        putLong(store.order(slot) + OrderSlot.CLIENT_ORDER_ID, clientOrderId);
        putInt(store.order(slot) + OrderSlot.ACCOUNT, account);
        return slot;
    }

    @Test
    void shouldFindOrdersThatOutliveManyRoundsOfTheWindow() {
        final TreeMap<Long, Integer> live = new TreeMap<>();
        for (long id = 1; id < 200_000; id++) {
            if (live.size() == MAX_ORDERS || !live.isEmpty() && random.nextInt(3) == 0) {
                final Long victim = random.nextInt(10) == 0 ? live.firstKey() : live.floorKey(1 + random.nextLong(id));
                if (victim != null) {
                    final int slot = live.remove(victim);
                    store.byOrderId.remove(victim, slot);
                    store.orders.release(slot);
                    assertThat(store.byOrderId.find(victim)).isZero();
                }
            }
            if (live.size() < MAX_ORDERS) {
                final int slot = order(id, 1, 0);
                store.byOrderId.add(id, slot);
                live.put(id, slot);
            }
            final Long some = live.floorKey(1 + random.nextLong(id));
            assertThat(some == null || store.byOrderId.find(some) == live.get(some)).isTrue();
        }
        live.forEach((id, slot) -> assertThat(store.byOrderId.find(id)).isEqualTo(slot));
        assertThat(store.byOrderId.overflowCount()).isPositive();
    }

    @Test
    void shouldFindOrdersByAccountAndClientId() {
        final TreeMap<Long, Integer> live = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            final int account = 1 + random.nextInt(5);
            final long client = 1 + random.nextInt(400);
            final long key = account * 1000L + client;
            final Integer slot = live.remove(key);
            assertThat(store.byClientOrderId.find(account, client)).isEqualTo(slot == null ? 0 : slot);
            if (slot != null) {
                store.byClientOrderId.remove(account, client, slot);
                store.orders.release(slot);
            } else if (live.size() < MAX_ORDERS) {
                final int added = order(i, account, client);
                store.byClientOrderId.add(account, client, added);
                live.put(key, added);
            }
        }
        live.forEach((key, slot) -> assertThat(store.byClientOrderId.find((int) (key / 1000), key % 1000)).isEqualTo(slot));
    }

    @Test
    void shouldFindOrdersByAccountAndClientIdWhenFewBecomeMany() {
        final int max = 21_000;
        try (BookMemory large = BookMemory.offHeap(OrderStore.bytes(max, 64, MAX_ACCOUNTS, 16), 4096)) {
            final OrderStore many = new OrderStore(large, max, 64, MAX_ACCOUNTS, 16);
            final TreeMap<Long, Integer> live = new TreeMap<>();
            for (long client = 1; client <= 30_000; client++) {
                final int slot = many.orders.take();
                putLong(many.order(slot) + OrderSlot.CLIENT_ORDER_ID, client);
                putInt(many.order(slot) + OrderSlot.ACCOUNT, 1);
                many.byClientOrderId.add(1, client, slot);
                live.put(client, slot);
                if (client % 3 == 0) {
                    final long victim = live.ceilingKey(1 + random.nextLong(client));
                    many.byClientOrderId.remove(1, victim, live.get(victim));
                    many.orders.release(live.remove(victim));
                    assertThat(many.byClientOrderId.find(1, victim)).isZero();
                }
                final long some = 1 + random.nextLong(client);
                assertThat(many.byClientOrderId.find(1, some)).isEqualTo(live.getOrDefault(some, 0));
            }
            live.forEach((client, slot) -> assertThat(many.byClientOrderId.find(1, client)).isEqualTo(slot));
        }
    }

    @Test
    void shouldRememberTheLastFinishedIdsOfAnAccount() {
        final int slot = store.accounts.findOrAdd(5);
        final int window = WireLimits.FINISHED_ID_WINDOW;
        for (long id = 1; id <= window + 1000L; id++) {
            assertThat(store.finished.isHighest(slot, id)).isTrue();
            store.finished.add(slot, id);
        }
        assertThat(AccountSlot.finished(store.accounts.address(slot))).isEqualTo(window);
        assertThat(store.finished.get(slot, 0)).isEqualTo(1001);
        assertThat(store.finished.isHighest(slot, 1000)).isFalse();
        assertThat(store.finished.isUnused(slot, 1000)).isTrue();
        assertThat(store.finished.isUnused(slot, 1001)).isFalse();
        assertThat(store.finished.isUnused(slot, window + 1000L)).isFalse();
        store.finished.add(slot, 1000);
        assertThat(store.finished.isUnused(slot, 1001)).isTrue();
        assertThat(store.finished.isUnused(slot, 1000)).isFalse();
    }

    @Test
    void shouldForgetOwnOldestWhereTheSharedRoomIsUsedUp() {
        final ArrayDeque<Long> expected = new ArrayDeque<>();
        final int heavy = store.accounts.findOrAdd(1);
        final int other = store.accounts.findOrAdd(2);
        for (long id = 1; id <= 60_000; id++) {
            store.finished.add(other, id);
        }
        for (int i = 0; i < 30_000; i++) {
            final long id = 1_000_000L - i;
            store.finished.isHighest(heavy, id);
            assertThat(store.finished.isUnused(heavy, id)).isTrue();
            store.finished.add(heavy, id);
            expected.add(id);
        }
        final int kept = MAX_FINISHED - (60_000 - WireLimits.OWN_FINISHED_IDS) + WireLimits.OWN_FINISHED_IDS;
        while (expected.size() > kept) {
            expected.removeFirst();
        }
        assertThat(AccountSlot.finished(store.accounts.address(heavy))).isEqualTo(kept);
        assertThat(store.finished.get(heavy, 0)).isEqualTo(expected.getFirst());
        assertThat(AccountSlot.finished(store.accounts.address(other))).isEqualTo(60_000);
    }

    @Test
    void shouldExpireTheEarliestFirst() {
        final TreeMap<Long, Integer> expected = new TreeMap<>();
        for (int i = 1; i <= 500; i++) {
            final int slot = order(i, 1, i);
            final long time = 1 + random.nextInt(50);
            store.clearTerms(slot);
            putLong(store.terms(slot) + TermsSlot.EXPIRE_TIME, time);
            store.expiries.add(slot);
            expected.put(time * 1000 + i, slot);
        }
        for (int i = 0; i < 100; i++) {
            final Long victim = expected.ceilingKey(random.nextLong(50_000));
            if (victim != null) {
                store.expiries.remove(expected.remove(victim));
            }
        }
        while (!expected.isEmpty()) {
            assertThat(store.expiries.nextTimeNs()).isEqualTo(expected.firstKey() / 1000);
            assertThat(store.expiries.first()).isEqualTo(expected.pollFirstEntry().getValue());
            store.expiries.remove(store.expiries.first());
        }
        assertThat(store.expiries.nextTimeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldRefuseToCarveMoreThanThereIs() {
        assertThatThrownBy(() -> memory.carve("too much", 1L << 40)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("too much");
    }
}
