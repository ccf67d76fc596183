/**
 * Scenario files: orders in, expected events out, as text that a trader can read (docs/SCENARIOS.md). Any matcher can run them. Cold.
 *
 * <p>{@link bourse.engine.scenario.ScenarioFile} reads, {@link bourse.engine.scenario.ScenarioRunner} runs one scenario through
 * {@link bourse.engine.scenario.CommandSender} and compares what {@link bourse.engine.scenario.EventTape} heard,
 * {@link bourse.engine.scenario.ScenarioCommandRunner} is the command line's entry.
 */
package bourse.engine.scenario;
