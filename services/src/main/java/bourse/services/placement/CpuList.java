package bourse.services.placement;

import java.util.BitSet;
import java.util.StringJoiner;

/** Cores by number, written as the kernel writes them: {@code 0-3,8}. Immutable. */
public final class CpuList {
    /** No core; where a list says what is allowed: all. */
    public static final CpuList NONE = new CpuList(new BitSet());
    private static final int MOST = 1_023;

    private final BitSet cpus;

    private CpuList(final BitSet cpus) {
        this.cpus = cpus;
    }

    /** One core. */
    public static CpuList of(final int cpu) {
        final BitSet cpus = new BitSet();
        cpus.set(cpu);
        return new CpuList(cpus);
    }

    /**
     * Reads {@code 0-3,8}; blank = none.
     *
     * @throws IllegalArgumentException when it is not such a list of numbers 0..1023
     */
    public static CpuList parse(final String text) {
        final BitSet cpus = new BitSet();
        for (final String part : text.isBlank() ? new String[0] : text.trim().split(",", -1)) {
            if (!part.trim().matches("\\d{1,4}(-\\d{1,4})?")) {
                throw new IllegalArgumentException("cpus: \"" + text + "\" (expected: numbers and ranges such as 0-3,8)");
            }
            final String[] ends = part.trim().split("-");
            final int first = Integer.parseInt(ends[0]);
            final int last = Integer.parseInt(ends[ends.length - 1]);
            if (first > last || last > MOST) {
                throw new IllegalArgumentException("cpus: \"" + text + "\" (expected: ranges that rise, up to " + MOST + ")");
            }
            cpus.set(first, last + 1);
        }
        return new CpuList(cpus);
    }

    static CpuList of(final BitSet cpus) {
        return new CpuList((BitSet) cpus.clone());
    }

    public boolean isEmpty() {
        return cpus.isEmpty();
    }

    public int count() {
        return cpus.cardinality();
    }

    /** The core with the lowest number; -1 = none. */
    public int first() {
        return cpus.nextSetBit(0);
    }

    public boolean contains(final CpuList other) {
        final BitSet missing = (BitSet) other.cpus.clone();
        missing.andNot(cpus);
        return missing.isEmpty();
    }

    BitSet bits() {
        return (BitSet) cpus.clone();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof CpuList list && list.cpus.equals(cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    @Override
    public String toString() {
        final StringJoiner text = new StringJoiner(",");
        for (int first = cpus.nextSetBit(0); first >= 0;) {
            final int end = cpus.nextClearBit(first);
            text.add(end - first == 1 ? Integer.toString(first) : first + "-" + (end - 1));
            first = cpus.nextSetBit(end);
        }
        return text.toString();
    }
}
