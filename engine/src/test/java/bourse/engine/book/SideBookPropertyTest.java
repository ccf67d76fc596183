package bourse.engine.book;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A side of the book against a tree: random adds and removes near a wandering market and far from it. */
class SideBookPropertyTest {
    private static final int MAX_LEVELS = 4096;

    @ParameterizedTest
    @CsvSource({"true, 1, 256, 40", "false, 1, 256, 400", "true, 5, 256, 3000", "false, 1, 4096, 100000", "true, 1, 65536, 2000",
        "false, 1, 262144, 1000000", "true, 1, 1024, 1000000000000"})
    void shouldOrderLevelsLikeATree(final boolean descending, final long tick, final int ladderTicks, final long spread) {
        try (BookMemory memory = BookMemory.offHeap(SlotPool.bytes(LevelSlot.SHIFT, MAX_LEVELS) + SideBook.bytes(ladderTicks) + 4096, 4096)) {
            final SlotPool pool = new SlotPool(memory, "levels", LevelSlot.SHIFT, LevelSlot.LEFT, MAX_LEVELS);
            final SideBook side = new SideBook(memory, pool, descending, tick, ladderTicks);
            final TreeMap<Long, Long> tree = new TreeMap<>();
            final Random random = new Random(42 + ladderTicks + spread);
            long market = 2_000_000_000_000L;
            for (int i = 0; i < 60_000; i++) {
                if (random.nextInt(2_000) == 0) {
                    market += (random.nextLong() % (10 * spread)) * tick;
                }
                final long distance = random.nextInt(4) == 0 ? random.nextLong(spread) : random.nextLong(Math.min(spread, 50));
                final long price = (market / tick + (descending ? -distance : distance)) * tick;
                final long key = side.key(price);
                if (tree.size() < MAX_LEVELS - 1 && (tree.size() < 2 || random.nextInt(100) < 52)) {
                    final long level = side.levelAt(key, price);
                    assertThat(LevelSlot.price(level)).isEqualTo(price);
                    tree.put(key, level);
                } else {
                    final Long removed = pick(tree, random, key);
                    side.remove(tree.remove(removed));
                }
                check(side, tree, key, i);
            }
            assertThat(pool.inUse()).isEqualTo(tree.size());
        }
    }

    private static Long pick(final TreeMap<Long, Long> tree, final Random random, final long key) {
        return switch (random.nextInt(3)) {
            case 0 -> tree.firstKey();
            case 1 -> tree.floorKey(key) == null ? tree.lastKey() : tree.floorKey(key);
            default -> tree.ceilingKey(key) == null ? tree.firstKey() : tree.ceilingKey(key);
        };
    }

    private static void check(final SideBook side, final TreeMap<Long, Long> tree, final long key, final int step) {
        assertThat(side.levelCount()).isEqualTo(tree.size());
        if (tree.isEmpty()) {
            assertThat(side.isEmpty()).isTrue();
            return;
        }
        assertThat(side.bestKey()).isEqualTo(tree.firstKey());
        assertThat(side.bestLevel()).isEqualTo(tree.firstEntry().getValue());
        assertThat(side.next(key)).isEqualTo(tree.higherEntry(key) == null ? 0 : tree.higherEntry(key).getValue());
        assertThat(side.floor(key)).isEqualTo(tree.floorEntry(key) == null ? 0 : tree.floorEntry(key).getValue());
        assertThat(side.find(key)).isEqualTo(tree.getOrDefault(key, 0L));
        if (step % 5_000 == 0) {
            long level = side.bestLevelOrNone();
            for (final long expected : tree.values()) {
                assertThat(level).isEqualTo(expected);
                level = side.next(LevelSlot.key(level));
            }
            assertThat(level).isZero();
        }
    }
}
