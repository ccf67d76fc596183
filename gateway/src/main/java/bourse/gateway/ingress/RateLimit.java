package bourse.gateway.ingress;

import java.util.concurrent.atomic.AtomicLong;

import bourse.sbe.WireLimits;

/**
 * A token bucket of one second's commands, at least one full batch, kept as the time at which it is full again (GCRA). Hot path: one atomic exchange a
 * batch. Any thread: all streams and calls of one account share it.
 */
public final class RateLimit {
    private static final long SECOND_NS = 1_000_000_000L;

    private final int perSecond;
    private final long burstNs;
    private final AtomicLong fullAtNs;

    /** @param perSecond 0 = no limit */
    public RateLimit(final int perSecond, final long nowNs) {
        this.perSecond = perSecond;
        burstNs = perSecond == 0 ? 0 : Math.max(SECOND_NS, SECOND_NS * WireLimits.MAX_BATCH_COMMANDS / perSecond);
        fullAtNs = new AtomicLong(nowNs);
    }

    /** Takes so many and returns 0, or takes none and returns the time in ns after which there are enough. */
    public long take(final int count, final long nowNs) {
        if (perSecond == 0) {
            return 0;
        }
        final long costNs = count * SECOND_NS / perSecond;
        while (true) {
            final long fullAt = fullAtNs.get();
            final long emptyUntilNs = (fullAt - nowNs > 0 ? fullAt - nowNs : 0) + costNs;
            if (emptyUntilNs > burstNs) {
                return emptyUntilNs - burstNs;
            }
            if (fullAtNs.compareAndSet(fullAt, nowNs + emptyUntilNs)) {
                return 0;
            }
        }
    }
}
