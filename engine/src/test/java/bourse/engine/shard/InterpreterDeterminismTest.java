package bourse.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

/** What the compilers make of the engine decides nothing: the interpreter alone comes to the same state. */
class InterpreterDeterminismTest {
    private static final long SEED = 31;
    private static final int HASHES = 3;
    private static final long LIMIT_SECONDS = 240;

    @Test
    void shouldComeToTheSameStateInterpretedAndCompiled() throws Exception {
        final Process interpreted = start("-Xint");
        final List<String> compiled = HashTrail.of(SEED, HASHES);
        final String output = new String(interpreted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(interpreted.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().toList()).as("hashes after every %d commands", HashTrail.COMMANDS_PER_HASH).isEqualTo(compiled);
        assertThat(compiled).hasSize(HASHES).doesNotHaveDuplicates();
    }

    private static Process start(final String option) throws java.io.IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("--add") || argument.startsWith("--enable") || argument.startsWith("--sun")).forEach(command::add);
        command.addAll(List.of(option, "-Xmx512m", "-cp", System.getProperty("java.class.path"), HashTrail.class.getName(), Long.toString(SEED),
            Integer.toString(HASHES)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
