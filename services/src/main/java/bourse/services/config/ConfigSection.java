package bourse.services.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mapping of the configuration while it is read: each call takes one key, checks it and gives its value or the default; {@link #end()}
 * refuses what nobody asked for. The keys asked for are the only list of keys there is.
 */
final class ConfigSection {
    private static final Pattern DURATION = Pattern.compile("(\\d+) ?(ns|us|ms|s|m|h|d)");

    private final String path;
    private final JsonNode node;
    private final Set<String> allKeys;
    private final Set<String> asked = new LinkedHashSet<>();

    /** @param allKeys gets the full name of every key that is asked for. */
    static ConfigSection root(final JsonNode node, final Set<String> allKeys) {
        return new ConfigSection("", node, allKeys);
    }

    private ConfigSection(final String path, final JsonNode node, final Set<String> allKeys) {
        this.path = path;
        this.node = node;
        this.allKeys = allKeys;
        if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
            throw new ConfigException((path.isEmpty() ? "configuration" : path) + ": " + node + " (expected: keys with values)");
        }
    }

    ConfigSection section(final String key) {
        asked.add(key);
        return new ConfigSection(name(key), node.path(key), allKeys);
    }

    int integer(final String key, final int defaultValue, final int least, final int most) {
        return (int) number(key, defaultValue, least, most);
    }

    long number(final String key, final long defaultValue, final long least, final long most) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        final String expected = least + ".." + most;
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad(key, value, expected);
        }
        final long number = value.longValue();
        if (number < least || number > most) {
            throw bad(key, value, expected);
        }
        return number;
    }

    int port(final String key, final int defaultValue) {
        return integer(key, defaultValue, 0, 65_535);
    }

    boolean bool(final String key, final boolean defaultValue) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        if (!value.isBoolean()) {
            throw bad(key, value, "true or false");
        }
        return value.booleanValue();
    }

    String text(final String key, final String defaultValue) {
        return text(key, defaultValue, 0, 4096);
    }

    String text(final String key, final String defaultValue, final int shortest, final int longest) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        if (!value.isValueNode()) {
            throw bad(key, value, "text");
        }
        final String text = value.asText();
        if (text.length() < shortest || text.length() > longest) {
            throw bad(key, value, shortest + ".." + longest + " characters");
        }
        return text;
    }

    /** A decimal number, exactly as written. */
    String decimal(final String key, final String defaultValue) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        if (!value.isNumber() && !(value.isTextual() && value.asText().matches("-?\\d+(\\.\\d+)?"))) {
            throw bad(key, value, "a number such as 100.25");
        }
        return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
    }

    /** One of an enum's names, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(final String key, final E defaultValue) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        final List<String> names = new ArrayList<>();
        for (final E constant : defaultValue.getDeclaringClass().getEnumConstants()) {
            final String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(value.asText())) {
                return constant;
            }
            names.add(name);
        }
        throw bad(key, value, String.join(" or ", names));
    }

    /** Such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 8h}; 0 needs no unit. */
    Duration duration(final String key, final Duration defaultValue, final Duration least, final Duration most) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        final String expected = DurationText.of(least) + ".." + DurationText.of(most) + ", such as 500ms, 30s, 5m, 8h";
        final Matcher matcher = DURATION.matcher(value.asText().trim());
        final Duration duration;
        if ("0".equals(value.asText())) {
            duration = Duration.ZERO;
        } else if (matcher.matches() && matcher.group(1).length() <= 12) {
            duration = DurationText.duration(Long.parseLong(matcher.group(1)), matcher.group(2));
        } else {
            throw bad(key, value, expected);
        }
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw bad(key, value, expected);
        }
        return duration;
    }

    /** A list of mappings; each is read by {@code reader}, which need not call {@link #end()}. */
    <T> List<T> list(final String key, final List<T> defaultValue, final Function<ConfigSection, T> reader) {
        final JsonNode value = take(key);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        if (!value.isArray()) {
            throw bad(key, value, "a list");
        }
        final List<T> items = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            final ConfigSection item = new ConfigSection(name(key) + "[" + i + "]", value.get(i), new LinkedHashSet<>());
            items.add(reader.apply(item));
            item.end();
        }
        return List.copyOf(items);
    }

    /** @throws ConfigException when the mapping has a key that was not asked for. */
    void end() {
        node.fieldNames().forEachRemaining(key -> {
            if (!asked.contains(key)) {
                throw unknown(name(key), asked.stream().map(this::name).toList());
            }
        });
    }

    static ConfigException unknown(final String key, final Iterable<String> known) {
        final String nearest = NearestName.of(key, known);
        return new ConfigException(key + ": no such key" + (nearest == null ? "" : " (did you mean " + nearest + "?)"));
    }

    /** A refusal of this section's value that only a relation between keys can tell. */
    ConfigException bad(final String key, final Object value, final String expected) {
        return new ConfigException(name(key) + ": " + value + " (expected: " + expected + ")");
    }

    private JsonNode take(final String key) {
        asked.add(key);
        allKeys.add(name(key));
        final JsonNode value = node.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    private String name(final String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
