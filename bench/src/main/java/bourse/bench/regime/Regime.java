package bourse.bench.regime;

import java.util.Arrays;
import java.util.Locale;

/** A market regime: how much the mid moves over a run of a million new orders. */
public enum Regime {
    /** Fixed mid: the deepest standing book, few trades. */
    STATIC(0, 0),
    /** A routine session. */
    NORMAL(0.15, 0.02),
    /** A day of high volatility. */
    SWING_25(0.50, 0.25),
    /** A stressed market. */
    SWING_40(0.50, 0.40),
    /** A dislocation over tens of thousands of ticks. */
    FLASH_CRASH(0.50, 0.60);

    private final double volatility;
    private final double swing;

    Regime(final double volatility, final double swing) {
        this.volatility = volatility;
        this.swing = swing;
    }

    /** Standard deviation of one step of the mid's logarithm, when the path has {@code steps} of them. */
    double stepDeviation(final int steps) {
        return volatility == 0 ? 0 : volatility * Math.sqrt(swing / volatility * (swing / volatility) / steps);
    }

    /** As it is written on the command line: {@code swing-25}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** By its label. */
    public static Regime of(final String label) {
        for (final Regime regime : values()) {
            if (regime.label().equals(label)) {
                return regime;
            }
        }
        throw new IllegalArgumentException("regime: " + label + " (expected: all or one of "
                + Arrays.stream(values()).map(Regime::label).toList() + ")");
    }
}
