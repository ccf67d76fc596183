package bourse.engine.match;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class AgeSortTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 1_000, 5_000_000, 1L << 40, Long.MAX_VALUE})
    void shouldSortIdsAndKeepTheirSlots(final long bound) {
        final Random random = new Random(bound);
        for (final int count : new int[] {0, 1, 2, 1_000, 5_000}) {
            final long[] ids = random.longs(count + 3, 0, bound).toArray();
            final int[] slots = new int[count + 3];
            for (int i = 0; i < ids.length; i++) {
                slots[i] = (int) ids[i] * 31;
            }
            final long[] expected = Arrays.copyOf(ids, ids.length);
            Arrays.sort(expected, 0, count);

            AgeSort.byAge(ids, slots, count);

            assertThat(ids).containsExactly(expected);
            for (int i = 0; i < ids.length; i++) {
                assertThat(slots[i]).isEqualTo((int) ids[i] * 31);
            }
        }
    }
}
