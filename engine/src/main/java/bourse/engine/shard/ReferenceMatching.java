package bourse.engine.shard;

import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.reference.ReferenceMatcher;

import org.agrona.DirectBuffer;

/** The slow, obvious matcher behind a shard, to hold the fast one against: in tests, and over the log of a venue. No snapshots. */
public final class ReferenceMatching implements MatchingState {
    private final ReferenceMatcher matcher;

    public ReferenceMatching(final MatcherLimits limits, final MatchListener listener) {
        matcher = new ReferenceMatcher(listener, limits);
    }

    @Override
    public Matcher matcher() {
        return matcher;
    }

    @Override
    public long orderCount() {
        return 0;
    }

    @Override
    public void applying(final long position) {
        // no memory of its own
    }

    @Override
    public void applied(final long position) {
        // likewise
    }

    @Override
    public void publish(final long eventSeq) {
        // likewise
    }

    @Override
    public void writeSnapshot(final ChunkSink sink) {
        throw new UnsupportedOperationException("the reference matcher is not restored");
    }

    @Override
    public void readSnapshotChunk(final DirectBuffer buffer, final int offset, final int length) {
        throw new UnsupportedOperationException("the reference matcher is not restored");
    }

    @Override
    public void endSnapshot() {
        throw new UnsupportedOperationException("the reference matcher is not restored");
    }
}
