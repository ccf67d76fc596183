package bourse.bench.grpc;

import bourse.services.node.TimerSlack;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When the sender of an open loop wakes. What it oversleeps counts as the venue's latency, so messages that are far apart get exact timers. Where they follow each other faster than
 * it could sleep and wake, it would burn a core with that: there it oversleeps as Linux has it, and sends what is due by then.
 */
public final class OpenLoop {
    /** Twice of what Linux lets a thread oversleep. */
    private static final long FAR_APART_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private OpenLoop() {
    }

    /** Called by the thread that will send a message every {@code intervalNs} nanoseconds. */
    public static void begin(final double intervalNs) {
        if (intervalNs >= FAR_APART_NS) {
            TimerSlack.lower();
        } else {
            TimerSlack.reset();
        }
    }

    /** Sleeps until {@link System#nanoTime()} has reached {@code dueNs}. */
    public static void await(final long dueNs) {
        for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
