package bourse.gateway.session;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers for requests through the log, which no other gateway and no earlier run of this one gives. Any thread. */
public final class Correlations {
    private static final int GATEWAY_BITS = 12;

    private final AtomicLong next;

    /** @param startMillis wall clock at start: later runs begin higher than earlier ones got */
    Correlations(final long gatewayId, final long startMillis) {
        // 41 bits of milliseconds x 2^10, that is a million requests a second for the life of the clock.
        next = new AtomicLong((gatewayId & (1 << GATEWAY_BITS) - 1) << 51 | startMillis << 10);
    }

    public long next() {
        return next.incrementAndGet();
    }
}
