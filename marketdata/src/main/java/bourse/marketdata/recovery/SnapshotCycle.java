package bourse.marketdata.recovery;

import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.receiver.OrderBook;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Sends every instrument's snapshot once a round, paced so that receivers' sockets keep up, and keeps the newest of each for requests.
 * Thread: the market-data agent's.
 */
public final class SnapshotCycle {
    private static final long FRESH_NS = 100_000_000L;
    /** Making snapshots on request takes at most one part in this many of the thread. */
    private static final int COST_SHARE = 20;
    private static final int BURST_PACKETS = 32;
    /** No round takes longer, whatever the pace: receivers are promised each instrument every five seconds. */
    private static final long LONGEST_ROUND_NS = 4_000_000_000L;

    private final PublishedBooks feed;
    private final PacketSink sink;
    private final EpochNanoClock clock;
    private final NanoClock costClock;
    private final int channel;
    private final long intervalNs;
    private final long configuredPacketTimeNs;
    private long packetTimeNs;
    private long roundPackets;
    private final Int2ObjectHashMap<StagedSnapshot> staged = new Int2ObjectHashMap<>();
    private StagedSnapshot sending;
    private int sendingPacket;
    private int nextBook;
    private long roundStartNs;
    private long nextPacketNs;
    private long packets;
    private long rounds;

    /**
     * A cycle that has not begun.
     *
     * @param intervalMs       between the beginnings of two rounds
     * @param packetsPerSecond pace of the packets; higher where the books would not be through in four seconds
     */
    public SnapshotCycle(final PublishedBooks feed, final PacketSink sink, final EpochNanoClock clock, final int channel,
                         final long intervalMs, final int packetsPerSecond, final long nowNs) {
        this(feed, sink, clock, SystemNanoClock.INSTANCE, channel, intervalMs, packetsPerSecond, nowNs);
    }

    /** @param costClock tells what a snapshot costs, by which it is decided how often one is made */
    public SnapshotCycle(final PublishedBooks feed, final PacketSink sink, final EpochNanoClock clock, final NanoClock costClock, final int channel,
                         final long intervalMs, final int packetsPerSecond, final long nowNs) {
        this.costClock = costClock;
        this.feed = feed;
        this.sink = sink;
        this.clock = clock;
        this.channel = channel;
        this.intervalNs = intervalMs * 1_000_000L;
        this.configuredPacketTimeNs = 1_000_000_000L / packetsPerSecond;
        this.packetTimeNs = configuredPacketTimeNs;
        this.roundStartNs = nowNs - intervalNs;
        this.nextPacketNs = nowNs;
        this.nextBook = Integer.MAX_VALUE;
    }

    /** Snapshot packets sent by the cycle. */
    public long packets() {
        return packets;
    }

    /** Rounds begun. */
    public long rounds() {
        return rounds;
    }

    /** Sends what is due; returns packets sent. */
    public int poll(final long nowNs) {
        if (sending == null && nextBook >= feed.books().all().size()) {
            if (nowNs - roundStartNs < intervalNs || feed.lastFeedSeq() == 0) {
                return 0;
            }
            roundStartNs = nowNs;
            packetTimeNs = Math.min(configuredPacketTimeNs, LONGEST_ROUND_NS / Math.max(1, packets - roundPackets));
            roundPackets = packets;
            nextBook = 0;
            rounds++;
        }
        if (nowNs - nextPacketNs > BURST_PACKETS * packetTimeNs) {
            nextPacketNs = nowNs - BURST_PACKETS * packetTimeNs;
        }
        int sent = 0;
        while (nowNs - nextPacketNs >= 0 && advance(nowNs)) {
            sink.send(PacketSink.SNAPSHOTS, sending.packet(sendingPacket++));
            nextPacketNs += packetTimeNs;
            sent++;
        }
        packets += sent;
        return sent;
    }

    /** The newest snapshot of an instrument, made now unless the last one is fresh enough; null when there is no such instrument. */
    StagedSnapshot fresh(final int instrumentId, final long nowNs) {
        final OrderBook book = feed.books().get(instrumentId);
        if (book == null) {
            return null;
        }
        final StagedSnapshot last = staged.get(instrumentId);
        if (last != null && (nowNs - last.stagedAtNs() < Math.max(FRESH_NS, COST_SHARE * last.costNs())
            || last == sending && sendingPacket < last.packets())) {
            return last;
        }
        return stage(book, nowNs);
    }

    /** The snapshot that is kept of an instrument, or null. */
    StagedSnapshot kept(final int instrumentId) {
        return staged.get(instrumentId);
    }

    /** Whether {@link #sending} has a packet to send. */
    private boolean advance(final long nowNs) {
        if (sending != null && sendingPacket < sending.packets()) {
            return true;
        }
        sending = null;
        if (nextBook >= feed.books().all().size()) {
            return false;
        }
        sending = stage(feed.books().all().get(nextBook++), nowNs);
        sendingPacket = 0;
        return true;
    }

    private StagedSnapshot stage(final OrderBook book, final long nowNs) {
        StagedSnapshot snapshot = staged.get(book.instrumentId());
        if (snapshot == null) {
            snapshot = new StagedSnapshot(costClock);
            staged.put(book.instrumentId(), snapshot);
        }
        snapshot.stage(book, feed.lastFeedSeq(), clock.nanoTime(), feed.epoch(), channel, nowNs);
        return snapshot;
    }
}
