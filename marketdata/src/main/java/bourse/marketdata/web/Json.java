package bourse.marketdata.web;

import java.nio.charset.StandardCharsets;

/** Writes JSON, numbers and plain strings alone. Reused: {@link #take} empties it. Thread: one. */
final class Json {
    private final StringBuilder text = new StringBuilder(8_192);
    private boolean comma;

    Json open(final char bracket) {
        separate();
        text.append(bracket);
        comma = false;
        return this;
    }

    Json close(final char bracket) {
        text.append(bracket);
        comma = true;
        return this;
    }

    Json key(final String name) {
        separate();
        text.append('"').append(name).append("\":");
        comma = false;
        return this;
    }

    Json value(final long number) {
        separate();
        text.append(number);
        comma = true;
        return this;
    }

    /** Rounded to a thousandth. */
    Json value(final double number) {
        separate();
        text.append(Double.isFinite(number) ? Math.rint(number * 1_000) / 1_000 : 0);
        comma = true;
        return this;
    }

    Json value(final String string) {
        separate();
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            final char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c != 0x7F && c != '<' && c != '>' && c != '&') {
                text.append(c);
            } else {
                text.append(String.format("\\u%04x", (int) c));
            }
        }
        text.append('"');
        comma = true;
        return this;
    }

    byte[] take() {
        final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        comma = false;
        return bytes;
    }

    private void separate() {
        if (comma) {
            text.append(',');
        }
    }
}
