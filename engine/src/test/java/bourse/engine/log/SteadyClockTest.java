package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;

    private long monotonicNs = 5 * S;
    private long wallNs = 1_700_000_000 * S;
    /** Between the readings of both clocks. */
    private long interruptionNs;
    private final SteadyClock clock = new SteadyClock(() -> {
        final long nowNs = monotonicNs;
        pass(interruptionNs);
        return nowNs;
    }, () -> wallNs);

    private void pass(final long ns) {
        monotonicNs += ns;
        wallNs += ns;
    }

    @Test
    void shouldTellTheWallClocksTime() {
        for (int i = 0; i < 1_000; i++) {
            pass(3 * MS);
            assertThat(clock.timeNanos()).isEqualTo(wallNs);
            assertThat(clock.time()).isEqualTo(wallNs);
            assertThat(clock.timeMicros()).isEqualTo(wallNs / 1_000);
            assertThat(clock.timeMillis()).isEqualTo(wallNs / MS);
        }
    }

    @Test
    void shouldFollowAStepAheadAtOnce() {
        wallNs += 3_600 * S;
        pass(10 * MS);
        assertThat(clock.timeNanos()).isEqualTo(wallNs);
    }

    @Test
    void shouldGoAtHalfSpeedWhileTheWallClockIsBehind() {
        wallNs -= 10 * S;
        pass(10 * MS);
        long lastNs = clock.timeNanos();
        final long aheadNs = lastNs - wallNs;
        assertThat(aheadNs).isEqualTo(10 * S);
        for (int i = 0; i < 1_000; i++) {
            pass(7 * MS);
            final long nowNs = clock.timeNanos();
            assertThat(nowNs - lastNs).isEqualTo(7 * MS / 2);
            lastNs = nowNs;
        }
        assertThat(lastNs - wallNs).isEqualTo(aheadNs - 7 * S / 2);
        for (int i = 0; i < 2_000; i++) {
            pass(7 * MS);
            assertThat(clock.timeNanos()).isGreaterThan(lastNs);
            lastNs = clock.timeNanos();
        }
        assertThat(Math.abs(lastNs - wallNs)).isLessThan(MS / 10);
    }

    @Test
    void shouldNotTakeAnInterruptionBetweenTwoReadingsForAStep() {
        pass(10 * MS);
        interruptionNs = 40 * MS;
        final long beforeNs = wallNs;
        assertThat(clock.timeNanos()).isEqualTo(beforeNs);
        interruptionNs = 0;
        assertThat(clock.timeNanos()).isEqualTo(wallNs);
    }

    @Test
    void shouldNeverGoBackwardsWhateverTheWallClockDoes() {
        final Random random = new Random(17);
        long lastNs = clock.timeNanos();
        for (int i = 0; i < 200_000; i++) {
            pass(random.nextInt(1_000_000));
            if (random.nextInt(100) == 0) {
                wallNs += (long) (random.nextGaussian() * Math.pow(10, random.nextInt(9)));
            }
            interruptionNs = random.nextInt(50) == 0 ? random.nextInt(5_000_000) : 0;
            final long nowNs = clock.timeNanos();
            assertThat(nowNs).isGreaterThanOrEqualTo(lastNs);
            lastNs = nowNs;
        }
    }
}
