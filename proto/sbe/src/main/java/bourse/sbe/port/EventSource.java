package bourse.sbe.port;

import org.agrona.DirectBuffer;

/**
 * The numbered event stream of one shard, read in order without holes or repeats: first what is recorded from where the
 * reader asked to begin, then live; a reader that was too slow for live is put back on the recording without noticing. Each delivery
 * is one fragment: an {@code EventBatch} message with header, followed by {@code count} events with headers.
 * Thread: one, the caller's agent.
 */
public interface EventSource extends AutoCloseable {

    /** Takes one fragment; the buffer is valid only during the call. */
    @FunctionalInterface
    interface Handler {
        void onEvents(DirectBuffer buffer, int offset, int length);
    }

    /** Delivers at most {@code fragmentLimit} fragments; returns how many. Never blocks. */
    int poll(Handler handler, int fragmentLimit);

    /** True when everything that was recorded when the source was opened has been delivered. */
    boolean isCaughtUp();

    /** First event number that the recording still has. */
    long firstAvailableEventSeq();

    /** Says whether a cursor's reader wants a fragment; asked by any thread, but one at a time. */
    @FunctionalInterface
    interface Wanted {
        boolean wants(DirectBuffer buffer, int offset, int length);
    }

    /**
     * A second, independent cursor over the recording, beginning with the fragment that holds {@code fromEventSeq} (or the first
     * available one), which ends by itself when it reaches what the primary cursor had delivered at the time of that last poll;
     * for resume and retransmission. Bounded in number; null when too many are open: try again later.
     *
     * @param wanted what is not wanted may be left out; null = all
     */
    Cursor openCursor(long fromEventSeq, Wanted wanted);

    /** See {@link #openCursor}. */
    interface Cursor extends AutoCloseable {
        int poll(Handler handler, int fragmentLimit);

        /** It has delivered everything up to the primary cursor; after that {@link #poll} returns 0. */
        boolean isCaughtUp();

        /** What comes next is recorded no more, or cannot be read: it will never be caught up. */
        default boolean isCut() {
            return false;
        }

        @Override
        void close();
    }

    @Override
    void close();
}
