package bourse.engine.scenario;

import bourse.engine.match.Matcher;
import java.util.List;
import java.util.Map;

/** Runs scenarios, each on a matcher of its own, up to the first difference. */
public final class ScenarioRunner {
    private final MatcherFactory factory;

    public ScenarioRunner(final MatcherFactory factory) {
        this.factory = factory;
    }

    /** Every scenario of the file, in its order. */
    public List<ScenarioResult> run(final ScenarioFile file) {
        return file.scenarios().stream().map(scenario -> run(file.name(), scenario)).toList();
    }

    ScenarioResult run(final String file, final Scenario scenario) {
        try {
            Policy.check(scenario);
            final Run run = new Run(file, scenario);
            try {
                return run.verdict();
            } finally {
                factory.release(run.matcher);
            }
        } catch (final UnsupportedStatement e) {
            return ScenarioResult.unsupported(file, scenario.name(), e.line, e.getMessage());
        }
    }

    private final class Run {
        private final String file;
        private final Scenario scenario;
        private final EventTape tape;
        private final CommandSender sender;
        private final CheckList checks;
        private final Matcher matcher;
        private int commands;

        Run(final String file, final Scenario scenario) {
            this.file = file;
            this.scenario = scenario;
            final Ids ids = new Ids();
            tape = new EventTape(ids);
            matcher = factory.create(tape);
            sender = new CommandSender(matcher, ids, tape, scenario.policy());
            checks = new CheckList(matcher, ids, tape);
        }

        ScenarioResult verdict() {
            for (final Scenario.Step step : scenario.steps()) {
                final ScenarioResult difference = run(step);
                if (difference != null) {
                    return difference;
                }
            }
            return ScenarioResult.pass(file, scenario.name(), commands);
        }

        private ScenarioResult run(final Scenario.Step step) {
            if (step.command() != null) {
                sender.send(step.command());
                commands++;
                final ScenarioResult difference = compare(step);
                if (difference != null) {
                    return difference;
                }
            }
            for (final Statement check : step.checks()) {
                final String have = checks.difference(check);
                if (have != null) {
                    return ScenarioResult.fail(file, scenario.name(), check.line(), check.text(), have, commands);
                }
            }
            return null;
        }

        private ScenarioResult compare(final Scenario.Step step) {
            final List<EventTape.Event> events = tape.takeEvents().stream().filter(e -> !e.venue() || scenario.listsVenueEvents()).toList();
            final List<Statement> wanted = step.expectations().stream().filter(e -> !e.kind().equals("none")).toList();
            for (int i = 0; i < Math.max(events.size(), wanted.size()); i++) {
                final Statement want = i < wanted.size() ? wanted.get(i) : null;
                final EventTape.Event got = i < events.size() ? events.get(i) : null;
                if (want == null || got == null || !matches(want, got)) {
                    final Statement at = want == null ? step.command() : want;
                    return ScenarioResult.fail(file, scenario.name(), at.line(),
                        want == null ? "nothing more after: " + at.text() : want.text(),
                        got == null ? "nothing more after: " + step.command().text() : "expect " + got, commands);
                }
            }
            return null;
        }
    }

    /** A key that the line leaves out matches anything; {@code reason} is never compared, {@code why} is. */
    private static boolean matches(final Statement want, final EventTape.Event got) {
        if (!want.kind().equals(got.kind())) {
            return false;
        }
        for (final Map.Entry<String, String> argument : want.arguments().entrySet()) {
            final String key = argument.getKey().equals("why") ? "reason" : argument.getKey();
            final String have = got.values().get(key);
            if (have == null) {
                throw new UnsupportedStatement(want.line(), "unknown key " + argument.getKey() + " in: " + want.text());
            }
            if (!argument.getKey().equals("reason") && !have.equals(argument.getValue())) {
                return false;
            }
        }
        return true;
    }
}
