package bourse.bench.rung;

/**
 * A slow-down planted in a layer on purpose. It comes and goes with the machine's monotonic clock, which all processes of a machine share: in every other slice
 * of {@value #SLICE_NS} ns it is there. So times with it and without it are taken within one run, some tens of milliseconds apart, by {@link PlantSlices}.
 * Hot path.
 *
 * @param besideNs  of CPU for each command, always
 * @param plantedNs of CPU for each command, in every other slice
 */
public record Plant(long besideNs, long plantedNs) {
    static final Plant NONE = new Plant(0, 0);
    /** A power of two. */
    static final long SLICE_NS = 1 << 26;

    static boolean isThere(final long nowNs) {
        return (nowNs & SLICE_NS) != 0;
    }

    static long sliceStart(final long nowNs) {
        return nowNs & -SLICE_NS;
    }

    /** As {@link #text} wrote it, for another process. */
    static Plant of(final String text) {
        final String[] burnt = text.split("\\+");
        return new Plant(Long.parseLong(burnt[0]), Long.parseLong(burnt[1]));
    }

    String text() {
        return besideNs + "+" + plantedNs;
    }

    boolean burns() {
        return plantedNs > 0;
    }

    /** Burns. */
    void burn(final int commands) {
        if (burns()) {
            final long nowNs = System.nanoTime();
            final long untilNs = nowNs + commands * (besideNs + (isThere(nowNs) ? plantedNs : 0));
            while (System.nanoTime() - untilNs < 0) {
                Thread.onSpinWait();
            }
        }
    }
}
