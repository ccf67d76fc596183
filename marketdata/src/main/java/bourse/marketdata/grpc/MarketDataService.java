package bourse.marketdata.grpc;

import bourse.marketdata.analytics.VenueSessions;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.PublishedBooks;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.ReplayRequest;
import bourse.marketdata.v1.ReplayResponse;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.marketdata.v1.SnapshotResponse;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.sbe.port.EventSource;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.agrona.collections.IntHashSet;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * {@code bourse.marketdata.v1.MarketData}. Calls arrive on gRPC's threads, which only check the request and hand it to the agent through a
 * bounded queue; {@link #serve} is the agent's part. Streams are encoded by hand ({@link MessageBatch}); generated clients do not notice.
 */
public final class MarketDataService implements BindableService {
    /** Levels a side when a request does not say. */
    public static final int DEFAULT_LEVELS = 10;
    /** Most levels a side. */
    public static final int MAX_LEVELS = 1_000;
    private static final int MAX_INSTRUMENTS = 10_000;
    private static final int MAX_CONFLATE_MS = 60_000;
    private static final int STATISTICS_CONFLATE_MS = 1_000;
    private static final int WAITING_CALLS = 1_024;
    private static final int CALLS_PER_TURN = 32;
    private static final int READY_THRESHOLD_BYTES = 256 * 1024;
    private static final long RETRY_MS = 250;
    private static final ResponseMarshaller<SubscribeResponse> SUBSCRIBE_RESPONSES =
        new ResponseMarshaller<>(SubscribeResponse.class, SubscribeResponse.getDefaultInstance());
    private static final ResponseMarshaller<ReplayResponse> REPLAY_RESPONSES =
        new ResponseMarshaller<>(ReplayResponse.class, ReplayResponse.getDefaultInstance());

    private final PublishedBooks feed;
    private final EventSource source;
    private final LongUnaryOperator eventSeqBefore;
    private final int shard;
    private final int maxSubscribers;
    private final int maxReplays;
    private final FeedProto proto;
    private final MessageBatch batch;
    private final StatisticsProto statistics;
    private final ManyToOneConcurrentArrayQueue<Runnable> waiting = new ManyToOneConcurrentArrayQueue<>(WAITING_CALLS);
    private final List<ServedStream> streams = new ArrayList<>();
    private int subscribers;
    private int replays;
    private long cutSubscribers;
    private volatile PublishedDepth publishedDepth = PublishedDepth.NONE;
    private volatile boolean closed;

    /**
     * The service.
     *
     * @param sessions       of all instruments, filled by the agent
     * @param eventSeqBefore an event at or before the one that caused a feed sequence
     */
    public MarketDataService(final PublishedBooks feed, final VenueSessions sessions, final EventSource source, final LongUnaryOperator eventSeqBefore, final int shard,
                             final int maxSubscribers, final int maxReplays) {
        this.feed = feed;
        this.source = source;
        this.eventSeqBefore = eventSeqBefore;
        this.shard = shard;
        this.maxSubscribers = maxSubscribers;
        this.maxReplays = maxReplays;
        this.proto = new FeedProto(shard);
        this.batch = new MessageBatch(proto);
        this.statistics = new StatisticsProto(sessions);
    }

    /** From now on top and depth snapshots are read from the engine's published region where it has the instrument. */
    public void publishedDepth(final PublishedDepth depth) {
        publishedDepth = depth;
    }

    /** What the feed says about its instruments, as {@code bourse.reference.v1.Reference}. */
    public BindableService reference() {
        return new FeedReference(feed, shard, this::hand);
    }

    /** Subscribers now. */
    public int subscribers() {
        return subscribers;
    }

    /** Replays now. */
    public int replays() {
        return replays;
    }

    /** Subscribers that were cut off because they did not read. */
    public long cutSubscribers() {
        return cutSubscribers;
    }

    /** The agent's part of all calls; returns work done. */
    public int serve(final long nowNs) {
        int work = 0;
        for (Runnable call; work < CALLS_PER_TURN && (call = waiting.poll()) != null; work++) {
            call.run();
        }
        for (int i = streams.size() - 1; i >= 0; i--) {
            final ServedStream stream = streams.get(i);
            work += stream.serve(nowNs);
            if (stream.isDone()) {
                forget(i, stream);
            }
        }
        return work;
    }

    /** New calls are refused; streams are left to the server's shutdown. */
    public void close() {
        closed = true;
    }

    @Override
    public ServerServiceDefinition bindService() {
        final var subscribe = MarketDataGrpc.getSubscribeMethod().toBuilder(MarketDataGrpc.getSubscribeMethod().getRequestMarshaller(),
            SUBSCRIBE_RESPONSES).build();
        final var replay = MarketDataGrpc.getReplayMethod().toBuilder(MarketDataGrpc.getReplayMethod().getRequestMarshaller(),
            REPLAY_RESPONSES).build();
        return ServerServiceDefinition.builder(ServiceDescriptor.newBuilder(MarketDataGrpc.SERVICE_NAME)
                .setSchemaDescriptor(MarketDataGrpc.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(MarketDataGrpc.getSnapshotMethod())
                .addMethod(subscribe)
                .addMethod(replay)
                .build())
            .addMethod(MarketDataGrpc.getSnapshotMethod(), ServerCalls.asyncUnaryCall(this::snapshot))
            .addMethod(subscribe, ServerCalls.asyncServerStreamingCall(this::subscribe))
            .addMethod(replay, ServerCalls.asyncServerStreamingCall(this::replay))
            .build();
    }

    private void snapshot(final SnapshotRequest request, final StreamObserver<SnapshotResponse> observer) {
        final Depth depth = request.getDepth();
        if (depth == Depth.DEPTH_UNSPECIFIED || depth == Depth.DEPTH_TRADES || depth == Depth.UNRECOGNIZED) {
            observer.onError(Refusals.invalid("depth: " + request.getDepthValue()
                + " (expected: DEPTH_TOP, DEPTH_LEVELS, DEPTH_ORDERS or DEPTH_STATISTICS)"));
            return;
        }
        final int barSeconds = barSeconds(request.getBarSeconds());
        if (barSeconds < 0) {
            observer.onError(badBarSeconds(request.getBarSeconds()));
            return;
        }
        final int levels = levels(request.getLevels());
        if (levels < 0) {
            observer.onError(badLevels(request.getLevels()));
            return;
        }
        if (depth == Depth.DEPTH_TOP || depth == Depth.DEPTH_LEVELS) {
            final var published = publishedDepth.read(request.getInstrumentId(), depth == Depth.DEPTH_TOP ? 1 : levels);
            if (published != null) {
                observer.onNext(SnapshotResponse.newBuilder().setBook(published).build());
                observer.onCompleted();
                return;
            }
        }
        hand(observer, () -> {
            final OrderBook book = feed.books().get(request.getInstrumentId());
            if (book == null) {
                observer.onError(Refusals.unknownInstrument(request.getInstrumentId()));
            } else {
                final SnapshotResponse.Builder answer = SnapshotResponse.newBuilder();
                observer.onNext((depth == Depth.DEPTH_STATISTICS ? answer.setStatistics(statistics.of(book, feed.lastFeedSeq(), barSeconds))
                    : answer.setBook(proto.book(book, feed.lastFeedSeq(), depth, levels))).build());
                observer.onCompleted();
            }
        });
    }

    private void subscribe(final SubscribeRequest request, final StreamObserver<Object> observer) {
        final Depth depth = request.getDepth();
        final int levels = levels(request.getLevels());
        if (depth == Depth.DEPTH_UNSPECIFIED || depth == Depth.UNRECOGNIZED) {
            observer.onError(Refusals.invalid("depth: " + request.getDepthValue() + " (expected: 1..5)"));
        } else if (levels < 0) {
            observer.onError(badLevels(request.getLevels()));
        } else if (barSeconds(request.getBarSeconds()) < 0) {
            observer.onError(badBarSeconds(request.getBarSeconds()));
        } else if (request.getInstrumentIdsCount() > MAX_INSTRUMENTS) {
            observer.onError(Refusals.invalid("instrument_ids: " + request.getInstrumentIdsCount() + " (expected: 0.." + MAX_INSTRUMENTS
                + ")"));
        } else if (request.getConflateMs() < 0 || request.getConflateMs() > MAX_CONFLATE_MS) {
            observer.onError(Refusals.invalid("conflate_ms: " + Integer.toUnsignedString(request.getConflateMs()) + " (expected: 0.."
                + MAX_CONFLATE_MS + ")"));
        } else {
            final IntHashSet instruments = new IntHashSet();
            request.getInstrumentIdsList().forEach(instruments::add);
            final var call = prepare(observer);
            hand(observer, () -> subscribe(request, depth, levels, instruments, call));
        }
    }

    private void replay(final ReplayRequest request, final StreamObserver<Object> observer) {
        if (request.getToFeedSeq() != 0 && Long.compareUnsigned(request.getToFeedSeq(), request.getFromFeedSeq()) <= 0) {
            observer.onError(Refusals.invalid("to_feed_seq: " + Long.toUnsignedString(request.getToFeedSeq()) + " (expected: 0, or above from_feed_seq "
                + Long.toUnsignedString(request.getFromFeedSeq()) + ")"));
            return;
        }
        final var call = prepare(observer);
        hand(observer, () -> replay(request, call));
    }

    private void subscribe(final SubscribeRequest request, final Depth depth, final int levels, final IntHashSet instruments,
                           final ServerCallStreamObserver<Object> call) {
        if (subscribers >= maxSubscribers) {
            call.onError(Refusals.exhausted("SUBSCRIBERS", "subscribers: " + subscribers + " (expected: < " + maxSubscribers + ")",
                RETRY_MS));
            return;
        }
        for (final int instrumentId : request.getInstrumentIdsList()) {
            if (feed.books().get(instrumentId) == null) {
                call.onError(Refusals.unknownInstrument(instrumentId));
                return;
            }
        }
        subscribers++;
        if (depth == Depth.DEPTH_TOP || depth == Depth.DEPTH_LEVELS || depth == Depth.DEPTH_STATISTICS) {
            final int conflateMs = depth == Depth.DEPTH_STATISTICS && request.getConflateMs() == 0 ? STATISTICS_CONFLATE_MS
                : request.getConflateMs();
            streams.add(new BookSubscription(feed, proto, call, instruments, depth, levels, conflateMs * 1_000_000L, statistics,
                barSeconds(request.getBarSeconds())));
        } else {
            streams.add(new MessageSubscription(feed, batch, proto, call, instruments, depth == Depth.DEPTH_TRADES,
                () -> cutSubscribers++));
        }
    }

    private void replay(final ReplayRequest request, final ServerCallStreamObserver<Object> call) {
        final long from = request.getFromFeedSeq();
        final long first = firstReplayable();
        if (Long.compareUnsigned(from, first) < 0) {
            call.onNext(ReplayResponse.newBuilder().setFirstAvailableFeedSeq(first).build());
            call.onCompleted();
            return;
        }
        final long end = feed.lastFeedSeq() + 1;
        final long to = request.getToFeedSeq() == 0 || Long.compareUnsigned(request.getToFeedSeq(), end) > 0 ? end : request.getToFeedSeq();
        if (Long.compareUnsigned(from, to) >= 0) {
            call.onCompleted();
            return;
        }
        final EventSource.Cursor cursor = replays >= maxReplays ? null : source.openCursor(eventSeqBefore.applyAsLong(from), null);
        if (cursor == null) {
            call.onError(Refusals.exhausted("REPLAYS", "replays: " + replays + " (expected: < " + maxReplays + ")", RETRY_MS));
            return;
        }
        replays++;
        streams.add(new ReplayStream(cursor, proto, call, from, to));
    }

    /** First message whose event is still recorded; what the recording lost the ring can't give as a stream. */
    private long firstReplayable() {
        return feed.lastFeedSeq() == 0 ? 1 : Math.max(1, feed.firstFeedSeq());
    }

    private void forget(final int at, final ServedStream stream) {
        streams.remove(at);
        if (stream instanceof ReplayStream) {
            replays--;
        } else {
            subscribers--;
        }
    }

    private <T> ServerCallStreamObserver<T> prepare(final StreamObserver<T> observer) {
        final ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) observer;
        call.setOnReadyThreshold(READY_THRESHOLD_BYTES);
        call.setOnCancelHandler(() -> { });
        return call;
    }

    private void hand(final StreamObserver<?> observer, final Runnable call) {
        if (closed) {
            observer.onError(Refusals.unavailable());
        } else if (!waiting.offer(call)) {
            observer.onError(Refusals.exhausted("CALLS", "calls waiting: " + WAITING_CALLS + " (expected: fewer)", RETRY_MS));
        }
    }

    private static int levels(final int asked) {
        return asked == 0 ? DEFAULT_LEVELS : asked > 0 && asked <= MAX_LEVELS ? asked : -1;
    }

    private static int barSeconds(final int asked) {
        return asked == 0 ? StatisticsProto.DEFAULT_BAR_SECONDS : asked > 0 && asked <= StatisticsProto.MAX_BAR_SECONDS ? asked : -1;
    }

    private static RuntimeException badBarSeconds(final int asked) {
        return Refusals.invalid("bar_seconds: " + Integer.toUnsignedString(asked) + " (expected: 0.." + StatisticsProto.MAX_BAR_SECONDS + ")");
    }

    private static RuntimeException badLevels(final int asked) {
        return Refusals.invalid("levels: " + Integer.toUnsignedString(asked) + " (expected: 0.." + MAX_LEVELS + ")");
    }
}
