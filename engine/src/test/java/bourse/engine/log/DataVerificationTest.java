package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever was done to the files, what is found is told: never an exception. */
class DataVerificationTest {
    private static final long SEED = Long.getLong("bourse.seed", 20_261_123L);
    private static final int RUNS = Integer.getInteger("bourse.damages", 300);

    @TempDir
    Path directory;

    @Test
    void shouldTellAnyDamageWithoutAnException() throws IOException {
        final Path image = directory.resolve("image");
        try (AeronRig rig = new AeronRig(directory.resolve("alive"), AeronLayout.ONE_THREAD)) {
            SnapshotRecoveryTest.fill(rig, 500);
            AeronLogRestartTest.copy(directory.resolve("alive/data"), image);
        }
        assertThat(new DataVerification(image).run().isSound()).isTrue();
        final List<Path> files;
        try (Stream<Path> all = Files.walk(image)) {
            files = all.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).sorted().toList();
        }
        final Random random = new Random(SEED);
        for (int run = 0; run < RUNS; run++) {
            final Path file = files.get(run % files.size());
            final byte[] whole = Files.readAllBytes(file);
            final String what = damage(file, used(whole), random);
            assertThatCode(() -> new DataVerification(image).run()).as("%s, seed %d, run %d", what, SEED, run).doesNotThrowAnyException();
            Files.write(file, whole);
        }
    }

    private static String damage(final Path file, final int used, final Random random) throws IOException {
        final int at = random.nextInt(Math.max(1, used));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    bytes.setLength(at);
                    return file + " cut to " + at;
                }
                case 1 -> {
                    bytes.seek(at);
                    bytes.write(new byte[Math.min(512, used - at)]);
                    return file + " empty from " + at;
                }
                default -> {
                    bytes.seek(at);
                    final int found = Math.max(0, bytes.read());
                    bytes.seek(at);
                    bytes.write(found ^ 1 << random.nextInt(8));
                    return file + " bit flipped at " + at;
                }
            }
        }
    }

    /** Up to the last byte that is not zero. */
    static int used(final byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
