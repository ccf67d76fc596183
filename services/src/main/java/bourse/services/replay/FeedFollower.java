package bourse.services.replay;

import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.ReplayRequest;
import bourse.marketdata.v1.ReplayResponse;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Follows one instrument on the public gRPC feed, every message exactly once and in order, across lost connections: a subscription gives a
 * snapshot and what comes after it; what lies between the last message taken and that snapshot is asked for by number.
 * Runs in the thread that calls {@link #run}; reads only as fast as its reader takes (the feed's own flow control holds the rest).
 */
final class FeedFollower {
    /** Takes what the feed says. Called in order, on the follower's thread; may wait. */
    interface Reader {
        /** The book as it stands before the first message; once. */
        void onBook(BookSnapshot snapshot);

        void onMessage(FeedMessage message) throws InterruptedException;

        /** Messages below {@code firstAvailable} are no longer kept; the book begins anew with the snapshot. */
        void onHole(long firstAvailable, BookSnapshot snapshot);
    }

    private final MarketDataGrpc.MarketDataBlockingStub stub;
    private final int instrumentId;
    private final Duration reconnectFor;
    private final Reader reader;
    private long nextFeedSeq;
    private int lastRptSeq = -1;
    private volatile Context.CancellableContext context;
    private volatile boolean stopped;
    private volatile Throwable fault;

    /** @param fromFeedSeq first message wanted; 0 = begin with the snapshot of now */
    FeedFollower(final ReplayVenue venue, final int account, final int instrumentId, final long fromFeedSeq, final Duration reconnectFor,
                 final Reader reader) {
        stub = MarketDataGrpc.newBlockingStub(venue.marketData()).withCallCredentials(venue.trader(account));
        this.instrumentId = instrumentId;
        nextFeedSeq = fromFeedSeq;
        this.reconnectFor = reconnectFor;
        this.reader = reader;
    }

    /** Why following ended before {@link #stop}; null = it did not. */
    Throwable fault() {
        return fault;
    }

    void stop() {
        stopped = true;
        final Context.CancellableContext now = context;
        if (now != null) {
            now.cancel(null);
        }
    }

    /** Follows until {@link #stop}, or until the feed has been away for too long. */
    void run() {
        long awaySinceNs = 0;
        while (!stopped) {
            final long before = nextFeedSeq;
            try {
                context = Context.ROOT.withCancellation();
                context.call(() -> {
                    subscribe();
                    return null;
                });
            } catch (final StatusRuntimeException e) {
                final long nowNs = System.nanoTime();
                awaySinceNs = awaySinceNs == 0 || nextFeedSeq != before ? nowNs : awaySinceNs;
                if (!stopped && (isFinal(e.getStatus()) || nowNs - awaySinceNs > reconnectFor.toNanos())) {
                    fault = e;
                    return;
                }
                pause();
            } catch (final InterruptedException e) {
                return;
            } catch (final Exception e) {
                fault = e;
                return;
            } finally {
                context.cancel(null);
            }
        }
    }

    private static boolean isFinal(final Status status) {
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, INVALID_ARGUMENT, NOT_FOUND -> true;
            default -> false;
        };
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void subscribe() throws InterruptedException {
        final Iterator<SubscribeResponse> updates = stub.subscribe(SubscribeRequest.newBuilder().addInstrumentIds(instrumentId)
                .setDepth(Depth.DEPTH_ORDERS).build());
        while (updates.hasNext()) {
            final SubscribeResponse update = updates.next();
            switch (update.getUpdateCase()) {
                case SNAPSHOT -> onSnapshot(update.getSnapshot());
                case MESSAGES -> {
                    for (final FeedMessage message : update.getMessages().getMessagesList()) {
                        take(message);
                    }
                }
                case HEARTBEAT -> {
                    if (update.getHeartbeat().getNextFeedSeq() > nextFeedSeq && nextFeedSeq > 0) {
                        nextFeedSeq = update.getHeartbeat().getNextFeedSeq();
                    }
                }
                default -> {
                }
            }
        }
        throw Status.UNAVAILABLE.withDescription("the feed ended").asRuntimeException();
    }

    private void onSnapshot(final BookSnapshot snapshot) throws InterruptedException {
        if (snapshot.getInstrumentId() != instrumentId) {
            return;
        }
        if (nextFeedSeq == 0) {
            reader.onBook(snapshot);
            nextFeedSeq = snapshot.getFeedSeq() + 1;
            lastRptSeq = snapshot.getRptSeq();
        } else if (snapshot.getFeedSeq() >= nextFeedSeq) {
            catchUp(snapshot);
        }
    }

    private void catchUp(final BookSnapshot snapshot) throws InterruptedException {
        final Iterator<ReplayResponse> answers = stub.replay(ReplayRequest.newBuilder().setFromFeedSeq(nextFeedSeq)
                .setToFeedSeq(snapshot.getFeedSeq() + 1).build());
        while (answers.hasNext()) {
            final ReplayResponse answer = answers.next();
            if (answer.getFirstAvailableFeedSeq() > nextFeedSeq) {
                reader.onHole(answer.getFirstAvailableFeedSeq(), snapshot);
                lastRptSeq = snapshot.getRptSeq();
                break;
            }
            for (final FeedMessage message : answer.getMessages().getMessagesList()) {
                take(message);
            }
        }
        nextFeedSeq = snapshot.getFeedSeq() + 1;
    }

    private void take(final FeedMessage message) throws InterruptedException {
        if (message.getFeedSeq() < nextFeedSeq) {
            return;
        }
        if (message.getInstrumentId() == instrumentId) {
            final int rptSeq = message.getRptSeq();
            if (lastRptSeq >= 0 && rptSeq != 0 && rptSeq != lastRptSeq + 1) {
                throw Status.DATA_LOSS.withDescription("feed message with rpt_seq " + rptSeq + " (expected: " + (lastRptSeq + 1) + ")")
                        .asRuntimeException();
            }
            lastRptSeq = rptSeq == 0 ? lastRptSeq : rptSeq;
            reader.onMessage(message);
        }
        nextFeedSeq = message.getFeedSeq() + 1;
    }
}
