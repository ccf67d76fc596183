package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import io.aeron.archive.Archive;
import io.aeron.archive.client.AeronArchive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads everything that a member has stored, compares every checksum, and says what a start would make of it. Changes nothing; may run beside the
 * venue. Cold.
 */
public final class DataVerification {
    /** How bad a finding is. */
    public enum Severity {
        /** Nothing is lost: the next start repairs it, or does without. */
        NOTE,
        /** Something is lost that was promised, or a start is not possible. */
        LOSS
    }

    /**
     * One thing that is not as it was written.
     *
     * @param what where, and what is wrong
     * @param then what that means, and what to do
     */
    public record Finding(Severity severity, String what, String then) {
    }

    /**
     * The verdict.
     *
     * @param startPosition of the snapshot that a start would use, 0 = the log's beginning, -1 = there would be none
     * @param logBegin      first position that the log still has
     * @param logEnd        behind its last whole entry
     * @param bytes         read and compared
     */
    public record Report(List<Finding> findings, long startPosition, long logBegin, long logEnd, int wholeSnapshots, long bytes) {
        /** Everything that was acknowledged is there. */
        public boolean isSound() {
            return findings.stream().noneMatch(finding -> finding.severity == Severity.LOSS);
        }
    }

    private static final int MAX_ATTEMPTS = 3;

    private final Path root;
    private final RecordedLog log;
    private final SnapshotDirectory files;
    private final List<Finding> findings = new ArrayList<>();
    private long bytes;

    /** @param root a member's data directory, as {@link AeronLogConfig#dataDirectory()} */
    public DataVerification(final Path root) {
        this.root = root;
        log = new RecordedLog(root);
        files = new SnapshotDirectory(DataDirectory.snapshots(root));
    }

    /** Reads everything, and once more when something seems lost that a running venue may have pruned meanwhile. */
    public Report run() {
        Report report = null;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            final List<String> before = stored();
            findings.clear();
            bytes = 0;
            report = readAll();
            if (report.isSound() || before.equals(stored())) {
                break;
            }
        }
        return report;
    }

    /** Snapshots and recordings that there are, and where they begin. */
    private List<String> stored() {
        final List<String> all = new ArrayList<>();
        files.files().forEach(file -> all.add(file.toString()));
        try {
            RecordingCatalog.read(log.archive()).forEach(recording -> all.add(recording.recordingId() + " from " + recording.startPosition()));
        } catch (final DamageException | UncheckedIOException e) {
            all.add(e.getMessage());
        }
        return all;
    }

    private Report readAll() {
        try {
            DataDirectory.checkLayout(root);
        } catch (final IllegalStateException e) {
            return refused(e.getMessage());
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + root, e);
        }
        if (!RecordingCatalog.exists(log.archive())) {
            return Files.exists(DataDirectory.cluster(root).resolve("recording.log"))
                ? refused(log.archive().resolve(RecordingCatalog.FILE_NAME) + " is missing")
                : new Report(List.of(), 0, 0, 0, 0, 0);
        }
        try {
            checkCatalogLength();
            checkNodeState();
            checkTerms();
            return verify();
        } catch (final DamageException | UncheckedIOException e) {
            return refused(e.getMessage());
        }
    }

    /** The archive makes its catalog of this length and never shorter: one that is has lost recordings, or parts of their descriptions. */
    private void checkCatalogLength() {
        final Path catalog = log.archive().resolve(RecordingCatalog.FILE_NAME);
        final long length = catalog.toFile().length();
        if (length < Archive.Configuration.CATALOG_CAPACITY_DEFAULT) {
            findings.add(new Finding(Severity.LOSS, catalog + " is cut: " + length + " bytes (expected: at least "
                + Archive.Configuration.CATALOG_CAPACITY_DEFAULT + ')', "recordings that it described cannot be found; restore a backup (bourse restore)"));
        }
    }

    private void checkTerms() {
        final String contradiction = log.contradiction();
        if (contradiction != null) {
            findings.add(new Finding(Severity.LOSS, "recording.log: " + contradiction, "the venue may not start, or from an older snapshot; restore a backup (bourse restore)"));
        }
    }

    private void checkNodeState() {
        final String damage = NodeState.damageOf(root);
        if (damage != null) {
            findings.add(new Finding(Severity.NOTE, damage,
                "a venue of one member begins a new one; one of several members does not start, unless this was its first start: move its directory away, it copies another's"));
        }
    }

    private void checkLimits(final long start) {
        final String refusal = LogLimits.refusal(root, start);
        if (refusal != null) {
            findings.add(new Finding(Severity.LOSS, refusal, "the venue does not start with this directory as it is"));
        }
    }

    private Report refused(final String why) {
        findings.add(new Finding(Severity.LOSS, why, "the venue does not start with this directory; restore a backup (bourse restore)"));
        return new Report(List.copyOf(findings), -1, 0, 0, 0, bytes);
    }

    private Report verify() {
        final List<Recording> recordings = RecordingCatalog.read(log.archive());
        final Recording logRecording = log.recording();
        final List<RecordedLog.Entry> snapshots = log.snapshots();
        final int whole = snapshots(snapshots);
        final long start = start(snapshots);
        checkLimits(start);
        final long logBegin = logRecording == null ? 0 : logRecording.startPosition();
        final Set<Long> kept = new HashSet<>();
        snapshots.stream().filter(entry -> entry.position() >= start).forEach(entry -> {
            kept.add(entry.serviceRecordingId());
            kept.add(entry.consensusRecordingId());
        });
        final List<Recording> events = RecordingCatalog.events(log.archive());
        final EventsEnd told = new EventsEnd();
        long logEnd = 0;
        for (final Recording recording : recordings) {
            if (logRecording != null && recording.recordingId() == logRecording.recordingId()) {
                logEnd = read(recording, "commands", Math.max(start, logBegin), (buffer, offset, length, from, to) -> { });
            } else if (events.contains(recording)) {
                checkEvents(recording, read(recording, "events", 0, told), snapshots);
            } else if (kept.contains(recording.recordingId())) {
                read(recording, "snapshot", Long.MAX_VALUE, (buffer, offset, length, from, to) -> { });
            }
        }
        if (start >= 0 && logBegin > start) {
            findings.add(new Finding(Severity.LOSS, "the log begins at position " + logBegin + ", the newest whole snapshot is of " + start,
                "the orders between are lost here; restore a backup (bourse restore)"));
        } else if (logEnd < start) {
            findings.add(new Finding(Severity.LOSS, "the log ends at position " + logEnd + ", before the newest whole snapshot of " + start,
                "the venue does not start; restore a backup (bourse restore)"));
        }
        if (told.logPosition() > logEnd) {
            findings.add(new Finding(Severity.LOSS, "the log ends at position " + logEnd + ", the events tell of entries up to " + told.logPosition(),
                "orders that were acknowledged are lost here; restore a backup (bourse restore), or take another member's data directory"));
        }
        return new Report(List.copyOf(findings), start, logBegin, logEnd, whole, bytes);
    }

    /** A snapshot says how far the events went when it was taken. */
    private void checkEvents(final Recording recording, final long reached, final List<RecordedLog.Entry> entries) {
        final long expected = log.eventsUpTo(entries, recording.recordingId());
        if (reached < expected) {
            findings.add(new Finding(Severity.LOSS, "recording " + recording.recordingId() + " of events ends at position " + reached
                + ", a snapshot was taken behind " + expected, "clients that resume there get SnapshotRequired; the book is complete"));
        }
    }

    private int snapshots(final List<RecordedLog.Entry> entries) {
        int whole = 0;
        for (final RecordedLog.Entry entry : entries) {
            final String damage = damageOf(entry);
            if (damage == null) {
                whole++;
            } else {
                findings.add(new Finding(Severity.NOTE, damage, "the snapshot of position " + entry.position()
                    + " is not used; a start takes the one before it and more of the log"));
            }
        }
        for (final Path file : files.files()) {
            final String name = file.getFileName().toString();
            try {
                bytes += Files.size(file);
            } catch (final IOException e) {
                throw new UncheckedIOException("cannot be read: " + file, e);
            }
            if (name.endsWith(".draft")) {
                findings.add(new Finding(Severity.NOTE, file + " is half written", "the next start removes it"));
                continue;
            }
            final String damage = files.damageOf(Long.parseUnsignedLong(name.substring(0, 16), 16), name.substring(17));
            if (damage != null && !name.endsWith('.' + SnapshotDirectory.STATE)) {
                findings.add(new Finding(Severity.NOTE, damage, "readers of the events start from an older snapshot, or from the first event"));
            }
        }
        return whole;
    }

    private String damageOf(final RecordedLog.Entry entry) {
        return RecoveryPlan.damageOf(log, files, entry);
    }

    /** Position of the newest whole snapshot, 0 = none is needed. */
    private long start(final List<RecordedLog.Entry> entries) {
        return entries.stream().filter(entry -> damageOf(entry) == null).mapToLong(RecordedLog.Entry::position).findFirst().orElse(0);
    }

    private String noFrame(final Recording recording, final long position) {
        final long base = recording.segmentBase(position);
        return recording.segmentFile(log.archive(), base) + " at byte " + (position - base) + " has no frame, but there are some behind";
    }

    /** @param needed from this position on nothing may be missing: what comes before is in a snapshot */
    private long read(final Recording recording, final String what, final long needed, final RecordingReader.MessageHandler handler) {
        final boolean isOpen = recording.stopPosition() == AeronArchive.NULL_POSITION;
        long from = recording.startPosition();
        while (true) {
            final long reached;
            final long next;
            final String damage;
            final boolean isUnsynced;
            try (RecordingReader reader = new RecordingReader(log.archive(), recording, from)) {
                reached = reader.read(isOpen ? Long.MAX_VALUE : recording.stopPosition(), handler);
                next = isOpen || reader.damage() != null ? reader.nextSound() : -1;
                damage = reader.damage() != null || next < 0 ? reader.damage() : noFrame(recording, reader.framePosition());
                isUnsynced = isOpen && next >= 0
                    && UnsyncedTail.begin(root, recording, FrameScan.storedEnd(log.archive(), recording)) == reader.framePosition();
            }
            bytes += reached - from;
            if (damage == null) {
                return reached;
            }
            if (isUnsynced) {
                findings.add(new Finding(Severity.NOTE, damage, "the last write of the " + what + " was not synced when power was lost, so nobody was told of what it held; "
                    + "the next start cuts it off"));
                return reached;
            }
            if (isOpen && next < 0) {
                findings.add(new Finding(Severity.NOTE, damage, "the last entry of the " + what + " was not completely written when the process ended, "
                    + "so nobody was told of it; the next start cuts it off"));
                return reached;
            }
            final boolean isCovered = next >= 0 && next <= needed;
            findings.add(new Finding(isCovered ? Severity.NOTE : Severity.LOSS, damage, consequence(recording, what, reached, next, isCovered)));
            if (next < 0) {
                return reached;
            }
            from = next;
        }
    }

    private String consequence(final Recording recording, final String what, final long reached, final long next, final boolean isCovered) {
        final String lost = what + " from position " + reached + (next < 0 ? " on" : " to " + next) + " of recording " + recording.recordingId();
        return switch (what) {
            case "commands" -> isCovered ? lost + " cannot be read, but a newer snapshot holds what they did"
                : lost + " are lost: whatever was acknowledged there. Restore a backup (bourse restore); it has what came before";
            case "events" -> lost + " cannot be read: clients that resume there get SnapshotRequired; the book is complete";
            default -> "the snapshot is not used; a start takes the one before it";
        };
    }
}
