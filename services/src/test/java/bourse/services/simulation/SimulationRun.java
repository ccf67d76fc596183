package bourse.services.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/** Many seeds, on as many threads as are asked for, each with a simulation of its own. */
final class SimulationRun {
    private static final int SHRINK_RUNS = 400;

    final Counters total = new Counters();
    final List<Simulation.Failure> failures = Collections.synchronizedList(new ArrayList<>());

    /** Runs {@code seeds} plans from {@code first} on; goes on after failures, until there are ten. */
    static SimulationRun of(final long first, final long seeds, final int threads) throws InterruptedException {
        final SimulationRun run = new SimulationRun();
        final List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final int offset = i;
            workers.add(Thread.ofPlatform().name("simulation-" + i).start(() -> run.work(first + offset, first + seeds, threads)));
        }
        for (final Thread worker : workers) {
            worker.join();
        }
        return run;
    }

    private void work(final long first, final long end, final int step) {
        final Simulation simulation = new Simulation();
        for (long seed = first; seed < end && failures.size() < 10; seed += step) {
            final Simulation.Failure failure = simulation.run(Plan.of(seed));
            if (failure != null) {
                failures.add(failure);
            }
        }
        synchronized (total) {
            total.add(simulation.total);
        }
    }

    /** What failed and how to see it again. */
    String report() {
        final StringBuilder report = new StringBuilder(1_024);
        for (final Simulation.Failure failure : failures) {
            report.append("seed ").append(failure.plan().seed()).append(" broke: ").append(failure.cause()).append('\n');
        }
        if (!failures.isEmpty()) {
            final Simulation.Failure shortest = Shrinker.shrink(new Simulation(), EnumSet.noneOf(Bug.class), failures.getFirst(), SHRINK_RUNS);
            report.append("again: make test-simulation SEEDS=1 SEED=").append(failures.getFirst().plan().seed()).append('\n')
                .append("made short, ").append(failures.getFirst().plan().steps().size()).append(" steps before:\n").append(shortest.plan().text())
                .append(shortest.cause()).append('\n');
            failures.getFirst().cause().printStackTrace();
        }
        return report.toString();
    }
}
