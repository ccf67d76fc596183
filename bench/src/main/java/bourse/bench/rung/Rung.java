package bourse.bench.rung;

import java.util.List;

/**
 * A rung that is set up.
 *
 * @param proof  the state hash after the verification prefix, from what has been folded; checks whatever else the rung can check
 * @param nodes  the venue's processes; none = it is all in the rig
 * @param onClose after the load is closed
 */
record Rung(String name, int batch, int window, Load load, Proof proof, List<NodeProcess> nodes, Runnable onClose) implements AutoCloseable {
    /** How the state is told. */
    @FunctionalInterface
    interface Proof {
        long stateHash(StateFold fold);
    }

    /** The fold's own word. */
    static final Proof FOLDED = StateFold::hash;

    @Override
    public void close() {
        load.close();
        onClose.run();
    }
}
