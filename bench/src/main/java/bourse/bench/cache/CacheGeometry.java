package bourse.bench.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The data caches of a core, nearest first.
 *
 * @param source {@code sysfs} or {@code default}
 */
public record CacheGeometry(String source, List<Level> levels) {
    private static final Path SYSFS = Path.of("/sys/devices/system/cpu/cpu0/cache");
    /** More of a shared cache than this is no one core's; and 480 MiB of another's would make every book fit. */
    private static final long LARGEST_SHARE = 32L << 20;

    /** @param shared by this many cores; a core is given its part of a level that is */
    public record Level(String name, long bytes, int ways, int lineBytes, int shared) {
    }

    /** 32 KiB / 8, 1 MiB / 16, 32 MiB / 16, lines of 64 bytes. */
    public static CacheGeometry defaults() {
        return new CacheGeometry("default", List.of(new Level("L1", 32 << 10, 8, 64, 1), new Level("L2", 1 << 20, 16, 64, 1),
                new Level("L3", 32 << 20, 16, 64, 1)));
    }

    /** This machine's; the defaults where it does not tell. */
    public static CacheGeometry ofMachine() {
        return read(SYSFS);
    }

    static CacheGeometry read(final Path folder) {
        final List<Level> levels = new ArrayList<>();
        try {
            for (int index = 0; Files.isDirectory(folder.resolve("index" + index)); index++) {
                final Path cache = folder.resolve("index" + index);
                if (!"Instruction".equals(text(cache, "type"))) {
                    levels.add(level(cache));
                }
            }
        } catch (final IOException | NumberFormatException e) {
            return defaults();
        }
        return levels.isEmpty() ? defaults() : new CacheGeometry("sysfs", List.copyOf(levels));
    }

    private static Level level(final Path cache) throws IOException {
        final int ways = Integer.parseInt(text(cache, "ways_of_associativity"));
        final int line = Integer.parseInt(text(cache, "coherency_line_size"));
        final String size = text(cache, "size");
        final long bytes = Long.parseLong(size.replaceAll("\\D", "")) * (size.endsWith("K") ? 1 << 10 : size.endsWith("M") ? 1 << 20 : 1);
        final int shared = Math.max(1, Long.bitCount(Long.parseLong(text(cache, "shared_cpu_map").replace(",", ""), 16)));
        final long own = Math.min(bytes, Math.max(LARGEST_SHARE, 4L << 20));
        return new Level("L" + text(cache, "level"), own / ((long) ways * line) * ways * line, ways, line, shared);
    }

    private static String text(final Path cache, final String name) throws IOException {
        return Files.readString(cache.resolve(name)).trim();
    }
}
