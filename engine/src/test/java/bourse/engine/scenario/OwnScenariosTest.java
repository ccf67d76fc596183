package bourse.engine.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The project's own scenarios: every feature at its edges. */
class OwnScenariosTest {
    private static final Path SCENARIOS = Path.of("scenarios");

    @ParameterizedTest
    @EnumSource(MatcherChoice.class)
    void shouldPassOwnScenarios(final MatcherChoice matcher) throws IOException {
        final List<Path> files;
        try (Stream<Path> all = Files.list(SCENARIOS)) {
            files = all.filter(path -> path.toString().endsWith(".txt") || path.toString().endsWith(".gz")).sorted().toList();
        }
        final ScenarioCommandRunner.Report report = ScenarioCommandRunner.run(files, matcher);

        assertThat(report.results()).filteredOn(result -> result.verdict() != ScenarioResult.Verdict.PASS).isEmpty();
        assertThat(report.passed()).isGreaterThan(230);
    }
}
