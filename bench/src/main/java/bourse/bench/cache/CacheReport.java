package bourse.bench.cache;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Where the book's accesses are found, by structure and workload, with what could be done about it.
 *
 * @param geometry that was simulated
 */
public record CacheReport(CacheGeometry geometry, List<Workload> workloads, List<String> suggestions) {
    private static final int MEASURED = 200_000;
    private static final long SEED = 42;
    /** L1, L2, L3, memory: cycles of a load on today's servers at 3 GHz, in ns; only to weigh misses against each other. */
    private static final double[] WEIGHT_NS = {1.5, 5, 20, 90};

    /**
     * A stream of commands.
     *
     * @param accessesPerCommand cache lines touched
     * @param estimatedNs        a command's time in memory if every access waited for its own; overlapping makes it less
     */
    public record Workload(String name, int live, long commands, double accessesPerCommand, double estimatedNs, List<Row> rows) {
    }

    /**
     * One structure.
     *
     * @param sharePercent of the workload's accesses
     * @param hitPercent   of its accesses, found in each level, nearest first
     * @param memoryPercent found in none
     */
    public record Row(String structure, double sharePercent, List<Double> hitPercent, double memoryPercent) {
    }

    /** Traces and simulates streams of these numbers of live orders. */
    public static CacheReport of(final CacheGeometry geometry, final List<Integer> lives) throws IOException, ReflectiveOperationException {
        final List<Workload> workloads = new ArrayList<>();
        for (final int live : lives) {
            workloads.add(workload(geometry, live));
        }
        return new CacheReport(geometry, workloads, suggestions(workloads));
    }

    private static Workload workload(final CacheGeometry geometry, final int live) throws IOException, ReflectiveOperationException {
        final Path file = Files.createTempFile("bourse-cache", ".stream");
        try {
            StreamGenerator.write(file, live, live >= 1_000_000 ? 5_000 : live >= 100_000 ? 500 : 50, MEASURED, SEED);
            final CacheSimulator simulator = new CacheSimulator(geometry, Structure.values().length);
            try (CommandStream stream = CommandStream.open(file)) {
                AccessTrace.to(simulator::access);
                // The loader's copy of this class, and through it of the engine.
                final LongConsumer onCommand = number -> {
                    if (number == stream.prefill()) {
                        simulator.resetCounts();
                    }
                };
                ((Runnable) new TracingLoader(TracedReplay.class).loadClass(TracedReplay.class.getName())
                        .getConstructor(CommandStream.class, LongConsumer.class).newInstance(stream, onCommand)).run();
            } finally {
                AccessTrace.to((structure, address, bytes) -> { });
            }
            return summary(simulator, live);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Workload summary(final CacheSimulator simulator, final int live) {
        final int levels = simulator.levels().size();
        long all = 0;
        double ns = 0;
        for (final Structure structure : Structure.values()) {
            all += simulator.accesses(structure.ordinal());
            for (int level = 0; level <= levels; level++) {
                ns += simulator.found(structure.ordinal(), level) * (level == levels ? WEIGHT_NS[WEIGHT_NS.length - 1]
                        : WEIGHT_NS[Math.min(level, WEIGHT_NS.length - 2)]);
            }
        }
        final List<Row> rows = new ArrayList<>();
        for (final Structure structure : Structure.values()) {
            final long accesses = simulator.accesses(structure.ordinal());
            if (accesses > 0) {
                final List<Double> hits = new ArrayList<>();
                for (int level = 0; level < levels; level++) {
                    hits.add(percent(simulator.found(structure.ordinal(), level), accesses));
                }
                rows.add(new Row(structure.title(), percent(accesses, all), hits, percent(simulator.found(structure.ordinal(), levels), accesses)));
            }
        }
        return new Workload(String.format(Locale.ROOT, "%,d live orders", live), live, MEASURED, Math.round(10.0 * all / MEASURED) / 10.0,
                Math.round(10 * ns / MEASURED) / 10.0, rows);
    }

    private static List<String> suggestions(final List<Workload> workloads) {
        final List<String> suggestions = new ArrayList<>();
        for (final Workload workload : workloads) {
            for (final Row row : workload.rows) {
                final double nearMiss = 100 - row.hitPercent.getFirst() - (row.hitPercent.size() > 1 ? row.hitPercent.get(1) : 0);
                final double share = row.sharePercent * nearMiss / 100;
                if (share >= 1) {
                    suggestions.add(String.format(Locale.ROOT, "%s, %s: %.1f%% of all accesses miss L1 and L2 here: %s", workload.name, row.structure,
                            share, advice(row.structure, row.memoryPercent)));
                }
            }
        }
        if (suggestions.isEmpty()) {
            suggestions.add("nothing misses L1 and L2 often enough to be worth a change");
        }
        return suggestions;
    }

    private static String advice(final String structure, final double memoryPercent) {
        final String where = memoryPercent > 5 ? "they go to memory; read ahead over a whole batch (Matcher.prefetch does), huge pages against TLB misses; "
                : "the next level catches them; ";
        return where + switch (structure) {
            case "order slots" -> "keep what a cancel needs in one line; slots that are freed last are used first";
            case "id indices" -> "shorter entries, or ids that are slots: orders named by the engine's id skip the index of client ids";
            case "price levels" -> "levels of neighbouring prices near each other";
            default -> "smaller entries, or touch it once per batch";
        };
    }

    private static double percent(final long part, final long all) {
        return Math.round(1_000.0 * part / Math.max(1, all)) / 10.0;
    }

    /** For people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "caches (%s): %s%n", geometry.source(), String.join(", ", geometry.levels().stream().map(level -> String.format(
                Locale.ROOT, "%s %,d KiB, %d ways of %d B", level.name(), level.bytes() >> 10, level.ways(), level.lineBytes())).toList()));
        for (final Workload workload : workloads) {
            out.printf(Locale.ROOT, "%n%s: %.1f accesses a command, %.0f ns of memory time if none overlapped%n", workload.name,
                    workload.accessesPerCommand, workload.estimatedNs);
            out.printf(Locale.ROOT, "  %-24s %7s", "structure", "share");
            geometry.levels().forEach(level -> out.printf(Locale.ROOT, " %8s", level.name()));
            out.printf(Locale.ROOT, " %8s%n", "memory");
            for (final Row row : workload.rows) {
                out.printf(Locale.ROOT, "  %-24s %6.1f%%", row.structure, row.sharePercent);
                row.hitPercent.forEach(hit -> out.printf(Locale.ROOT, " %7.1f%%", hit));
                out.printf(Locale.ROOT, " %7.1f%%%n", row.memoryPercent);
            }
        }
        out.println();
        suggestions.forEach(suggestion -> out.println("- " + suggestion));
    }
}
