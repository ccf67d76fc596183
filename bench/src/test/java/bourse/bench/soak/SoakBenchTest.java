package bourse.bench.soak;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class SoakBenchTest {
    @Test
    @Timeout(120)
    void shouldWatchARunningVenue() throws Exception {
        final SoakReport report = new SoakBench(Duration.ofSeconds(5), 2_000, List.of("engine.maxOrders=65536", "engine.maxFinishedIds=65536", "engine.warmUp=0")).run();

        assertThat(report.windows()).hasSizeGreaterThanOrEqualTo(4).allSatisfy(window -> {
            assertThat(window.anonBytes()).isPositive();
            assertThat(window.heapBytes()).isPositive().isLessThan(1L << 30);
            assertThat(window.descriptors()).isGreaterThan(10);
            assertThat(window.p99Ms()).isGreaterThanOrEqualTo(window.p50Ms()).isPositive();
        });
        assertThat(report.windows()).anySatisfy(window -> assertThat(window.perSecond()).isPositive());
        assertThat(report.verdicts()).hasSize(6);
    }

    @Test
    void shouldTellGrowthFromNoise() {
        assertThat(SoakReport.of(1, windows(i -> 500L << 20), null).isFlat()).isTrue();
        assertThat(SoakReport.of(1, windows(i -> (500L + i % 3) << 20), null).isFlat()).isTrue();
        final SoakReport leaking = SoakReport.of(1, windows(i -> (500L + 20 * i) << 20), null);
        assertThat(leaking.isFlat()).isFalse();
        assertThat(leaking.verdicts()).filteredOn(verdict -> !verdict.isFlat()).extracting(SoakReport.Verdict::figure).containsExactly("memory of its own, MiB");
    }

    private static List<SoakReport.Window> windows(final java.util.function.LongUnaryOperator anonBytes) {
        final List<SoakReport.Window> windows = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            windows.add(new SoakReport.Window(i, 1_000, anonBytes.applyAsLong(i), 1 << 20, 1 << 20, 100, 1, 2));
        }
        return windows;
    }
}
