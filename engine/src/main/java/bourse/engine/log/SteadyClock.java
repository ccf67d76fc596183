package bourse.engine.log;

import io.aeron.cluster.service.ClusterClock;

import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time of the log: the wall clock's, nanoseconds since the epoch, but never backwards. The consensus module compares its deadlines with the time that it
 * stamps entries with. Were that the wall clock itself, setting it back an hour would stop heartbeats, and whatever waits for them, for an hour.
 *
 * <p>Between two looks at the wall clock, every {@value #LOOK_MS} ms, the monotonic clock tells the time. A wall clock that is ahead is followed at once: a step, or a
 * machine that slept; deadlines of the log pass with it. One that is behind is waited for: this clock goes at half its speed until both agree. They agree
 * within {@value #AGREED_US} us.
 *
 * <p>Hot path. Thread: one at a time.
 */
class SteadyClock implements ClusterClock {
    private static final Logger LOG = LoggerFactory.getLogger(SteadyClock.class);
    private static final int LOOK_MS = 10;
    private static final int AGREED_US = 100;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(LOOK_MS);
    private static final long AGREED_NS = TimeUnit.MICROSECONDS.toNanos(AGREED_US);
    /** A step that is told; smaller ones are usual. */
    private static final long NOTABLE_NS = TimeUnit.SECONDS.toNanos(1);
    /** Both clocks were read within this, or the thread was taken off its core between them. */
    private static final long TOGETHER_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final NanoClock monotonic;
    private final EpochNanoClock wall;
    private long baseNs;
    private long baseMonotonicNs;
    private long nextLookNs;
    private int slowdown;
    private boolean isFarAhead;

    SteadyClock() {
        this(SystemNanoClock.INSTANCE, SystemEpochNanoClock.INSTANCE);
    }

    SteadyClock(final NanoClock monotonic, final EpochNanoClock wall) {
        this.monotonic = monotonic;
        this.wall = wall;
        baseMonotonicNs = monotonic.nanoTime();
        baseNs = wall.nanoTime();
        nextLookNs = baseMonotonicNs + LOOK_NS;
    }

    @Override
    public final long timeNanos() {
        final long nowNs = monotonic.nanoTime();
        if (nowNs - nextLookNs >= 0) {
            look(nowNs);
        }
        return baseNs + (nowNs - baseMonotonicNs >> slowdown);
    }

    private void look(final long nowNs) {
        final long wallNs = wall.nanoTime();
        if (monotonic.nanoTime() - nowNs > TOGETHER_NS) {
            return;
        }
        baseNs += nowNs - baseMonotonicNs >> slowdown;
        baseMonotonicNs = nowNs;
        nextLookNs = nowNs + LOOK_NS;
        slowdown = 0;
        final long behindNs = wallNs - baseNs;
        if (behindNs > AGREED_NS) {
            if (behindNs > NOTABLE_NS) {
                LOG.warn("the wall clock went ahead by {} s: it was set, or the machine slept; the time of the log follows", seconds(behindNs));
            }
            baseNs = wallNs;
            isFarAhead = false;
        } else if (behindNs < -AGREED_NS) {
            slowdown = 1;
            nextLookNs = nowNs + Math.min(LOOK_NS, -2 * behindNs);
            if (behindNs < -NOTABLE_NS && !isFarAhead) {
                LOG.warn("the wall clock is {} s behind the time of the log: it was set back; the log's time goes at half speed until they agree", seconds(-behindNs));
            }
            isFarAhead = behindNs < -NOTABLE_NS;
        } else {
            isFarAhead = false;
        }
    }

    private static String seconds(final long ns) {
        return String.format(java.util.Locale.ROOT, "%.3f", ns / 1e9);
    }

    @Override
    public final TimeUnit timeUnit() {
        return TimeUnit.NANOSECONDS;
    }

    @Override
    public final long time() {
        return timeNanos();
    }

    @Override
    public long timeMillis() {
        return TimeUnit.NANOSECONDS.toMillis(timeNanos());
    }

    @Override
    public final long timeMicros() {
        return TimeUnit.NANOSECONDS.toMicros(timeNanos());
    }

    @Override
    public final long convertToNanos(final long time) {
        return time;
    }
}
