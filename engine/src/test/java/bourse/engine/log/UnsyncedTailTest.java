package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.aeron.logbuffer.FrameDescriptor;
import org.agrona.BitUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a loss of power leaves, made by hand: the files as they were when the last acknowledgement was given, and any sectors of what was written behind it. */
class UnsyncedTailTest {
    private static final int SYNCED = 40;
    private static final int LENGTH = 5_000;
    private static final String LOG = "data/archive/1-0.rec";

    @TempDir
    Path directory;
    private final List<String> texts = new ArrayList<>();
    /** Bytes of the log that hold what was acknowledged. */
    private long syncedBytes;
    private long writtenBytes;

    @ParameterizedTest
    @CsvSource({"512,1", "512,2", "512,3", "512,4", "4096,5", "4096,6", "4096,7", "4096,8"})
    void shouldCutAWriteOfWhichSectorsAreMissing(final int sector, final long seed) throws IOException {
        final Path image = image(SyncLevel.POWER, 20);
        drop(image, sector, new Random(seed));
        assertThat(new DataVerification(image.resolve("data")).run().isSound()).isTrue();
        try (AeronRig rig = rig(image, SyncLevel.POWER)) {
            final TranscriptService service = new TranscriptService();
            rig.start(service);
            rig.runUntil(() -> service.entries.size() >= SYNCED);
            rig.submit("after".getBytes(StandardCharsets.US_ASCII));
            rig.runUntil(() -> service.entries.contains("after"));
            final int whole = service.entries.size() - 1;
            assertThat(whole).isBetween(SYNCED, texts.size());
            assertThat(service.entries.subList(0, whole)).isEqualTo(texts.subList(0, whole));
        }
        try (AeronRig rig = rig(image, SyncLevel.POWER)) {
            final TranscriptService again = new TranscriptService();
            rig.start(again);
            rig.runUntil(() -> again.entries.contains("after"));
        }
    }

    /** Without a sync before each acknowledgement a hole is a loss, wherever it is. */
    @Test
    void shouldRefuseMissingSectorsWhereNothingWasSynced() throws IOException {
        final Path image = image(SyncLevel.PROCESS, 20);
        zero(image, syncedBytes + 3 * LENGTH, 4096);
        assertRefused(image, SyncLevel.POWER);
    }

    /** More than a write behind the hole means that the hole had been synced. */
    @Test
    void shouldRefuseMissingSectorsFarFromTheEnd() throws IOException {
        final Path image = image(SyncLevel.POWER, 100);
        final long far = syncedBytes + 3 * LENGTH;
        zero(image, far, 4096);
        try (RandomAccessFile file = new RandomAccessFile(image.resolve(LOG).toFile(), "rw")) {
            file.seek(far + UnsyncedTail.MAX_BYTES + 2 * LENGTH);
            file.write(1);
        }
        assertRefused(image, SyncLevel.POWER);
    }

    /** A frame that ends with zeros in a sector of which the next frame is there: that sector was written. */
    @Test
    void shouldRefuseZerosInASectorThatWasWritten() throws IOException {
        final Path image = image(SyncLevel.POWER, 20);
        final long frame = (writtenBytes - syncedBytes) / 20;
        final long next = syncedBytes + ((syncedBytes + frame) % 512 > 0 ? frame : 2 * frame);
        assertThat(next % 512).as("the next frame begins within a sector").isPositive();
        zero(image, next / 512 * 512, (int) (next % 512));
        assertRefused(image, SyncLevel.POWER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 4_000})
    void shouldRefuseAFlippedBit(final int at) throws IOException {
        final Path image = image(SyncLevel.POWER, 20);
        try (RandomAccessFile file = new RandomAccessFile(image.resolve(LOG).toFile(), "rw")) {
            final long position = syncedBytes - LENGTH + at;
            file.seek(position);
            final int found = file.read();
            file.seek(position);
            file.write(found ^ 4);
        }
        assertThat(new DataVerification(image.resolve("data")).run().isSound()).isFalse();
    }

    private void assertRefused(final Path image, final SyncLevel level) {
        assertThat(new DataVerification(image.resolve("data")).run().isSound()).isFalse();
        assertThatThrownBy(() -> {
            try (AeronRig rig = rig(image, level)) {
                rig.start(new TranscriptService());
            }
        }).hasMessageMatching("(?s).*(whole entries follow|damaged|checksum|CRC).*");
    }

    /** Files of a venue that had acknowledged {@value #SYNCED} entries and was writing {@code more}; all of those are there. */
    private Path image(final SyncLevel level, final int more) throws IOException {
        final Path image = directory.resolve("image");
        final TranscriptService service = new TranscriptService();
        try (AeronRig rig = rig(directory.resolve("alive"), level)) {
            rig.start(service);
            submit(rig, service, SYNCED);
            AeronLogRestartTest.copy(directory.resolve("alive/data"), image.resolve("data"));
            syncedBytes = written(image);
            submit(rig, service, more);
            Files.copy(directory.resolve("alive").resolve(LOG), image.resolve(LOG), StandardCopyOption.REPLACE_EXISTING);
            writtenBytes = written(image);
        }
        return image;
    }

    private void submit(final AeronRig rig, final TranscriptService service, final int count) {
        for (int i = 0; i < count; i++) {
            texts.add(texts.size() + "x".repeat(LENGTH));
            rig.submit(texts.getLast().getBytes(StandardCharsets.US_ASCII));
        }
        rig.runUntil(() -> service.entries.size() >= texts.size());
    }

    /** Any of the sectors that were written behind what was acknowledged, the first of them among them or not, but never none. */
    private void drop(final Path image, final int sector, final Random random) throws IOException {
        int dropped = 0;
        while (dropped == 0) {
            for (long at = syncedBytes; at < writtenBytes; at = (at / sector + 1) * sector) {
                if (random.nextInt(3) == 0) {
                    zero(image, at, (int) ((at / sector + 1) * sector - at));
                    dropped++;
                }
            }
        }
    }

    private static void zero(final Path image, final long at, final int length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.resolve(LOG).toFile(), "rw")) {
            file.seek(at);
            file.write(new byte[length]);
        }
    }

    private static long written(final Path image) throws IOException {
        return BitUtil.align((long) DataVerificationTest.used(Files.readAllBytes(image.resolve(LOG))), FrameDescriptor.FRAME_ALIGNMENT);
    }

    private static AeronLogConfig config(final Path directory, final SyncLevel level) {
        return AeronRig.small(directory).withLayout(AeronLayout.ONE_THREAD).withSyncLevel(level).withTerms(4 << 20, 1 << 20, 4 << 20);
    }

    private static AeronRig rig(final Path directory, final SyncLevel level) {
        return new AeronRig(config(directory, level), (reason, cause) -> { });
    }
}
