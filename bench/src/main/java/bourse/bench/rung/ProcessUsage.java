package bourse.bench.rung;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM has used since it began; differences of two looks are what a measurement used.
 *
 * @param peakResidentKb     most memory so far; -1 = unknown
 * @param switchesVoluntary  of all threads that live
 * @param switchesForced     likewise: another thread wanted the core
 * @param safepoints         times that all threads stood still, garbage collections included; -1 = not logged
 * @param safepointMaxNs     longest of them so far
 * @param lockWaits          times that a thread waited for a monitor
 */
public record ProcessUsage(long cpuNs, long allocatedBytes, long peakResidentKb, long switchesVoluntary, long switchesForced, long gcCount,
                           long gcMs, long safepoints, long safepointNs, long safepointMaxNs, long lockWaits, long lockWaitMs) {
    /** Names the file of {@code -Xlog:safepoint}, which {@link #jvmOptions} sets up. */
    private static final String SAFEPOINT_LOG = "bourse.bench.safepoints";
    private static final Pattern SAFEPOINT = Pattern.compile("Total: +(\\d+) ns");

    /** Options that let a JVM know about its safepoints. */
    public static List<String> jvmOptions(final Path safepointLog) {
        return List.of("-Xlog:safepoint=info:file=" + safepointLog + ":uptime:filecount=0", "-D" + SAFEPOINT_LOG + "=" + safepointLog);
    }

    /** This process, now. Not for timed loops. */
    public static ProcessUsage now() {
        final var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        if (!threads.isThreadContentionMonitoringEnabled()) {
            threads.setThreadContentionMonitoringEnabled(true);
        }
        long gcCount = 0;
        long gcMs = 0;
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            gcCount += collector.getCollectionCount();
            gcMs += collector.getCollectionTime();
        }
        long waits = 0;
        long waitMs = 0;
        for (final ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null) {
                waits += info.getBlockedCount();
                waitMs += Math.max(0, info.getBlockedTime());
            }
        }
        final long[] safepoints = readSafepoints();
        return new ProcessUsage(system.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes(), number(Path.of("/proc/self/status"),
                "VmHWM:"), switches("voluntary_ctxt_switches:"), switches("nonvoluntary_ctxt_switches:"), gcCount, gcMs, safepoints[0],
                safepoints[1], safepoints[2], waits, waitMs);
    }

    /** What was used between two looks; peaks are those of now. */
    public ProcessUsage since(final ProcessUsage before) {
        return new ProcessUsage(cpuNs - before.cpuNs, allocatedBytes - before.allocatedBytes, peakResidentKb,
                Math.max(0, switchesVoluntary - before.switchesVoluntary), Math.max(0, switchesForced - before.switchesForced),
                gcCount - before.gcCount, gcMs - before.gcMs, safepoints < 0 ? -1 : safepoints - before.safepoints,
                safepointNs - before.safepointNs, safepointMaxNs, Math.max(0, lockWaits - before.lockWaits),
                Math.max(0, lockWaitMs - before.lockWaitMs));
    }

    private static long[] readSafepoints() {
        final String file = System.getProperty(SAFEPOINT_LOG);
        if (file == null) {
            return new long[] {-1, 0, 0};
        }
        long count = 0;
        long sum = 0;
        long max = 0;
        try {
            for (final String line : Files.readAllLines(Path.of(file))) {
                final Matcher found = SAFEPOINT.matcher(line);
                if (found.find()) {
                    final long ns = Long.parseLong(found.group(1));
                    count++;
                    sum += ns;
                    max = Math.max(max, ns);
                }
            }
        } catch (final IOException e) {
            return new long[] {-1, 0, 0};
        }
        return new long[] {count, sum, max};
    }

    private static long switches(final String key) {
        long sum = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (final Path task : tasks.toList()) {
                sum += Math.max(0, number(task.resolve("status"), key));
            }
        } catch (final IOException e) {
            return -1;
        }
        return sum;
    }

    private static long number(final Path file, final String key) {
        try {
            for (final String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (final IOException e) {
            // a thread that has ended, or not Linux
        }
        return -1;
    }
}
