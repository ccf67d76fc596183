package bourse.services.cli;

import bourse.admin.v1.TakeSnapshotRequest;
import bourse.admin.v1.TakeSnapshotResponse;
import bourse.engine.log.DataVerification;
import bourse.engine.store.DamageException;
import bourse.services.config.VenueConfig;
import bourse.services.data.Backup;
import bourse.services.data.EventExport;
import bourse.services.node.EngineNode;
import io.grpc.StatusRuntimeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** The operators' commands about what a venue has stored. */
final class DataCommands {
    private DataCommands() {
    }

    /** {@code bourse verify}. */
    @Command(name = "verify", header = "Read everything a venue has stored, compare every checksum, say what a start would make of it.",
        description = {
            "Log, events and snapshots in the data directory; with a backup, that. Changes nothing and may run beside the venue.",
            "Exit status 0: everything that was acknowledged is there (notes are repaired by the next start). 1: something is lost, and it says what.",
            "",
            "  bourse verify",
            "  bourse verify --backup /backups/monday",
            ""})
    static final class Verify implements Callable<Integer> {
        @Mixin
        private ConfigOptions config;
        @Mixin
        private JsonOutput json;
        @Option(names = "--backup", paramLabel = "DIR", description = "Verify this backup instead.")
        private Path backup;

        @Override
        public Integer call() throws IOException {
            if (backup != null) {
                final Backup.Manifest manifest = Backup.verify(backup);
                json.human().println(backup + ": " + manifest.files().size() + " files as they were written, log up to position " + manifest.logPosition());
                return report(backup.resolve("data").resolve("log"));
            }
            return report(EngineNode.logDirectory(config.load()));
        }

        private int report(final Path logDirectory) {
            if (!Files.isDirectory(logDirectory)) {
                throw new CommandFailure("no venue's data in " + logDirectory + "; name its data directory with --data");
            }
            final DataVerification.Report report = new DataVerification(logDirectory).run();
            json.human().printf("read %,d bytes in %s%n", report.bytes(), logDirectory);
            json.human().printf("  log        position %d to %d%n", report.logBegin(), report.logEnd());
            json.human().printf("  snapshots  %d whole; a start begins with %s%n", report.wholeSnapshots(),
                report.startPosition() > 0 ? "the one of position " + report.startPosition() : report.startPosition() == 0 ? "the log" : "nothing");
            for (final DataVerification.Finding finding : report.findings()) {
                json.human().println((finding.severity() == DataVerification.Severity.LOSS ? "  LOSS  " : "  note  ") + finding.what());
                json.human().println("        " + finding.then());
            }
            json.human().println(report.isSound() ? "sound: everything that was acknowledged is there" : "NOT sound: see LOSS above");
            final Map<String, Object> result = new LinkedHashMap<>();
            result.put("sound", report.isSound());
            result.put("report", report);
            json.write(result);
            return report.isSound() ? 0 : Bourse.FAILED;
        }
    }

    /** {@code bourse backup}. */
    @Command(name = "backup", header = "Copy a venue's data so that a venue can start from the copy; the venue may run.",
        description = {
            "Takes a snapshot first where a venue runs, then copies events, snapshots and log, and writes a list of all files with their checksums",
            "last. The copy holds every order that was acknowledged before the command began, and the key that signs tokens: keep it as secret.",
            "",
            "  bourse backup --to /backups/monday",
            "  bourse restore /backups/monday --data /var/lib/bourse-again",
            ""})
    static final class Save implements Callable<Integer> {
        private static final String NOBODY = "no venue answers here: its files are copied as they are";
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;
        @Option(names = "--to", paramLabel = "DIR", required = true, description = "A directory that is not there yet, or empty.")
        private Path target;

        @Override
        public Integer call() throws IOException {
            final VenueConfig loaded = venue.config().load();
            try (venue) {
                json.human().println(snapshot(venue));
            }
            final Backup.Manifest manifest = new Backup(loaded.dataDir(), target).take();
            json.human().println(manifest.files().size() + " files in " + target + ", log up to position " + manifest.logPosition());
            json.write(Map.of("logPosition", manifest.logPosition(), "files", manifest.files().size(), "to", target.toString()));
            return 0;
        }

        /** What came of it, in words: the copy is whole without, too. */
        private static String snapshot(final VenueOptions venue) {
            try {
                return "snapshot taken at log position " + venue.snapshots().takeSnapshot(TakeSnapshotRequest.getDefaultInstance()).getLogPosition();
            } catch (final CommandFailure e) {
                return NOBODY;
            } catch (final StatusRuntimeException e) {
                return e.getStatus().getCode() == io.grpc.Status.Code.UNAVAILABLE ? NOBODY
                    : "the venue here takes no snapshot (" + e.getMessage() + "): its files are copied as they are";
            }
        }
    }

    /** {@code bourse restore}. */
    @Command(name = "restore", header = "Make a data directory from a backup.",
        description = {
            "Compares every file of the backup with its list first. Never overwrites: the data directory must not be there yet, or be empty.",
            "",
            "  bourse restore /backups/monday --data ./data",
            ""})
    static final class Restore implements Callable<Integer> {
        @Mixin
        private ConfigOptions config;
        @Mixin
        private JsonOutput json;
        @Parameters(paramLabel = "BACKUP", description = "Directory that `bourse backup` made.")
        private Path backup;

        @Override
        public Integer call() throws IOException {
            final Path dataDir = config.load().dataDir();
            final Backup.Manifest manifest = Backup.restore(backup, dataDir);
            json.human().println(dataDir + " restored from " + backup + " (" + manifest.createdAt() + "), log up to position " + manifest.logPosition());
            json.human().println("start it with: bourse run --data " + dataDir);
            json.write(Map.of("logPosition", manifest.logPosition(), "files", manifest.files().size(), "dataDir", dataDir.toString()));
            return 0;
        }
    }

    /** {@code bourse snapshot}. */
    @Command(name = "snapshot", header = "Take a snapshot of a running venue, so that its next start is short.",
        description = {"The same as `bourse admin snapshot`. Nothing is lost without: a start replays the log from the last snapshot on.", "", "  bourse snapshot", ""})
    static final class Snapshot implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;

        @Override
        public Integer call() {
            try (venue) {
                final TakeSnapshotResponse response = venue.snapshots().takeSnapshot(TakeSnapshotRequest.getDefaultInstance());
                json.human().println("snapshot taken at log position " + response.getLogPosition());
                json.write(Map.of("logPosition", response.getLogPosition()));
                return 0;
            } catch (final StatusRuntimeException e) {
                if (e.getStatus().getCode() == io.grpc.Status.Code.UNAVAILABLE) {
                    throw new CommandFailure("no venue runs here, so there is nothing to take a snapshot of. What it stored is safe: `bourse verify` reads it, "
                        + "`bourse run` recovers it", e);
                }
                throw e;
            }
        }
    }

    /** {@code bourse export}. */
    @Command(name = "export", header = "Write the recorded event stream as CSV, for analysis.",
        description = {
            "One event a line, with its number, time and every field; prices and quantities are the venue's integers. May run beside the venue.",
            "",
            "  bourse export --to events.csv",
            "  bourse export --from-event 1000000 --to - | gzip > events.csv.gz",
            ""})
    static final class Export implements Callable<Integer> {
        @Mixin
        private ConfigOptions config;
        @Mixin
        private JsonOutput json;
        @Option(names = "--to", paramLabel = "FILE", required = true, description = "File to write; - = stdout.")
        private String target;
        @Option(names = "--from-event", paramLabel = "N", defaultValue = "1", description = "First event (default: ${DEFAULT-VALUE}).")
        private long from;
        @Option(names = "--to-event", paramLabel = "N", description = "Last event (default: the newest).")
        private long to = Long.MAX_VALUE;

        @Override
        public Integer call() throws IOException {
            final boolean isStdout = "-".equals(target);
            try (Writer out = isStdout ? new OutputStreamWriter(System.out, StandardCharsets.UTF_8)
                : Files.newBufferedWriter(Path.of(target), StandardCharsets.UTF_8)) {
                final long events = new EventExport(out, from, to).run(EngineNode.logDirectory(config.load()));
                (isStdout ? System.err : json.human()).println(events + " events written" + (isStdout ? "" : " to " + target));
                json.write(Map.of("events", events));
                return 0;
            } catch (final DamageException e) {
                throw new CommandFailure("what could be read is written, then: " + e.getMessage() + "; `bourse verify` says what is lost", e);
            }
        }
    }
}
