package bourse.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamGeneratorTest {
    @TempDir
    private Path folder;

    /** Digests of what the published generator writes for the same arguments. */
    @ParameterizedTest
    @CsvSource({"1000, 50, 200000, 42, 338632f19f763b1dc43034c842ed1b2ad4ae77da976dc40b4f3bea3673ac8448", "100000, 500, 100000, 42, 3708d44e38ffc36cedfcb34fb61eb04528239a3926e6200f35a23774c90318ae", "10, 3, 50000, 7, 3eb6b4adc52749292025fdd5fb41cd38ca07a4e602e4f210626f49755ba58de9"})
    void shouldWriteThePublishedBytes(final int live, final double distance, final int measured, final long seed, final String digest)
            throws IOException, NoSuchAlgorithmException {
        final Path file = folder.resolve("stream");
        StreamGenerator.write(file, live, distance, measured, seed);
        assertThat(sha256(file)).isEqualTo(digest);
        try (CommandStream stream = CommandStream.open(file)) {
            assertThat(stream.prefill()).isEqualTo(live);
            assertThat(stream.measured()).isEqualTo(measured);
            assertThat(stream.seed()).isEqualTo(seed);
        }
    }

    @Test
    void shouldReachThePublishedResult() throws IOException {
        final StreamResult result = StreamGenerator.write(folder.resolve("stream"), 1_000, 50, 3_000_000, 42);

        assertThat(result.tradeHashText()).isEqualTo("1969ef2c0dab72d5");
        assertThat(result).isEqualTo(new StreamResult(737_499, 37_915_170, 3_797_834_207_178L, result.tradeHash(), 513, 555, 100_328,
                100_355, 0));
    }

    @Test
    void shouldRefuseWhatIsNotAStream() throws IOException {
        final Path file = folder.resolve("stream");
        Files.writeString(file, "something else");
        assertThatThrownBy(() -> CommandStream.open(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a recorded stream");
        StreamGenerator.write(file, 10, 3, 10, 1);
        final byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> CommandStream.open(file)).hasMessageContaining("bytes: 703 (expected: 704)");
    }

    private static String sha256(final Path file) throws IOException, NoSuchAlgorithmException {
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
