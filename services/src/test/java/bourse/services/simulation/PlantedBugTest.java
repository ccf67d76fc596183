package bourse.services.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the simulation is worth: each of these bugs is found, by the promise that it breaks. The table is in {@code docs/FAULTS.md}. */
class PlantedBugTest {
    private static final int MOST_SEEDS = 300;
    private static final int SHRINK_RUNS = 250;
    private static final int SHORT_STEPS = 20;
    private static final String STATE = "state hash equal live, in replay, from a snapshot, on every member";
    private static final Map<Bug, String> FOUND_BY = new EnumMap<>(Map.ofEntries(
        Map.entry(Bug.ACKNOWLEDGE_BEFORE_COMMIT, "a minority never acknowledges"),
        Map.entry(Bug.VOTE_TWICE, "a committed entry is never lost"),
        Map.entry(Bug.ACKNOWLEDGE_BEFORE_SYNC, "a minority never acknowledges"),
        Map.entry(Bug.OUTCOMES_LOST_IN_SNAPSHOT, STATE),
        Map.entry(Bug.ACCOUNT_NUMBERS_LOST_IN_SNAPSHOT, "no exception in production code: IllegalStateException"),
        Map.entry(Bug.HASH_ORDER, "recorded events are those of the reference matcher"),
        Map.entry(Bug.WALL_CLOCK, STATE),
        Map.entry(Bug.STALE_SNAPSHOT, "event numbers without holes or repeats"),
        Map.entry(Bug.SNAPSHOT_WITHOUT_NEWEST_ENTRY, STATE),
        Map.entry(Bug.EVENT_LOST_AT_RESTART, "no exception in production code: EventStreamException"),
        Map.entry(Bug.RESUME_OFF_BY_ONE, "a client is told every number once, in order"),
        Map.entry(Bug.REFUSED_BATCH_ACKNOWLEDGED, "an acknowledged command is in the log as it was sent"),
        Map.entry(Bug.CANCEL_ON_DISCONNECT_LOST, "orders of a client that is gone are cancelled if it asked for that"),
        Map.entry(Bug.DOUBLE_FEE, "money is conserved"),
        Map.entry(Bug.TRADE_ID_SKIPPED, "trade ids without holes or repeats"),
        Map.entry(Bug.FEED_GAP_NOT_RECOVERED, "a receiver has the whole feed in the end")));

    @ParameterizedTest
    @EnumSource(Bug.class)
    void shouldFindThePlantedBug(final Bug bug) {
        final Simulation simulation = new Simulation();
        Simulation.Failure failure = null;
        int seeds = 0;
        while (failure == null && seeds < MOST_SEEDS) {
            failure = simulation.run(Plan.of(++seeds), EnumSet.of(bug));
        }
        System.out.println("| " + bug + " | " + (failure == null ? "not found" : failure.check()) + " | " + seeds + " |");
        assertThat(failure).as("%s in %d seeds", bug, seeds).isNotNull();
        assertThat(failure.check()).isEqualTo(FOUND_BY.get(bug));
    }

    @Test
    void shouldMakeAFailingPlanShort() {
        final Simulation simulation = new Simulation();
        final EnumSet<Bug> bugs = EnumSet.of(Bug.RESUME_OFF_BY_ONE);
        Simulation.Failure failure = null;
        for (long seed = 1; failure == null; seed++) {
            failure = simulation.run(Plan.of(seed), bugs);
        }
        final Simulation.Failure shortest = Shrinker.shrink(simulation, bugs, failure, SHRINK_RUNS);
        System.out.println(failure.plan().steps().size() + " steps made " + shortest.plan().text());
        assertThat(shortest.check()).isEqualTo(failure.check());
        assertThat(shortest.plan().steps()).hasSizeLessThan(Math.min(SHORT_STEPS, failure.plan().steps().size()));
    }
}
