package bourse.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One record, one line of JSON: {@code {"seq":…,"time":…,"logPosition":…,…,"hash":"…"}}. The hash is SHA-256 over the hash of the line before and
 * this line up to {@code ,"hash"}: whoever changes, removes or inserts a line has to change all after it. Files are {@code audit-NNNNNN.log}; the first line of
 * each goes on with the last hash of the file before.
 */
final class AuditFormat {
    /** Before the first line of all. */
    static final String GENESIS = "0".repeat(64);

    private static final Pattern LINE = Pattern.compile("(\\{\"seq\":(\\d+),\"time\":\"[^\"]+\",\"logPosition\":(\\d+),.*),\"hash\":\"([0-9a-f]{64})\"\\}");
    private static final Pattern FILE = Pattern.compile("audit-(\\d{6,9})\\.log");

    /** What a line must have to be one. */
    record Line(String content, long seq, long logPosition, String hash) {
    }

    private AuditFormat() {
    }

    /** Null when the text is not a whole line. */
    static Line parse(final String text) {
        final Matcher matcher = LINE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        try {
            return new Line(matcher.group(1), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)), matcher.group(4));
        } catch (final NumberFormatException tooLong) {
            return null;
        }
    }

    static String hash(final String previous, final String content) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(previous.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** {@code content} is the line up to its hash. */
    static String line(final String content, final String hash) {
        return content + ",\"hash\":\"" + hash + "\"}";
    }

    static String fileName(final int number) {
        return "audit-" + "0".repeat(Math.max(0, 6 - Integer.toString(number).length())) + number + ".log";
    }

    /** Number of a file, -1 = not one of ours. */
    static int fileNumber(final String name) {
        final Matcher matcher = FILE.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    static void quote(final StringBuilder json, final String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7F || c == '\u2028' || c == '\u2029' || c == '\u0085') {
                json.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
