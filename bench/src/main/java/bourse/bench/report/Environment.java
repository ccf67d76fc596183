package bourse.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The machine and the JVM of a measurement.
 *
 * @param cpu          model name
 * @param cores        that this process may use
 * @param frequencyMhz as the kernel says it now; 0 = unknown
 * @param caches       L1d, L2, L3 of core 0
 * @param governor     of core 0; "" = none (most virtual machines)
 * @param mitigations  what the kernel does against speculation attacks, in short
 * @param jvmFlags     arguments of this JVM
 * @param clockReadNs  cost of one {@code System.nanoTime()}
 * @param stealPercent of all CPU time between the beginning of the measurement and now, taken by the hypervisor; -1 = unknown
 * @param busyPercent  of all CPU time in that span, used by anyone
 * @param loadAverage  one minute
 */
public record Environment(String cpu, int cores, int frequencyMhz, String caches, String governor, String virtualization, String kernel,
                          String mitigations, int memoryGb, String jdk, String jvm, List<String> jvmFlags, String collector,
                          double clockReadNs, double stealPercent, double busyPercent, double loadAverage) {

    /** CPU time of the whole machine since its start, in ticks. */
    public record CpuTicks(long total, long steal, long idle) {
        /** Now; all zero where there is no /proc/stat. */
        public static CpuTicks now() {
            final String line = firstLine("/proc/stat");
            if (!line.startsWith("cpu ")) {
                return new CpuTicks(0, 0, 0);
            }
            final String[] cells = line.trim().split("\\s+");
            long total = 0;
            for (int i = 1; i < Math.min(cells.length, 9); i++) {
                total += Long.parseLong(cells[i]);
            }
            return new CpuTicks(total, cells.length > 8 ? Long.parseLong(cells[8]) : 0, Long.parseLong(cells[4]) + Long.parseLong(cells[5]));
        }
    }

    /** The environment of a measurement that began at {@code since}. */
    public static Environment since(final CpuTicks since) {
        final CpuTicks now = CpuTicks.now();
        final double span = now.total - since.total;
        final var runtime = ManagementFactory.getRuntimeMXBean();
        return new Environment(cpuInfo("model name"), Runtime.getRuntime().availableProcessors(), (int) number(cpuInfo("cpu MHz")),
                readCaches(), firstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"), readVirtualization(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                readMitigations(), (int) (number(memTotalKb()) / (1 << 20)), System.getProperty("java.vendor.version") + " "
                + System.getProperty("java.version"), System.getProperty("java.vm.name"), runtime.getInputArguments(),
                String.join("+", ManagementFactory.getGarbageCollectorMXBeans().stream().map(bean -> bean.getName()).toList()),
                measureClockReadNs(), span <= 0 ? -1 : round(100 * (now.steal - since.steal) / span),
                span <= 0 ? -1 : round(100 * (span - (now.idle - since.idle)) / span),
                round(Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())));
    }

    /** Four lines for people. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "machine   %s, %d cores, %s, %s%s, %d GB%n", cpu, cores, caches, virtualization.isEmpty() ? "" : virtualization
                + ", ", kernel, memoryGb);
        out.printf(Locale.ROOT, "kernel    governor %s, mitigations: %s%n", governor.isEmpty() ? "none" : governor, mitigations.isEmpty() ? "none told" : mitigations);
        out.printf(Locale.ROOT, "jvm       %s, %s, %s %s%n", jdk, jvm, collector, String.join(" ", jvmFlags));
        out.printf(Locale.ROOT, "quiet     steal %.1f%%, CPUs %.0f%% busy meanwhile, load %.1f, reading the clock takes %.0f ns%n",
                stealPercent, busyPercent, loadAverage, clockReadNs);
    }

    private static double measureClockReadNs() {
        final int reads = 200_000;
        long sink = 0;
        final long start = System.nanoTime();
        for (int i = 0; i < reads; i++) {
            sink += System.nanoTime();
        }
        final long end = System.nanoTime();
        return sink == 0 ? 0 : round((double) (end - start) / reads);
    }

    private static double round(final double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static double number(final String text) {
        try {
            return Double.parseDouble(text);
        } catch (final NumberFormatException e) {
            return 0;
        }
    }

    private static String cpuInfo(final String key) {
        return value("/proc/cpuinfo", key, ":");
    }

    private static String memTotalKb() {
        return value("/proc/meminfo", "MemTotal", ":").replace(" kB", "");
    }

    private static String value(final String file, final String key, final String separator) {
        try {
            for (final String line : Files.readAllLines(Path.of(file))) {
                final int at = line.indexOf(separator);
                if (at > 0 && line.substring(0, at).trim().equals(key)) {
                    return line.substring(at + 1).trim();
                }
            }
        } catch (final IOException e) {
            // not Linux: the report says nothing there
        }
        return "";
    }

    private static String readCaches() {
        final StringBuilder caches = new StringBuilder();
        for (int index = 0; index < 5; index++) {
            final String folder = "/sys/devices/system/cpu/cpu0/cache/index" + index + "/";
            final String size = firstLine(folder + "size");
            if (!size.isEmpty() && !firstLine(folder + "type").equals("Instruction")) {
                caches.append(caches.isEmpty() ? "" : ", ").append('L').append(firstLine(folder + "level")).append(' ').append(size);
            }
        }
        return caches.isEmpty() ? "caches unknown" : caches.toString();
    }

    private static String readVirtualization() {
        return cpuInfo("flags").contains("hypervisor") ? "virtual machine" : "";
    }

    private static String readMitigations() {
        final StringBuilder active = new StringBuilder();
        for (final String name : List.of("spectre_v2", "meltdown", "retbleed", "mds")) {
            final String state = firstLine("/sys/devices/system/cpu/vulnerabilities/" + name);
            if (state.startsWith("Mitigation") || state.startsWith("Vulnerable")) {
                active.append(active.isEmpty() ? "" : "; ").append(name).append(' ').append(state.split("[:;,]")[0].toLowerCase(Locale.ROOT));
            }
        }
        return active.toString();
    }

    private static String firstLine(final String file) {
        try {
            final List<String> lines = Files.readAllLines(Path.of(file));
            return lines.isEmpty() ? "" : lines.getFirst().trim();
        } catch (final IOException e) {
            return "";
        }
    }
}
