package bourse.bench.rung;

import bourse.services.client.OwnVenue;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The other process of a rung, a {@link RungNode}: started, asked by lines on its standard input, and gone at the latest when this process
 * is. Thread: one.
 */
final class NodeProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long STOP_SECONDS = 20;

    private final String role;
    private final Path log;
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final Map<String, String> facts;

    /**
     * Starts a node and waits until it is ready.
     *
     * @param directory of its files
     * @param arguments what its role wants
     */
    NodeProcess(final String role, final Path directory, final Map<String, String> arguments) throws IOException {
        this.role = role;
        log = directory.resolve(role + ".log");
        final List<String> options = new ArrayList<>(List.of("-XX:+UseParallelGC", "-Xms512m", "-Xmx2g"));
        options.addAll(ProcessUsage.jvmOptions(directory.resolve(role + ".safepoints")));
        if (Profiler.isOn()) {
            options.addAll(Profiler.jvmOptions());
        }
        final List<String> command = OwnVenue.javaCommand(options);
        command.addAll(List.of(RungNode.class.getName(), role));
        final Map<String, String> all = new LinkedHashMap<>(arguments);
        all.put("directory", directory.toString());
        all.forEach((key, value) -> command.add(key + "=" + value));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = process.outputWriter(StandardCharsets.UTF_8);
        facts = read(new TypeReference<>() { });
    }

    /** What it said when it was ready. */
    String fact(final String name) {
        return facts.get(name);
    }

    long pid() {
        return process.pid();
    }

    String role() {
        return role;
    }

    ProcessUsage usage() {
        return ask("usage", new TypeReference<>() { });
    }

    /** Starts or ends a profile there; see {@link Profiler#execute}. */
    void profile(final String command) {
        final Map<String, String> answer = ask("profile " + command, new TypeReference<>() { });
        if (answer.containsKey("fault")) {
            throw new IllegalStateException("no profile of " + role + ": " + answer.get("fault"));
        }
    }

    private <T> T ask(final String question, final TypeReference<T> type) {
        try {
            questions.write(question + "\n");
            questions.flush();
            return read(type);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T read(final TypeReference<T> type) throws IOException {
        String line = answers.readLine();
        // The JVM or a library may write a warning to stdout.
        while (line != null && !line.startsWith("{")) {
            line = answers.readLine();
        }
        if (line == null) {
            final List<String> lines = Files.readAllLines(log);
            throw new IOException("the process of " + role + " ended: " + String.join("\n", lines.subList(Math.max(0, lines.size() - 20),
                    lines.size())));
        }
        return JSON.readValue(line, type);
    }

    @Override
    public void close() {
        try {
            questions.close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final IOException e) {
            process.destroyForcibly();
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
