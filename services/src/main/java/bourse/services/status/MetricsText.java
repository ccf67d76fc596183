package bourse.services.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The figures of one process, read from Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
public final class MetricsText {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private record Sample(String name, Map<String, String> labels, double value) {
    }

    private final List<Sample> samples = new ArrayList<>();

    MetricsText(final String text) {
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            final Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                final Map<String, String> labels = new LinkedHashMap<>();
                final Matcher label = LABEL.matcher(matcher.group(2) == null ? "" : matcher.group(2));
                while (label.find()) {
                    labels.put(label.group(1), label.group(2).replace("\\\"", "\"").replace("\\\\", "\\"));
                }
                samples.add(new Sample(matcher.group(1), labels, number(matcher.group(3))));
            }
        });
    }

    private static double number(final String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Of the first series of that name; empty when the process does not tell it. */
    OptionalDouble value(final String name) {
        return samples.stream().filter(sample -> sample.name.equals(name)).mapToDouble(Sample::value).findFirst();
    }

    /** Of the series that has that label. */
    OptionalDouble value(final String name, final String label, final String wanted) {
        return samples.stream().filter(sample -> sample.name.equals(name) && wanted.equals(sample.labels.get(label))).mapToDouble(Sample::value).findFirst();
    }

    /** A label of the first series of that name, or null. */
    String label(final String name, final String label) {
        return samples.stream().filter(sample -> sample.name.equals(name)).map(sample -> sample.labels.get(label)).findFirst().orElse(null);
    }
}
