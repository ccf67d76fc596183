package bourse.services.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Stack;

/**
 * The {@code --json[=FILE]} option, a picocli {@code @Mixin} of every command that has a result: exactly one line of JSON on stdout (or in
 * FILE), written by {@link #write}; what people read goes to {@link #human()}, which is stderr while stdout belongs to the JSON.
 */
public final class JsonOutput {
    private static final String STDOUT = "-";

    @Option(names = "--json", arity = "0..1", paramLabel = "FILE", preprocessor = AttachedValueOnly.class,
        description = "Print exactly one line of JSON on stdout (or write it to FILE); all else goes to stderr.")
    private String target;

    private final PrintStream out;
    private final PrintStream err;

    public JsonOutput() {
        this(System.out, System.err);
    }

    JsonOutput(final PrintStream out, final PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** JSON was asked for. */
    public boolean isOn() {
        return target != null;
    }

    /** Where text for people goes: stderr when stdout is the JSON's, else stdout. */
    public PrintStream human() {
        return STDOUT.equals(target) ? err : out;
    }

    /**
     * Writes the result, once per command: a record, a map or a Jackson tree. Does nothing when JSON was not asked for.
     *
     * @throws CommandFailure when FILE cannot be written.
     */
    public void write(final Object result) {
        if (target == null) {
            return;
        }
        final String line = Json.line(result);
        if (STDOUT.equals(target)) {
            out.println(line);
            out.flush();
            return;
        }
        try {
            Files.writeString(Path.of(target), line + "\n", StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new CommandFailure("--json=" + target + ": cannot be written (" + e + "); name a file in a directory that exists", e);
        }
    }

    /** Loaded only when something is written, so that help stays instant. */
    private static final class Json {
        private static final ObjectMapper MAPPER = new ObjectMapper()
            .disable(SerializationFeature.INDENT_OUTPUT)
            .setSerializationInclusion(JsonInclude.Include.NON_NULL);

        static String line(final Object result) {
            try {
                return MAPPER.writeValueAsString(result);
            } catch (final JsonProcessingException e) {
                throw new IllegalStateException("result cannot be written as JSON, type=" + result.getClass().getName(), e);
            }
        }
    }

    /** Takes {@code --json=FILE} but never the next word, which is a parameter of the command. */
    static final class AttachedValueOnly implements IParameterPreprocessor {
        @Override
        public boolean preprocess(
            final Stack<String> args, final CommandSpec commandSpec, final ArgSpec argSpec, final Map<String, Object> info) {
            final Object separator = info.get("separator");
            final boolean attached = separator != null && !" ".equals(separator);
            final String value = attached ? args.pop() : STDOUT;
            if (attached && !value.equals(STDOUT)) {
                checkWritable(commandSpec, value);
            }
            argSpec.setValue(value);
            return true;
        }

        /** Before the command does anything: some take half an hour. */
        private static void checkWritable(final CommandSpec command, final String value) {
            final Path file = Path.of(value).toAbsolutePath();
            final boolean isWritable = Files.exists(file) ? !Files.isDirectory(file) && Files.isWritable(file)
                : Files.isDirectory(file.getParent()) && Files.isWritable(file.getParent());
            if (!isWritable) {
                throw new ParameterException(command.commandLine(), "--json=" + value + ": cannot be written; name a file in a directory that exists");
            }
        }
    }
}
