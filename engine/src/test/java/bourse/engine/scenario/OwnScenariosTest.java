package bourse.engine.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The project's own scenarios: every feature at its edges. */
class OwnScenariosTest {
    private static final Path SCENARIOS = Path.of("scenarios");
    private static final String THERE = "# there: ";

    @ParameterizedTest
    @EnumSource(MatcherChoice.class)
    void shouldPassOwnScenarios(final MatcherChoice matcher) throws IOException {
        final List<Path> files;
        try (Stream<Path> all = Files.list(SCENARIOS)) {
            files = all.filter(path -> path.toString().endsWith(".txt") || path.toString().endsWith(".gz")).sorted().toList();
        }
        final ScenarioCommandRunner.Report report = ScenarioCommandRunner.run(files, matcher);

        assertThat(report.results()).filteredOn(result -> result.verdict() != ScenarioResult.Verdict.PASS).isEmpty();
        assertThat(report.passed()).isGreaterThan(260);
    }

    /** The public benchmark's gate has 34 edge cases: each has a scenario that says its name there. */
    @Test
    void shouldHaveEachCaseOfThePublicGate() throws IOException {
        final Set<String> names = new TreeSet<>();
        for (final String file : List.of("edge-cases.txt", "deep-sweep.txt.gz")) {
            try (InputStream in = Files.newInputStream(SCENARIOS.resolve(file)); InputStream text = file.endsWith(".gz") ? new GZIPInputStream(in) : in) {
                new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith(THERE))
                    .forEach(line -> names.add(line.substring(THERE.length())));
            }
        }
        assertThat(names).hasSize(34);
    }
}
