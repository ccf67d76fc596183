package bourse.services.node;

import org.agrona.concurrent.IdleStrategy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * What an agent's thread does while it finds no work: it looks a few times more, gives the core to others, then sleeps: briefly while it has had work
 * lately, longer when the venue is quiet. A thread that serves the network sleeps there instead and is woken by the first byte. Housekeeping counts as work, too, so "lately" is
 * short for a thread that is {@link #wokenByOthers()}: else it would hardly ever sleep long. Hot path. Thread: the agent's, but for those that change it.
 */
final class DutyIdle implements IdleStrategy {
    private static final int SPINS = 10;
    private static final int YIELDS = 5;
    private static final long SHORT_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_NS = TimeUnit.MICROSECONDS.toNanos(500);
    /** A thread that had no work for so long sleeps longer. */
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** The same where somebody ends its sleep: to be woken costs both sides more than to look, if work comes in less than this. */
    private static final long QUIET_WOKEN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile LongConsumer sleep = LockSupport::parkNanos;
    private volatile long shortNs = SHORT_NS;
    private volatile Thread sleeper;
    private volatile long quietNs = QUIET_NS;
    private int looks;
    private long idleSinceNs;

    /** Sleeps by this from now on, at most so many nanoseconds; it returns early when there is something to do. Any thread. */
    void sleepBy(final LongConsumer newSleep) {
        shortNs = LONG_NS;
        sleep = newSleep;
    }

    /** What is returned ends a long sleep, and costs next to nothing while there is none. Any thread. */
    Runnable wokenByOthers() {
        quietNs = QUIET_WOKEN_NS;
        return () -> {
            final Thread asleep = sleeper;
            if (asleep != null) {
                LockSupport.unpark(asleep);
            }
        };
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
            sleep();
        }
    }

    private void sleep() {
        if (System.nanoTime() - idleSinceNs < quietNs) {
            sleep.accept(shortNs);
        } else {
            sleeper = Thread.currentThread();
            sleep.accept(LONG_NS);
            sleeper = null;
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
