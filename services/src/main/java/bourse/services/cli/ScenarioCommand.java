package bourse.services.cli;

import bourse.engine.scenario.MatcherChoice;
import bourse.engine.scenario.ScenarioCommandRunner;
import bourse.engine.scenario.ScenarioResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bourse scenario}: matching behaviour as executable text. */
@Command(name = "scenario",
    header = "Run scenario files: matching behaviour as executable text.",
    description = {"A scenario is a few commands and the events that must follow; docs/SEMANTICS.md says what each instruction does.", "",
        "  bourse scenario run scenarios/*.txt", ""},
    subcommands = ScenarioCommand.Run.class)
public final class ScenarioCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing sub-command: run?");
    }

    /** Runs. */
    @Command(name = "run", header = "Run scenario files and say which scenarios hold.",
        description = {"Prints each that does not pass, and last: N passed, N failed, N unsupported. Exit status 0 only when none failed.", "",
            "  bourse scenario run scenarios/*.txt",
            "  bourse scenario run --matcher reference --json scenarios/random/*.txt.gz", ""})
    static final class Run implements Callable<Integer> {
        @Mixin
        private JsonOutput json;
        @Option(names = "--matcher", paramLabel = "NAME", description = "Which matcher: ${COMPLETION-CANDIDATES} (default: the venue's).")
        private MatcherChoice matcher;
        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Scenario files, plain or .gz.")
        private List<Path> files;

        @Override
        public Integer call() {
            final MatcherChoice[] choices = MatcherChoice.values();
            final MatcherChoice chosen = matcher == null ? choices[choices.length - 1] : matcher;
            final ScenarioCommandRunner.Report report;
            try {
                report = ScenarioCommandRunner.run(files, chosen);
            } catch (final IOException e) {
                throw new CommandFailure("cannot read scenarios: " + e.getMessage(), e);
            }
            report.results().stream().filter(result -> result.verdict() != ScenarioResult.Verdict.PASS).forEach(json.human()::println);
            json.human().println(report.summary());
            json.write(report);
            return report.failed() == 0 ? 0 : Bourse.FAILED;
        }
    }
}
