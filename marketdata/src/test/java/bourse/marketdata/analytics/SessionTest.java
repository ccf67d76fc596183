package bourse.marketdata.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SessionTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldKeepOpenHighLowLastAndVwap() {
        final InstrumentSession session = new InstrumentSession();
        session.onTrade(1, 100, 10, 0, 5 * SECOND_NS);
        session.onTrade(2, 104, 30, 1, 5 * SECOND_NS + 1);
        session.onTrade(3, 98, 10, 0, 7 * SECOND_NS);
        assertThat(session.open()).isEqualTo(100);
        assertThat(session.high()).isEqualTo(104);
        assertThat(session.low()).isEqualTo(98);
        assertThat(session.last()).isEqualTo(98);
        assertThat(session.volume()).isEqualTo(50);
        assertThat(session.vwap()).isCloseTo(102.0, within(1e-9));
        assertThat(session.recentVwap()).isCloseTo(102.0, within(1e-9));
        assertThat(session.bars()).isEqualTo(2);
        assertThat(session.barTimeSeconds(0)).isEqualTo(5);
        assertThat(session.barClose(0)).isEqualTo(104);
        assertThat(session.barVolume(0)).isEqualTo(40);
        assertThat(session.barOpen(1)).isEqualTo(98);
    }

    @Test
    void shouldJoinBarsToLongerOnes() {
        final InstrumentSession session = new InstrumentSession();
        session.onTrade(1, 100, 1, 0, 59 * SECOND_NS);
        session.onTrade(2, 105, 2, 0, 60 * SECOND_NS);
        session.onTrade(3, 95, 3, 0, 61 * SECOND_NS);
        session.onTrade(4, 99, 4, 0, 119 * SECOND_NS);
        session.onTrade(5, 101, 5, 0, 200 * SECOND_NS);
        final java.util.List<java.util.List<Long>> bars = new java.util.ArrayList<>();
        session.bars(60, 60, (start, open, high, low, close, volume) -> bars.add(java.util.List.of(start, open, high, low, close, volume)));
        assertThat(bars).containsExactly(java.util.List.of(0L, 100L, 100L, 100L, 100L, 1L), java.util.List.of(60L, 105L, 105L, 95L, 99L, 9L),
            java.util.List.of(180L, 101L, 101L, 101L, 101L, 5L));
        bars.clear();
        session.bars(60, 2, (start, open, high, low, close, volume) -> bars.add(java.util.List.of(start)));
        assertThat(bars).containsExactly(java.util.List.of(60L), java.util.List.of(180L));
    }

    @Test
    void shouldForgetTheOldestBarsAndTrades() {
        final InstrumentSession session = new InstrumentSession();
        for (int i = 1; i <= 10_000; i++) {
            session.onTrade(i, i, 1, 0, i * SECOND_NS);
        }
        assertThat(session.bars()).isEqualTo(10_000);
        assertThat(session.barOpen(9_999)).isEqualTo(10_000);
        assertThat(session.barTimeSeconds(10_000 - InstrumentSession.BARS)).isEqualTo(10_000 - InstrumentSession.BARS + 1);
        assertThat(session.tradeId(InstrumentSession.slot(9_999))).isEqualTo(10_000);
        assertThat(session.recentVwap()).isCloseTo(10_000 - (InstrumentSession.TRADES - 1) / 2.0, within(1e-6));
    }

    @Test
    void shouldSayPercentilesWithinASixteenth() {
        final LatencyWindow window = new LatencyWindow();
        for (int i = 1; i <= 1_000; i++) {
            window.add(i * 1_000L);
        }
        assertThat(window.quantile(0.5)).isBetween(500_000L, 532_000L);
        assertThat(window.quantile(0.99)).isBetween(990_000L, 1_000_000L);
        window.add(-5);
        window.reset();
        assertThat(window.quantile(0.5)).isZero();
    }
}
