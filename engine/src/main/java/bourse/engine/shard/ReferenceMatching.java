package bourse.engine.shard;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
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
        final OrderCount count = new OrderCount();
        matcher.forEachState(count);
        return count.orders;
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

    /** Walks the state for the orders in it. */
    private static final class OrderCount implements StateVisitor {
        private long orders;

        @Override
        public void order(final OrderState order) {
            orders++;
        }

        @Override
        public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
            // not an order
        }

        @Override
        public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
            // not an order
        }

        @Override
        public void account(final AccountState account) {
            // not an order
        }

        @Override
        public void balance(final int account, final long asset, final long total, final long reserved) {
            // not an order
        }

        @Override
        public void position(final int account, final int instrumentId, final long position) {
            // not an order
        }

        @Override
        public void finishedId(final int account, final long clientOrderId) {
            // not an order
        }

        @Override
        public void fees(final long asset, final long collected) {
            // not an order
        }
    }
}
