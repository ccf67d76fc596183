package bourse.bench.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * Levels of cache one behind the other: what misses the first asks the next, and is then in both. Hits are counted by level and by the structure that
 * was read. Not thread-safe.
 */
public final class CacheSimulator {
    private final List<CacheLevel> levels = new ArrayList<>();
    private final int lineBytes;
    /** By structure: hits of each level, then misses of all. */
    private final long[][] counts;

    /** @param structures that accesses may name: 0 up to this */
    public CacheSimulator(final CacheGeometry geometry, final int structures) {
        geometry.levels().forEach(level -> levels.add(new CacheLevel(level.name(), level.bytes(), level.ways(), level.lineBytes())));
        lineBytes = geometry.levels().getFirst().lineBytes();
        counts = new long[structures][levels.size() + 1];
    }

    /** {@code bytes} from {@code address} on; each line that they touch is one access. */
    public void access(final int structure, final long address, final int bytes) {
        final long last = address + bytes - 1 & -lineBytes;
        for (long line = address & -lineBytes; line <= last; line += lineBytes) {
            counts[structure][find(line)]++;
        }
    }

    private int find(final long address) {
        for (int i = 0; i < levels.size(); i++) {
            if (levels.get(i).access(address)) {
                return i;
            }
        }
        return levels.size();
    }

    /** Forgets counts, not lines: what follows is measured with warm caches. */
    public void resetCounts() {
        for (final long[] count : counts) {
            java.util.Arrays.fill(count, 0);
        }
        levels.forEach(CacheLevel::resetCounts);
    }

    public List<CacheLevel> levels() {
        return List.copyOf(levels);
    }

    /** Accesses that a structure found at level {@code level}; at {@code levels().size()}: those that went to memory. */
    public long found(final int structure, final int level) {
        return counts[structure][level];
    }

    /** Accesses of a structure. */
    public long accesses(final int structure) {
        long sum = 0;
        for (final long count : counts[structure]) {
            sum += count;
        }
        return sum;
    }
}
