package bourse.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A person's terminal, at the root of the repository unless told otherwise: runs a command to its end and keeps what it printed. */
public final class Terminal {
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path JAR = ROOT.resolve("deploy/target/bourse.jar");

    private final Map<String, String> environment = new HashMap<>();
    private final Path directory;
    private Duration patience = Duration.ofSeconds(60);

    public Terminal() {
        this(ROOT);
    }

    public Terminal(final Path directory) {
        this.directory = directory;
    }

    /** What a finished command left. */
    public record Result(int status, String out, String err) {
        /** Standard output, for a command that must have succeeded. */
        public String expectSuccess() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + "\n--- out\n" + out + "\n--- err\n" + err);
            }
            return out;
        }
    }

    /** Sets an environment variable of the commands to come. */
    public Terminal with(final String name, final String value) {
        environment.put(name, value);
        return this;
    }

    /** How long a command to come may take. */
    Terminal patient(final Duration longest) {
        patience = longest;
        return this;
    }

    public Result run(final String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    public Result run(final List<String> command) throws IOException, InterruptedException {
        final Path out = Files.createTempFile("bourse-terminal", ".out");
        final Path err = Files.createTempFile("bourse-terminal", ".err");
        try {
            final Process process = builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("no end within " + patience + ": " + command + "\n" + Files.readString(out) + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    /** A process of this terminal that is not waited for. */
    public ProcessBuilder builder(final List<String> command) {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }
}
