package bourse.marketdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bourse.marketdata.publisher.MulticastLines;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedAgent;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.ReplayRequest;
import bourse.marketdata.v1.ReplayResponse;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service as it runs: agent on its own thread, gRPC and multicast on real sockets. */
@Timeout(30)
class MarketDataServerTest {
    private final RandomFlow flow = new RandomFlow(5, 3, 2);
    private final RecordedEvents events = new RecordedEvents();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private MarketDataServer server;
    private AgentRunner runner;
    private ManagedChannel channel;

    @BeforeEach
    void fill() {
        events.add(flow.define());
        publish(200);
    }

    @AfterEach
    void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
        if (runner != null) {
            runner.close();
        }
        if (server != null) {
            server.close();
        }
        assertThat(failure.get()).isNull();
    }

    @Test
    void shouldGiveSnapshotsOfEveryDepth() throws Exception {
        final var stub = MarketDataGrpc.newBlockingStub(start(withoutMulticast()));
        final BookSnapshot orders = stub.snapshot(request(1, Depth.DEPTH_ORDERS)).getBook();
        assertThat(orders.getChecksum()).isEqualTo(flow.books().get(1).checksum());
        assertThat(orders.getFeedSeq()).isEqualTo(flow.feedSeq());
        assertThat(orders.getRptSeq()).isEqualTo(flow.books().get(1).rptSeq);
        final BookSnapshot top = stub.snapshot(request(1, Depth.DEPTH_TOP)).getBook();
        assertThat(top.getBidsCount()).isEqualTo(1);
        assertThat(top.getBids(0).getPrice()).isEqualTo(flow.books().get(1).buys.firstKey());
        assertThat(top.getAsks(0).getPrice()).isEqualTo(flow.books().get(1).sells.firstKey());
        assertThat(stub.snapshot(request(1, Depth.DEPTH_LEVELS)).getBook().getBidsCount()).isEqualTo(10);
        assertStatus(() -> stub.snapshot(request(99, Depth.DEPTH_TOP)), Status.Code.NOT_FOUND, "instrument_id: 99");
        assertStatus(() -> stub.snapshot(request(1, Depth.DEPTH_UNSPECIFIED)), Status.Code.INVALID_ARGUMENT, "depth: 0");
        assertStatus(() -> stub.snapshot(SnapshotRequest.newBuilder().setInstrumentId(1).setDepth(Depth.DEPTH_LEVELS).setLevels(5_000)
            .build()), Status.Code.INVALID_ARGUMENT, "levels: 5000 (expected: 0..1000)");
    }

    @Test
    void shouldSayWhatIsTradedToClientsOfTheFeedAlone() throws Exception {
        final var stub = ReferenceGrpc.newBlockingStub(start(withoutMulticast()));
        final List<Instrument> all = stub.listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsList();
        assertThat(all).extracting(Instrument::getInstrumentId).containsExactlyInAnyOrderElementsOf(flow.books().keySet());
        assertThat(all).allSatisfy(one -> {
            assertThat(one.getSymbol()).isNotEmpty();
            assertThat(one.getTickSize()).isPositive();
            assertThat(stub.getInstrument(GetInstrumentRequest.newBuilder().setSymbol(one.getSymbol()).build()).getInstrument()).isEqualTo(one);
            assertThat(stub.getInstrument(GetInstrumentRequest.newBuilder().setInstrumentId(one.getInstrumentId()).build()).getInstrument()).isEqualTo(one);
        });
        assertStatus(() -> stub.getInstrument(GetInstrumentRequest.newBuilder().setSymbol("NONE").build()), Status.Code.NOT_FOUND, "symbol: NONE");
        assertStatus(() -> stub.getInstrument(GetInstrumentRequest.newBuilder().setInstrumentId(99).build()), Status.Code.NOT_FOUND, "instrument_id: 99");
        assertStatus(() -> stub.getInstrument(GetInstrumentRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT, "key: not set");
    }

    @Test
    void shouldStreamEveryOrderWithoutAHoleFromTheSnapshotOn() throws Exception {
        final var stub = MarketDataGrpc.newBlockingStub(start(withoutMulticast()));
        final Iterator<SubscribeResponse> updates =
            stub.subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_ORDERS).build());
        final Map<Integer, GrpcBook> books = new HashMap<>();
        long last = 0;
        for (int i = 0; i < 3; i++) {
            final BookSnapshot snapshot = updates.next().getSnapshot();
            books.computeIfAbsent(snapshot.getInstrumentId(), id -> new GrpcBook()).load(snapshot);
            last = snapshot.getFeedSeq();
        }
        publish(300);
        long ends = 0;
        while (last < flow.feedSeq()) {
            for (final FeedMessage message : updates.next().getMessages().getMessagesList()) {
                assertThat(message.getFeedSeq()).isEqualTo(++last);
                ends += message.getEndOfEvent() ? 1 : 0;
                books.get(message.getInstrumentId()).apply(message);
            }
        }
        flow.books().forEach((id, reference) -> assertThat(books.get(id).checksum()).isEqualTo(reference.checksum()));
        assertThat(ends).isBetween(5_000L, 6_000L);
    }

    @Test
    void shouldStreamEveryMessageOfTheInstrumentsThatWereAskedFor() throws Exception {
        final var stub = MarketDataGrpc.newBlockingStub(start(withoutMulticast()));
        final Iterator<SubscribeResponse> updates =
            stub.subscribe(SubscribeRequest.newBuilder().addInstrumentIds(2).setDepth(Depth.DEPTH_ORDERS).build());
        final GrpcBook book = new GrpcBook();
        final BookSnapshot snapshot = updates.next().getSnapshot();
        book.load(snapshot);
        long feedSeq = snapshot.getFeedSeq();
        int rptSeq = snapshot.getRptSeq();
        publish(100);
        final int last = flow.books().get(2).rptSeq;
        assertThat(last).isGreaterThan(rptSeq);
        while (rptSeq < last) {
            for (final FeedMessage message : updates.next().getMessages().getMessagesList()) {
                assertThat(message.getInstrumentId()).isEqualTo(2);
                assertThat(message.getRptSeq()).isEqualTo(message.hasDefinition() ? 0 : ++rptSeq);
                assertThat(message.getFeedSeq()).isGreaterThan(feedSeq);
                feedSeq = message.getFeedSeq();
                book.apply(message);
            }
        }
        assertThat(book.checksum()).isEqualTo(flow.books().get(2).checksum());
        assertThat(feedSeq - snapshot.getFeedSeq()).as("the others' messages are left out").isGreaterThan(rptSeq - snapshot.getRptSeq());
    }

    @Test
    void shouldServeUnderItsNameAndAsAWhole() throws Exception {
        final var health = HealthGrpc.newBlockingStub(start(withoutMulticast()));
        for (final String service : List.of("", MarketDataGrpc.SERVICE_NAME)) {
            final HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
            while (health.check(request).getStatus() != HealthCheckResponse.ServingStatus.SERVING) {
                Thread.sleep(1);
            }
        }
        assertStatus(() -> health.check(HealthCheckRequest.newBuilder().setService("bourse.none").build()), Status.Code.NOT_FOUND, "bourse.none");
    }

    @Test
    void shouldConflateLevelsAndFilterTrades() throws Exception {
        final ManagedChannel connection = start(withoutMulticast());
        final var stub = MarketDataGrpc.newBlockingStub(connection);
        final Iterator<SubscribeResponse> levels = stub.subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_LEVELS)
            .setLevels(5).addInstrumentIds(2).build());
        final Iterator<SubscribeResponse> trades = stub.subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_TRADES)
            .addInstrumentIds(2).build());
        assertThat(levels.next().getSnapshot().getInstrumentId()).isEqualTo(2);
        assertThat(trades.next().getSnapshot().getBidsCount()).isZero();
        publish(100);
        int updates = 0;
        BookSnapshot newest;
        do {
            newest = levels.next().getSnapshot();
            updates++;
        } while (newest.getFeedSeq() < flow.feedSeq());
        assertThat(newest.getBidsCount()).isEqualTo(5);
        assertThat(newest.getBids(0).getPrice()).isEqualTo(flow.books().get(2).buys.firstKey());
        assertThat(updates).isLessThanOrEqualTo(100);
        final FeedMessage trade = trades.next().getMessages().getMessages(0);
        assertThat(trade.hasTrade()).isTrue();
        assertThat(trade.getInstrumentId()).isEqualTo(2);
    }

    @Test
    void shouldReplayWhatWasSentBitForBit() throws Exception {
        final var stub = MarketDataGrpc.newBlockingStub(start(withoutMulticast()));
        final Iterator<SubscribeResponse> live = stub.subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_ORDERS).build());
        for (int i = 0; i < 3; i++) {
            live.next();
        }
        final long from = flow.feedSeq() + 1;
        publish(100);
        final List<FeedMessage> sent = new ArrayList<>();
        while (sent.size() < flow.feedSeq() - from + 1) {
            sent.addAll(live.next().getMessages().getMessagesList());
        }
        final List<FeedMessage> again = new ArrayList<>();
        final Iterator<ReplayResponse> replay = stub.replay(ReplayRequest.newBuilder().setFromFeedSeq(from).build());
        replay.forEachRemaining(response -> again.addAll(response.getMessages().getMessagesList()));
        assertThat(again).isEqualTo(sent);
        final List<FeedMessage> range = new ArrayList<>();
        stub.replay(ReplayRequest.newBuilder().setFromFeedSeq(10).setToFeedSeq(20).build())
            .forEachRemaining(response -> range.addAll(response.getMessages().getMessagesList()));
        assertThat(range).hasSize(10);
        assertThat(range.getFirst().getFeedSeq()).isEqualTo(10);
        assertThat(stub.replay(ReplayRequest.newBuilder().setFromFeedSeq(flow.feedSeq()).setToFeedSeq(-1).build()).next().getMessages().getMessagesCount())
            .as("to the last number there is").isEqualTo(1);
        assertThat(stub.replay(ReplayRequest.newBuilder().setFromFeedSeq(Long.MIN_VALUE).setToFeedSeq(-1).build())).as("still to come").isExhausted();
        assertStatus(() -> stub.replay(ReplayRequest.newBuilder().setFromFeedSeq(-1).setToFeedSeq(5).build()).next(), Status.Code.INVALID_ARGUMENT,
            "to_feed_seq: 5 (expected: 0, or above from_feed_seq 18446744073709551615)");
        assertThat(stub.replay(ReplayRequest.getDefaultInstance()).next().getFirstAvailableFeedSeq()).isEqualTo(1);
        assertThat(events.openCursors()).isZero();
    }

    @Test
    void shouldCutOffASubscriberThatDoesNotReadAndServeTheOthers() throws Exception {
        final ManagedChannel connection = start(withoutMulticast().withRecovery(4_096, 1_000_000));
        final var blocked = new java.util.concurrent.CompletableFuture<Throwable>();
        MarketDataGrpc.newStub(connection).subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_ORDERS).build(),
            new io.grpc.stub.ClientResponseObserver<SubscribeRequest, SubscribeResponse>() {
                private int received;
                private io.grpc.stub.ClientCallStreamObserver<SubscribeRequest> call;

                @Override
                public void beforeStart(final io.grpc.stub.ClientCallStreamObserver<SubscribeRequest> stream) {
                    call = stream;
                    stream.disableAutoRequestWithInitial(1);
                    Thread.ofVirtual().start(() -> {
                        try {
                            Thread.sleep(1_500);
                        } catch (final InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        stream.request(Integer.MAX_VALUE);
                    });
                }

                @Override
                public void onNext(final SubscribeResponse value) {
                    received++;
                }

                @Override
                public void onError(final Throwable t) {
                    blocked.complete(t);
                }

                @Override
                public void onCompleted() {
                    blocked.complete(null);
                }
            });
        for (int i = 0; i < 60; i++) {
            publish(50);
            Thread.sleep(5);
        }
        final Throwable error = blocked.get(10, TimeUnit.SECONDS);
        assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        final var details = io.grpc.protobuf.StatusProto.fromThrowable(error).getDetailsList();
        assertThat(details).anyMatch(any -> any.is(com.google.rpc.RetryInfo.class));
        for (int i = 0; i < 1_000 && server.lastFeedSeq() < flow.feedSeq(); i++) {
            Thread.sleep(10);
        }
        assertThat(server.lastFeedSeq()).isEqualTo(flow.feedSeq());
    }

    @Test
    void shouldSendTheSameBooksByMulticastAndSurviveARestartOfThePublisher() throws Exception {
        final FeedAddresses addresses = addresses();
        final String problem = MulticastLines.probe(addresses);
        if (problem != null) {
            System.out.println("SKIPPED: multicast does not work here: " + problem);
        }
        assumeTrue(problem == null, "multicast does not work here: " + problem);
        start(withoutMulticast().withMulticast(addresses, true, 0).withTimes(20, 100, 20_000));
        final FeedAgent receiver = FeedAgent.open(addresses, ReceiverConfig.defaults(), FeedListener.NONE);
        try {
            for (int i = 0; i < 100; i++) {
                publish(5);
                poll(receiver, 2);
            }
            awaitSync(receiver);
            runner.close();
            poll(receiver, 50);
            assertThat(receiver.receiver().isEnded()).isTrue();
            publish(50);
            server.close();
            final RecordedEvents again = events.fromTheStart();
            server = new MarketDataServer(withoutMulticast().withMulticast(addresses, true, 0).withTimes(20, 100, 20_000), again,
                MarketDataTelemetry.NONE);
            run();
            awaitSync(receiver);
            assertThat(receiver.receiver().counters().checksumsFailed()).isZero();
        } finally {
            receiver.onClose();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.2"})
    void shouldBeFollowedByAReceiverWrittenFromTheSpecification(final String loss) throws Exception {
        final FeedAddresses addresses = addresses();
        final String problem = MulticastLines.probe(addresses);
        final boolean python = java.nio.file.Files.isExecutable(java.nio.file.Path.of("/usr/bin/python3"));
        if (problem != null || !python) {
            System.out.println("SKIPPED: multicast: " + problem + ", /usr/bin/python3: " + python);
        }
        assumeTrue(problem == null && python, "needs multicast and python3");
        start(withoutMulticast().withMulticast(addresses, true, 0).withTimes(20, 200, 20_000));
        final Process process = new ProcessBuilder("/usr/bin/python3", "src/test/python/feed_receiver.py", text(addresses.lineA()),
            text(addresses.lineB()), text(addresses.snapshots()), text(addresses.recovery()), "127.0.0.1", loss).redirectErrorStream(true).start();
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("listening");
            for (int i = 0; i < 200; i++) {
                publish(2);
                Thread.sleep(5);
            }
            while (server.lastFeedSeq() < flow.feedSeq()) {
                Thread.sleep(1);
            }
            Thread.sleep(500);
            runner.close();
            final List<String> expected = new ArrayList<>();
            flow.books().forEach((id, book) -> expected.add(id + " " + book.rptSeq + " " + String.format("%016x", book.checksum()) + " True"));
            assertThat(out.readAllLines()).isEqualTo(expected);
        } finally {
            process.destroy();
        }
    }

    @Test
    void shouldSayThatAnotherVenueSendsOnItsGroups() throws Exception {
        final FeedAddresses addresses = addresses();
        assumeTrue(MulticastLines.probe(addresses) == null, "multicast does not work here");
        start(withoutMulticast().withMulticast(addresses, true, 0).withTimes(20, 100, 20_000));
        final FeedAddresses others = new FeedAddresses(addresses.lineA(), addresses.lineB(), addresses.snapshots(), addresses().recovery(), "127.0.0.1");
        final RecordedEvents otherEvents = new RecordedEvents();
        otherEvents.add(new RandomFlow(6, 1, 3).define());
        try (MarketDataServer second = new MarketDataServer(withoutMulticast().withMulticast(others, true, 0).withTimes(20, 100, 20_000), otherEvents,
            MarketDataTelemetry.NONE).start();
             AgentRunner secondRunner = new AgentRunner(new SleepingMillisIdleStrategy(1), failure::set, null, second.agent())) {
            AgentRunner.startOnThread(secondRunner);
            while (!second.isShared()) {
                Thread.sleep(5);
            }
        }
    }

    private static String text(final java.net.InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void awaitSync(final FeedAgent receiver) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + 10_000_000_000L;
        while (!isInSync(receiver) && System.nanoTime() < deadlineNs) {
            poll(receiver, 1);
        }
        flow.books().forEach((id, reference) -> {
            final OrderBook book = receiver.receiver().books().get(id);
            assertThat(book).isNotNull();
            assertThat(book.isSynced()).isTrue();
            assertThat(BookChecksum.of(book)).isEqualTo(reference.checksum());
        });
    }

    private boolean isInSync(final FeedAgent receiver) {
        return receiver.receiver().nextSeq() == flow.feedSeq() + 1 && flow.books().keySet().stream()
            .allMatch(id -> receiver.receiver().books().get(id) != null && receiver.receiver().books().get(id).isSynced());
    }

    private static void poll(final FeedAgent receiver, final long ms) throws InterruptedException {
        final long untilNs = System.nanoTime() + ms * 1_000_000L;
        while (System.nanoTime() < untilNs) {
            if (receiver.doWork() == 0) {
                Thread.sleep(0, 200_000);
            }
        }
    }

    private static MarketDataConfig withoutMulticast() {
        return MarketDataConfig.defaults().withMulticast(FeedAddresses.defaults(), false, 0).withPorts("127.0.0.1", 0, -1);
    }

    private static FeedAddresses addresses() throws IOException {
        final int[] ports = new int[4];
        for (int i = 0; i < ports.length; i++) {
            try (java.net.DatagramSocket socket = new java.net.DatagramSocket(0)) {
                ports[i] = socket.getLocalPort();
            }
        }
        return FeedAddresses.of("239.192.74.1:" + ports[0], "239.192.74.2:" + ports[1], "239.192.74.3:" + ports[2],
            "127.0.0.1:" + ports[3], "127.0.0.1");
    }

    private ManagedChannel start(final MarketDataConfig config) throws Exception {
        server = new MarketDataServer(config, events, MarketDataTelemetry.NONE).start();
        run();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().maxInboundMessageSize(64 << 20).build();
        return channel;
    }

    private void run() throws InterruptedException {
        runner = new AgentRunner(new SleepingMillisIdleStrategy(1), failure::set, null, server.agent());
        AgentRunner.startOnThread(runner);
        while (server.lastFeedSeq() < flow.feedSeq()) {
            Thread.sleep(1);
        }
    }

    private void publish(final int fragments) {
        for (int i = 0; i < fragments; i++) {
            events.add(flow.next(20));
        }
    }

    private static SnapshotRequest request(final int instrumentId, final Depth depth) {
        return SnapshotRequest.newBuilder().setInstrumentId(instrumentId).setDepth(depth).build();
    }

    private static void assertStatus(final org.assertj.core.api.ThrowableAssert.ThrowingCallable call, final Status.Code code,
                                     final String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(text);
        });
    }
}
