package bourse.bench.rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class PlantSlicesTest {
    private static final double PERIOD_NS = 2.0 * Plant.SLICE_NS;

    /** Whose orders are a function of the clock: so many nanoseconds each, and more while the plant is there. However slow the machine is, it knows no other times. */
    private record ClockLoad(double ns, double plantedNs) implements Load {
        @Override
        public long applied() {
            final long nowNs = System.nanoTime();
            final long inSliceNs = nowNs - Plant.sliceStart(nowNs);
            final double perPeriod = Plant.SLICE_NS / ns + Plant.SLICE_NS / (ns + plantedNs);
            return (long) (Math.floor(nowNs / PERIOD_NS) * perPeriod + (Plant.isThere(nowNs) ? Plant.SLICE_NS / ns + inSliceNs / (ns + plantedNs)
                    : inSliceNs / ns));
        }

        @Override
        public void saturate(final long deadlineNs) {
            for (long left = deadlineNs - System.nanoTime(); left > 0; left = deadlineNs - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public void complete(final long commands) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void settle() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long pace(final double ordersPerSecond, final long deadlineNs) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Histogram latency() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void fold(final StateFold fold) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Test
    void shouldFindWhatIsThereInEveryOtherSlice() throws InterruptedException {
        final PlantReading reading = new PlantSlices(new ClockLoad(3_000, 1_000)).read("log", 1_000);

        assertThat(reading.foundNs()).isCloseTo(1_000, within(20.0));
        assertThat(reading.errorNs()).isLessThan(20);
        assertThat(reading.slices()).isGreaterThanOrEqualTo(25);
        assertThat(reading.fault()).isNull();
    }

    @Test
    void shouldFindNothingWhereNothingIs() throws InterruptedException {
        assertThat(new PlantSlices(new ClockLoad(3_000, 0)).read("log", 1_000).foundNs()).isCloseTo(0, within(20.0));
    }

    @Test
    void shouldTellQuartilesAndTheirError() {
        final double[] values = {5, 1, 4, 2, 3, 99};
        assertThat(PlantSlices.quantile(values, 5, 0.5)).isEqualTo(3);
        assertThat(PlantSlices.quantile(values, 5, 0.25)).isEqualTo(2);
        assertThat(PlantSlices.quantile(values, 4, 0.5)).isEqualTo(3);
        assertThat(PlantSlices.errorNs(values, 5)).isCloseTo(2.1024 * 2 / Math.sqrt(5), within(0.001));
    }
}
