package bourse.bench.rung;

import bourse.bench.rung.RungResult.CounterReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts what a process does, by {@code perf stat}: instructions, cycles, stalls, misses of caches, TLB and branches, where the machine has a
 * performance monitoring unit; page faults and migrations between cores anywhere. Blocking.
 */
public final class HardwareCounters {
    /** How long is counted. */
    static final long MS = 500;
    private static final Path PERF = Path.of("/usr/bin/perf");
    private static final List<String> EVENTS = List.of("cycles", "instructions", "cache-references", "cache-misses", "branches", "branch-misses",
            "dTLB-load-misses", "stalled-cycles-frontend", "stalled-cycles-backend", "page-faults", "cpu-migrations");
    private static final long END_SECONDS = 5;

    private final String name;
    private final Process perf;

    private HardwareCounters(final String name, final Process perf) {
        this.name = name;
        this.perf = perf;
    }

    /** The machine shows a performance monitoring unit, and there is a perf to ask it. */
    public static boolean areExposed() {
        return isInstalled() && hasUnit();
    }

    /** The machine shows a performance monitoring unit; most virtual ones do not. */
    public static boolean hasUnit() {
        return Files.isDirectory(Path.of("/sys/bus/event_source/devices/cpu")) || Files.isDirectory(Path.of("/sys/bus/event_source/devices/cpu_core"));
    }

    static boolean isInstalled() {
        return Files.isExecutable(PERF);
    }

    /** Counts from now on. */
    static HardwareCounters start(final String name, final long pid) {
        try {
            return new HardwareCounters(name, new ProcessBuilder(PERF.toString(), "stat", "-x", ",", "-e", String.join(",", EVENTS), "-p",
                    Long.toString(pid)).redirectErrorStream(true).start());
        } catch (final IOException e) {
            throw new IllegalStateException("perf cannot be started", e);
        }
    }

    /** @param orders that were applied meanwhile */
    CounterReading stop(final long orders) throws InterruptedException {
        try {
            // perf writes what it has at an interrupt.
            new ProcessBuilder("kill", "-INT", Long.toString(perf.pid())).start().waitFor();
            final String said = new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!perf.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                perf.destroyForcibly();
            }
            return read(name, said, orders);
        } catch (final IOException e) {
            throw new IllegalStateException("perf said nothing", e);
        }
    }

    /** Lines as {@code 1234,,cycles:u,…}; what the machine cannot count has no number there. */
    static CounterReading read(final String name, final String said, final long orders) {
        final Map<String, Double> perOrder = new LinkedHashMap<>();
        for (final String line : said.split("\n")) {
            final String[] cells = line.split(",");
            if (cells.length > 2 && cells[0].matches("\\d+")) {
                perOrder.put(cells[2].replaceAll(":.*", ""), RungMeasurement.round(Long.parseLong(cells[0]) / (double) Math.max(1, orders)));
            }
        }
        final double cycles = perOrder.getOrDefault("cycles", 0.0);
        return new CounterReading(name, perOrder, cycles == 0 ? -1 : RungMeasurement.round(perOrder.getOrDefault("instructions", 0.0) / cycles));
    }
}
