package bourse.services.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DutyIdleTest {
    private final DutyIdle idle = new DutyIdle();

    @Test
    void shouldEndTheLongSleepOfAQuietThread() throws InterruptedException {
        final Runnable wake = idle.wokenByOthers();
        final AtomicInteger sleeps = new AtomicInteger();
        idle.sleepBy(nanoseconds -> {
            sleeps.incrementAndGet();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
        });
        wake.run();
        final Thread agent = Thread.ofPlatform().daemon().start(() -> {
            while (sleeps.get() < 4) {
                idle.idle(0);
            }
        });
        while (sleeps.get() == 0) {
            Thread.onSpinWait();
        }
        // That one may have come so soon after work that it is a short one, which nobody ends.
        TimeUnit.MILLISECONDS.sleep(5);
        LockSupport.unpark(agent);
        while (!agent.join(Duration.ofMillis(1))) {
            wake.run();
        }
        assertThat(sleeps).hasValue(4);
    }
}
