package bourse.services.node;

import org.agrona.concurrent.IdleStrategy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * What an agent's thread does while it finds no work: it looks a few times more, gives the core to others, then sleeps: briefly while it has had work
 * lately, longer when the venue is quiet. A thread that serves the network sleeps there instead and is woken by the first byte. Hot path. Thread: the
 * agent's, but for {@link #sleepBy}.
 */
final class DutyIdle implements IdleStrategy {
    private static final int SPINS = 10;
    private static final int YIELDS = 5;
    private static final long SHORT_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_NS = TimeUnit.MICROSECONDS.toNanos(500);
    /** A thread that had no work for so long sleeps longer. */
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private volatile LongConsumer sleep = LockSupport::parkNanos;
    private volatile long shortNs = SHORT_NS;
    private int looks;
    private long idleSinceNs;

    /** Sleeps by this from now on, at most so many nanoseconds; it returns early when there is something to do. Any thread. */
    void sleepBy(final LongConsumer newSleep) {
        shortNs = LONG_NS;
        sleep = newSleep;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            looks = 0;
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (++looks <= SPINS) {
            Thread.onSpinWait();
        } else if (looks <= SPINS + YIELDS) {
            Thread.yield();
            idleSinceNs = System.nanoTime();
        } else {
            sleep.accept(System.nanoTime() - idleSinceNs < QUIET_NS ? shortNs : LONG_NS);
        }
    }

    @Override
    public void reset() {
        looks = 0;
    }

    @Override
    public String alias() {
        return "duty";
    }
}
