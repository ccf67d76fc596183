package bourse.engine.match;

/** Sorts orders by their ids, which count upwards: the lower, the older. A radix sort: linear, and quick before it is compiled well. Cold. */
final class AgeSort {
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private AgeSort() {
    }

    /** Puts the first {@code count} of both arrays, which belong together, into the order of the ids (0 or more). */
    static void byAge(final long[] ids, final int[] slots, final int count) {
        long used = 0;
        long low = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            low = Math.min(low, ids[i]);
        }
        for (int i = 0; i < count; i++) {
            used |= ids[i] - low;
        }
        long[] fromIds = ids;
        int[] fromSlots = slots;
        long[] toIds = new long[count];
        int[] toSlots = new int[count];
        for (int shift = 0; shift < Long.SIZE && used >>> shift != 0; shift += DIGIT_BITS) {
            pass(fromIds, fromSlots, toIds, toSlots, count, low, shift);
            final long[] ids2 = fromIds;
            fromIds = toIds;
            toIds = ids2;
            final int[] slots2 = fromSlots;
            fromSlots = toSlots;
            toSlots = slots2;
        }
        if (fromIds != ids) {
            System.arraycopy(fromIds, 0, ids, 0, count);
            System.arraycopy(fromSlots, 0, slots, 0, count);
        }
    }

    private static void pass(final long[] fromIds, final int[] fromSlots, final long[] toIds, final int[] toSlots, final int count, final long low,
                             final int shift) {
        final int[] next = new int[DIGITS + 1];
        for (int i = 0; i < count; i++) {
            next[digit(fromIds[i] - low, shift) + 1]++;
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            next[digit + 1] += next[digit];
        }
        for (int i = 0; i < count; i++) {
            final int to = next[digit(fromIds[i] - low, shift)]++;
            toIds[to] = fromIds[i];
            toSlots[to] = fromSlots[i];
        }
    }

    private static int digit(final long age, final int shift) {
        return (int) (age >>> shift) & DIGITS - 1;
    }
}
