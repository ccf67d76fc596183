package bourse.marketdata;

import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.recovery.RecoveryResponder;
import bourse.marketdata.recovery.SnapshotCycle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Publisher, recovery, bad network and receiver on one thread in virtual time. */
final class SimulatedFeed {
    private static final int REQUESTS = 3;
    private static final int ANSWERS = 4;
    private static final long STEP_NS = 50_000;
    private static final int EPOCH = 9;

    final RandomFlow flow;
    final PublicFeed feed;
    final ImpairmentProxy network;
    final FeedReceiver receiver;
    final List<Long> recoveriesNs = new ArrayList<>();
    final List<String> desyncs = new ArrayList<>();
    long nowNs = 1_000_000_000L;
    long syncedBooks;
    long trades;
    private final PacketPublisher packets;
    private final SnapshotCycle snapshots;
    private final RecoveryResponder responder;
    private long lastHeartbeatNs;
    private boolean receiverJoined = true;

    SimulatedFeed(final long seed, final int instruments, final ReceiverConfig config, final ImpairmentProxy.Conditions a,
                  final ImpairmentProxy.Conditions b, final ImpairmentProxy.Conditions other) {
        flow = new RandomFlow(seed, instruments, EPOCH);
        network = new ImpairmentProxy(seed + 1, this::deliver, a, b, other, other, other);
        final PacketSink sink = (line, packet) -> network.send(line, packet, nowNs);
        packets = new PacketPublisher(sink, () -> nowNs, 0);
        feed = new PublicFeed(1 << 16, new FeedFold(), packets);
        snapshots = new SnapshotCycle(feed, sink, () -> nowNs, 0, 1_000, 20_000, nowNs);
        responder = new RecoveryResponder(feed, snapshots, () -> nowNs, 0, 2_000_000, nowNs);
        receiver = new FeedReceiver(config, listener(), (buffer, offset, length) -> {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            network.send(REQUESTS, ByteBuffer.wrap(bytes), nowNs);
        });
        feed.startPublishing();
    }

    void receiverJoined(final boolean joined) {
        receiverJoined = joined;
    }

    void publish(final byte[] fragment) {
        feed.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
        feed.endOfPoll(false);
    }

    /** Lets virtual time go on. */
    void step() {
        nowNs += STEP_NS;
        if (nowNs - lastHeartbeatNs >= 100_000_000L) {
            lastHeartbeatNs = nowNs;
            final List<OrderBook> books = feed.books().all();
            if (!books.isEmpty()) {
                final OrderBook book = books.get((int) (nowNs / 100_000_000L % books.size()));
                packets.checksum(feed.lastFeedSeq(), BookChecksum.of(book), book.instrumentId(), book.rptSeq());
            }
            packets.heartbeat(feed.epoch(), feed.lastFeedSeq() + 1, false);
        }
        snapshots.poll(nowNs);
        network.poll(nowNs);
        receiver.onTime(nowNs);
    }

    void endSession() {
        packets.heartbeat(feed.epoch(), feed.lastFeedSeq() + 1, true);
    }

    /** Steps until the receiver has everything, at most {@code limitNs}; returns the time that it took. */
    long settle(final long limitNs) {
        final long startNs = nowNs;
        while (!isInSync() && nowNs - startNs < limitNs) {
            step();
        }
        return nowNs - startNs;
    }

    boolean isInSync() {
        if (receiver.nextSeq() != feed.lastFeedSeq() + 1) {
            return false;
        }
        return flow.books().keySet().stream().allMatch(id -> {
            final OrderBook book = receiver.books().get(id);
            return book != null && book.isSynced() && !book.isSuspect();
        });
    }

    /** Books of the receiver that claim to be synced but differ from the reference: never any, at rest. */
    List<Integer> divergent() {
        return flow.books().values().stream().filter(reference -> {
            final OrderBook book = receiver.books().get(reference.instrumentId);
            return book != null && book.isSynced() && book.rptSeq() == reference.rptSeq && BookChecksum.of(book) != reference.checksum();
        }).map(reference -> reference.instrumentId).toList();
    }

    private void deliver(final int line, final byte[] packet, final int length, final long atNs) {
        if (line == REQUESTS) {
            responder.onRequest(new UnsafeBuffer(packet), 0, length, answer -> network.send(ANSWERS, answer, atNs), atNs);
        } else if (receiverJoined) {
            receiver.onPacket(Math.min(line, FeedReceiver.LINE_OTHER), new UnsafeBuffer(packet), 0, length, atNs);
        }
    }

    private FeedListener listener() {
        return new FeedListener() {
            @Override
            public void onSynced(final OrderBook book) {
                syncedBooks++;
            }

            @Override
            public void onTrade(final OrderBook book, final bourse.sbe.feed.TradeReportDecoder trade) {
                trades++;
            }

            @Override
            public void onDesynced(final OrderBook book, final String reason) {
                desyncs.add(reason);
            }

            @Override
            public void onRecovered(final long durationNs) {
                recoveriesNs.add(durationNs);
            }
        };
    }
}
