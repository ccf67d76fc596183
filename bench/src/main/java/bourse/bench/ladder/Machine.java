package bourse.bench.ladder;

import bourse.bench.rung.HardwareCounters;
import bourse.services.placement.Topology;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What of the machine decides about latencies, beyond {@link bourse.bench.report.Environment}: clocks, nodes, wake-ups, counters.
 *
 * @param clockSource        of the kernel; {@code tsc} is the one that costs nanoseconds
 * @param invariantTsc       the counter runs at one rate whatever the core does
 * @param clockReadNs        one {@code System.nanoTime()}
 * @param clockGranularityNs smallest step seen
 * @param clockBackwards     times that it ran backwards in the calibration; 0 on a sound machine
 * @param parkNs             what {@code parkNanos(1)} takes, median: timer slack and wake-up
 * @param wakeUpNs           from {@code unpark} on one core to running on another, median
 * @param numaNodes          each as {@code node0: cpus 0-1, 23 GB}
 * @param siblings           cores that share a physical one with cpu0
 * @param bandwidth          of memory, from each node to each; a line each
 * @param counters           whether hardware counters (instructions, cache, TLB and branch misses, stalls) can be had, and what would give them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Machine(String clockSource, boolean invariantTsc, double clockReadNs, double clockGranularityNs, long clockBackwards, double parkNs,
                      double wakeUpNs, List<String> numaNodes, String siblings, List<String> bandwidth, String counters) {
    private static final int READS = 200_000;
    private static final int WAKE_UPS = 300;

    /** Looks and calibrates; takes about half a second. */
    public static Machine look() throws InterruptedException {
        final double[] clock = calibrate();
        final Topology topology = Topology.ofMachine();
        final String flags = lines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("flags")).findFirst().orElse("");
        return new Machine(first("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
                flags.contains("constant_tsc") && flags.contains("nonstop_tsc"), clock[0], clock[1], (long) clock[2], park(), wakeUp(),
                topology.nodes().isEmpty() ? List.of("unknown: no /sys/devices/system/node") : topology.nodes().stream().map(Topology.Node::toString).toList(),
                topology.siblings().toString(), MemoryBandwidth.measure(topology), counterState());
    }

    private static double[] calibrate() {
        long step = Long.MAX_VALUE;
        long backwards = 0;
        long before = System.nanoTime();
        final long begin = before;
        for (int i = 0; i < READS; i++) {
            final long now = System.nanoTime();
            if (now < before) {
                backwards++;
            } else if (now > before) {
                step = Math.min(step, now - before);
            }
            before = now;
        }
        return new double[] {Math.round(10.0 * (before - begin) / READS) / 10.0, step, backwards};
    }

    private static double park() {
        final long[] took = new long[WAKE_UPS];
        for (int i = 0; i < took.length; i++) {
            final long begin = System.nanoTime();
            LockSupport.parkNanos(1);
            took[i] = System.nanoTime() - begin;
        }
        Arrays.sort(took);
        return took[took.length / 2];
    }

    private static double wakeUp() throws InterruptedException {
        final long[] woken = new long[WAKE_UPS];
        final long[] asked = new long[WAKE_UPS];
        final var turn = new java.util.concurrent.atomic.AtomicInteger(-1);
        final Thread sleeper = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < WAKE_UPS; i++) {
                while (turn.get() < i) {
                    LockSupport.park();
                }
                woken[i] = System.nanoTime();
            }
        });
        for (int i = 0; i < WAKE_UPS; i++) {
            TimeUnit.MICROSECONDS.sleep(150);
            asked[i] = System.nanoTime();
            turn.set(i);
            LockSupport.unpark(sleeper);
        }
        sleeper.join(1_000);
        final long[] took = new long[WAKE_UPS];
        for (int i = 0; i < WAKE_UPS; i++) {
            took[i] = woken[i] - asked[i];
        }
        Arrays.sort(took);
        return took[WAKE_UPS / 2];
    }

    private static String counterState() {
        final String paranoid = first("/proc/sys/kernel/perf_event_paranoid");
        if (HardwareCounters.areExposed()) {
            return "counted by perf stat for each process of each rung, perf_event_paranoid=" + paranoid;
        }
        if (HardwareCounters.hasUnit()) {
            return "exposed, but there is no /usr/bin/perf to ask (perf_event_paranoid=" + paranoid + "): with one they are counted for each process of each rung";
        }
        return "not exposed: this machine shows no performance monitoring unit (/sys/bus/event_source/devices/cpu is missing), so instructions per cycle,"
                + " cache, TLB and branch misses and stalls cannot be counted here; the cache simulator of `bench cache` stands in for cache misses";
    }

    private static String first(final String file) {
        final List<String> all = lines(Path.of(file));
        return all.isEmpty() ? "" : all.getFirst().trim();
    }

    private static List<String> lines(final Path file) {
        try {
            return Files.readAllLines(file);
        } catch (final IOException e) {
            return List.of();
        }
    }
}
