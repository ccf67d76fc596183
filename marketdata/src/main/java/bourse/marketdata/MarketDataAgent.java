package bourse.marketdata;

import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.SnapshotCycle;
import bourse.sbe.port.EventSource;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The one thread of market data: reads events, sends packets, heartbeats and snapshots, answers re-requests, feeds subscribers and pages.
 * It owns no thread itself. Until the recorded past is folded nothing is sent; then sending begins with the next message, and
 * receivers that were there before find the gap and ask.
 */
public final class MarketDataAgent implements Agent {
    private static final int FRAGMENTS_PER_CYCLE = 32;
    private static final int CATCH_UP_FRAGMENTS_PER_CYCLE = 512;
    private static final long FORCED_HEARTBEAT_NS = 1_000_000_000L;
    private static final int END_OF_SESSION_REPEATS = 3;
    /** Larger books are checked by their snapshots alone. */
    private static final int MAX_CHECKSUM_ORDERS = 20_000;

    private final EventSource source;
    private final PublicFeed feed;
    private final Multicast multicast;
    private final DutyCycleListener listener;
    private final long heartbeatNs;
    private final NanoClock clock;
    private boolean live;
    private long lastSentNs;
    private long lastHeartbeatNs;
    private int nextChecksum;

    /** What goes out by UDP; null = nothing does. */
    record Multicast(PacketPublisher packets, SnapshotCycle snapshots, Requests recovery) {
    }

    /** Where re-requests come from. */
    @FunctionalInterface
    interface Requests {
        /** Answers those that wait; returns work done. */
        int poll(long nowNs);
    }

    /** Who else works on this thread. */
    interface DutyCycleListener {
        /** The recorded past is folded. */
        void onLive();

        /** Called once a cycle; returns work done. */
        int onCycle(long nowNs);
    }

    MarketDataAgent(final EventSource source, final PublicFeed feed, final Multicast multicast, final DutyCycleListener listener,
                    final long heartbeatMs, final NanoClock clock) {
        this.source = source;
        this.feed = feed;
        this.clock = clock;
        this.multicast = multicast;
        this.listener = listener;
        this.heartbeatNs = heartbeatMs * 1_000_000L;
    }

    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        final int fragments = source.poll(feed, live ? FRAGMENTS_PER_CYCLE : CATCH_UP_FRAGMENTS_PER_CYCLE);
        feed.endOfPoll(fragments == 0);
        if (!live && fragments == 0 && source.isCaughtUp()) {
            live = true;
            feed.startPublishing();
            listener.onLive();
        }
        int work = fragments + listener.onCycle(nowNs);
        if (live && multicast != null) {
            work += send(nowNs, fragments > 0);
        }
        return work;
    }

    @Override
    public void onClose() {
        if (live && multicast != null) {
            for (int i = 0; i < END_OF_SESSION_REPEATS; i++) {
                multicast.packets().heartbeat(feed.epoch(), feed.lastFeedSeq() + 1, true);
            }
        }
    }

    @Override
    public String roleName() {
        return "market-data";
    }

    private int send(final long nowNs, final boolean busy) {
        if (busy) {
            lastSentNs = nowNs;
        }
        if (nowNs - lastSentNs >= heartbeatNs || nowNs - lastHeartbeatNs >= FORCED_HEARTBEAT_NS) {
            lastSentNs = nowNs;
            lastHeartbeatNs = nowNs;
            addChecksum();
            multicast.packets().heartbeat(feed.epoch(), feed.lastFeedSeq() + 1, false);
        }
        return multicast.recovery().poll(nowNs) + multicast.snapshots().poll(nowNs);
    }

    private void addChecksum() {
        final List<OrderBook> books = feed.books().all();
        if (books.isEmpty()) {
            return;
        }
        nextChecksum = nextChecksum + 1 < books.size() ? nextChecksum + 1 : 0;
        final OrderBook book = books.get(nextChecksum);
        if (book.orderCount() <= MAX_CHECKSUM_ORDERS) {
            multicast.packets().checksum(feed.lastFeedSeq(), BookChecksum.of(book), book.instrumentId(), book.rptSeq());
        }
    }
}
