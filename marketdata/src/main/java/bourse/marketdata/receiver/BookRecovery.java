package bourse.marketdata.receiver;

import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionDecoder;
import bourse.sbe.feed.PacketLayout;
import bourse.sbe.feed.RecoveryLayout;
import bourse.sbe.feed.SnapshotBeginDecoder;
import bourse.sbe.feed.SnapshotEndDecoder;
import bourse.sbe.feed.SnapshotOrderDecoder;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Brings books that are not the venue's back: collects snapshots from cycle and answers, asks for one and for its missing parts, loads it, and
 * applies what has come since from the receiver's window. Thread: the receiver's.
 */
final class BookRecovery {
    private static final int MAX_PARTS_PER_ROUND = 8;
    private static final long ASK_EVERY_NS = 100_000_000L;

    private final FeedReceiver receiver;
    private final ReceiverConfig config;
    private final MarketBooks books;
    private final MessageRing window;
    private final FeedListener listener;
    private final ReceiverCounters counters;
    private final Int2ObjectHashMap<SnapshotAssembly> assemblies = new Int2ObjectHashMap<>();
    private final SnapshotBeginDecoder begin = new SnapshotBeginDecoder();
    private final SnapshotOrderDecoder order = new SnapshotOrderDecoder();
    private final SnapshotEndDecoder end = new SnapshotEndDecoder();

    BookRecovery(final FeedReceiver receiver, final ReceiverConfig config, final MarketBooks books, final MessageRing window,
                 final FeedListener listener, final ReceiverCounters counters) {
        this.receiver = receiver;
        this.config = config;
        this.books = books;
        this.window = window;
        this.listener = listener;
        this.counters = counters;
    }

    void clear() {
        assemblies.clear();
    }

    /** Takes a well-formed packet of a snapshot. */
    void onPacket(final DirectBuffer packet, final int offset, final long nowNs) {
        final int count = PacketLayout.count(packet, offset);
        int at = offset + PacketLayout.HEADER_LENGTH;
        if (count == 0 || FeedMessageLayout.templateId(packet, at + PacketLayout.PREFIX_LENGTH) != SnapshotBeginDecoder.TEMPLATE_ID) {
            counters.malformedPackets++;
            return;
        }
        begin.wrap(packet, at + PacketLayout.PREFIX_LENGTH + FeedMessageLayout.HEADER_LENGTH, SnapshotBeginDecoder.BLOCK_LENGTH,
            SnapshotBeginDecoder.SCHEMA_VERSION);
        final OrderBook book = books.claim((int) begin.instrumentId());
        final boolean wanted = !book.isSynced() || book.isSuspect();
        final SnapshotAssembly assembly = wanted ? assembly(book) : null;
        if (wanted && !assembly.begin(begin, nowNs)) {
            return;
        }
        int index = (int) PacketLayout.firstSeq(packet, offset);
        for (int i = 0; i < count; i++) {
            final int message = at + PacketLayout.PREFIX_LENGTH;
            final int block = message + FeedMessageLayout.HEADER_LENGTH;
            switch (FeedMessageLayout.templateId(packet, message)) {
                case InstrumentDefinitionDecoder.TEMPLATE_ID -> {
                    if (wanted) {
                        assembly.definition(packet, message);
                    }
                }
                case SnapshotOrderDecoder.TEMPLATE_ID -> {
                    if (wanted) {
                        order.wrap(packet, block, SnapshotOrderDecoder.BLOCK_LENGTH, SnapshotOrderDecoder.SCHEMA_VERSION);
                        assembly.order(index++, order);
                    }
                }
                case SnapshotEndDecoder.TEMPLATE_ID -> {
                    end.wrap(packet, block, SnapshotEndDecoder.BLOCK_LENGTH, SnapshotEndDecoder.SCHEMA_VERSION);
                    if (wanted) {
                        assembly.end(end.checksum());
                    } else {
                        verify(book, begin.lastFeedSeq(), (int) begin.rptSeq(), end.checksum());
                    }
                }
                default -> {
                }
            }
            at += PacketLayout.PREFIX_LENGTH + PacketLayout.messageLength(packet, at);
        }
        if (wanted && assembly.isComplete()) {
            complete(book, assembly, nowNs);
        }
    }

    /**
     * Compares a checksum of the venue with a book that is at the same place. One from before the last message that was lost (a publisher that starts
     * again may send such) says nothing about what was lost.
     *
     * @param feedSeq last message that the venue's book has
     */
    void verify(final OrderBook book, final long feedSeq, final int rptSeq, final long checksum) {
        if (!book.isSynced() || book.rptSeq() != rptSeq) {
            return;
        }
        if (BookChecksum.of(book) == checksum) {
            counters.checksumsVerified++;
            if (feedSeq >= receiver.lastLostSeq()) {
                book.suspect(false);
            }
        } else {
            counters.checksumsFailed++;
            receiver.desync(book, "checksum");
        }
    }

    /** Asks for snapshots and for missing parts of those that stopped coming. */
    void onTime(final long nowNs) {
        if (!config.recoveryRequests()) {
            return;
        }
        for (int i = 0, count = books.all().size(); i < count; i++) {
            final OrderBook book = books.all().get(i);
            if (!book.isSynced()) {
                ask(book, nowNs);
            }
        }
    }

    private void ask(final OrderBook book, final long nowNs) {
        final SnapshotAssembly assembly = assembly(book);
        if (!assembly.active) {
            if (nowNs - assembly.askAtNs >= 0) {
                assembly.askAtNs = nowNs + ASK_EVERY_NS;
                receiver.request(RecoveryLayout.KIND_SNAPSHOT, book.instrumentId(), 0, 0, 0);
            }
        } else if (nowNs - assembly.lastActivityNs >= config.retryTimeNs()) {
            assembly.lastActivityNs = nowNs;
            askForParts(book, assembly);
        }
    }

    private void askForParts(final OrderBook book, final SnapshotAssembly assembly) {
        final int orders = assembly.orders();
        int parts = 0;
        for (int from = assembly.missingFrom(0); from < orders && parts < MAX_PARTS_PER_ROUND; from = assembly.missingFrom(from)) {
            final int to = Math.min(assembly.presentFrom(from), from + RecoveryLayout.MAX_REQUEST_MESSAGES);
            receiver.request(RecoveryLayout.KIND_SNAPSHOT, book.instrumentId(), assembly.lastFeedSeq, to - from, from);
            parts++;
            from = to;
        }
        if (parts == 0) {
            final int index = assembly.hasDefinition ? Math.max(0, orders - 1) : 0;
            receiver.request(RecoveryLayout.KIND_SNAPSHOT, book.instrumentId(), assembly.lastFeedSeq, 1, index);
        }
    }

    private void complete(final OrderBook book, final SnapshotAssembly assembly, final long nowNs) {
        if (!assembly.isIntact() || !reachesWindow(assembly.lastFeedSeq)) {
            counters.rejectedSnapshots++;
            assembly.active = false;
            assembly.askAtNs = nowNs + config.retryTimeNs();
            return;
        }
        assembly.load(book);
        books.define(book, assembly.definition, 0);
        book.facts().state(assembly.state);
        counters.snapshots++;
        if (catchUp(book)) {
            book.synced(true);
            listener.onSynced(book);
        } else {
            receiver.desync(book, "message missing behind its snapshot");
        }
    }

    /** Whether everything behind the snapshot is in the window. */
    private boolean reachesWindow(final long lastFeedSeq) {
        final long next = receiver.nextSeq();
        if (next == 0) {
            return false;
        }
        if (next - lastFeedSeq > window.capacity()) {
            return false;
        }
        for (long seq = next - 1; seq > lastFeedSeq; seq--) {
            if (!window.contains(seq)) {
                return false;
            }
        }
        return true;
    }

    private boolean catchUp(final OrderBook book) {
        final DirectBuffer buffer = window.buffer();
        for (long seq = book.feedSeq() + 1, next = receiver.nextSeq(); seq < next; seq++) {
            final int offset = window.offset(seq);
            final int templateId = FeedMessageLayout.templateId(buffer, offset);
            if (FeedMessageLayout.isKnown(templateId)
                && FeedMessageLayout.instrumentId(buffer, offset, templateId) == book.instrumentId()) {
                if (FeedMessageLayout.hasRptSeq(templateId)
                    && FeedMessageLayout.rptSeq(buffer, offset, templateId) != book.rptSeq() + 1) {
                    return false;
                }
                books.applyQuietly(book, seq, templateId, buffer, offset);
            }
        }
        return true;
    }

    private SnapshotAssembly assembly(final OrderBook book) {
        SnapshotAssembly assembly = assemblies.get(book.instrumentId());
        if (assembly == null) {
            assembly = new SnapshotAssembly();
            assemblies.put(book.instrumentId(), assembly);
        }
        return assembly;
    }
}
