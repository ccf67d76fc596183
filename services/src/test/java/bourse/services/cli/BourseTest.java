package bourse.services.cli;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;

import static org.assertj.core.api.Assertions.assertThat;

class BourseTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(final String... args) {
        return commandLine().execute(args);
    }

    private CommandLine commandLine() {
        return Bourse.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }

    @Test
    void shouldExplainEveryCommand() {
        explained(commandLine());
    }

    private void explained(final CommandLine parent) {
        for (final CommandLine command : parent.getSubcommands().values()) {
            final String name = command.getCommandSpec().qualifiedName();
            assertThat(command.getCommandSpec().usageMessage().header()).as(name + ": header").isNotEmpty();
            assertThat(command.getCommandSpec().usageMessage().description()).as(name + ": description").isNotEmpty();
            assertThat(command.getCommandSpec().optionsMap()).as(name).containsKeys("--help", "--debug");
            explained(command);
        }
    }

    @Test
    void shouldRefuseUnknownCommandWithUsageStatus() {
        assertThat(execute("ordr")).isEqualTo(Bourse.USAGE);
        assertThat(err.toString()).contains("ordr");
    }

    @Test
    void shouldPutTogetherOnlyTheCommandThatIsCalled() {
        assertThat(Bourse.commandLineFor("status", "--json").getSubcommands().keySet()).containsExactly("status");
        assertThat(Bourse.commandLineFor("ordr").getSubcommands().keySet()).isEqualTo(commandLine().getSubcommands().keySet());
        assertThat(Bourse.commandLineFor("--debug", "status").getSubcommands().keySet()).isEqualTo(commandLine().getSubcommands().keySet());
        commandLine().getSubcommands().forEach((name, command) -> assertThat(Bourse.commandLineFor(name).getSubcommands().get(name).getUsageMessage())
            .as(name).isEqualTo(command.getUsageMessage()));
    }

    @Test
    void shouldAskForSubCommandOfBench() {
        assertThat(execute("bench")).isEqualTo(Bourse.USAGE);
        assertThat(err.toString()).contains("bourse bench").contains("--help");
    }
}
