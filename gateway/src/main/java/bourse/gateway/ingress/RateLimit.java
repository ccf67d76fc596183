package bourse.gateway.ingress;

import bourse.sbe.WireLimits;

/** A token bucket of one second's commands, at least one full batch. Hot path. Thread: one network thread. */
public final class RateLimit {
    private static final long SECOND_NS = 1_000_000_000L;

    private final int perSecond;
    private final long burst;
    private long available;
    private long filledNs;

    /** @param perSecond 0 = no limit */
    public RateLimit(final int perSecond, final long nowNs) {
        this.perSecond = perSecond;
        burst = Math.max(perSecond, WireLimits.MAX_BATCH_COMMANDS);
        available = burst;
        filledNs = nowNs;
    }

    /** Takes so many and returns 0, or takes none and returns the time in ns after which there are enough. */
    public long take(final int count, final long nowNs) {
        if (perSecond == 0) {
            return 0;
        }
        final long elapsedNs = Math.min(nowNs - filledNs, 600 * SECOND_NS);
        final long earned = elapsedNs * perSecond / SECOND_NS;
        if (earned > 0) {
            available = Math.min(burst, available + earned);
            filledNs = available == burst ? nowNs : filledNs + earned * SECOND_NS / perSecond;
        }
        if (available < count) {
            return (count - available) * SECOND_NS / perSecond;
        }
        available -= count;
        return 0;
    }
}
