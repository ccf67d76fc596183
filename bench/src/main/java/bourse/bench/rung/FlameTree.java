package bourse.bench.rung;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A flame graph that is small enough to travel in a report: stacks merged from their roots, of which the largest {@value #FRAMES} frames stay. A line
 * a frame, callers before what they call: depth, samples and name, with blanks between.
 */
final class FlameTree {
    static final int FRAMES = 140;

    private final String name;
    private final Map<String, FlameTree> callees = new LinkedHashMap<>();
    private long samples;

    private FlameTree(final String name) {
        this.name = name;
    }

    /** @param stacks collapsed, as {@code caller;callee 12} */
    static String of(final List<String> stacks) {
        final FlameTree root = new FlameTree("all");
        for (final String stack : stacks) {
            final int blank = stack.lastIndexOf(' ');
            root.add(stack.substring(0, blank).split(";"), Long.parseLong(stack.substring(blank + 1)));
        }
        final StringBuilder text = new StringBuilder();
        root.write(text, 0, root.smallest());
        return text.toString();
    }

    private void add(final String[] frames, final long count) {
        samples += count;
        FlameTree at = this;
        for (final String frame : frames) {
            at = at.callees.computeIfAbsent(plain(frame), FlameTree::new);
            at.samples += count;
        }
    }

    /** The class without its package, the method; without the mark that says how it was compiled. */
    private static String plain(final String frame) {
        final String unmarked = frame.replaceAll("_\\[[0-9a-z]]$", "");
        return unmarked.substring(unmarked.lastIndexOf('/') + 1);
    }

    /** Samples below which a frame is left out. */
    private long smallest() {
        final PriorityQueue<Long> kept = new PriorityQueue<>();
        collect(kept);
        return kept.size() < FRAMES ? 1 : kept.peek() + 1;
    }

    private void collect(final PriorityQueue<Long> kept) {
        kept.add(samples);
        if (kept.size() > FRAMES) {
            kept.poll();
        }
        callees.values().forEach(callee -> callee.collect(kept));
    }

    private void write(final StringBuilder text, final int depth, final long least) {
        text.append(depth).append(' ').append(samples).append(' ').append(name).append('\n');
        callees.values().stream().filter(callee -> callee.samples >= least).sorted((a, b) -> Long.compare(b.samples, a.samples))
                .forEach(callee -> callee.write(text, depth + 1, least));
    }
}
