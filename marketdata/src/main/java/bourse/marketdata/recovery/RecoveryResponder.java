package bourse.marketdata.recovery;

import bourse.marketdata.publisher.PacketBuffer;
import bourse.marketdata.receiver.MessageRing;
import bourse.sbe.feed.PacketLayout;
import bourse.sbe.feed.RecoveryLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Answers re-requests: messages from the ring, parts of snapshots, or a refusal. All answers together are bounded by a rate; beyond it
 * the refusal says when to ask again. Hot path: no allocation. Thread: the market-data agent's.
 */
public final class RecoveryResponder {
    /** Where the packets of an answer go. */
    @FunctionalInterface
    public interface Reply {
        /** Sends the bytes from position to limit to the one who asked. */
        void send(ByteBuffer packet);
    }

    private static final int NOT_YET_DELAY_MS = 5;
    private static final int MIN_BUSY_DELAY_MS = 1;
    /** What a receiver's socket takes at once; it asks for the rest by index. */
    private static final int MAX_SNAPSHOT_PACKETS = 68;

    private final PublishedBooks feed;
    private final SnapshotCycle snapshots;
    private final EpochNanoClock clock;
    private final int channel;
    private final double tokensPerNs;
    private final double maxTokens;
    private final PacketBuffer packet = new PacketBuffer();
    private double tokens;
    private long lastRefillNs;
    private long requests;
    private long refused;
    private long messages;

    /** Answers at most {@code messagesPerSecond}, in bursts of a quarter of it. */
    public RecoveryResponder(final PublishedBooks feed, final SnapshotCycle snapshots, final EpochNanoClock clock, final int channel,
                             final int messagesPerSecond, final long nowNs) {
        this.feed = feed;
        this.snapshots = snapshots;
        this.clock = clock;
        this.channel = channel;
        this.tokensPerNs = messagesPerSecond / 1e9;
        this.maxTokens = Math.max(RecoveryLayout.MAX_REQUEST_MESSAGES, messagesPerSecond / 4.0);
        this.tokens = maxTokens;
        this.lastRefillNs = nowNs;
    }

    /** Requests taken. */
    public long requests() {
        return requests;
    }

    /** Of these, refused. */
    public long refused() {
        return refused;
    }

    /** Messages sent again. */
    public long messages() {
        return messages;
    }

    /** Takes one datagram and answers it; what is no request at all gets no answer. */
    public void onRequest(final DirectBuffer request, final int offset, final int length, final Reply reply, final long nowNs) {
        if (!RecoveryLayout.isRequest(request, offset, length)) {
            return;
        }
        requests++;
        final int kind = request.getByte(offset + RecoveryLayout.KIND_OFFSET);
        final long requestId = request.getLong(offset + RecoveryLayout.REQUEST_ID_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final long from = request.getLong(offset + RecoveryLayout.FROM_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final int count = request.getInt(offset + RecoveryLayout.COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final int epoch = request.getInt(offset + RecoveryLayout.EPOCH_OFFSET, ByteOrder.LITTLE_ENDIAN);
        if ((request.getShort(offset + RecoveryLayout.CHANNEL_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF) != channel || count < 0
            || count > RecoveryLayout.MAX_REQUEST_MESSAGES) {
            refuse(requestId, RecoveryLayout.REASON_MALFORMED, 0, reply);
        } else if (epoch != 0 && epoch != feed.epoch()) {
            refuse(requestId, RecoveryLayout.REASON_WRONG_EPOCH, 0, reply);
        } else if (kind == RecoveryLayout.KIND_MESSAGES) {
            onMessages(requestId, from, count, reply, nowNs);
        } else if (kind == RecoveryLayout.KIND_SNAPSHOT) {
            final int instrumentId = request.getInt(offset + RecoveryLayout.INSTRUMENT_OFFSET, ByteOrder.LITTLE_ENDIAN);
            final int index = request.getInt(offset + RecoveryLayout.INDEX_OFFSET, ByteOrder.LITTLE_ENDIAN);
            onSnapshot(requestId, instrumentId, from, count, index, reply, nowNs);
        } else {
            refuse(requestId, RecoveryLayout.REASON_MALFORMED, 0, reply);
        }
    }

    private void onMessages(final long requestId, final long from, final int count, final Reply reply, final long nowNs) {
        final MessageRing ring = feed.ring();
        if (count == 0) {
            refuse(requestId, RecoveryLayout.REASON_MALFORMED, 0, reply);
        } else if (from > feed.lastFeedSeq()) {
            refuse(requestId, RecoveryLayout.REASON_NOT_YET, NOT_YET_DELAY_MS, reply);
        } else if (from < feed.firstAvailableFeedSeq()) {
            refuse(requestId, RecoveryLayout.REASON_TOO_OLD, 0, reply);
        } else if (!take(count, nowNs)) {
            refuse(requestId, RecoveryLayout.REASON_BUSY, delayMs(count), reply);
        } else {
            final long end = Math.min(from + count, feed.lastFeedSeq() + 1);
            long first = from;
            for (long seq = from; seq < end; seq++) {
                final int messageLength = ring.length(seq);
                if (!packet.hasRoomFor(messageLength)) {
                    send(first, reply);
                    first = seq;
                }
                packet.append(ring.buffer(), ring.offset(seq), messageLength);
            }
            send(first, reply);
            messages += end - from;
        }
    }

    private void onSnapshot(final long requestId, final int instrumentId, final long from, final int count, final int index,
                            final Reply reply, final long nowNs) {
        final StagedSnapshot kept = snapshots.kept(instrumentId);
        final boolean part = from != 0 && kept != null && kept.lastFeedSeq() == from;
        final StagedSnapshot snapshot = part ? kept : snapshots.fresh(instrumentId, nowNs);
        if (snapshot == null) {
            refuse(requestId, RecoveryLayout.REASON_UNKNOWN_INSTRUMENT, 0, reply);
            return;
        }
        final int first = part ? snapshot.packetOf(Math.max(0, index)) : 0;
        int last = first;
        while (last + 1 < snapshot.packets() && last - first + 1 < MAX_SNAPSHOT_PACKETS && (!part || snapshot.endIndexOf(last) < index + count)) {
            last++;
        }
        if (part && first + 1 < snapshot.packets() && last == snapshot.packets() - 2 && count <= 1) {
            last++;
        }
        final int cost = (last - first + 1) * 32;
        if (!take(Math.min(cost, (int) maxTokens), nowNs)) {
            refuse(requestId, RecoveryLayout.REASON_BUSY, delayMs(Math.min(cost, (int) maxTokens)), reply);
            return;
        }
        for (int i = first; i <= last; i++) {
            reply.send(snapshot.packet(i));
        }
        messages += cost;
    }

    private void send(final long first, final Reply reply) {
        reply.send(packet.seal(first, clock.nanoTime(), feed.epoch(), channel, PacketLayout.FLAG_RETRANSMISSION));
        packet.clear();
    }

    private void refuse(final long requestId, final int reason, final int delayMs, final Reply reply) {
        refused++;
        packet.clear();
        RecoveryLayout.refusal(packet.buffer(), 0, requestId, feed.firstAvailableFeedSeq(), delayMs, reason);
        packet.extend(RecoveryLayout.REFUSAL_LENGTH);
        reply.send(packet.seal(feed.lastFeedSeq() + 1, clock.nanoTime(), feed.epoch(), channel, PacketLayout.FLAG_REFUSAL));
        packet.clear();
    }

    private boolean take(final int count, final long nowNs) {
        tokens = Math.min(maxTokens, tokens + (nowNs - lastRefillNs) * tokensPerNs);
        lastRefillNs = nowNs;
        if (tokens < count) {
            return false;
        }
        tokens -= count;
        return true;
    }

    private int delayMs(final int count) {
        return Math.max(MIN_BUSY_DELAY_MS, (int) Math.ceil((count - tokens) / tokensPerNs / 1e6));
    }
}
