package bourse.services.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the control group (version 2) of this process allows.
 *
 * @param memoryBytes most memory, heap and mapped files in shared memory together; {@link #UNLIMITED} without a limit
 * @param cpuMillis   thousandths of a core; {@link #UNLIMITED} without a limit
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>: memory.max, cpu.max
 */
public record CgroupLimits(long memoryBytes, long cpuMillis) {
    public static final long UNLIMITED = Long.MAX_VALUE;
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    public static CgroupLimits ofThisProcess() {
        return read(ROOT);
    }

    static CgroupLimits read(final Path folder) {
        if (Files.exists(folder.resolve("memory/memory.limit_in_bytes"))) {
            // Hosts with the first version of control groups; no limit is a number of nineteen digits there, no quota -1.
            return new CgroupLimits(memory(line(folder.resolve("memory/memory.limit_in_bytes"))),
                cpu(line(folder.resolve("cpu/cpu.cfs_quota_us")) + ' ' + line(folder.resolve("cpu/cpu.cfs_period_us"))));
        }
        return new CgroupLimits(memory(line(folder.resolve("memory.max"))), cpu(line(folder.resolve("cpu.max"))));
    }

    private static long memory(final String line) {
        return line.matches("\\d{1,18}") ? Long.parseLong(line) : UNLIMITED;
    }

    /** Quota and period in microseconds. */
    private static long cpu(final String line) {
        final String[] words = line.split(" ");
        if (words.length != 2 || !words[0].matches("\\d{1,15}") || !words[1].matches("[1-9]\\d{0,9}")) {
            return UNLIMITED;
        }
        return Long.parseLong(words[0]) * 1000 / Long.parseLong(words[1]);
    }

    private static String line(final Path file) {
        try {
            return Files.readString(file).strip();
        } catch (final IOException e) {
            return "";
        }
    }
}
