package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a state machine may hold is part of what its log means: with other limits the same commands would be refused that had been accepted, or the other way round. So a log's limits stand
 * beside it, and change only where nothing was applied behind the newest snapshot, which is whole: after an orderly stop. What lies before is never applied with the new ones: no start and
 * no replica begins there. Members of one log keep what it began with. Cold.
 *
 * <pre>
 *   limits   two lines that are the same, so that one may be damaged:
 *            from=POSITION NAME=NUMBER … [; from=POSITION NAME=NUMBER …] crc=CRC-32C of what stands before, hexadecimal
 * </pre>
 *
 * The second part, where there is one, came later; from its position on it holds.
 */
public final class LogLimits {
    private static final Logger LOG = LoggerFactory.getLogger(LogLimits.class);
    private static final String FILE = "limits";
    private static final String FROM = "from=";
    private static final String CHECKSUM = " crc=";
    private static final String LATER = " ; ";
    private static final String ADVICE = ". Remove it when engine.max… and engine.ladderTicks are configured as they were when the venue last ran, or restore a backup (bourse restore)";

    private final Path root;
    private final RecordedLog log;

    private LogLimits(final Path root) {
        this.root = root;
        log = new RecordedLog(root);
    }

    /** @param from log position that they hold from */
    private record Epoch(long from, SortedMap<String, Integer> limits) {
    }

    /**
     * Decides which limits this life has, and notes them.
     *
     * @param root         a member's data directory, as {@link AeronLogConfig#dataDirectory()}, held by this process
     * @param configured   by name
     * @param isReplicated other members hold the same log
     * @return {@code configured}, or those that the log was written with
     * @throws IllegalStateException when a later release wrote the directory, or nobody can say what the log was written with; the message says what to do
     */
    public static SortedMap<String, Integer> settle(final Path root, final SortedMap<String, Integer> configured, final boolean isReplicated) {
        try {
            DataDirectory.checkLayout(root);
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
        return new LogLimits(root).settle(configured, isReplicated);
    }

    private SortedMap<String, Integer> settle(final SortedMap<String, Integer> configured, final boolean isReplicated) {
        if (!isBegun()) {
            write(List.of(new Epoch(0, configured)));
            return configured;
        }
        final List<Epoch> epochs;
        try {
            epochs = read(root);
        } catch (final DamageException e) {
            final long quiet = isReplicated ? -1 : quietWhole();
            if (quiet < 0) {
                throw new IllegalStateException(e.getMessage() + ADVICE, e);
            }
            LOG.warn("{}: those of the configuration are taken", e.getMessage());
            write(List.of(new Epoch(quiet, configured)));
            return configured;
        }
        if (epochs == null) {
            write(List.of(new Epoch(0, configured)));
            return configured;
        }
        final List<Epoch> usable = withoutUnusable(epochs);
        final Epoch last = usable.getLast();
        final SortedMap<String, Integer> held = new TreeMap<>(configured);
        last.limits.forEach(held::replace);
        final long from = held.equals(configured) || isReplicated ? -1 : quietWhole();
        if (from >= 0) {
            LOG.info("new limits from log position {} on: {}", from, differences(held, configured));
            write(from == last.from ? replaced(usable, new Epoch(from, configured)) : List.of(last, new Epoch(from, configured)));
            return configured;
        }
        if (!held.equals(configured)) {
            LOG.warn("limits of the log that differ from those configured: {}. The log's are kept: {}", differences(held, configured),
                isReplicated ? "members of one log keep what it began with" : "they change at a start after an orderly stop (SIGTERM), which takes a snapshot");
        }
        if (usable.size() != epochs.size() || !held.equals(last.limits)) {
            write(replaced(usable, new Epoch(last.from, held)));
        }
        return held;
    }

    /** No entry can have been made yet; what is there of a log whose terms are damaged is looked at by those who come later. */
    private boolean isBegun() {
        try {
            return log.recording() != null;
        } catch (final DamageException | UncheckedIOException damaged) {
            return true;
        }
    }

    /** Limits that were taken, and behind which nothing was applied before their snapshot was damaged, are as good as never taken. */
    private List<Epoch> withoutUnusable(final List<Epoch> epochs) {
        final Epoch last = epochs.getLast();
        final long whole = last.from == 0 ? 0 : newestWhole();
        if (whole >= last.from) {
            return epochs;
        }
        final String refusal = refusal(epochs, whole);
        if (refusal != null) {
            throw new IllegalStateException(refusal + "; restore a backup (bourse restore)");
        }
        return epochs.subList(0, epochs.size() - 1);
    }

    /** Why no start can be made from a snapshot at {@code position}; null = one can. */
    private String refusal(final List<Epoch> epochs, final long position) {
        final Epoch last = epochs.getLast();
        if (position >= last.from || epochs.size() > 1 && position >= epochs.getFirst().from && log.isQuietBehind(last.from)) {
            return null;
        }
        return changed(root, last.from);
    }

    private static String changed(final Path root, final long from) {
        return "the limits of the log in " + root + " (engine.max…) were changed at position " + from + ", and no snapshot from there on is whole";
    }

    /**
     * What lies before the limits were changed would be applied with other ones than it had been.
     *
     * @throws DamageException when {@code position}, of a snapshot or 0, is before that
     */
    static void checkFrom(final Path root, final long position) {
        final long from = from(root);
        if (position < from) {
            throw new DamageException(changed(root, from));
        }
    }

    /** Equal where the limits are. */
    public static int fingerprint(final SortedMap<String, Integer> limits) {
        return crc32c(limits.toString());
    }

    /** Position of the newest whole snapshot, 0 = the log's beginning, -1 = nothing. */
    private long newestWhole() {
        final SnapshotDirectory files = new SnapshotDirectory(DataDirectory.snapshots(root));
        for (final RecordedLog.Entry entry : log.snapshots()) {
            if (RecoveryPlan.damageOf(log, files, entry) == null) {
                return entry.position();
            }
        }
        final Recording recording = log.recording();
        return recording != null && recording.startPosition() > 0 ? -1 : 0;
    }

    /** Position of the newest snapshot when that is whole and nothing was applied behind it, 0 = a log with nothing in it; else -1. */
    private long quietWhole() {
        try {
            final long whole = newestWhole();
            final boolean isNewest = log.snapshots().isEmpty() || log.snapshots().getFirst().position() == whole;
            return isNewest && whole >= 0 && log.isQuietBehind(whole) ? whole : -1;
        } catch (final DamageException | UncheckedIOException notKnown) {
            return -1;
        }
    }

    /** Log position that the limits hold from; what was applied before may have had others. */
    private static long from(final Path root) {
        try {
            final List<Epoch> epochs = read(root);
            return epochs == null ? 0 : epochs.getLast().from;
        } catch (final DamageException refusedElsewhere) {
            return 0;
        }
    }

    /**
     * What a start will not do because of the limits.
     *
     * @param position log position of the snapshot that it would use
     * @return null when there is nothing to say
     */
    static String refusal(final Path root, final long position) {
        final LogLimits limits = new LogLimits(root);
        try {
            final List<Epoch> epochs = read(root);
            return epochs == null || position < 0 ? null : limits.refusal(epochs, position);
        } catch (final DamageException e) {
            return limits.quietWhole() >= 0 ? null : e.getMessage() + ADVICE;
        }
    }

    private static List<Epoch> replaced(final List<Epoch> epochs, final Epoch last) {
        final List<Epoch> all = new ArrayList<>(epochs);
        all.set(all.size() - 1, last);
        return all;
    }

    private static String differences(final Map<String, Integer> held, final Map<String, Integer> configured) {
        final StringJoiner text = new StringJoiner(", ");
        configured.forEach((name, value) -> {
            if (!value.equals(held.get(name))) {
                text.add(name + " " + held.get(name) + " -> " + value);
            }
        });
        return text.toString();
    }

    /** Null where there is no file: before the first start, or of a release that had none. */
    private static List<Epoch> read(final Path root) {
        final Path file = root.resolve(FILE);
        final String text;
        try {
            if (!Files.exists(file)) {
                return null;
            }
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + file, e);
        }
        for (final String line : text.split("\n")) {
            final int end = line.lastIndexOf(CHECKSUM);
            if (end > 0 && line.substring(end + CHECKSUM.length()).equals(crc(line.substring(0, end)))) {
                final List<Epoch> epochs = new ArrayList<>();
                for (final String epoch : line.substring(0, end).split(LATER)) {
                    epochs.add(parse(epoch));
                }
                return epochs;
            }
        }
        throw new DamageException(file + ", which says with which limits the log was written, is damaged");
    }

    private static Epoch parse(final String text) {
        final SortedMap<String, Integer> limits = new TreeMap<>();
        final String[] words = text.split(" ");
        for (int i = 1; i < words.length; i++) {
            final int equals = words[i].indexOf('=');
            limits.put(words[i].substring(0, equals), Integer.valueOf(words[i].substring(equals + 1)));
        }
        return new Epoch(Long.parseLong(words[0].substring(FROM.length())), limits);
    }

    private void write(final List<Epoch> epochs) {
        final String text = epochs.stream().map(LogLimits::text).collect(Collectors.joining(LATER));
        final String line = text + CHECKSUM + crc(text);
        try {
            Files.createDirectories(root);
            DataDirectory.writeDurably(root, FILE, line + "\n" + line);
        } catch (final IOException e) {
            throw new UncheckedIOException("data directory cannot be used: " + root.toAbsolutePath(), e);
        }
    }

    private static String text(final Epoch epoch) {
        final StringJoiner text = new StringJoiner(" ", FROM + epoch.from + " ", "");
        epoch.limits.forEach((name, value) -> text.add(name + "=" + value));
        return text.toString();
    }

    private static String crc(final String text) {
        return Integer.toHexString(crc32c(text));
    }

    private static int crc32c(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return (int) crc.getValue();
    }
}
