package bourse.engine.scenario;

import java.util.List;
import java.util.Map;

/**
 * One scenario of a file: it starts from a fresh, empty matcher.
 *
 * @param line   where it starts
 * @param policy rules it asks for, from its {@code # policy:} lines
 * @param steps  commands with what is expected of each
 */
public record Scenario(String name, int line, Map<String, String> policy, List<Step> steps) {

    /** It lists states, indications, mass cancellations and quotes, too ({@code # policy: events=venue}). */
    boolean listsVenueEvents() {
        return "venue".equals(policy.get("events"));
    }

    /**
     * @param command      null before the first command
     * @param expectations {@code expect} lines, in order: the complete list of events
     * @param checks       {@code check} lines
     */
    record Step(Statement command, List<Statement> expectations, List<Statement> checks) {
    }
}
