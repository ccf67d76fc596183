package bourse.marketdata;

import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.SnapshotCycle;
import org.agrona.concurrent.UnsafeBuffer;

/** A random venue's publisher, without sockets and without receivers: two lines, snapshots, heartbeats with checksums. One step a millisecond. */
public final class PublisherInMemory {
    private static final long STEP_NS = 1_000_000;
    private static final int HEARTBEAT_STEPS = 20;

    private final RandomFlow flow;
    private final PacketPublisher packets;
    private final PublicFeed feed;
    private final SnapshotCycle snapshots;
    private long nowNs = 1;
    private boolean defined;

    /** Publishes {@code flow} to {@code sink}. */
    public PublisherInMemory(final RandomFlow flow, final PacketSink sink) {
        this.flow = flow;
        packets = new PacketPublisher(sink, () -> nowNs, 0);
        feed = new PublicFeed(1 << 14, new FeedFold(), packets);
        snapshots = new SnapshotCycle(feed, sink, () -> nowNs, 0, 50, 20_000, nowNs);
        feed.startPublishing();
    }

    /** The venue's books as they were at message {@code untilFeedSeq}, to ask for their checksums. */
    public PublisherInMemory(final RandomFlow flow, final long untilFeedSeq) {
        this.flow = flow;
        packets = null;
        snapshots = null;
        feed = new PublicFeed(1 << 14, new FeedFold(), null);
        final var translator = new bourse.marketdata.publisher.EventTranslator((seq, template, buffer, offset, length) -> {
            if (seq <= untilFeedSeq) {
                feed.onMessage(seq, template, buffer, offset, length);
            }
        });
        while (feed.lastFeedSeq() < untilFeedSeq) {
            final byte[] fragment = next();
            translator.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
        }
    }

    /** Publishes so many fragments of the flow, snapshots and heartbeats between them. */
    public void publish(final int fragments) {
        for (int i = 0; i < fragments; i++) {
            final byte[] fragment = next();
            nowNs += STEP_NS;
            feed.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
            feed.endOfPoll(false);
            snapshots.poll(nowNs);
            if (i % HEARTBEAT_STEPS == 0) {
                final OrderBook book = feed.books().all().get(i / HEARTBEAT_STEPS % feed.books().all().size());
                packets.checksum(feed.lastFeedSeq(), BookChecksum.of(book), book.instrumentId(), book.rptSeq());
                packets.heartbeat(feed.epoch(), feed.lastFeedSeq() + 1, false);
            }
        }
    }

    /** Ends the session. */
    public void end() {
        for (int i = 0; i < 3; i++) {
            packets.heartbeat(feed.epoch(), feed.lastFeedSeq() + 1, true);
        }
    }

    /** Checksum of an instrument's book now. */
    public long checksum(final int instrumentId) {
        return BookChecksum.of(feed.books().get(instrumentId));
    }

    private byte[] next() {
        if (!defined) {
            defined = true;
            return flow.define();
        }
        return flow.next(20);
    }
}
