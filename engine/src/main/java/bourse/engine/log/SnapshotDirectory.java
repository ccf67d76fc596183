package bourse.engine.log;

import bourse.engine.store.SnapshotFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The snapshot files of a member: {@code POSITION.state} and, for each part of the event stream, {@code POSITION.NAME}; the position is of the log, in
 * sixteen hexadecimal digits. Cold.
 */
public final class SnapshotDirectory {
    /** Suffix of the state itself. */
    public static final String STATE = "state";
    private static final int DIGITS = 16;

    private final Path root;

    public SnapshotDirectory(final Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    public Path file(final long position, final String part) {
        return root.resolve(String.format("%016x.%s", position, part));
    }

    /** Positions that have a file of this part, newest first; whether it is whole is another question. */
    public List<Long> positions(final String part) {
        final List<Long> positions = new ArrayList<>();
        for (final Path file : files()) {
            final String name = file.getFileName().toString();
            if (name.length() == DIGITS + 1 + part.length() && name.endsWith('.' + part)) {
                positions.add(Long.parseUnsignedLong(name.substring(0, DIGITS), 16));
            }
        }
        positions.sort((left, right) -> Long.compare(right, left));
        return positions;
    }

    /** Every file, drafts too. */
    public List<Path> files() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(root)) {
            return all.filter(file -> file.getFileName().toString().matches("[0-9a-f]{16}\\.[a-z.]+")).sorted().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException("snapshots cannot be listed: " + root, e);
        }
    }

    /** The newest position at most {@code limit} whose files of all these parts are whole; -1 = none. */
    public long newestWhole(final long limit, final List<String> parts) {
        for (final long position : positions(parts.getFirst())) {
            if (position <= limit && parts.stream().allMatch(part -> isWhole(position, part))) {
                return position;
            }
        }
        return -1;
    }

    /** Every checksum of the file is right. */
    public boolean isWhole(final long position, final String part) {
        return damageOf(position, part) == null;
    }

    /** What is wrong with a file; null = nothing. */
    public String damageOf(final long position, final String part) {
        final Path file = file(position, part);
        if (!Files.exists(file)) {
            return file + " is missing";
        }
        try {
            final SnapshotFile.Head head = SnapshotFile.verify(file);
            return head.position() == position ? null : file + " is of position " + head.position();
        } catch (final bourse.engine.store.DamageException | UncheckedIOException e) {
            return e.getMessage();
        }
    }

    /** Removes all files of positions below {@code position}, and drafts of a process that was killed. */
    public void removeBelow(final long position) {
        for (final Path file : files()) {
            final String name = file.getFileName().toString();
            if (name.endsWith(".draft") || Long.parseUnsignedLong(name.substring(0, DIGITS), 16) < position) {
                remove(file);
            }
        }
    }

    /** Removes what readers of the events would start from at that position; the state stays. */
    void removeParts(final long position) {
        final String state = file(position, STATE).getFileName().toString();
        files().stream().filter(file -> file.getFileName().toString().startsWith(state.substring(0, DIGITS + 1)))
            .filter(file -> !file.getFileName().toString().equals(state)).forEach(SnapshotDirectory::remove);
    }

    /** Removes what a killed process left half written. */
    public void removeDrafts() {
        files().stream().filter(file -> file.toString().endsWith(".draft")).forEach(SnapshotDirectory::remove);
    }

    private static void remove(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (final IOException e) {
            throw new UncheckedIOException("snapshot cannot be removed: " + file, e);
        }
    }
}
