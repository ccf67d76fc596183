package bourse.services.simulation;

import java.util.ArrayList;
import java.util.List;

import bourse.engine.events.EventSink;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.port.EventSource;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One member's recording of the event stream: what the engine writes, and its readers read. */
final class EventStore implements EventSink {
    /** One fragment with the numbers of its events. */
    record Fragment(long firstEventSeq, long lastEventSeq, byte[] bytes) {
        static Fragment of(final byte[] bytes) {
            final EventBatchDecoder batch = new EventBatchDecoder().wrap(new UnsafeBuffer(bytes), MessageHeaderDecoder.ENCODED_LENGTH,
                EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
            return new Fragment(batch.firstEventSeq(), batch.firstEventSeq() + batch.count() - 1, bytes);
        }
    }

    private final SimulatedVenue venue;
    private final int member;
    private final List<Fragment> fragments = new ArrayList<>();
    /** Last event before the first fragment. */
    private long prunedEventSeq;

    EventStore(final SimulatedVenue venue, final int member) {
        this.venue = venue;
        this.member = member;
    }

    /** Loses so many fragments, but none of up to {@code syncedEventSeq}. */
    void loseTail(final int count, final long syncedEventSeq) {
        for (int i = 0; i < count && lastEventSeq() > syncedEventSeq; i++) {
            fragments.removeLast();
        }
    }

    void copy(final EventStore other) {
        fragments.clear();
        fragments.addAll(other.fragments);
        prunedEventSeq = other.prunedEventSeq;
    }

    void clear() {
        fragments.clear();
        prunedEventSeq = 0;
    }

    /** Drops what ends at or before {@code eventSeq}. */
    void prune(final long eventSeq) {
        int count = 0;
        while (count < fragments.size() && fragments.get(count).lastEventSeq <= eventSeq) {
            prunedEventSeq = fragments.get(count++).lastEventSeq;
        }
        fragments.subList(0, count).clear();
    }

    /** 0 = there is none. */
    long lastEventSeq() {
        return fragments.isEmpty() ? prunedEventSeq : fragments.getLast().lastEventSeq;
    }

    @Override
    public long lastRecordedEventSeq() {
        final long last = lastEventSeq();
        return last != 0 && venue.has(Bug.EVENT_LOST_AT_RESTART) ? last + 1 : last;
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        if (eventSeq > lastEventSeq() + 1) {
            fragments.clear();
            prunedEventSeq = eventSeq - 1;
        }
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final Fragment fragment = Fragment.of(bytes);
        Violation.unless(fragments.isEmpty() || fragment.firstEventSeq == fragments.getLast().lastEventSeq + 1, "event numbers without holes or repeats",
            () -> "member " + member + ": " + fragment.firstEventSeq + " after " + fragments.getLast().lastEventSeq);
        venue.oracle.onRecorded(member, fragment);
        fragments.add(fragment);
        venue.onEvents(member);
    }

    @Override
    public void awaitRecorded() {
        // an offer is recorded when it returns
    }

    long firstEventSeq() {
        return prunedEventSeq + 1;
    }

    /** Index of the fragment that holds the event, or of the first one behind it. */
    private int indexOf(final long eventSeq) {
        int low = 0;
        int high = fragments.size();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (fragments.get(middle).lastEventSeq < eventSeq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The fragments behind one event, up to another. */
    void read(final long afterEventSeq, final long toEventSeq, final EventSource.Handler handler) {
        for (int i = indexOf(afterEventSeq + 1); i < fragments.size() && fragments.get(i).lastEventSeq <= toEventSeq; i++) {
            final Fragment fragment = fragments.get(i);
            handler.onEvents(new UnsafeBuffer(fragment.bytes), 0, fragment.bytes.length);
        }
    }

    /** Reads from the event behind {@code lastEventSeq} on. */
    EventSource source(final long lastEventSeq) {
        return new Source(lastEventSeq + 1);
    }

    /** A reader that sees each fragment once, in order. */
    private final class Source implements EventSource {
        private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
        private final long knownAtOpen = lastEventSeq();
        private long nextEventSeq;

        Source(final long nextEventSeq) {
            this.nextEventSeq = nextEventSeq;
        }

        @Override
        public int poll(final Handler handler, final int fragmentLimit) {
            final int from = indexOf(nextEventSeq);
            final int to = Math.min(fragments.size(), from + fragmentLimit);
            for (int i = from; i < to; i++) {
                final Fragment fragment = fragments.get(i);
                nextEventSeq = fragment.lastEventSeq + 1;
                view.wrap(fragment.bytes);
                handler.onEvents(view, 0, fragment.bytes.length);
            }
            return to - from;
        }

        @Override
        public boolean isCaughtUp() {
            return nextEventSeq > knownAtOpen;
        }

        @Override
        public long firstAvailableEventSeq() {
            return firstEventSeq();
        }

        @Override
        public Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
            return new ReplayCursor(this, fromEventSeq);
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    /** Reads what the primary reader has read. */
    private final class ReplayCursor implements EventSource.Cursor {
        private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
        private final Source primary;
        private long nextEventSeq;

        ReplayCursor(final Source primary, final long fromEventSeq) {
            this.primary = primary;
            nextEventSeq = fromEventSeq;
        }

        @Override
        public int poll(final EventSource.Handler handler, final int fragmentLimit) {
            int polled = 0;
            for (int i = indexOf(nextEventSeq); polled < fragmentLimit && i < fragments.size(); i++) {
                final Fragment fragment = fragments.get(i);
                if (fragment.firstEventSeq >= primary.nextEventSeq) {
                    break;
                }
                nextEventSeq = fragment.lastEventSeq + 1;
                view.wrap(fragment.bytes);
                handler.onEvents(view, 0, fragment.bytes.length);
                polled++;
            }
            return polled;
        }

        @Override
        public boolean isCaughtUp() {
            return nextEventSeq >= primary.nextEventSeq || indexOf(nextEventSeq) == fragments.size();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
