package bourse.deploy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages of docs/drills do what they say, from the packaged jar, with real processes. */
class DrillsSystemTest {
    private static final Path FOLDER = Terminal.ROOT.resolve("docs/drills");
    /** Those of three members take minutes: {@code make test-drills} executes all. */
    private static final Set<String> OF_MEMBERS = Set.of("rolling-upgrade.md", "one-to-three.md");
    private static final int PATIENCE_SECONDS = 300;

    static List<Path> drills() throws IOException {
        try (var pages = Files.list(FOLDER)) {
            return pages.filter(page -> page.toString().endsWith(".md") && !page.endsWith("README.md") && !OF_MEMBERS.contains(page.getFileName().toString()))
                .sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("drills")
    void shouldDoWhatIsWrittenDown(final Path drill) throws Exception {
        final Path said = Files.createTempFile("drill", ".txt");
        try {
            final Process process = new Terminal().builder(List.of(FOLDER.resolve("run").toString(), drill.getFileName().toString()))
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
            final boolean hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!hasEnded) {
                process.destroy();
                process.waitFor();
            }
            final String transcript = Files.readString(said);
            System.out.println(transcript);
            assertThat(hasEnded && process.exitValue() == 0).as(transcript).isTrue();
            assertThat(Files.readString(FOLDER.resolve("README.md"))).contains("](" + drill.getFileName() + ")");
            // What is shown beside the page is a run of this very page.
            final List<String> written = Files.readAllLines(Path.of(drill.toString().replaceAll("md$", "txt")));
            assertThat(written.stream().filter(line -> line.startsWith("$ "))).as("make test-drills writes it anew")
                .containsExactlyElementsOf(transcript.lines().filter(line -> line.startsWith("$ ")).toList());
        } finally {
            Files.delete(said);
        }
    }
}
