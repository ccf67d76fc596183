package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.zip.CRC32C;

import bourse.engine.store.DamageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a state machine may hold is part of what its log means: with other limits the same commands would be refused that had been accepted, or the other way round. So a log's limits stand
 * beside it, and change only where no command lies behind the newest snapshot, which is after an orderly stop. Members of one log keep what it began with. Cold.
 *
 * <pre>
 *   limits   from=POSITION NAME=NUMBER … crc=CRC-32C of what stands before, hexadecimal
 * </pre>
 */
public final class LogLimits {
    private static final Logger LOG = LoggerFactory.getLogger(LogLimits.class);
    private static final String FILE = "limits";
    private static final String FROM = "from=";
    private static final String CHECKSUM = " crc=";

    private LogLimits() {
    }

    /** @param from log position that they hold from */
    private record Stored(long from, SortedMap<String, Integer> limits) {
    }

    /**
     * Decides which limits this life has, and notes them.
     *
     * @param root         a member's data directory, as {@link AeronLogConfig#dataDirectory()}, held by this process
     * @param configured   by name; the names are always the same
     * @param isReplicated other members hold the same log
     * @return {@code configured}, or those that the log was written with
     * @throws IllegalStateException when a later release wrote the directory
     */
    public static SortedMap<String, Integer> settle(final Path root, final SortedMap<String, Integer> configured, final boolean isReplicated) {
        Stored stored;
        try {
            DataDirectory.checkLayout(root);
            stored = read(root);
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        } catch (final DamageException e) {
            LOG.warn("{}: those of the configuration are taken; if they were changed since the last start, stop this and set them back", e.getMessage());
            stored = null;
        }
        if (stored == null || !stored.limits.keySet().equals(configured.keySet())) {
            write(root, new Stored(0, configured));
            return configured;
        }
        if (stored.limits.equals(configured)) {
            return configured;
        }
        final long newest = isReplicated ? -1 : newestSnapshot(root);
        if (newest < 0 || !new RecordedLog(root).isQuietBehind(newest)) {
            LOG.warn("limits of the log that differ from those configured: {}. The log's are kept: {}", differences(stored.limits, configured),
                isReplicated ? "members of one log keep what it began with" : "they change at a start after an orderly stop (SIGTERM), which takes a snapshot");
            return stored.limits;
        }
        LOG.info("new limits from log position {} on: {}", newest, differences(stored.limits, configured));
        write(root, new Stored(newest, configured));
        return configured;
    }

    /** Log position that the limits hold from; what was applied before had others. */
    static long from(final Path root) {
        try {
            final Stored stored = read(root);
            return stored == null ? 0 : stored.from;
        } catch (final DamageException notKnown) {
            return 0;
        }
    }

    /** What is wrong with the file; null = nothing, or it is not there. */
    static String damageOf(final Path root) {
        try {
            read(root);
            return null;
        } catch (final DamageException e) {
            return e.getMessage();
        }
    }

    private static long newestSnapshot(final Path root) {
        final RecordedLog log = new RecordedLog(root);
        if (log.recording() == null) {
            return 0;
        }
        return log.snapshots().isEmpty() ? -1 : log.snapshots().getFirst().position();
    }

    private static String differences(final Map<String, Integer> stored, final Map<String, Integer> configured) {
        final StringJoiner text = new StringJoiner(", ");
        configured.forEach((name, value) -> {
            if (!value.equals(stored.get(name))) {
                text.add(name + " " + stored.get(name) + " -> " + value);
            }
        });
        return text.toString();
    }

    private static Stored read(final Path root) {
        final Path file = root.resolve(FILE);
        final String text;
        try {
            if (!Files.exists(file)) {
                return null;
            }
            text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + file, e);
        }
        final int end = text.lastIndexOf(CHECKSUM);
        if (end < 0 || !text.startsWith(FROM) || !text.substring(end + CHECKSUM.length()).equals(crc(text.substring(0, end)))) {
            throw new DamageException(file + ", the limits that the log was written with, is damaged");
        }
        final String[] words = text.substring(FROM.length(), end).split(" ");
        final SortedMap<String, Integer> limits = new TreeMap<>();
        for (int i = 1; i < words.length; i++) {
            final int equals = words[i].indexOf('=');
            limits.put(words[i].substring(0, equals), Integer.valueOf(words[i].substring(equals + 1)));
        }
        return new Stored(Long.parseLong(words[0]), limits);
    }

    private static void write(final Path root, final Stored stored) {
        final StringJoiner text = new StringJoiner(" ", FROM + stored.from + " ", "");
        stored.limits.forEach((name, value) -> text.add(name + "=" + value));
        try {
            Files.createDirectories(root);
            DataDirectory.writeDurably(root, FILE, text + CHECKSUM + crc(text.toString()));
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
    }

    private static String crc(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }
}
