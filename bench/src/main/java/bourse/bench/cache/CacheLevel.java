package bourse.bench.cache;

/**
 * One set-associative cache with least-recently-used replacement; lines only, no data. An access of a line that is there is a hit and makes it the
 * youngest of its set; any other is a miss and takes the place of the oldest. Not thread-safe.
 */
public final class CacheLevel {
    private final String name;
    private final int sets;
    private final int ways;
    private final int lineShift;
    /** Lines of a set, youngest first; -1 = empty. */
    private final long[] lines;
    private long hits;
    private long misses;

    /**
     * @param bytes capacity, a multiple of {@code ways * lineBytes}
     * @param ways  1 and up
     * @param lineBytes a power of two
     */
    public CacheLevel(final String name, final long bytes, final int ways, final int lineBytes) {
        if (ways < 1 || Integer.bitCount(lineBytes) != 1 || bytes < (long) ways * lineBytes || bytes % ((long) ways * lineBytes) != 0) {
            throw new IllegalArgumentException(name + ": bytes " + bytes + ", ways " + ways + ", line " + lineBytes
                    + " (expected: bytes a multiple of ways x line, line a power of two)");
        }
        this.name = name;
        this.ways = ways;
        lineShift = Integer.numberOfTrailingZeros(lineBytes);
        sets = Math.toIntExact(bytes / ways / lineBytes);
        lines = new long[sets * ways];
        java.util.Arrays.fill(lines, -1);
    }

    /** @return whether the line of {@code address} was there */
    public boolean access(final long address) {
        final long line = address >>> lineShift;
        final int from = (int) Long.remainderUnsigned(line, sets) * ways;
        int at = from;
        final int last = from + ways - 1;
        while (at < last && lines[at] != line) {
            at++;
        }
        final boolean isHit = lines[at] == line;
        System.arraycopy(lines, from, lines, from + 1, at - from);
        lines[from] = line;
        if (isHit) {
            hits++;
        } else {
            misses++;
        }
        return isHit;
    }

    /** Counts from here on. */
    public void resetCounts() {
        hits = 0;
        misses = 0;
    }

    public String name() {
        return name;
    }

    public long hits() {
        return hits;
    }

    public long misses() {
        return misses;
    }

    public int sets() {
        return sets;
    }
}
