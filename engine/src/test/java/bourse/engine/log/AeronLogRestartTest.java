package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import bourse.engine.store.RecordingCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AeronLogRestartTest {
    @TempDir
    Path directory;

    @Test
    void shouldRefuseADataDirectoryThatIsInUse() {
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ORDINARY)) {
            rig.start(new TranscriptService());
            assertThatThrownBy(() -> AeronLog.launch(AeronRig.small(directory), new TranscriptService(),
                    SnapshotSetup.of(() -> Replica.of(new TranscriptService()))))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("data directory in use");
        }
    }

    @Test
    void shouldStopTheProcessWhenACommandCannotBeApplied() {
        final List<String> reasons = new ArrayList<>();
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ORDINARY, (reason, cause) -> reasons.add(reason))) {
            final TranscriptService service = new TranscriptService();
            service.failOnPoison = new IllegalStateException("bug");
            rig.start(service);
            rig.submit("poison".getBytes(StandardCharsets.US_ASCII));
            rig.runUntil(() -> !reasons.isEmpty());
            assertThat(reasons.getFirst()).startsWith("command at log position ").contains("length=6, crc32c=");
        }
    }

    @Test
    void shouldCutAFrameThatWasHalfWrittenWhenTheProcessDied() throws IOException {
        final TranscriptService first = new TranscriptService();
        final List<String> texts = new ArrayList<>();
        final Path image = directory.resolve("image");
        try (AeronRig rig = new AeronRig(directory.resolve("alive"), AeronLayout.ONE_THREAD)) {
            rig.start(first);
            for (int i = 0; i < 40; i++) {
                texts.add(i + "x".repeat(5_000));
                rig.submit(texts.getLast().getBytes(StandardCharsets.US_ASCII));
            }
            rig.runUntil(() -> first.entries.size() >= 40);
            // The last entry is torn before anything was told of it: all but the log is from before it.
            copy(directory.resolve("alive/data"), image.resolve("data"));
            texts.add("40" + "x".repeat(5_000));
            rig.submit(texts.getLast().getBytes(StandardCharsets.US_ASCII));
            rig.runUntil(() -> first.entries.size() >= 41);
            Files.copy(directory.resolve("alive/data/archive/1-0.rec"), image.resolve("data/archive/1-0.rec"), StandardCopyOption.REPLACE_EXISTING);
        }
        tearLastFrame(image.resolve("data/archive/1-0.rec"));
        try (AeronRig rig = new AeronRig(image, AeronLayout.ONE_THREAD)) {
            final TranscriptService second = new TranscriptService();
            rig.start(second);
            rig.runUntil(() -> second.entries.size() >= 40);
            assertThat(second.entries).isEqualTo(texts.subList(0, 40));
            rig.submit("after".getBytes(StandardCharsets.US_ASCII));
            rig.runUntil(() -> second.entries.size() >= 41);
            assertThat(second.entries.getLast()).isEqualTo("after");
        }
    }

    /** Only the record of terms says which recording the log is; without it a start would find none. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseToBeginAnewWhereTheLogIsNoLongerKnown(final boolean isTruncated) throws IOException {
        acknowledgeOne();
        final Path terms = directory.resolve("data/cluster/recording.log");
        if (isTruncated) {
            Files.write(terms, new byte[0]);
        } else {
            Files.delete(terms);
        }
        assertThatThrownBy(() -> AeronLog.launch(AeronRig.small(directory), new TranscriptService(), SnapshotSetup.of(() -> Replica.of(new TranscriptService()))).close())
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("recording.log names no log").hasMessageContaining("bourse restore");
        assertThat(new DataVerification(directory.resolve("data")).run().isSound()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 61})
    void shouldSayThatTheRecordOfTermsIsCut(final int length) throws IOException {
        acknowledgeOne();
        cut(directory.resolve("data/cluster/recording.log"), length);
        assertThat(new DataVerification(directory.resolve("data")).run().isSound()).isFalse();
        assertThatThrownBy(() -> AeronLog.launch(AeronRig.small(directory), new TranscriptService(), SnapshotSetup.of(() -> Replica.of(new TranscriptService()))).close())
            .hasMessageContaining("recording.log");
    }

    /** It says what a member has voted for; one that is alone has nobody to vote with. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 30, 44})
    void shouldBeginANewNodeStateWhereItIsAlone(final int length) throws IOException {
        acknowledgeOne();
        cut(directory.resolve("data/cluster/node-state.dat"), length);
        assertThat(new DataVerification(directory.resolve("data")).run().findings().toString()).contains("node-state.dat");
        for (int i = 0; i < 2; i++) {
            try (AeronRig rig = new AeronRig(directory, AeronLayout.ONE_THREAD)) {
                final TranscriptService service = new TranscriptService();
                rig.start(service);
                rig.runUntil(() -> service.entries.size() == 1);
            }
        }
        assertThat(new DataVerification(directory.resolve("data")).run().findings().toString()).doesNotContain("node-state.dat");
    }

    @Test
    void shouldNotVoteWithoutKnowingItsVotes() throws IOException {
        acknowledgeOne();
        cut(directory.resolve("data/cluster/node-state.dat"), 30);
        assertThatThrownBy(() -> NodeState.check(directory.resolve("data"), true)).isInstanceOf(IllegalStateException.class).hasMessageContaining("which elections it has voted in");
    }

    /** Files that a first start was making when the process or the power ended it; nothing was recorded. */
    @ParameterizedTest
    @ValueSource(ints = {0, 31, 1 << 20})
    void shouldStartWhereItsFirstStartWasCutOff(final int catalogBytes) throws IOException {
        final Path root = directory.resolve("data");
        Files.createDirectories(root.resolve("archive"));
        Files.createDirectories(root.resolve("cluster"));
        Files.write(root.resolve("archive/archive.catalog"), new byte[catalogBytes]);
        Files.write(root.resolve("cluster/node-state.dat"), new byte[128]);
        assertThat(RecordingCatalog.exists(root.resolve("archive"))).isFalse();
        NodeState.check(root, true);
        assertThat(root.resolve("cluster/node-state.dat")).doesNotExist();
        acknowledgeOne();
        assertThat(RecordingCatalog.exists(root.resolve("archive"))).isTrue();
        Files.write(root.resolve("archive/archive.catalog"), new byte[catalogBytes]);
        assertThat(new DataVerification(root).run().isSound()).isFalse();
        assertThatThrownBy(this::acknowledgeOne).hasMessageContaining("archive.catalog");
    }

    /** The archive writes its catalog before the cluster its note of votes. */
    @Test
    void shouldStartWhereItsFirstStartWasCutOffBehindTheCatalog() throws IOException {
        acknowledgeOne();
        final Path root = directory.resolve("first");
        Files.createDirectories(root.resolve("archive"));
        Files.createDirectories(root.resolve("cluster"));
        final byte[] head = Arrays.copyOf(Files.readAllBytes(directory.resolve("data/archive/archive.catalog")), 32);
        Files.write(root.resolve("archive/archive.catalog"), Arrays.copyOf(head, 1 << 20));
        Files.write(root.resolve("cluster/node-state.dat"), new byte[128]);
        assertThat(RecordingCatalog.exists(root.resolve("archive"))).isTrue();
        NodeState.check(root, true);
        assertThat(root.resolve("cluster/node-state.dat")).doesNotExist();
    }

    private void acknowledgeOne() {
        try (AeronRig rig = new AeronRig(directory, AeronLayout.ONE_THREAD)) {
            final TranscriptService service = new TranscriptService();
            rig.start(service);
            rig.submit("acknowledged".getBytes(StandardCharsets.US_ASCII));
            rig.runUntil(() -> service.entries.size() == 1);
        }
    }

    static void cut(final Path file, final int length) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    }

    /** What a process that is killed now would leave behind. */
    static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** The end of the last long frame, from a page boundary on, was never written. */
    private static void tearLastFrame(final Path segment) throws IOException {
        final byte[] bytes = Files.readAllBytes(segment);
        final ByteBuffer frames = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int last = 0;
        for (int at = 0; at < bytes.length && frames.getInt(at) > 0; at += (frames.getInt(at) + 31) / 32 * 32) {
            last = frames.getInt(at) > 5_000 ? at : last;
        }
        final int page = (last / 4096 + 1) * 4096;
        assertThat(page).as("the frame crosses a page").isLessThan(last + frames.getInt(last));
        Arrays.fill(bytes, page, bytes.length, (byte) 0);
        Files.write(segment, bytes);
    }
}
