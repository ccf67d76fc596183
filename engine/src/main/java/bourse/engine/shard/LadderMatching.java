package bourse.engine.shard;

import bourse.engine.book.BookMemory;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.match.MatcherSnapshot;

import org.agrona.DirectBuffer;

/** The fast matcher as a shard uses it: its memory's header, its published books, its snapshots. Thread: engine. */
public final class LadderMatching implements MatchingState {
    private final BookMemory memory;
    private final LadderMatcher matcher;
    private MatcherSnapshot.Loader loader;

    /** The memory, of the size that {@link LadderMatcher} asks for, stays the caller's to close. */
    public LadderMatching(final MatcherLimits limits, final BookMemory memory, final MatchListener listener) {
        this.memory = memory;
        matcher = new LadderMatcher(limits, memory, listener);
    }

    @Override
    public Matcher matcher() {
        return matcher;
    }

    /** Counts for metrics. */
    public LadderMatcher ladder() {
        return matcher;
    }

    @Override
    public long orderCount() {
        return matcher.slotsInUse();
    }

    @Override
    public void applying(final long position) {
        memory.applying(position);
    }

    @Override
    public void applied(final long position) {
        memory.applied(position);
    }

    @Override
    public void publish(final long eventSeq) {
        matcher.publish(eventSeq);
    }

    @Override
    public void writeSnapshot(final ChunkSink sink) {
        MatcherSnapshot.write(matcher, sink::write);
    }

    @Override
    public void readSnapshotChunk(final DirectBuffer buffer, final int offset, final int length) {
        if (loader == null) {
            loader = MatcherSnapshot.into(matcher);
        }
        loader.onChunk(buffer, offset, length);
    }

    @Override
    public void endSnapshot() {
        if (loader == null) {
            throw new IllegalStateException("snapshot without a matcher");
        }
        loader.finish();
        loader = null;
    }
}
