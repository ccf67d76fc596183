package bourse.engine.scenario;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code bourse scenario run FILE...} does: runs the files and says what did not pass. */
public final class ScenarioCommandRunner {

    /** Everything that was run, with the counts of each verdict. Plain values, fit for JSON. */
    public record Report(int passed, int failed, int unsupported, List<ScenarioResult> results) {
        static Report of(final List<ScenarioResult> results) {
            return new Report(count(results, ScenarioResult.Verdict.PASS), count(results, ScenarioResult.Verdict.FAIL),
                count(results, ScenarioResult.Verdict.UNSUPPORTED), List.copyOf(results));
        }

        private static int count(final List<ScenarioResult> results, final ScenarioResult.Verdict verdict) {
            return (int) results.stream().filter(result -> result.verdict() == verdict).count();
        }

        /** The last line of every run. */
        public String summary() {
            return passed + " passed, " + failed + " failed, " + unsupported + " unsupported";
        }
    }

    private ScenarioCommandRunner() {
    }

    /** Runs every scenario of the files. Throws {@link IOException} naming the first file that cannot be read. */
    public static Report run(final List<Path> files, final MatcherFactory matcher) throws IOException {
        final ScenarioRunner runner = new ScenarioRunner(matcher);
        final List<ScenarioResult> results = new ArrayList<>();
        for (final Path file : files) {
            results.addAll(runner.run(ScenarioFile.read(file)));
        }
        return Report.of(results);
    }

    /**
     * Runs the files and prints each scenario that failed or is unsupported, then the summary as the last line.
     *
     * @return 0 if none failed, 1 if some did, 2 if a file could not be read
     */
    public static int run(final List<Path> files, final MatcherFactory matcher, final PrintStream out) {
        final Report report;
        try {
            report = run(files, matcher);
        } catch (final IOException e) {
            out.println("cannot read scenarios: " + e.getMessage());
            return 2;
        }
        report.results().stream().filter(result -> result.verdict() != ScenarioResult.Verdict.PASS).forEach(out::println);
        out.println(report.summary());
        return report.failed() == 0 ? 0 : 1;
    }
}
