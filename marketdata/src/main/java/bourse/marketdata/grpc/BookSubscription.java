package bourse.marketdata.grpc;

import bourse.marketdata.analytics.BookFigures;
import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.PublishedBooks;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.Heartbeat;
import bourse.marketdata.v1.SubscribeResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntHashSet;

/**
 * A subscriber to the top, the levels or the statistics: the newest state of each instrument that has changed, when the reader has room and the conflation time
 * is over. A slow reader misses states in between, never the newest. Thread: the market-data agent's.
 */
final class BookSubscription implements ServedStream {
    private static final long HEARTBEAT_NS = 1_000_000_000L;

    /** What was last sent of one instrument. */
    private static final class Sent {
        private final OrderBook book;
        private long digest;
        private long rptSeq = -1;
        private long atNs;

        private Sent(final OrderBook book) {
            this.book = book;
        }
    }

    private final PublishedBooks feed;
    private final FeedProto proto;
    private final ServerCallStreamObserver<Object> observer;
    private final IntHashSet instruments;
    private final Depth depth;
    private final int levels;
    private final long conflateNs;
    private final StatisticsProto statistics;
    private final int barSeconds;
    private final List<Sent> books = new ArrayList<>();
    private int booksSeen;
    private int next;
    private long lastSentNs;
    private boolean done;

    BookSubscription(final PublishedBooks feed, final FeedProto proto, final ServerCallStreamObserver<Object> observer,
                     final IntHashSet instruments, final Depth depth, final int levels, final long conflateNs, final StatisticsProto statistics,
                     final int barSeconds) {
        this.feed = feed;
        this.proto = proto;
        this.observer = observer;
        this.instruments = instruments;
        this.depth = depth;
        this.levels = switch (depth) {
            case DEPTH_TOP -> 1;
            case DEPTH_STATISTICS -> BookFigures.LEVELS;
            default -> levels;
        };
        this.conflateNs = conflateNs;
        this.statistics = statistics;
        this.barSeconds = barSeconds;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public int serve(final long nowNs) {
        if (observer.isCancelled()) {
            done = true;
            return 0;
        }
        meetNewBooks();
        int sent = 0;
        for (int i = 0, count = books.size(); i < count && observer.isReady(); i++) {
            next = next + 1 < count ? next + 1 : 0;
            sent += send(books.get(next), nowNs);
        }
        if (sent == 0 && nowNs - lastSentNs >= HEARTBEAT_NS && observer.isReady()) {
            lastSentNs = nowNs;
            observer.onNext(SubscribeResponse.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNextFeedSeq(feed.lastFeedSeq() + 1))
                .build());
        }
        return sent;
    }

    private int send(final Sent sent, final long nowNs) {
        final OrderBook book = sent.book;
        if (sent.rptSeq == book.rptSeq() || sent.rptSeq != -1 && nowNs - sent.atNs < conflateNs) {
            return 0;
        }
        final long digest = digest(book);
        final boolean changed = sent.rptSeq == -1 || digest != sent.digest;
        sent.rptSeq = book.rptSeq();
        if (!changed) {
            return 0;
        }
        sent.digest = digest;
        sent.atNs = nowNs;
        lastSentNs = nowNs;
        final SubscribeResponse.Builder update = SubscribeResponse.newBuilder();
        observer.onNext((depth == Depth.DEPTH_STATISTICS ? update.setStatistics(statistics.of(book, feed.lastFeedSeq(), barSeconds))
            : update.setSnapshot(proto.book(book, feed.lastFeedSeq(), depth, levels))).build());
        return 1;
    }

    private void meetNewBooks() {
        final List<OrderBook> all = feed.books().all();
        for (; booksSeen < all.size(); booksSeen++) {
            final OrderBook book = all.get(booksSeen);
            if (instruments.isEmpty() || instruments.contains(book.instrumentId())) {
                books.add(new Sent(book));
            }
        }
    }

    /** Of everything that a subscriber of this depth sees. */
    private long digest(final OrderBook book) {
        long hash = side(side(book.lastTradeId() * 31 + book.facts().state(), book.buys()), book.sells());
        hash = hash * 31 + book.lastPrice();
        return hash;
    }

    private long side(final long from, final BookLevels side) {
        long hash = from;
        for (int i = 0, count = Math.min(levels, side.count()); i < count; i++) {
            hash = ((hash * 0x9E3779B97F4A7C15L ^ side.price(i)) * 0x9E3779B97F4A7C15L ^ side.quantity(i)) * 31 + side.orders(i);
        }
        return hash * 31 + 7;
    }
}
