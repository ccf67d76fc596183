package bourse.marketdata;

import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.recovery.RecoveryResponder;
import bourse.marketdata.recovery.SnapshotCycle;
import bourse.sbe.port.EventSource;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** The market-data agent with its feed, re-requests and snapshots, for a simulation of the venue: packets go to a sink, time comes from outside. */
public final class FeedWithoutSockets {
    private static final int RING_MESSAGES = 1_024;
    private static final int CHANNEL = 0;
    private static final int SNAPSHOT_INTERVAL_MS = 700;
    private static final int SNAPSHOT_PACKETS_PER_SECOND = 20_000;
    private static final int RECOVERY_MESSAGES_PER_SECOND = 100_000;
    private static final int HEARTBEAT_MS = 100;

    private final PublicFeed feed;
    private final RecoveryResponder responder;
    private final MarketDataAgent agent;

    /** @param fold what is known before the first event of {@code source} */
    public FeedWithoutSockets(final EventSource source, final FeedFold fold, final PacketSink sink, final EpochNanoClock wallClock, final NanoClock clock) {
        final PacketPublisher packets = new PacketPublisher(sink, wallClock, CHANNEL);
        feed = new PublicFeed(RING_MESSAGES, fold, packets);
        final SnapshotCycle snapshots = new SnapshotCycle(feed, sink, wallClock, clock, CHANNEL, SNAPSHOT_INTERVAL_MS, SNAPSHOT_PACKETS_PER_SECOND,
            clock.nanoTime());
        responder = new RecoveryResponder(feed, snapshots, wallClock, CHANNEL, RECOVERY_MESSAGES_PER_SECOND, clock.nanoTime());
        agent = new MarketDataAgent(source, feed, new MarketDataAgent.Multicast(packets, snapshots, nowNs -> 0), new MarketDataAgent.DutyCycleListener() {
            @Override
            public void onLive() {
                // nobody asks
            }

            @Override
            public int onCycle(final long nowNs) {
                return 0;
            }
        }, TimeUnit.MILLISECONDS.toMillis(HEARTBEAT_MS), clock);
    }

    /** One turn of the agent. */
    public int doWork() {
        return agent.doWork();
    }

    /** A re-request of a receiver. */
    public void onRequest(final DirectBuffer request, final int offset, final int length, final RecoveryResponder.Reply reply, final long nowNs) {
        responder.onRequest(request, offset, length, reply, nowNs);
    }

    /** Newest message. */
    public long lastFeedSeq() {
        return feed.lastFeedSeq();
    }
}
