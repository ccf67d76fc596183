package bourse.engine.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every matcher runs the scenarios that other engines' tests gave, and the two random streams. */
class SharedScenariosTest {
    private static final Path SHARED = Path.of("..", "..", "shared", "scenarios");

    @ParameterizedTest
    @EnumSource(MatcherChoice.class)
    void shouldPassSharedScenarios(final MatcherChoice matcher) throws IOException {
        assumeTrue(Files.isDirectory(SHARED), "SKIPPED: no shared scenarios at " + SHARED.toAbsolutePath().normalize());
        final ScenarioCommandRunner.Report report = ScenarioCommandRunner.run(files(), matcher);

        assertThat(report.results()).filteredOn(result -> result.verdict() != ScenarioResult.Verdict.PASS).isEmpty();
        assertThat(report.passed()).isGreaterThanOrEqualTo(135);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> plain = Files.list(SHARED); Stream<Path> random = Files.list(SHARED.resolve("random"))) {
            return Stream.concat(plain.filter(path -> path.toString().endsWith(".txt")), random).sorted().toList();
        }
    }
}
