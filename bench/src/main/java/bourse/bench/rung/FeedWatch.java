package bourse.bench.rung;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedAgent;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.services.client.VenueEndpoints;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * A customer of the multicast feed beside the trader: when did the market see what an order did? The receiver's thread notes when each event
 * arrived, the channel's thread when each batch was due and what its last report was; {@link #latency} joins them by event number.
 */
final class FeedWatch implements FeedListener, AutoCloseable {
    private static final int EVENTS = 1 << 20;
    private static final int BATCHES = 1 << 16;
    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final AgentRunner runner;
    private final AtomicLongArray seenSeq = new AtomicLongArray(EVENTS);
    private final AtomicLongArray seenNs = new AtomicLongArray(EVENTS);
    private final long[] batchDueNs = new long[BATCHES];
    private final long[] batchFirst = new long[BATCHES];
    private final long[] batchLast = new long[BATCHES];
    private long lastReport;
    private long previousBatchEnd;
    private int batches;

    FeedWatch(final VenueEndpoints.Multicast feed) throws IOException {
        final FeedAgent agent = FeedAgent.open(FeedAddresses.of(feed.lineA(), feed.lineB(), feed.snapshots(), feed.recovery(),
                feed.interfaceAddress()), ReceiverConfig.defaults(), this);
        runner = new AgentRunner(new BackoffIdleStrategy(10, 10, 1_000, MAX_PARK_NS), Throwable::printStackTrace, null, agent);
        AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().name("feed-receiver").factory());
    }

    @Override
    public void onBook(final OrderBook book, final int templateId, final boolean endOfEvent) {
        final int slot = (int) book.eventSeq() & EVENTS - 1;
        if (seenSeq.get(slot) != book.eventSeq()) {
            seenNs.setOpaque(slot, System.nanoTime());
            seenSeq.setRelease(slot, book.eventSeq());
        }
    }

    /** A new measurement. */
    void begin() {
        batches = 0;
    }

    /** Channel's thread. */
    void onReport(final long eventSeq) {
        lastReport = eventSeq;
    }

    /** Channel's thread. */
    void onBatch(final long dueNs) {
        if (dueNs != 0 && batches < BATCHES) {
            batchDueNs[batches] = dueNs;
            batchFirst[batches] = previousBatchEnd + 1;
            batchLast[batches++] = lastReport;
        }
        previousBatchEnd = lastReport;
    }

    /** From when a batch was due until the last public message that it caused arrived; after everything has settled. */
    Histogram latency() {
        final Histogram latency = new Histogram(DrivenLoad.LONGEST_NS, 3);
        for (int batch = 0; batch < batches; batch++) {
            for (long seq = batchLast[batch]; seq >= batchFirst[batch]; seq--) {
                final int slot = (int) seq & EVENTS - 1;
                if (seenSeq.getAcquire(slot) == seq) {
                    latency.recordValue(Math.clamp(seenNs.get(slot) - batchDueNs[batch], 1, DrivenLoad.LONGEST_NS));
                    break;
                }
            }
        }
        return latency;
    }

    @Override
    public void close() {
        CloseHelper.quietClose(runner);
    }
}
