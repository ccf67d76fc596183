package bourse.engine.log;

import java.util.List;
import java.util.function.Supplier;

/**
 * What snapshots are made of.
 *
 * @param replicas one at a time, closed after each snapshot
 * @param parts    of the event stream, written with each
 */
public record SnapshotSetup(Supplier<? extends Replica> replicas, List<SnapshotPart> parts) {
    public SnapshotSetup {
        parts = List.copyOf(parts);
    }

    /** The state alone. */
    public static SnapshotSetup of(final Supplier<? extends Replica> replicas) {
        return new SnapshotSetup(replicas, List.of());
    }
}
