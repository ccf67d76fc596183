package bourse.services.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes a failing plan short: leaves out steps, half of them, then quarters, down to single ones, as long as the same promise is still broken (delta
 * debugging, Zeller and Hildebrandt 2002). What is random within a step is its own, so that the others stay what they were.
 */
final class Shrinker {
    private final Simulation simulation;
    private final Set<Bug> bugs;
    private final String check;
    private int runsLeft;

    private Shrinker(final Simulation simulation, final Set<Bug> bugs, final String check, final int maxRuns) {
        this.simulation = simulation;
        this.bugs = bugs;
        this.check = check;
        runsLeft = maxRuns;
    }

    /** The shortest failure found in at most so many runs. */
    static Simulation.Failure shrink(final Simulation simulation, final Set<Bug> bugs, final Simulation.Failure failure, final int maxRuns) {
        return new Shrinker(simulation, bugs, failure.check(), maxRuns).shrink(failure);
    }

    private Simulation.Failure shrink(final Simulation.Failure failure) {
        Simulation.Failure shortest = failure;
        int parts = 2;
        while (runsLeft > 0 && !shortest.plan().steps().isEmpty()) {
            final Simulation.Failure shorter = withoutOnePart(shortest.plan(), parts);
            if (shorter != null) {
                shortest = shorter;
                parts = Math.max(2, parts - 1);
            } else if (parts >= shortest.plan().steps().size()) {
                break;
            } else {
                parts = Math.min(shortest.plan().steps().size(), 2 * parts);
            }
        }
        return shortest;
    }

    private Simulation.Failure withoutOnePart(final Plan plan, final int parts) {
        final int size = plan.steps().size();
        for (int part = 0; part < parts && runsLeft > 0; part++) {
            final int from = size * part / parts;
            final int to = size * (part + 1) / parts;
            final List<Step> kept = new ArrayList<>(plan.steps().subList(0, from));
            kept.addAll(plan.steps().subList(to, size));
            runsLeft--;
            final Simulation.Failure failure = simulation.run(plan.withSteps(kept), bugs);
            if (failure != null && failure.check().equals(check)) {
                return failure;
            }
        }
        return null;
    }
}
