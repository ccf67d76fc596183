package bourse.services.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonOutputTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Command(name = "sample")
    static final class Sample {
        @Mixin
        JsonOutput json;
        @Parameters(arity = "0..1")
        String file;

        Sample(final JsonOutput json) {
            this.json = json;
        }
    }

    private Sample parse(final String... args) {
        final Sample sample = new Sample(new JsonOutput(new PrintStream(out), new PrintStream(err)));
        new CommandLine(sample).parseArgs(args);
        return sample;
    }

    @Test
    void shouldPrintOneLineOnStdoutAndTheRestOnStderr() {
        final Sample sample = parse("--json", "data.csv");
        assertThat(sample.file).isEqualTo("data.csv");
        sample.json.human().println("for people");
        sample.json.write(Map.of("trades", 3));
        assertThat(out.toString()).isEqualTo("{\"trades\":3}" + System.lineSeparator());
        assertThat(err.toString()).contains("for people");
    }

    @Test
    void shouldWriteToFile(@TempDir final Path dir) throws IOException {
        final Path file = dir.resolve("out.json");
        final Sample sample = parse("data.csv", "--json=" + file);
        sample.json.human().println("for people");
        sample.json.write(Map.of("trades", 3));
        assertThat(Files.readString(file)).isEqualTo("{\"trades\":3}\n");
        assertThat(out.toString()).contains("for people");
    }

    @Test
    void shouldRefuseAFileThatCannotBeWrittenBeforeTheCommandBegins(@TempDir final Path dir) {
        assertThatThrownBy(() -> parse("--json=" + dir.resolve("missing/out.json"))).isInstanceOf(CommandLine.ParameterException.class)
            .hasMessageContaining("missing/out.json: cannot be written");
        assertThatThrownBy(() -> parse("--json=" + dir)).isInstanceOf(CommandLine.ParameterException.class).hasMessageContaining("cannot be written");
        assertThat(parse("--json=-").json.isOn()).isTrue();
    }

    @Test
    void shouldBeSilentWhenNotAskedFor() {
        final Sample sample = parse("data.csv");
        sample.json.write(Map.of("trades", 3));
        assertThat(sample.json.isOn()).isFalse();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldTakeLastWord() {
        assertThat(parse("--json").json.isOn()).isTrue();
    }
}
