package bourse.services.cli;

import java.math.BigDecimal;

/** Between what people write (100.25) and what goes over the wire (10025 with two decimals), exactly. */
public final class Decimals {
    private Decimals() {
    }

    /**
     * @param name of the option, for the refusal
     * @throws CommandFailure when the text is no number or has too many decimals
     */
    public static long units(final String name, final String text, final int decimals) {
        final BigDecimal value;
        try {
            value = new BigDecimal(text.trim());
        } catch (final NumberFormatException e) {
            throw new CommandFailure(name + ": \"" + text + "\" (expected: a number such as 100.25)");
        }
        try {
            return value.movePointRight(decimals).longValueExact();
        } catch (final ArithmeticException e) {
            throw new CommandFailure(name + ": " + text + " (expected: at most " + decimals + " decimals, within "
                + text(Long.MIN_VALUE, decimals) + ".." + text(Long.MAX_VALUE, decimals) + ")");
        }
    }

    public static String text(final long units, final int decimals) {
        return BigDecimal.valueOf(units, decimals).toPlainString();
    }
}
