package bourse.marketdata.receiver;

import bourse.sbe.feed.BookChecksumDecoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionDecoder;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.PacketLayout;
import bourse.sbe.feed.RecoveryLayout;
import bourse.sbe.feed.TradeReportDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Follows one feed channel: takes packets of both lines, of the snapshot channel and of the recovery address, in whatever order and
 * condition they come, and keeps the books. It joins wherever the stream is, hands each numbered message on once and in order, asks for
 * what is missing, and takes snapshots where asking does not help. Owns no socket and no clock: see {@link FeedSockets} for both.
 *
 * <p>Hot path: no allocation per message. Thread: one. Times are of any monotonic clock, in nanoseconds.
 */
public final class FeedReceiver implements FeedPacketHandler {
    /** Line A, in {@link #onPacket}. */
    public static final int LINE_A = 0;
    /** Line B. */
    public static final int LINE_B = 1;
    /** The snapshot channel and the answers to requests. */
    public static final int LINE_OTHER = 2;

    private static final int MAX_HOLES_PER_ROUND = 64;

    private final ReceiverConfig config;
    private final FeedListener listener;
    private final RecoveryRequests requests;
    private final ReceiverCounters counters = new ReceiverCounters();
    private final MessageRing window;
    private final int ahead;
    private final MarketBooks books;
    private final BookRecovery recovery;
    private final PacketCheck check = new PacketCheck();
    private final BookChecksumDecoder bookChecksum = new BookChecksumDecoder();
    private final UnsafeBuffer request = new UnsafeBuffer(new byte[RecoveryLayout.REQUEST_LENGTH]);

    private int epoch;
    private int previousEpoch;
    private long next;
    private long end;
    private long gapSinceNs;
    private long gapHead;
    private boolean inGap;
    private long askAgainNs;
    private long askedFrom;
    private long askedAtNs;
    private long askedTo;
    private int attempts;
    private long requestId;
    private boolean ended;
    private long lastLost;

    /** A receiver that has seen nothing yet. */
    public FeedReceiver(final ReceiverConfig config, final FeedListener listener, final RecoveryRequests requests) {
        this.config = config;
        this.listener = listener;
        this.requests = requests;
        this.window = new MessageRing(config.windowMessages());
        this.ahead = config.windowMessages() / 2;
        this.books = new MarketBooks(listener);
        this.recovery = new BookRecovery(this, config, books, window, listener, counters);
    }

    /** The books. */
    public MarketBooks books() {
        return books;
    }

    /** What it has met. */
    public ReceiverCounters counters() {
        return counters;
    }

    /** The next feed sequence to apply; 0 before the first packet. */
    public long nextSeq() {
        return next;
    }

    /** Whether messages are known to be missing now. */
    public boolean isInGap() {
        return inGap;
    }

    /** Highest feed sequence that was given up; 0 = none. */
    long lastLostSeq() {
        return lastLost;
    }

    /** Whether the venue has closed cleanly. */
    public boolean isEnded() {
        return ended;
    }

    /** The venue's epoch; 0 before the first packet. */
    public int epoch() {
        return epoch;
    }

    /** Takes one packet; the buffer is not kept. A packet that is torn, corrupt or not ours is counted and ignored. */
    @Override
    public void onPacket(final int line, final DirectBuffer packet, final int offset, final int length, final long nowNs) {
        if (!check.isWellFormed(packet, offset, length)) {
            counters.malformedPackets++;
            return;
        }
        if (PacketLayout.channel(packet, offset) != config.channel() || !isOfEpoch(PacketLayout.epoch(packet, offset))) {
            counters.foreignPackets++;
            return;
        }
        counters.packets[line]++;
        final int flags = PacketLayout.flags(packet, offset);
        if ((flags & (PacketLayout.FLAG_HEARTBEAT | PacketLayout.FLAG_SNAPSHOT | PacketLayout.FLAG_REFUSAL)) == 0) {
            onMessages(line, flags, packet, offset, nowNs);
        } else if ((flags & PacketLayout.FLAG_SNAPSHOT) != 0) {
            recovery.onPacket(packet, offset, nowNs);
        } else if ((flags & PacketLayout.FLAG_REFUSAL) != 0) {
            onRefusal(packet, offset, nowNs);
        } else {
            onHeartbeat(flags, packet, offset, nowNs);
        }
    }

    /** Does what time demands: call it every millisecond or more often; returns 1 while something is missing. */
    public int onTime(final long nowNs) {
        if (inGap && (nowNs - gapSinceNs >= config.gapTimeNs() || end - next > config.gapDistance())) {
            recoverGap(nowNs);
        }
        recovery.onTime(nowNs);
        return inGap ? 1 : 0;
    }

    private void onMessages(final int line, final int flags, final DirectBuffer packet, final int offset, final long nowNs) {
        final long first = PacketLayout.firstSeq(packet, offset);
        final int count = PacketLayout.count(packet, offset);
        if (next == 0) {
            if ((flags & PacketLayout.FLAG_RETRANSMISSION) != 0) {
                return;
            }
            next = first;
            end = first;
        }
        if (first + count <= next) {
            counters.duplicates[line]++;
            return;
        }
        ended = false;
        end = Math.max(end, first + count);
        boolean fresh = false;
        int at = offset + PacketLayout.HEADER_LENGTH;
        for (int i = 0; i < count; i++) {
            final int messageLength = PacketLayout.messageLength(packet, at);
            final int message = at + PacketLayout.PREFIX_LENGTH;
            final long seq = first + i;
            if (seq == next) {
                window.put(seq, packet, message, messageLength);
                next++;
                fresh = true;
                accept(seq, packet, message);
            } else if (seq > next && !window.contains(seq)) {
                keepAhead(seq, packet, message, messageLength);
                fresh = true;
            }
            at = message + messageLength;
        }
        if (!fresh) {
            counters.duplicates[line]++;
        } else if ((flags & PacketLayout.FLAG_RETRANSMISSION) != 0) {
            counters.retransmitted += count;
        }
        drain();
        followGap(nowNs);
    }

    private void keepAhead(final long seq, final DirectBuffer packet, final int message, final int messageLength) {
        // Nothing is kept from here on: however far the packet jumps, only so much is walked.
        final long kept = next + ahead;
        while (seq - next >= ahead && next < kept) {
            giveUpHole();
            drain();
        }
        if (seq - next >= ahead) {
            lose(next, seq - ahead + 1);
        }
        if (seq >= next) {
            window.put(seq, packet, message, messageLength);
        }
    }

    private void onHeartbeat(final int flags, final DirectBuffer packet, final int offset, final long nowNs) {
        final long upcoming = PacketLayout.firstSeq(packet, offset);
        if (next == 0) {
            next = upcoming;
            end = upcoming;
        }
        end = Math.max(end, upcoming);
        followGap(nowNs);
        int at = offset + PacketLayout.HEADER_LENGTH;
        for (int i = 0, count = PacketLayout.count(packet, offset); i < count; i++) {
            final int message = at + PacketLayout.PREFIX_LENGTH;
            if (FeedMessageLayout.templateId(packet, message) == BookChecksumDecoder.TEMPLATE_ID) {
                bookChecksum.wrap(packet, message + FeedMessageLayout.HEADER_LENGTH, BookChecksumDecoder.BLOCK_LENGTH,
                    BookChecksumDecoder.SCHEMA_VERSION);
                final OrderBook book = books.get((int) bookChecksum.instrumentId());
                if (book != null) {
                    recovery.verify(book, bookChecksum.feedSeq(), (int) bookChecksum.rptSeq(), bookChecksum.checksum());
                }
            }
            at = message + PacketLayout.messageLength(packet, at);
        }
        if ((flags & PacketLayout.FLAG_END_OF_SESSION) != 0 && next == upcoming && !ended) {
            ended = true;
            listener.onEndOfSession(upcoming);
        }
    }

    private void onRefusal(final DirectBuffer packet, final int offset, final long nowNs) {
        counters.refusals++;
        final int reason = packet.getByte(offset + RecoveryLayout.REFUSAL_REASON_OFFSET);
        if (reason == RecoveryLayout.REASON_BUSY || reason == RecoveryLayout.REASON_NOT_YET) {
            askAgainNs = Math.max(askAgainNs,
                nowNs + packet.getInt(offset + RecoveryLayout.REFUSAL_RETRY_DELAY_OFFSET, java.nio.ByteOrder.LITTLE_ENDIAN) * 1_000_000L);
        } else if (reason == RecoveryLayout.REASON_TOO_OLD && inGap
            && next < packet.getLong(offset + RecoveryLayout.REFUSAL_FIRST_AVAILABLE_OFFSET, java.nio.ByteOrder.LITTLE_ENDIAN)) {
            giveUpHole();
            drain();
            followGap(nowNs);
        }
    }

    /** The message is next in order. */
    private void accept(final long seq, final DirectBuffer buffer, final int offset) {
        counters.messages++;
        final int templateId = FeedMessageLayout.templateId(buffer, offset);
        if (!FeedMessageLayout.isKnown(templateId)) {
            counters.unknownTemplates++;
            return;
        }
        final int instrumentId = FeedMessageLayout.instrumentId(buffer, offset, templateId);
        OrderBook book = books.get(instrumentId);
        if (book == null) {
            book = books.claim(instrumentId);
            book.synced(templateId == InstrumentDefinitionDecoder.TEMPLATE_ID
                && (FeedMessageLayout.flags(buffer, offset, templateId) & FeedMessageLayout.CHANGED) == 0);
        }
        if (!book.isSynced()) {
            if (templateId == TradeReportDecoder.TEMPLATE_ID) {
                books.reportTrade(book, buffer, offset);
            }
        } else if (seq > book.feedSeq()) {
            if (FeedMessageLayout.hasRptSeq(templateId)
                && FeedMessageLayout.rptSeq(buffer, offset, templateId) != book.rptSeq() + 1) {
                desync(book, "rpt_seq");
                return;
            }
            book.suspect(false);
            books.apply(book, seq, templateId, buffer, offset);
        }
    }

    private void drain() {
        while (next < end && window.contains(next)) {
            final long seq = next++;
            accept(seq, window.buffer(), window.offset(seq));
        }
    }

    /** Notes when a hole opens, when the next one takes its place, and when the last one closes. */
    private void followGap(final long nowNs) {
        if (end <= next) {
            if (inGap) {
                inGap = false;
                noteRecovery(nowNs);
            }
        } else if (!inGap) {
            inGap = true;
            gapHead = next;
            gapSinceNs = nowNs;
            askAgainNs = nowNs;
            askedTo = 0;
            attempts = 0;
        } else if (gapHead != next) {
            noteRecovery(nowNs);
            gapHead = next;
            final boolean asked = next < askedTo;
            gapSinceNs = asked ? askedAtNs : nowNs;
            attempts = asked ? 1 : 0;
        }
    }

    private void noteRecovery(final long nowNs) {
        if (attempts > 0) {
            counters.lastRecoveryNs = nowNs - gapSinceNs;
            counters.longestRecoveryNs = Math.max(counters.longestRecoveryNs, counters.lastRecoveryNs);
            attempts = 0;
            listener.onRecovered(counters.lastRecoveryNs);
        }
    }

    private void recoverGap(final long nowNs) {
        if (!config.recoveryRequests()) {
            giveUpHole();
            drain();
            followGap(nowNs);
            return;
        }
        if (nowNs < askAgainNs && (askedTo == 0 || next < askedTo)) {
            return;
        }
        if (next == askedFrom && askedTo != 0) {
            if (++attempts > config.maxAttempts()) {
                giveUpHole();
                drain();
                followGap(nowNs);
                askedTo = 0;
                return;
            }
        } else {
            counters.gaps++;
            attempts = 1;
        }
        askedFrom = next;
        askedAtNs = nowNs;
        askAgainNs = nowNs + config.retryTimeNs();
        askForHoles();
    }

    private void askForHoles() {
        final long limit = Math.min(end, next + ahead);
        long from = next;
        for (int holes = 0; holes < MAX_HOLES_PER_ROUND && from < limit; holes++) {
            long to = from + 1;
            while (to < limit && to - from < RecoveryLayout.MAX_REQUEST_MESSAGES && !window.contains(to)) {
                to++;
            }
            listener.onGap(from, to - 1);
            counters.requestedMessages += to - from;
            request(RecoveryLayout.KIND_MESSAGES, 0, from, (int) (to - from), 0);
            askedTo = to;
            while (to < limit && window.contains(to)) {
                to++;
            }
            from = to;
        }
    }

    /** Goes on behind the first hole; whose books it touched shows in their own counters. */
    private void giveUpHole() {
        final long limit = Math.min(end, next + ahead);
        long to = next;
        while (to < limit && !window.contains(to)) {
            to++;
        }
        lose(next, to);
    }

    /** Goes on from {@code to}, without what lies between. */
    private void lose(final long from, final long to) {
        next = to;
        if (to > from) {
            counters.lostMessages += to - from;
            lastLost = to - 1;
            for (int i = 0, count = books.all().size(); i < count; i++) {
                books.all().get(i).suspect(true);
            }
            listener.onLost(from, to - 1);
        }
    }

    void desync(final OrderBook book, final String reason) {
        book.synced(false);
        counters.desyncs++;
        listener.onDesynced(book, reason);
    }

    void request(final int kind, final int instrumentId, final long from, final int count, final int index) {
        counters.requests++;
        requests.send(request, 0,
            RecoveryLayout.request(request, 0, kind, config.channel(), epoch, instrumentId, ++requestId, from, count, index));
    }

    private boolean isOfEpoch(final int packetEpoch) {
        if (packetEpoch == epoch) {
            return true;
        }
        if (packetEpoch == previousEpoch || packetEpoch == 0) {
            // A publisher that has read no event yet says 0: nothing against the venue that is known.
            return false;
        }
        previousEpoch = epoch;
        epoch = packetEpoch;
        if (previousEpoch != 0) {
            next = 0;
            end = 0;
            lastLost = 0;
            inGap = false;
            askedTo = 0;
            window.clear();
            books.clear();
            recovery.clear();
            listener.onEpoch(packetEpoch);
        }
        return true;
    }
}
