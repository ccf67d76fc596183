package bourse.services.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The whole venue under faults, seed by seed; what is promised is in {@code docs/FAULTS.md}. */
class VenueSimulationTest {
    private static final long SEED = Long.getLong("bourse.simulation.seed", 1);
    private static final long SEEDS = Long.getLong("bourse.simulation.seeds", 2_000);
    private static final int THREADS = 2;
    /** From so many seeds on every kind of thing must have happened. */
    private static final long MANY = 500;

    @Test
    @DisplayName("crashes, partitions, loss, repetition, slow readers, clock jumps, damaged snapshots: every promise is kept")
    void shouldKeepItsPromisesWhateverHappens() throws InterruptedException {
        final long startNs = System.nanoTime();
        final SimulationRun run = SimulationRun.of(SEED, SEEDS, THREADS);
        System.out.println("seeds " + SEED + ".." + (SEED + SEEDS - 1) + " in " + (System.nanoTime() - startNs) / 1_000_000_000 + " s: " + run.total);
        assertThat(run.failures).as(run.report()).isEmpty();
        if (SEEDS >= MANY) {
            final Counters total = run.total;
            assertThat(new long[] {total.trades, total.expiries, total.duplicates, total.notApplied, total.crashes, total.elections, total.restored,
                total.damagedSnapshots, total.snapshotsAhead, total.snapshotsRequired, total.hashes, total.inColumns}).doesNotContain(0);
        }
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        final Simulation first = new Simulation();
        final Simulation second = new Simulation();
        for (long seed = SEED; seed < SEED + 5; seed++) {
            first.run(Plan.of(seed), EnumSet.noneOf(Bug.class));
            second.run(Plan.of(seed), EnumSet.noneOf(Bug.class));
        }
        assertThat(first.total).hasToString(second.total.toString());
    }
}
