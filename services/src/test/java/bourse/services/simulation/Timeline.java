package bourse.services.simulation;

import java.util.PriorityQueue;

/** Virtual time: what will happen, in order; what is due at the same time happens in the order in which it was asked for. */
final class Timeline {
    static final long MS = 1_000_000L;

    private record Event(long atNs, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long orders;
    private long nowNs = 1_000 * MS;

    long nowNs() {
        return nowNs;
    }

    void after(final long delayNs, final Runnable action) {
        at(nowNs + delayNs, action);
    }

    void at(final long atNs, final Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), orders++, action));
    }

    /** Does everything that is due up to then. */
    void runUntil(final long untilNs) {
        while (!events.isEmpty() && events.peek().atNs <= untilNs) {
            final Event event = events.poll();
            nowNs = event.atNs;
            event.action.run();
        }
        nowNs = Math.max(nowNs, untilNs);
    }
}
