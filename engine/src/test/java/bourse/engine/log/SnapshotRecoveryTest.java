package bourse.engine.log;

import bourse.engine.store.RecordingCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Snapshots beside the running state machine, and what becomes of them when they are damaged. */
class SnapshotRecoveryTest {
    @TempDir
    Path directory;

    private Path root() {
        return directory.resolve("data");
    }

    private SnapshotDirectory snapshots() {
        return new SnapshotDirectory(DataDirectory.snapshots(root()));
    }

    private void fill(final int commandBytes) {
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ORDINARY)) {
            fill(rig, commandBytes);
        }
    }

    /** Three lives' worth: commands, a snapshot, commands, a snapshot, commands. */
    static void fill(final AeronRig rig, final int commandBytes) {
        final TranscriptService service = new TranscriptService();
        rig.start(service);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20; i++) {
                rig.submit((round + "-" + i + "x".repeat(commandBytes)).getBytes(StandardCharsets.US_ASCII));
            }
            final int entries = (round + 1) * 20;
            rig.runUntil(() -> service.entries.size() >= entries);
            if (round < 2) {
                assertThat(rig.log().takeSnapshot(20_000)).isPositive().isEqualTo(rig.log().lastSnapshotPosition());
            }
        }
    }

    /** Entries that a start now knows, and how many of them came from a snapshot. */
    private void assertRestart(final int restored) {
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ONE_THREAD)) {
            final TranscriptService service = new TranscriptService();
            rig.start(service);
            rig.runUntil(() -> service.entries.size() >= 60);
            assertThat(service.restoredEntries).isEqualTo(restored);
            assertThat(service.entries.getFirst()).startsWith("0-0");
            assertThat(service.entries.getLast()).startsWith("2-19");
            assertThat(rig.log().errorCount()).isZero();
        }
    }

    @Test
    void shouldStartFromTheNewestSnapshot() {
        fill(1);
        assertThat(snapshots().positions(SnapshotDirectory.STATE)).hasSize(2);
        assertRestart(40);
    }

    @Test
    void shouldTellThePositionThatItStartsFrom() {
        final long position;
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ORDINARY)) {
            final TranscriptService service = new TranscriptService();
            rig.start(service);
            rig.submit("one".getBytes(StandardCharsets.US_ASCII));
            rig.runUntil(() -> service.entries.size() == 1);
            position = rig.log().takeSnapshot(20_000);
        }
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ONE_THREAD)) {
            rig.start(new TranscriptService());
            rig.runUntil(() -> rig.log().isLeader());
            assertThat(rig.log().appliedPosition()).isPositive().isEqualTo(position).isEqualTo(rig.log().lastSnapshotPosition());
        }
    }

    @Test
    void shouldStartFromTheOlderSnapshotWhenTheNewestIsDamaged() throws IOException {
        fill(1);
        flipByte(snapshots().file(snapshots().positions(SnapshotDirectory.STATE).getFirst(), SnapshotDirectory.STATE), 100);
        assertRestart(20);
    }

    @Test
    void shouldStartFromTheLogWhenNoSnapshotIsWhole() throws IOException {
        fill(1);
        final List<Long> positions = snapshots().positions(SnapshotDirectory.STATE);
        truncate(snapshots().file(positions.get(0), SnapshotDirectory.STATE));
        Files.delete(snapshots().file(positions.get(1), SnapshotDirectory.STATE));
        assertRestart(0);
    }

    @Test
    void shouldFallBackWhenTheClustersOwnSnapshotIsDamaged() throws IOException {
        fill(1);
        final RecordedLog log = new RecordedLog(root());
        final long recordingId = log.snapshots().getFirst().serviceRecordingId();
        final Path file = RecordingCatalog.find(log.archive(), recordingId).segmentFile(log.archive(), 0);
        flipByte(file, 40);
        assertRestart(20);
    }

    /** The process was killed between the notes of the snapshot's two parts: the older snapshot is as good as before. */
    @Test
    void shouldStartFromTheOlderSnapshotWhenTheNewestIsHalfNoted() throws IOException {
        fill(20);
        final Path terms = root().resolve("cluster/recording.log");
        AeronLogRestartTest.cut(terms, (int) Files.size(terms) - 64);
        assertThat(new DataVerification(root()).run().isSound()).isTrue();
        assertRestart(20);
    }

    @Test
    void shouldTellASnapshotOfATermThatThereWasNot() throws IOException {
        fill(20);
        final Path terms = root().resolve("cluster/recording.log");
        flipByte(terms, (int) Files.size(terms) - 64 + 11);
        final DataVerification.Report report = new DataVerification(root()).run();
        assertThat(report.isSound()).isFalse();
        assertThat(report.findings().toString()).contains("of term").contains("which there was not");
    }

    @Test
    void shouldKeepTwoSnapshotsAndTheLogFromTheOlderOneOn() throws IOException {
        fill(60_000);
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ONE_THREAD)) {
            final TranscriptService service = new TranscriptService();
            rig.start(service);
            rig.runUntil(() -> service.entries.size() >= 60);
            assertThat(rig.log().takeSnapshot(20_000)).isPositive();
            final RecordedLog log = new RecordedLog(root());
            rig.runUntil(() -> log.recording().startPosition() > 0 && snapshots().positions(SnapshotDirectory.STATE).size() == 2);
            final List<Long> kept = snapshots().positions(SnapshotDirectory.STATE);
            final long start = log.recording().startPosition();
            assertThat(start).isLessThanOrEqualTo(kept.get(1));
            assertThat(log.recording().segmentFile(log.archive(), 0)).doesNotExist();
            assertThat(log.recording().segmentFile(log.archive(), start)).exists();
        }
        assertRestart(60);
    }

    @Test
    void shouldRefuseToStartWithoutWhatTheLogNoLongerHas() throws IOException {
        shouldKeepTwoSnapshotsAndTheLogFromTheOlderOneOn();
        for (final long position : snapshots().positions(SnapshotDirectory.STATE)) {
            flipByte(snapshots().file(position, SnapshotDirectory.STATE), 80);
        }
        assertThatThrownBy(() -> AeronLog.launch(AeronRig.small(directory), new TranscriptService(),
            SnapshotSetup.of(() -> Replica.of(new TranscriptService()))))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("bourse restore").hasMessageContaining("begins at position");
    }

    @Test
    void shouldRefuseALayoutOfALaterRelease() throws IOException {
        Files.createDirectories(root());
        Files.writeString(root().resolve("layout"), "99\n");
        assertThatThrownBy(() -> AeronLog.launch(AeronRig.small(directory), new TranscriptService(),
            SnapshotSetup.of(() -> Replica.of(new TranscriptService()))))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("layout version 99 (expected: 1..2)").hasMessageContaining("later release");
    }

    private static void flipByte(final Path file, final int at) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }

    private static void truncate(final Path file) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }
}
