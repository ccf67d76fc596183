package bourse.services.config;

import java.time.Duration;

/** Durations as people write them in the configuration and on the command line. */
public final class DurationText {
    private DurationText() {
    }

    static Duration duration(final long amount, final String unit) {
        return switch (unit) {
            case "ns" -> Duration.ofNanos(amount);
            case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1_000L));
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> throw new IllegalArgumentException("unit: " + unit + " (expected: ns, us, ms, s, m, h or d)");
        };
    }

    /** @throws IllegalArgumentException when the text is not a number with a unit. */
    public static Duration parse(final String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 12) {
            throw new IllegalArgumentException("duration: " + text + " (expected: such as 500ms, 30s, 5m, 8h)");
        }
        return duration(Long.parseLong(text.substring(0, digits)), text.substring(digits).trim());
    }

    /** The shortest exact form. */
    public static String of(final Duration duration) {
        final long ns = duration.toNanos();
        final String[] units = {"d", "h", "m", "s", "ms", "us"};
        for (final String unit : units) {
            final long unitNs = duration(1, unit).toNanos();
            if (ns != 0 && ns % unitNs == 0) {
                return ns / unitNs + unit;
            }
        }
        return ns == 0 ? "0" : ns + "ns";
    }
}
