package bourse.bench.ladder;

import bourse.services.placement.Affinity;
import bourse.services.placement.CpuList;
import bourse.services.placement.Topology;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;

/** What one thread reads from memory in a second: of its own node, and of the others where there are any. A page lies where it is first touched. Blocking. */
final class MemoryBandwidth {
    private static final long BYTES = 256L << 20;
    private static final int PASSES = 3;
    private static final long STRIDE = 64;
    private static final long PAGE = 4_096;

    private MemoryBandwidth() {
    }

    /** A line for each pair of nodes; one that says why where nothing can be measured. */
    static List<String> measure(final Topology topology) throws InterruptedException {
        if (topology.nodes().isEmpty() || Affinity.allowed().isEmpty()) {
            return List.of("not measured: nodes unknown or threads cannot be bound");
        }
        final List<String> lines = new ArrayList<>();
        for (final Topology.Node of : topology.nodes()) {
            for (final Topology.Node from : topology.nodes()) {
                lines.add(String.format(Locale.ROOT, "cores of node%d read memory of node%d at %.1f GB/s (%s)", of.number(), from.number(),
                        measure(of.cpus(), from.cpus()), of.number() == from.number() ? "local" : "remote"));
            }
        }
        if (topology.nodes().size() == 1) {
            lines.add("one node: there is no remote memory on this machine");
        }
        return lines;
    }

    private static double measure(final CpuList readers, final CpuList owners) throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            final MemorySegment memory = arena.allocate(BYTES, PAGE);
            on(owners, () -> {
                for (long at = 0; at < BYTES; at += PAGE) {
                    memory.set(ValueLayout.JAVA_LONG, at, at);
                }
                return 0;
            });
            return on(readers, () -> {
                double best = 0;
                for (int pass = 0; pass < PASSES; pass++) {
                    final long begin = System.nanoTime();
                    final long sum = sum(memory);
                    best = Math.max(best, sum == 1 ? 0 : (double) BYTES / (System.nanoTime() - begin));
                }
                return best;
            });
        }
    }

    private static long sum(final MemorySegment memory) {
        long sum = 0;
        for (long at = 0; at < BYTES; at += STRIDE) {
            for (long word = at; word < at + STRIDE; word += Long.BYTES) {
                sum += memory.get(ValueLayout.JAVA_LONG, word);
            }
        }
        return sum;
    }

    private static double on(final CpuList cpus, final DoubleSupplier task) throws InterruptedException {
        final CompletableFuture<Double> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("memory-bandwidth").start(() -> {
            Affinity.bind(cpus);
            try {
                result.complete(task.getAsDouble());
            } catch (final RuntimeException e) {
                result.completeExceptionally(e);
            }
        }).join();
        return result.join();
    }
}
