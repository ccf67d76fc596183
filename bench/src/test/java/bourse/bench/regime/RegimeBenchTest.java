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

    @Test
    void shouldSayWhichRegimesThereAre() {
        assertThatThrownBy(() -> Regime.of("calm")).hasMessageContaining("regime: calm (expected: all or one of [static, normal");
    }
}
