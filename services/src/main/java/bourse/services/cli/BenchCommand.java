package bourse.services.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Parent of the measuring commands, which the bench module provides. */
@Command(name = "bench",
    header = "Measure what each layer costs.",
    description = {
        "Each rung sends the same orders through one more layer: the matching core alone, then with the log, then through gRPC.",
        "A report says how it was measured, on what machine, and what became of the orders (a digest), so that two reports can be compared."})
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing sub-command: which rung?");
    }
}
