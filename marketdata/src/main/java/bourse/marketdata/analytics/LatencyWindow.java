package bourse.marketdata.analytics;

import java.util.Arrays;

/**
 * Counts durations in buckets of a sixteenth of a power of two, from 1 ns to 18 minutes, and says percentiles of the time since the last
 * reset. Hot path: no allocation. Thread: one.
 */
public final class LatencyWindow {
    private static final int SUB_BITS = 4;
    private final int[] buckets = new int[41 << SUB_BITS];
    private int count;
    private long max;

    /** Counts one; negative ones as 0. */
    public void add(final long durationNs) {
        final long value = Math.min(Math.max(durationNs, 0), (1L << 40) - 1);
        buckets[bucket(value)]++;
        count++;
        max = Math.max(max, value);
    }

    /** Durations counted. */
    public int count() {
        return count;
    }

    /** Upper bound of the bucket that holds the share {@code quantile} (0 to 1) in nanoseconds; 0 without durations. */
    public long quantile(final double quantile) {
        long left = (long) Math.ceil(quantile * count);
        for (int i = 0; i < buckets.length && count > 0; i++) {
            left -= buckets[i];
            if (left <= 0 && buckets[i] > 0) {
                return Math.min(max, upper(i));
            }
        }
        return 0;
    }

    /** Forgets everything. */
    public void reset() {
        Arrays.fill(buckets, 0);
        count = 0;
        max = 0;
    }

    private static int bucket(final long value) {
        if (value < 1 << SUB_BITS) {
            return (int) value;
        }
        final int exponent = 63 - Long.numberOfLeadingZeros(value);
        return (exponent - SUB_BITS + 1 << SUB_BITS) + (int) (value >>> exponent - SUB_BITS & (1 << SUB_BITS) - 1);
    }

    private static long upper(final int bucket) {
        if (bucket < 1 << SUB_BITS) {
            return bucket;
        }
        final int shift = (bucket >>> SUB_BITS) - 1;
        return ((1L << SUB_BITS) + (bucket & (1 << SUB_BITS) - 1) + 1 << shift) - 1;
    }
}
