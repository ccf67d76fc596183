package bourse.marketdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.v1.Bar;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.marketdata.v1.Statistics;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscriptions that show states, not messages: conflated, bounded, and statistics. */
@Timeout(30)
class SubscriptionTest {
    private final RandomFlow flow = new RandomFlow(8, 2, 2);
    private final RecordedEvents events = new RecordedEvents();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private MarketDataServer server;
    private AgentRunner runner;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        events.add(flow.define());
        publish(100);
        server = new MarketDataServer(MarketDataConfig.defaults().withMulticast(FeedAddresses.defaults(), false, 0).withPorts("127.0.0.1", 0, -1),
            events, MarketDataTelemetry.NONE).start();
        runner = new AgentRunner(new SleepingMillisIdleStrategy(1), failure::set, null, server.agent());
        AgentRunner.startOnThread(runner);
        awaitFolded();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        runner.close();
        server.close();
        assertThat(failure.get()).isNull();
    }

    @Test
    void shouldHoldNothingForAReaderThatDoesNotReadAndGiveItTheNewestBook() throws Exception {
        final AtomicReference<ClientCallStreamObserver<SubscribeRequest>> call = new AtomicReference<>();
        final AtomicInteger updates = new AtomicInteger();
        final CompletableFuture<BookSnapshot> newest = new CompletableFuture<>();
        final long[] last = new long[1];
        MarketDataGrpc.newStub(channel).subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_LEVELS).setLevels(20).addInstrumentIds(1).build(),
            new ClientResponseObserver<SubscribeRequest, SubscribeResponse>() {
                @Override
                public void beforeStart(final ClientCallStreamObserver<SubscribeRequest> stream) {
                    stream.disableAutoRequestWithInitial(1);
                    call.set(stream);
                }

                @Override
                public void onNext(final SubscribeResponse value) {
                    if (value.hasSnapshot()) {
                        updates.incrementAndGet();
                        synchronized (last) {
                            if (last[0] != 0 && value.getSnapshot().getRptSeq() == last[0]) {
                                newest.complete(value.getSnapshot());
                            }
                        }
                    }
                }

                @Override
                public void onError(final Throwable t) {
                    newest.completeExceptionally(t);
                }

                @Override
                public void onCompleted() {
                    newest.completeExceptionally(new AssertionError("ended"));
                }
            });
        int states = 0;
        for (; states < 3_000; states++) {
            publish(1);
            if (states % 3 == 0) {
                Thread.sleep(1);
            }
        }
        awaitFolded();
        synchronized (last) {
            last[0] = flow.books().get(1).rptSeq;
        }
        call.get().request(Integer.MAX_VALUE);
        final BookSnapshot book = newest.get(15, TimeUnit.SECONDS);
        assertThat(book.getBids(0).getPrice()).isEqualTo(flow.books().get(1).buys.firstKey());
        assertThat(updates.get()).as("updates that waited in buffers while nothing was read").isLessThan(1_500);
    }

    @Test
    void shouldTellTheSessionInFigures() {
        final var stub = MarketDataGrpc.newBlockingStub(channel);
        final Statistics now = stub.snapshot(SnapshotRequest.newBuilder().setInstrumentId(1).setDepth(Depth.DEPTH_STATISTICS).setBarSeconds(1).build())
            .getStatistics();
        final var book = flow.books().get(1);
        assertThat(now.getInstrumentId()).isEqualTo(1);
        assertThat(now.getFeedSeq()).isEqualTo(flow.feedSeq());
        assertThat(now.getSpread()).isEqualTo(book.sells.firstKey() - book.buys.firstKey());
        assertThat(now.getTrades()).isPositive();
        assertThat(now.getVolume()).isGreaterThanOrEqualTo(now.getTrades());
        assertThat(now.getLow()).isLessThanOrEqualTo(now.getHigh());
        assertThat(now.getVwap()).isBetween((double) now.getLow(), (double) now.getHigh()).isCloseTo(now.getTurnover() / now.getVolume(), within(1e-9));
        assertThat(now.getImbalance()).isBetween(-1.0, 1.0);
        assertThat(now.getBarsList().stream().mapToLong(Bar::getVolume).sum()).isEqualTo(now.getVolume());
        assertThat(now.getBarsList().getFirst().getOpen()).isEqualTo(now.getOpen());
        assertThat(now.getBarsList().getLast().getClose()).isEqualTo(now.getLast());
        final Iterator<SubscribeResponse> updates = stub.subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_STATISTICS).setConflateMs(20)
            .addInstrumentIds(1).build());
        Statistics update = updates.next().getStatistics();
        assertThat(update.getVolume()).isEqualTo(now.getVolume());
        publish(50);
        while (update.getFeedSeq() < flow.feedSeq()) {
            update = updates.next().getStatistics();
        }
        assertThat(update.getVolume()).isGreaterThan(now.getVolume());
    }

    private void awaitFolded() throws InterruptedException {
        while (server.lastFeedSeq() < flow.feedSeq()) {
            Thread.sleep(1);
        }
    }

    private void publish(final int fragments) {
        for (int i = 0; i < fragments; i++) {
            events.add(flow.next(20));
        }
    }
}
