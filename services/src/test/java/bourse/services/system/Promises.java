package bourse.services.system;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was checked, how often, and what was found broken. Any thread. */
final class Promises {
    private static final int MAX_EXAMPLES = 20;

    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final Map<String, Long> faults = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    /** Checks one promise once. */
    synchronized boolean check(final String promise, final boolean isKept, final java.util.function.Supplier<String> detail) {
        final long[] count = counts.computeIfAbsent(promise, name -> new long[2]);
        count[0]++;
        if (!isKept) {
            count[1]++;
            if (broken.size() < MAX_EXAMPLES) {
                broken.add(promise + ": " + detail.get());
            }
        }
        return isKept;
    }

    /** A fault was injected. */
    synchronized void fault(final String name) {
        faults.merge(name, 1L, Long::sum);
    }

    synchronized List<String> broken() {
        return List.copyOf(broken);
    }

    synchronized long checked(final String promise) {
        final long[] count = counts.get(promise);
        return count == null ? 0 : count[0];
    }

    synchronized void print(final PrintStream out) {
        out.println("faults injected");
        faults.forEach((name, count) -> out.printf("  %-58s %8d%n", name, count));
        out.println("promises checked                                             times   broken");
        counts.forEach((name, count) -> out.printf("  %-56s %,10d %8d%n", name, count[0], count[1]));
        broken.forEach(example -> out.println("  BROKEN " + example));
        out.flush();
    }
}
