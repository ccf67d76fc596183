package bourse.bench.grpc;

import bourse.services.node.TimerSlack;
import java.util.concurrent.locks.LockSupport;

/** Wakes the sender of an open loop when its next message is due, as exactly as the system can: what it oversleeps counts as the venue's latency. */
public final class OpenLoop {
    private OpenLoop() {
    }

    /** Called once by the thread that will send. */
    public static void begin() {
        TimerSlack.lower();
    }

    /** Sleeps until {@link System#nanoTime()} has reached {@code dueNs}. */
    public static void await(final long dueNs) {
        for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
