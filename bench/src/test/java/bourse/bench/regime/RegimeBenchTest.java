package bourse.bench.regime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RegimeBenchTest {
    @Test
    void shouldRunAllRegimesAndNameTheWorst() throws InterruptedException {
        final RegimeReport report = new RegimeBench(20_000, 23, 0, 2, false).run(List.of(Regime.values()));

        assertThat(report.regimes()).extracting(RegimeReport.Result::regime).containsExactly("static", "normal", "swing-25", "swing-40",
                "flash-crash");
        assertThat(report.regimes()).allSatisfy(regime -> {
            assertThat(regime.trades()).isPositive();
            assertThat(regime.rejects()).isPositive();
            assertThat(regime.millionPerSecond()).isGreaterThanOrEqualTo(report.worstMillionPerSecond());
        });
    }

    @Test
    void shouldLetAFixedMidPileUpOrders() {
        try (RegimeMessages messages = new RegimeMessages(Regime.STATIC, 50_000, 23)) {
            // One new order each, 17% modified, 81% cancelled, a few twice.
            assertThat(messages.count()).isBetween(97_000, 103_000);
        }
    }

    /** The hash that the benchmark publishes and all engines share that it calls conforming; the bench refuses to run with another. */
    @Test
    void shouldMakeThePublishedReports() throws InterruptedException {
        final RegimeReport report = new RegimeBench(1_000_000, 23, 0, 1, false).run(List.of(Regime.SWING_40));

        assertThat(report.regimes()).singleElement().satisfies(regime -> {
            assertThat(regime.reportHashPublished()).isTrue();
            assertThat(regime.reportHash()).isEqualTo("3cb0175e7982ff09ea220d1feaee3844cf9116a5ce455757879dea1d880b9b9f");
            assertThat(regime.trades()).isEqualTo(68_803);
        });
    }

    @Test
    void shouldDrawTheNumbersOfTheStandard() {
        final var random = new MersenneTwister(5489);
        for (int i = 1; i < 10_000; i++) {
            random.word();
        }
        // ISO C++ names the ten thousandth number of a default mt19937.
        assertThat(random.word()).isEqualTo(4_123_659_995L);
    }

    @Test
    void shouldSayWhichRegimesThereAre() {
        assertThatThrownBy(() -> Regime.of("calm")).hasMessageContaining("regime: calm (expected: all or one of [static, normal");
    }
}
