package bourse.marketdata.grpc;

import bourse.marketdata.receiver.MessageRing;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.PublishedBooks;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.Heartbeat;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.TradeReportDecoder;
import io.grpc.stub.ServerCallStreamObserver;
import org.agrona.collections.IntHashSet;

/**
 * A subscriber to every order or every trade: snapshots, then messages without a hole. Its queue is the feed's ring itself, read at its own
 * place; when the ring has run over that place the subscriber is cut off. Thread: the market-data agent's.
 */
final class MessageSubscription implements ServedStream {
    private static final int RESPONSES_PER_TURN = 8;
    private static final long HEARTBEAT_NS = 1_000_000_000L;
    private static final long RETRY_MS = 1_000;

    private final PublishedBooks feed;
    private final MessageBatch batch;
    private final FeedProto proto;
    private final ServerCallStreamObserver<Object> observer;
    private final IntHashSet instruments;
    private final boolean tradesOnly;
    private final Runnable onCut;
    private long nextSeq;
    private long lastSentNs;
    private boolean done;

    /** @param instruments empty = all */
    MessageSubscription(final PublishedBooks feed, final MessageBatch batch, final FeedProto proto,
                        final ServerCallStreamObserver<Object> observer, final IntHashSet instruments,
                        final boolean tradesOnly, final Runnable onCut) {
        this.feed = feed;
        this.batch = batch;
        this.proto = proto;
        this.observer = observer;
        this.instruments = instruments;
        this.tradesOnly = tradesOnly;
        this.onCut = onCut;
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
        if (nextSeq == 0) {
            sendSnapshots(nowNs);
            return 1;
        }
        int sent = 0;
        while (sent < RESPONSES_PER_TURN && nextSeq <= feed.lastFeedSeq() && observer.isReady()) {
            if (nextSeq < feed.firstAvailableFeedSeq()) {
                cut();
                return sent;
            }
            sent += sendMessages(nowNs);
        }
        if (nextSeq < feed.firstAvailableFeedSeq()) {
            cut();
        } else if (nextSeq > feed.lastFeedSeq() && nowNs - lastSentNs >= HEARTBEAT_NS && observer.isReady()) {
            lastSentNs = nowNs;
            observer.onNext(SubscribeResponse.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNextFeedSeq(nextSeq)).build());
        }
        return sent;
    }

    private void sendSnapshots(final long nowNs) {
        nextSeq = feed.lastFeedSeq() + 1;
        lastSentNs = nowNs;
        final Depth depth = tradesOnly ? Depth.DEPTH_TRADES : Depth.DEPTH_ORDERS;
        for (final OrderBook book : feed.books().all()) {
            if (instruments.isEmpty() || instruments.contains(book.instrumentId())) {
                observer.onNext(SubscribeResponse.newBuilder().setSnapshot(proto.book(book, feed.lastFeedSeq(), depth, 0)).build());
            }
        }
    }

    /** Sends up to one response; returns 1 when it did. */
    private int sendMessages(final long nowNs) {
        final MessageRing ring = feed.ring();
        final long last = feed.lastFeedSeq();
        batch.clear();
        while (nextSeq <= last && batch.count() < MessageBatch.MAX_MESSAGES) {
            final long seq = nextSeq++;
            final int offset = ring.offset(seq);
            final int templateId = FeedMessageLayout.templateId(ring.buffer(), offset);
            if (isWanted(ring, offset, templateId)) {
                batch.add(seq, ring.buffer(), offset);
            }
        }
        if (batch.count() == 0) {
            return 0;
        }
        lastSentNs = nowNs;
        observer.onNext(batch.response(SubscribeResponse.MESSAGES_FIELD_NUMBER));
        return 1;
    }

    private boolean isWanted(final MessageRing ring, final int offset, final int templateId) {
        return (!tradesOnly || templateId == TradeReportDecoder.TEMPLATE_ID)
            && (instruments.isEmpty() || instruments.contains(FeedMessageLayout.instrumentId(ring.buffer(), offset, templateId)));
    }

    private void cut() {
        done = true;
        onCut.run();
        observer.onError(Refusals.exhausted("SLOW_READER", "too slow: " + (feed.lastFeedSeq() + 1 - nextSeq)
            + " messages behind (expected: < " + feed.ring().capacity() + "); subscribe again, or with DEPTH_LEVELS", RETRY_MS));
    }
}
