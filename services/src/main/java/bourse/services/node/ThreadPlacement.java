package bourse.services.node;

import bourse.services.config.ThreadsConfig;
import bourse.services.placement.Affinity;
import bourse.services.placement.CpuList;
import bourse.services.placement.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the parts of a process on the cores that the configuration gives them: a thread is bound like the one that starts it, so a part is started
 * by a thread that is bound meanwhile. Thread: the one that starts the process.
 */
final class ThreadPlacement {
    private final Topology topology;
    private final List<String> report = new ArrayList<>();

    /**
     * @throws IllegalStateException when a part is to run on a core that the process may not use; the message says which
     */
    ThreadPlacement(final ThreadsConfig wanted, final Topology topology) {
        this.topology = topology;
        check("engine", wanted.engine());
        check("gateway", wanted.gateway());
        check("network", wanted.network());
        check("marketdata", wanted.marketData());
    }

    private static void check(final String part, final CpuList wanted) {
        if (!wanted.isEmpty() && !Affinity.allowed().contains(wanted)) {
            throw new IllegalStateException("threads." + part + ": " + wanted + " (expected: of the cores that this process may use: "
                + (Affinity.allowed().isEmpty() ? "none can be chosen on this operating system" : Affinity.allowed()) + ")");
        }
    }

    /** What starts threads. */
    @FunctionalInterface
    interface Start {
        void run() throws IOException;
    }

    /** Runs {@code start} so that the threads that begin in it, and those that they begin, stay on {@code cpus}; none = wherever this thread may run. */
    void place(final String part, final CpuList cpus, final Start start) throws IOException {
        report.add(part + " " + (cpus.isEmpty() ? "anywhere" : "on " + cpus + nodes(cpus)));
        if (cpus.isEmpty()) {
            start.run();
            return;
        }
        final CpuList before = Affinity.current();
        Affinity.bind(cpus);
        try {
            start.run();
        } finally {
            Affinity.bind(before);
        }
    }

    /** A part that has no thread of its own. */
    void sharesEngine(final String part) {
        report.add(part + " on the engine's thread");
    }

    private String nodes(final CpuList cpus) {
        return topology.nodes().size() < 2 ? "" : " (node " + String.join(", ", topology.nodesOf(cpus).stream().map(String::valueOf).toList()) + ")";
    }

    /** Which part is where, and what the machine has: for the banner. */
    String describe() {
        return String.join(", ", report) + "; " + topology.describe();
    }
}
