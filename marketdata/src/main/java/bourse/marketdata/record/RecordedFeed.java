package bourse.marketdata.record;

import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedPacketHandler;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.MarketBooks;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.receiver.ReceiverCounters;
import bourse.marketdata.receiver.RecoveryRequests;
import bourse.sbe.feed.PacketLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * A recorded feed read to its end: the books as they were then, and what the file lacks. Nobody can be asked for what is missing, so a book is told
 * only where the file proves it: see {@link #problem}.
 */
public final class RecordedFeed implements FeedListener, FeedPacketHandler {
    /** The second line of a pair may stand far behind the first in a file: what one socket held was written before the other was read. */
    private static final int WINDOW_MESSAGES = 1 << 19;
    private static final int GAP_DISTANCE = 100_000;
    private static final long GAP_TIME_NS = 20_000_000L;
    private static final long TIME_EVERY_NS = 1_000_000L;
    private static final int MAX_RANGES = 10_000;

    /** Messages that are in neither line, first and last. */
    public record Range(long from, long to) {
        /** How many. */
        public long count() {
            return to - from + 1;
        }
    }

    private final List<Range> missing = new ArrayList<>();
    private final Map<Integer, String> desyncs = new HashMap<>();
    private FeedReceiver receiver;
    private long missingMessages;
    private long firstSeq;
    private long firstTimeNs;
    private long lastTimeNs;
    private long checkedTimeNs;
    private long packets;
    private long skipped;
    private int venueStarts;
    private boolean torn;

    private RecordedFeed() {
    }

    /** Reads the whole file. Throws when it is not a pcap-ng file or damaged inside; a file that is cut off at its end is read as far as it goes. */
    public static RecordedFeed read(final Path file) throws IOException {
        final RecordedFeed feed = new RecordedFeed();
        try (FeedPlayback playback = new FeedPlayback(file)) {
            playback.run(feed);
            feed.packets = playback.packets();
            feed.skipped = playback.skipped();
            feed.torn = playback.isTorn();
        }
        if (feed.receiver != null) {
            feed.receiver.onTime(feed.lastTimeNs + 2 * GAP_TIME_NS);
        }
        return feed;
    }

    /** Whether the file holds the feed of a venue at all. */
    public boolean isEmpty() {
        return receiver == null || receiver.nextSeq() == 0;
    }

    /** The books at the end of the file; only those without a {@link #problem} are the venue's. */
    public MarketBooks books() {
        return receiver.books();
    }

    /** What was met on the way. */
    public ReceiverCounters counters() {
        return receiver.counters();
    }

    /** First message of the venue's last life in the file. */
    public long firstSeq() {
        return firstSeq;
    }

    /** Last one. */
    public long lastSeq() {
        return receiver.nextSeq() - 1;
    }

    /** Epoch of that life. */
    public int epoch() {
        return receiver.epoch();
    }

    /** Lives of the venue in the file: above 1 when it was started anew meanwhile, whose earlier books are forgotten. */
    public int venueStarts() {
        return venueStarts;
    }

    /** What is in neither line, the first {@value #MAX_RANGES} places. */
    public List<Range> missing() {
        return List.copyOf(missing);
    }

    /** All messages that are in neither line. */
    public long missingMessages() {
        return missingMessages;
    }

    /** Time of the first packet, nanoseconds since the epoch. */
    public long firstTimeNs() {
        return firstTimeNs;
    }

    /** Time of the last. */
    public long lastTimeNs() {
        return lastTimeNs;
    }

    /** Packets of the feed. */
    public long packets() {
        return packets;
    }

    /** Packets of something else. */
    public long skipped() {
        return skipped;
    }

    /** Whether the file ends in the middle of a packet. */
    public boolean isTorn() {
        return torn;
    }

    /** Whether the last thing in the file is the venue's end of session. */
    public boolean isEnded() {
        return receiver.isEnded();
    }

    /** Null when the book is the venue's at message {@link #lastSeq}; else why it cannot be told from this file. */
    public String problem(final OrderBook book) {
        if (book.isSynced() && !book.isSuspect()) {
            return null;
        }
        if (book.isSynced()) {
            return missingText() + ", and nothing behind them says whether they were this instrument's";
        }
        final String reason = desyncs.get(book.instrumentId());
        if (reason == null) {
            return "the recording begins at message " + firstSeq + ", when the book was not empty, and holds no whole snapshot of it";
        }
        return switch (reason) {
            case "checksum" -> "its checksum is not the venue's, and no snapshot follows";
            default -> missingText() + " and were this instrument's; no whole snapshot follows";
        };
    }

    private String missingText() {
        if (missing.isEmpty()) {
            return "messages are missing";
        }
        final Range last = missing.getLast();
        return "messages " + last.from() + " to " + last.to() + " are on neither line"
            + (missing.size() > 1 ? " (and " + (missing.size() - 1) + " places before them)" : "");
    }

    @Override
    public void onPacket(final int line, final DirectBuffer packet, final int offset, final int length, final long timeNs) {
        if (receiver == null) {
            if (length < PacketLayout.HEADER_LENGTH) {
                return;
            }
            receiver = new FeedReceiver(new ReceiverConfig(PacketLayout.channel(packet, offset), WINDOW_MESSAGES, GAP_DISTANCE, GAP_TIME_NS,
                GAP_TIME_NS, 1, false), this, RecoveryRequests.NONE);
            firstTimeNs = timeNs;
            venueStarts = 1;
        }
        lastTimeNs = timeNs;
        receiver.onPacket(line, packet, offset, length, timeNs);
        if (firstSeq == 0 && receiver.nextSeq() != 0) {
            firstSeq = Math.min(receiver.nextSeq(), PacketLayout.firstSeq(packet, offset));
        }
        if (timeNs - checkedTimeNs >= TIME_EVERY_NS) {
            checkedTimeNs = timeNs;
            receiver.onTime(timeNs);
        }
    }

    @Override
    public void onLost(final long fromFeedSeq, final long toFeedSeq) {
        missingMessages += toFeedSeq - fromFeedSeq + 1;
        if (missing.size() < MAX_RANGES) {
            missing.add(new Range(fromFeedSeq, toFeedSeq));
        }
    }

    @Override
    public void onDesynced(final OrderBook book, final String reason) {
        desyncs.put(book.instrumentId(), reason);
    }

    @Override
    public void onSynced(final OrderBook book) {
        desyncs.remove(book.instrumentId());
    }

    @Override
    public void onEpoch(final int epoch) {
        venueStarts++;
        firstSeq = 0;
        missing.clear();
        missingMessages = 0;
        desyncs.clear();
    }
}
