package bourse.marketdata.receiver;

import bourse.sbe.feed.RecoveryLayout;
import org.agrona.BitUtil;

/**
 * How a receiver behaves.
 *
 * @param channel          feed channel it follows; others are ignored
 * @param windowMessages   messages kept, half of them ahead of a gap: a power of two, 1,024..4,194,304
 * @param gapDistance      a hole is a gap at once when messages this far ahead have come, 1..100,000
 * @param gapTimeNs        or when it is this old, 0..1 s: what the other line may lag
 * @param retryTimeNs      a request that is not answered in this time is sent again, 1 ms..10 s
 * @param maxAttempts      requests for the same hole before it is given up, 1..100
 * @param recoveryRequests whether to ask at all; without it a gap is left to snapshots at once
 */
public record ReceiverConfig(int channel, int windowMessages, int gapDistance, long gapTimeNs, long retryTimeNs, int maxAttempts,
                             boolean recoveryRequests) {

    /** Refuses what is out of range. */
    public ReceiverConfig {
        check("channel", channel, 0, 65_535);
        check("windowMessages", windowMessages, 1_024, 1 << 22);
        if (!BitUtil.isPowerOfTwo(windowMessages)) {
            throw new IllegalArgumentException("windowMessages: " + windowMessages + " (expected: a power of two)");
        }
        check("gapDistance", gapDistance, 1, 100_000);
        check("gapTimeNs", gapTimeNs, 0, 1_000_000_000L);
        check("retryTimeNs", retryTimeNs, 1_000_000L, 10_000_000_000L);
        check("maxAttempts", maxAttempts, 1, 100);
        if (windowMessages < 2 * RecoveryLayout.MAX_REQUEST_MESSAGES && recoveryRequests) {
            throw new IllegalArgumentException("windowMessages: " + windowMessages + " (expected: >= "
                + 2 * RecoveryLayout.MAX_REQUEST_MESSAGES + " with recoveryRequests)");
        }
    }

    /** What a receiver on the venue's own network needs. */
    public static ReceiverConfig defaults() {
        return new ReceiverConfig(0, 1 << 16, 256, 2_000_000L, 5_000_000L, 20, true);
    }

    private static void check(final String name, final long value, final long from, final long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + from + ".." + to + ")");
        }
    }
}
