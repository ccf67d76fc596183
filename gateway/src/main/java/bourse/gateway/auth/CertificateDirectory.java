package bourse.gateway.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import javax.security.auth.x500.X500Principal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which firm a client's certificate belongs to, and which accounts may speak by it. A text file, one certificate a line, that is looked at again
 * when it has changed; a file with a mistake changes nothing and is told in the log. Any thread.
 *
 * <pre>
 *   firm=12 accounts=7,8                  san=dns:alpha.example
 *   firm=13 accounts=9 rights=trade,read  sha256=3A:5F:…            # needs no token
 *   firm=14 accounts=*                    subject=CN=beta desk,O=Beta
 * </pre>
 *
 * <p>What names the certificate stands last: {@code san=} (dns, uri, email or ip), {@code subject=} (RFC 2253) or {@code sha256=} of the whole
 * certificate. With {@code rights} and one account the certificate alone is enough; otherwise it only says which accounts' tokens are good on this
 * connection.
 */
public final class CertificateDirectory {
    /**
     * One line.
     *
     * @param accounts of the firm, as unsigned numbers; empty = any
     * @param rights   without a token; empty = a token is needed
     */
    public record Entry(int firm, Set<Integer> accounts, Set<Right> rights, String name) {
        public Entry {
            accounts = Set.copyOf(accounts);
            rights = Set.copyOf(rights);
        }

        boolean permits(final int account) {
            return accounts.isEmpty() || accounts.contains(account);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(CertificateDirectory.class);
    private static final int MAX_LINES = 10_000;
    private static final long MAX_UINT32 = 0xFFFF_FFFFL;
    private static final String[] SAN_KINDS = {"other", "email", "dns", "x400", "directory", "edi", "uri", "ip", "rid"};

    private final Path file;
    private volatile Map<String, Entry> entries;
    private volatile long stamp;

    /** Reads the file. */
    public CertificateDirectory(final Path file) throws IOException {
        this.file = file;
        stamp = stamp();
        entries = read(file);
    }

    private long stamp() throws IOException {
        return Files.getLastModifiedTime(file).toMillis() * 31 + Files.size(file);
    }

    /** Looks at the file again. True when it had changed and is used now. */
    public boolean reload() {
        try {
            final long now = stamp();
            if (now == stamp) {
                return false;
            }
            stamp = now;
            entries = read(file);
            LOG.info("client certificates changed file={} certificates={}", file, entries.size());
            return true;
        } catch (final IOException e) {
            LOG.warn("client certificates not changed: {}", e.getMessage());
            return false;
        }
    }

    /** The entry of a peer's chain, its own certificate first; null = not listed. */
    public Entry find(final Certificate[] chain) {
        if (chain == null || chain.length == 0 || !(chain[0] instanceof final X509Certificate certificate)) {
            return null;
        }
        final Map<String, Entry> known = entries;
        for (final String name : namesOf(certificate)) {
            final Entry entry = known.get(name);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** The most exact one first. */
    private static List<String> namesOf(final X509Certificate certificate) {
        final List<String> names = new ArrayList<>();
        try {
            names.add("sha256=" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())));
            final Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (final List<?> alternative : alternatives) {
                    if (alternative.get(1) instanceof final String value) {
                        names.add("san=" + SAN_KINDS[(Integer) alternative.getFirst()] + ":" + value.toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (final GeneralSecurityException e) {
            LOG.warn("a client's certificate is not readable: {}", e.toString());
        }
        names.add("subject=" + certificate.getSubjectX500Principal().getName(X500Principal.CANONICAL));
        return names;
    }

    private static Map<String, Entry> read(final Path file) throws IOException {
        final Map<String, Entry> entries = new LinkedHashMap<>();
        final List<String> lines = Files.readAllLines(file);
        if (lines.size() > MAX_LINES) {
            throw new IOException(file + ": " + lines.size() + " lines (expected: at most " + MAX_LINES + ")");
        }
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                final Entry entry = parse(line);
                if (entries.put(entry.name(), entry) != null) {
                    throw new IllegalArgumentException(entry.name() + ": twice");
                }
            } catch (final IllegalArgumentException e) {
                throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return Map.copyOf(entries);
    }

    private static Entry parse(final String line) {
        int firm = 0;
        Set<Integer> accounts = null;
        final Set<Right> rights = EnumSet.noneOf(Right.class);
        String rest = line;
        while (true) {
            final int equals = rest.indexOf('=');
            final String key = equals < 0 ? rest : rest.substring(0, equals);
            final int end = endOfWord(rest);
            final String value = equals < 0 ? "" : rest.substring(equals + 1, Math.max(end, equals + 1));
            switch (key) {
                case "firm" -> firm = number(value);
                case "accounts" -> accounts = accounts(value);
                case "rights" -> rights.addAll(rights(value));
                case "san", "subject", "sha256" -> {
                    return entry(firm, accounts, rights, name(key, rest.substring(equals + 1).replaceFirst("\\s+#.*", "").strip()));
                }
                default -> throw new IllegalArgumentException(key + ": (expected: firm=N accounts=N,…|* [rights=…] and last san=, subject= or sha256=)");
            }
            rest = rest.substring(end).strip();
        }
    }

    private static int endOfWord(final String text) {
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static Entry entry(final int firm, final Set<Integer> accounts, final Set<Right> rights, final String name) {
        if (firm == 0 || accounts == null) {
            throw new IllegalArgumentException((firm == 0 ? "firm" : "accounts") + ": missing");
        }
        if (!rights.isEmpty() && accounts.size() != 1) {
            throw new IllegalArgumentException("rights: with " + (accounts.isEmpty() ? "any" : accounts.size())
                + " accounts (expected: one account, which a certificate without a token speaks for)");
        }
        return new Entry(firm, accounts, rights, name);
    }

    private static String name(final String key, final String value) {
        return switch (key) {
            case "sha256" -> {
                final String digits = value.replace(":", "").toLowerCase(Locale.ROOT);
                if (!digits.matches("[0-9a-f]{64}")) {
                    throw new IllegalArgumentException("sha256: " + value + " (expected: 64 hexadecimal digits)");
                }
                yield "sha256=" + digits;
            }
            case "san" -> {
                if (!value.matches("(dns|uri|email|ip):.+")) {
                    throw new IllegalArgumentException("san: " + value + " (expected: dns:, uri:, email: or ip: and the name)");
                }
                yield "san=" + value.toLowerCase(Locale.ROOT);
            }
            default -> "subject=" + new X500Principal(value).getName(X500Principal.CANONICAL);
        };
    }

    private static Set<Integer> accounts(final String value) {
        if ("*".equals(value)) {
            return Set.of();
        }
        final Set<Integer> accounts = new java.util.LinkedHashSet<>();
        for (final String word : value.split(",")) {
            accounts.add(number(word));
        }
        return accounts;
    }

    private static Set<Right> rights(final String value) {
        final Set<Right> rights = EnumSet.noneOf(Right.class);
        for (final String word : value.split(",")) {
            final Right right = Right.ofClaim(word);
            if (right == null) {
                throw new IllegalArgumentException("rights: " + word + " (expected: trade, cancel, read or admin)");
            }
            rights.add(right);
        }
        return rights;
    }

    private static int number(final String value) {
        final long number;
        try {
            number = Long.parseLong(value);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(value + " (expected: a number)", e);
        }
        if (number < 1 || number > MAX_UINT32) {
            throw new IllegalArgumentException(value + " (expected: 1.." + MAX_UINT32 + ")");
        }
        return (int) number;
    }
}
