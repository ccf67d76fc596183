package bourse.bench.lab;

import java.util.List;
import java.util.function.Supplier;

/**
 * A technique of the design and the ways to do without it.
 *
 * @param name     as it is chosen and reported
 * @param what     one operation, in words
 * @param threads  that an operation keeps busy; CPU is known for one only
 * @param variants the plain way first
 */
record Technique(String name, String what, int threads, List<Variant> variants) {
    /** Runs {@code operations} of them. @return a number that depends on all of them, so that none is left out */
    @FunctionalInterface
    interface Work {
        long run(int operations);

        /** Memory that it holds outside the heap. */
        default long bytesOutsideHeap() {
            return 0;
        }
    }

    /** One way to do it. @param work makes it ready; a {@link AutoCloseable} one is closed afterwards */
    record Variant(String name, Supplier<Work> work) {
    }

    static Technique of(final String name, final String what, final Variant... variants) {
        return new Technique(name, what, 1, List.of(variants));
    }

    static Variant variant(final String name, final Supplier<Work> work) {
        return new Variant(name, work);
    }

    /** All, in the order of the design's table. */
    static List<Technique> all() {
        return List.of(MemoryTechniques.book(), MemoryTechniques.pool(), MemoryTechniques.mapped(), LevelTechniques.levels(), LayoutTechniques.arrays(),
                LayoutTechniques.branches(), VectorTechniques.vwap(), VectorTechniques.updates(), VectorTechniques.spreads(), VectorTechniques.crossed(),
                LayoutTechniques.cacheLine(), LayoutTechniques.search(), LayoutTechniques.sortedUpdates(), ThreadTechniques.queue(), MemoryTechniques.growth(), ThreadTechniques.padding(),
                ThreadTechniques.affinity(), ThreadTechniques.timers(), ThreadTechniques.profiler());
    }

    static Technique named(final String name) {
        return all().stream().filter(technique -> technique.name.equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "technique: " + name + " (expected: one of " + all().stream().map(Technique::name).toList() + ")"));
    }
}
