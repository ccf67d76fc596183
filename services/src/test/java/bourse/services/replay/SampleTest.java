package bourse.services.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample day in docs/samples is what its generator writes. */
class SampleTest {
    @TempDir
    private Path folder;

    @Test
    void shouldBeWhatTheGeneratorWrites() throws IOException {
        SyntheticFlow.write(folder.resolve("day.csv"), folder.resolve("day.book.csv"), 500, 1, 5);

        final Path samples = Path.of("..", "docs", "samples");
        assertThat(samples.resolve("day.csv")).hasSameTextualContentAs(folder.resolve("day.csv"));
        assertThat(samples.resolve("day.book.csv")).hasSameTextualContentAs(folder.resolve("day.book.csv"));
    }
}
