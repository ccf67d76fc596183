package bourse.engine.scenario;

import bourse.engine.match.Matcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes down what a matcher does with the commands of a scenario: how a found stream of commands becomes a scenario to keep. */
public final class ScenarioWriter {
    private ScenarioWriter() {
    }

    /**
     * The scenario's lines with the events of {@code factory}'s matcher as {@code expect} lines after each command; checks and comments stay, old
     * {@code expect} lines go. Throws {@link IllegalArgumentException} for lines that are not one scenario of the grammar.
     */
    public static List<String> withEvents(final List<String> lines, final MatcherFactory factory) {
        final boolean venueEvents = lines.stream().anyMatch(line -> line.startsWith("# policy:") && line.contains("events=venue"));
        final Ids ids = new Ids();
        final EventTape tape = new EventTape(ids);
        final Matcher matcher = factory.create(tape);
        try {
            final CommandSender sender = new CommandSender(matcher, ids, tape, policy(lines));
            final List<String> written = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                final String line = lines.get(i).strip();
                if (line.startsWith("expect ")) {
                    continue;
                }
                written.add(line);
                if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith("scenario ") && !line.startsWith("check ") && !line.equals("end")) {
                    sender.send(Statement.parse(i + 1, line));
                    tape.takeEvents().stream().filter(event -> venueEvents || !event.venue()).map(ScenarioWriter::expectation).forEach(written::add);
                }
            }
            return written;
        } catch (final UnsupportedStatement e) {
            throw new IllegalArgumentException("line " + e.line + ": " + e.getMessage(), e);
        } finally {
            factory.release(matcher);
        }
    }

    private static Map<String, String> policy(final List<String> lines) {
        final Map<String, String> policy = new HashMap<>();
        lines.stream().filter(line -> line.startsWith("# policy:")).flatMap(line -> Stream.of(line.split("\\s+"))).filter(word -> word.contains("="))
            .forEach(word -> policy.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1)));
        return policy;
    }

    private static String expectation(final EventTape.Event event) {
        final StringBuilder line = new StringBuilder("expect ").append(event.kind());
        for (final Map.Entry<String, String> value : event.values().entrySet()) {
            final boolean noFee = value.getKey().endsWith("fee") && value.getValue().equals("0");
            if (!noFee) {
                line.append(' ').append(value.getKey().equals("reason") ? "why" : value.getKey()).append('=').append(value.getValue());
            }
        }
        return line.toString();
    }
}
