package bourse.engine.scenario;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a scenario: {@code verb kind key=value ...}.
 *
 * @param line      its number in the file, from 1
 * @param text      as written, without the mark of the origin's own assertions
 * @param verb      first word
 * @param kind      second word of {@code expect} and {@code check}, else empty
 * @param arguments by key, in their order
 */
record Statement(int line, String text, String verb, String kind, Map<String, String> arguments) {

    static Statement parse(final int line, final String text) {
        final String[] words = text.split("\\s+");
        final boolean hasKind = words.length > 1 && (words[0].equals("expect") || words[0].equals("check"));
        final Map<String, String> arguments = new LinkedHashMap<>();
        for (int i = hasKind ? 2 : 1; i < words.length; i++) {
            final int equals = words[i].indexOf('=');
            if (equals < 1) {
                throw new UnsupportedStatement(line, "word without a value: " + words[i]);
            }
            arguments.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return new Statement(line, text, words[0], hasKind ? words[1] : "", arguments);
    }

    boolean has(final String key) {
        return !arguments.getOrDefault(key, "").isEmpty();
    }

    String text(final String key, final String absent) {
        return has(key) ? arguments.get(key) : absent;
    }

    long number(final String key, final long absent) {
        if (!has(key)) {
            return absent;
        }
        try {
            return Long.parseLong(arguments.get(key));
        } catch (final NumberFormatException e) {
            throw new UnsupportedStatement(line, key + ": " + arguments.get(key) + " (expected: an integer)");
        }
    }

    boolean flag(final String key) {
        return number(key, 0) != 0;
    }

    /** Refuses keys outside of {@code known}. */
    void onlyKeys(final java.util.Set<String> known) {
        for (final String key : arguments.keySet()) {
            if (!known.contains(key)) {
                throw new UnsupportedStatement(line, "unknown key " + key + " in: " + text);
            }
        }
    }
}
