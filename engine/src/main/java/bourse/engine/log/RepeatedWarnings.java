package bourse.engine.log;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Of warnings that repeat, says which are worth a line: a member whose network is gone has thousands a second, one for each packet, and would fill its disk with them. Of
 * each kind the first few of every ten seconds are told. A kind is a text without its digits. Any thread.
 */
final class RepeatedWarnings {
    /** Of a kind, in each span. */
    static final int TOLD = 5;
    static final long SPAN_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_KINDS = 128;

    private final Map<String, Kind> kinds = new HashMap<>();

    /**
     * What to log for a warning, with a word about those that are left out before or after it; null = nothing.
     *
     * @param nowNs by {@link System#nanoTime}
     */
    synchronized String toTell(final String text, final long nowNs) {
        if (kinds.size() == MAX_KINDS) {
            kinds.clear();
        }
        final Kind kind = kinds.computeIfAbsent(text.replaceAll("[0-9]+", "#"), any -> new Kind(nowNs));
        final int leftOut = nowNs - kind.sinceNs < SPAN_NS ? 0 : kind.startAnew(nowNs);
        if (++kind.count > TOLD) {
            return null;
        }
        final String before = leftOut == 0 ? "" : " (" + leftOut + " more like it before)";
        return text + before + (kind.count == TOLD ? " (more like it are left out for some seconds)" : "");
    }

    private static final class Kind {
        private long sinceNs;
        private int count;

        Kind(final long sinceNs) {
            this.sinceNs = sinceNs;
        }

        int startAnew(final long nowNs) {
            final int leftOut = Math.max(0, count - TOLD);
            sinceNs = nowNs;
            count = 0;
            return leftOut;
        }
    }
}
