package bourse.bench.feed;

import bourse.sbe.port.EventSource;

/**
 * Reads {@link StoredEvents} as market data reads the engine's stream: what was there before {@link #goLive} as the recorded past, the rest live, at
 * a given pace if there is one. Thread: the market-data agent's.
 */
final class StoredEventSource implements EventSource {
    private final StoredEvents events;
    private final int past;
    private final double fragmentsPerNs;
    private long liveSinceNs;
    private int next;

    /**
     * @param past             fragments that are history when market data starts
     * @param fragmentsPerSecond pace of those behind them; 0 = as fast as they are taken
     */
    StoredEventSource(final StoredEvents events, final int past, final double fragmentsPerSecond) {
        this.events = events;
        this.past = past;
        this.fragmentsPerNs = fragmentsPerSecond / 1e9;
    }

    /** Lets the fragments behind the past come. */
    void goLive() {
        liveSinceNs = System.nanoTime();
    }

    /** Fragments handed on. */
    int position() {
        return next;
    }

    @Override
    public int poll(final Handler handler, final int fragmentLimit) {
        final int end = Math.min(limit(), next + fragmentLimit);
        final int from = next;
        while (next < end) {
            handler.onEvents(events.buffer(next), events.offset(next), events.length(next));
            next++;
        }
        return next - from;
    }

    private int limit() {
        if (liveSinceNs == 0) {
            return past;
        }
        final int count = events.count();
        return fragmentsPerNs == 0 ? count : (int) Math.min(count, past + (System.nanoTime() - liveSinceNs) * fragmentsPerNs);
    }

    @Override
    public boolean isCaughtUp() {
        return next >= past;
    }

    @Override
    public long firstAvailableEventSeq() {
        return 1;
    }

    @Override
    public Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
        return null;
    }

    @Override
    public void close() {
        // memory is all there is
    }
}
