package bourse.services.fuzz;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every target with its seeds, with what was found once ({@code src/test/resources/fuzz/NAME}), and with some thousand mutations of both. */
class FuzzRegressionTest {
    private static final int MUTATIONS = Integer.getInteger("fuzz.mutations", 500);
    private static final long SEED = Long.getLong("fuzz.seed", 4);

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void shouldTakeAnyInput(final FuzzTarget target) throws Exception {
        final List<byte[]> corpus = new ArrayList<>(target.seeds());
        final Path found = Path.of("src/test/resources/fuzz", target.name().toLowerCase(Locale.ROOT));
        if (Files.isDirectory(found)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(found)) {
                for (final Path file : files) {
                    corpus.add(Files.readAllBytes(file));
                }
            }
        }
        corpus.add(new byte[0]);
        final Random random = new Random(SEED);
        for (final byte[] input : corpus) {
            run(target, input);
        }
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] input = corpus.get(random.nextInt(corpus.size()));
            for (int mutations = 1 + random.nextInt(6); mutations > 0; mutations--) {
                input = mutated(input, corpus.get(random.nextInt(corpus.size())), random);
            }
            run(target, input);
        }
    }

    private static void run(final FuzzTarget target, final byte[] input) {
        try {
            target.run(input);
        } catch (final Throwable finding) {
            throw new AssertionError(target + " with " + HexFormat.of().formatHex(input), finding);
        }
    }

    private static byte[] mutated(final byte[] input, final byte[] other, final Random random) {
        if (input.length == 0) {
            return other;
        }
        final byte[] changed = input.clone();
        final int at = random.nextInt(input.length);
        switch (random.nextInt(6)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) random.nextInt();
            case 2 -> changed[at] = new byte[] {0, -1, 127, -128}[random.nextInt(4)];
            case 3 -> {
                return Arrays.copyOf(input, at);
            }
            case 4 -> {
                final int count = Math.min(other.length, 1 + random.nextInt(16));
                final byte[] longer = new byte[input.length + count];
                System.arraycopy(input, 0, longer, 0, at);
                System.arraycopy(other, 0, longer, at, count);
                System.arraycopy(input, at, longer, at + count, input.length - at);
                return longer;
            }
            default -> {
                final int count = Math.min(input.length - at, 1 + random.nextInt(16));
                final byte[] shorter = Arrays.copyOf(input, input.length - count);
                System.arraycopy(input, at + count, shorter, at, input.length - at - count);
                return shorter;
            }
        }
        return changed;
    }
}
