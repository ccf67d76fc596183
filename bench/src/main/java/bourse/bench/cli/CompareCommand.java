package bourse.bench.cli;

import bourse.bench.ladder.Comparison;
import bourse.bench.ladder.LadderReport;
import bourse.services.cli.CommandFailure;
import bourse.services.cli.JsonOutput;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse bench compare}. */
@Command(name = "compare",
    header = "Two runs of the ladder: what changed beyond the noise.",
    description = {"Shows each rung's throughput in both with its noise, then every figure that moved further than that. Exit status 1 when the two did not reach the"
        + " same state, so did not do the same work; with --expect-same also when anything changed.",
        "",
        "  bourse bench compare before.json after.json",
        "  bourse bench compare --expect-same one.json again.json     two runs of one build",
        ""})
public final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BEFORE", description = "JSON of bench ladder.")
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "JSON of a later run.")
    private Path after;

    @Option(names = "--expect-same", description = "A figure that changed beyond the noise is a failure (exit status 1).")
    private boolean isSameExpected;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() {
        final Comparison comparison = Comparison.of(read(before), read(after));
        comparison.print(json.human());
        json.write(comparison);
        return comparison.hashesEqual() && (comparison.changed() == 0 || !isSameExpected) ? 0 : 1;
    }

    private static LadderReport read(final Path file) {
        if (!Files.exists(file)) {
            throw new CommandFailure(file + ": no such file (expected: what `bourse bench ladder --json=FILE` wrote)");
        }
        try {
            return new ObjectMapper().readValue(file.toFile(), LadderReport.class);
        } catch (final IOException e) {
            throw new CommandFailure(file + ": not a report of bench ladder (" + e.getMessage().lines().findFirst().orElse("") + ")", e);
        }
    }
}
