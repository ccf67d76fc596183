package bourse.bench.core;

/**
 * The spans in which commands took longer than a threshold, each with its worst latency: a stall and the queue behind it are one span. Hot path. Thread: the
 * bench's. Bounded; what is beyond the bound is counted.
 */
final class SlowSpans {
    private static final int MAX_SPANS = 1 << 14;

    private final long thresholdNs;
    private final long[] fromNs = new long[MAX_SPANS];
    private final long[] toNs = new long[MAX_SPANS];
    private final long[] worstNs = new long[MAX_SPANS];
    private int count;
    private long beyondBound;
    private boolean inSpan;

    SlowSpans(final long thresholdNs) {
        this.thresholdNs = thresholdNs;
    }

    /** A command that should have begun at {@code intendedNs} was done at {@code endNs}. */
    void onCommand(final long intendedNs, final long endNs) {
        final long latencyNs = endNs - intendedNs;
        if (latencyNs < thresholdNs) {
            inSpan = false;
        } else {
            slow(intendedNs, endNs, latencyNs);
        }
    }

    private void slow(final long intendedNs, final long endNs, final long latencyNs) {
        if (!inSpan && count == MAX_SPANS) {
            beyondBound++;
        } else if (inSpan) {
            toNs[count - 1] = endNs;
            worstNs[count - 1] = Math.max(worstNs[count - 1], latencyNs);
        } else {
            fromNs[count] = intendedNs;
            toNs[count] = endNs;
            worstNs[count++] = latencyNs;
            inSpan = true;
        }
    }

    int count() {
        return count;
    }

    long beyondBound() {
        return beyondBound;
    }

    long fromNs(final int span) {
        return fromNs[span];
    }

    long toNs(final int span) {
        return toNs[span];
    }

    long worstNs(final int span) {
        return worstNs[span];
    }
}
