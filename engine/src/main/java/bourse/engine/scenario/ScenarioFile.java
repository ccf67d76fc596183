package bourse.engine.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The scenarios of one file, in its order. Statements are only split into words here; what they mean is the runner's matter.
 *
 * @param name      what reports call it
 * @param scenarios in the file's order
 */
public record ScenarioFile(String name, List<Scenario> scenarios) {

    /** Reads a file, plain or (name ends in .gz) compressed. Throws {@link IOException} if it cannot be read or is no scenario file. */
    public static ScenarioFile read(final Path path) throws IOException {
        final String name = String.valueOf(path.getFileName());
        try (InputStream bytes = Files.newInputStream(path);
             InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
             BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return parse(name, lines.lines().toList());
        } catch (final java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Takes the lines of a file. Throws {@link IOException} for a statement outside of a scenario. */
    public static ScenarioFile parse(final String name, final List<String> lines) throws IOException {
        final List<Scenario> scenarios = new ArrayList<>();
        Builder current = null;
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (line.startsWith("scenario ")) {
                current = new Builder(line.substring("scenario ".length()).strip(), i + 1);
                scenarios.add(current.scenario);
            } else if (line.equals("end")) {
                current = null;
            } else if (current != null) {
                current.add(i + 1, line);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                throw new IOException(name + " line " + (i + 1) + ": " + line + " (expected: a line \"scenario NAME\" before it)");
            }
        }
        return new ScenarioFile(name, scenarios);
    }

    private static final class Builder {
        private final Map<String, String> policy = new LinkedHashMap<>();
        private final List<Scenario.Step> steps = new ArrayList<>();
        private final Scenario scenario;

        Builder(final String name, final int line) {
            scenario = new Scenario(name, line, policy, steps);
            steps.add(new Scenario.Step(null, new ArrayList<>(), new ArrayList<>()));
        }

        void add(final int line, final String text) {
            if (text.startsWith("#")) {
                comment(text.substring(1).strip());
            } else if (!text.isEmpty()) {
                statement(line, text.endsWith(" !") ? text.substring(0, text.length() - 2).strip() : text);
            }
        }

        private void comment(final String text) {
            if (text.startsWith("policy:")) {
                for (final String rule : text.substring("policy:".length()).strip().split("\\s+")) {
                    final int equals = rule.indexOf('=');
                    policy.put(equals < 0 ? rule : rule.substring(0, equals), equals < 0 ? "" : rule.substring(equals + 1));
                }
            }
        }

        private void statement(final int line, final String text) {
            Statement statement;
            try {
                statement = Statement.parse(line, text);
            } catch (final UnsupportedStatement e) {
                statement = new Statement(line, text, "unreadable", e.getMessage(), Map.of());
            }
            switch (statement.verb()) {
                case "expect" -> steps.getLast().expectations().add(statement);
                case "check" -> steps.getLast().checks().add(statement);
                default -> steps.add(new Scenario.Step(statement, new ArrayList<>(), new ArrayList<>()));
            }
        }
    }
}
