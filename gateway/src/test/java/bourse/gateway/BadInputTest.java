package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.google.rpc.RetryInfo;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;

/** Each kind of bad input gets its documented answer, and the venue serves an honest client meanwhile. */
class BadInputTest {
    private static final int ACCOUNT = 100;
    private static final int HONEST = 900;

    private Venue venue;
    private ManagedChannel channel;
    private TestSession honest;
    private long honestSeq = 1;

    @BeforeEach
    void start() throws Exception {
        venue = new Venue(config -> config.slowReaderMs(300).outboundFrames(16));
        channel = venue.channel();
        honest = TestSession.established(venue.channel(), venue.token(HONEST), 1);
    }

    @AfterEach
    void stop() throws Exception {
        honestTrades();
        venue.close();
    }

    private void honestTrades() throws Exception {
        honest.send(honestSeq, TestSession.order(honestSeq, Side.SIDE_BUY, 1, 1));
        honest.awaitApplied(honestSeq++);
    }

    @Test
    void shouldEndTheStreamOfMalformedProtobuf() throws Exception {
        final MethodDescriptor.Marshaller<byte[]> raw = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(final byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(final InputStream stream) {
                return new byte[0];
            }
        };
        final MethodDescriptor<byte[], byte[]> method = OrderEntryGrpc.getSessionMethod().toBuilder(raw, raw).build();
        final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        final Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + venue.token(ACCOUNT));
        final ClientCall<byte[], byte[]> call = io.grpc.ClientInterceptors.intercept(channel,
            io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers)).newCall(method, CallOptions.DEFAULT);
        final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
        final StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(call, new StreamObserver<>() {
            @Override
            public void onNext(final byte[] value) {
                answers.add(1);
            }

            @Override
            public void onError(final Throwable t) {
                failures.add(t);
            }

            @Override
            public void onCompleted() {
            }
        });
        requests.onNext(ClientFrame.newBuilder().setEstablish(bourse.order.v1.Establish.newBuilder().setSessionId(1)).build().toByteArray());
        assertThat(answers.poll(5, TimeUnit.SECONDS)).isNotNull();
        requests.onNext(new byte[] {0x12, 0x7F, 0x01});
        final Throwable failure = failures.poll(5, TimeUnit.SECONDS);
        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(TestSession.errorInfo(failure).getReason()).isEqualTo("MALFORMED_MESSAGE");
        assertThat(TestSession.errorInfo(failure).getMetadataMap()).containsEntry("bytes", "3");
    }

    @Test
    void shouldRefuseBadOrdersByEvents() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final Command unknownInstrument = Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(1).setInstrumentId(77)
            .setSide(Side.SIDE_BUY).setPrice(1).setQuantity(1)).build();
        final Command noSide = TestSession.order(7, Side.SIDE_UNSPECIFIED, 1, 1);
        final Command unknownType = Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(8)
            .setInstrumentId(FakeEngine.INSTRUMENT).setSide(Side.SIDE_BUY).setOrderTypeValue(99).setPrice(1).setQuantity(1)).build();
        session.send(1, unknownInstrument, TestSession.order(2, Side.SIDE_BUY, 0, 1), TestSession.order(3, Side.SIDE_BUY, -5, 1),
            TestSession.order(4, Side.SIDE_BUY, 1, 0), TestSession.order(5, Side.SIDE_BUY, 1, -1),
            TestSession.order(6, Side.SIDE_BUY, Long.MAX_VALUE, Long.MAX_VALUE), noSide, unknownType, Command.getDefaultInstance());
        final List<Event> events = session.awaitEvents(9);
        assertThat(events).extracting(event -> event.getRejected().getReason()).containsExactly(
            RejectReason.REJECT_REASON_UNKNOWN_INSTRUMENT, RejectReason.REJECT_REASON_INVALID_PRICE, RejectReason.REJECT_REASON_INVALID_PRICE,
            RejectReason.REJECT_REASON_INVALID_QUANTITY, RejectReason.REJECT_REASON_INVALID_QUANTITY,
            RejectReason.REJECT_REASON_INVALID_QUANTITY, RejectReason.REJECT_REASON_MALFORMED, RejectReason.REJECT_REASON_MALFORMED,
            RejectReason.REJECT_REASON_MALFORMED);
        assertThat(events.get(5).getRejected().getValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(session.ended).isEmpty();
    }

    @Test
    void shouldRefuseAnOversizeBatchWithoutEndingTheStream() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final List<Command> commands = new ArrayList<>();
        for (int i = 1; i <= 513; i++) {
            commands.add(TestSession.order(i, Side.SIDE_BUY, 1, 1));
        }
        session.send(1, commands.toArray(Command[]::new));
        final ServerFrame frame = session.await(ServerFrame::hasNotApplied);
        assertThat(frame.getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_BATCH_TOO_LARGE);
        assertThat(frame.getNotApplied().getFromClientSeq()).isEqualTo(1);
        session.send(1, commands.subList(0, 512).toArray(Command[]::new));
        session.awaitApplied(512);
    }

    @Test
    void shouldEndTheStreamOfAnOversizeMessage() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final List<Command> commands = new ArrayList<>();
        for (int i = 1; i <= 4_000; i++) {
            commands.add(TestSession.order(i, Side.SIDE_BUY, 1, 1));
        }
        session.send(1, commands.toArray(Command[]::new));
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void shouldRefuseASecondConnectionOfTheSameEpoch() throws Exception {
        final TestSession first = TestSession.open(channel, venue.token(ACCOUNT));
        first.establish(1, terms -> terms.setEpoch(5));
        assertThat(first.ack().getEpoch()).isEqualTo(5);
        for (final int epoch : new int[] {5, 4}) {
            final TestSession second = TestSession.open(venue.channel(), venue.token(ACCOUNT));
            second.establish(1, terms -> terms.setEpoch(epoch));
            assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(second.errorInfo().getReason()).isEqualTo("STALE_EPOCH");
        }
        first.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        first.awaitApplied(1);
    }

    @Test
    void shouldDisplaceAnOlderConnection() throws Exception {
        final TestSession first = TestSession.established(channel, venue.token(ACCOUNT), 1);
        first.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        first.awaitApplied(1);
        final TestSession second = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        second.establish(1, terms -> {
        });
        assertThat(second.ack().getNextClientSeq()).isEqualTo(2);
        assertThat(first.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(first.errorInfo().getReason()).isEqualTo("DISPLACED");
        second.send(2, TestSession.order(2, Side.SIDE_BUY, 1, 1));
        second.awaitApplied(2);
    }

    @Test
    void shouldNotLetOneAccountTakeAnothersSession() throws Exception {
        final TestSession first = TestSession.established(channel, venue.token(ACCOUNT), 1);
        final TestSession second = TestSession.established(venue.channel(), venue.token(ACCOUNT + 1), 1);
        second.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        second.awaitApplied(1);
        first.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
        first.awaitApplied(1);
        assertThat(first.events).hasSize(1);
    }

    @Test
    void shouldEndAStreamOfHeartbeats() throws Exception {
        final TestSession session = TestSession.established(channel, venue.token(ACCOUNT), 1);
        for (int i = 1; i < 200; i++) {
            session.call.onNext(heartbeat(i));
            assertThat(session.await(ServerFrame::hasHeartbeat).getHeartbeat().getClientTimeNs()).isEqualTo(i);
        }
        session.call.onNext(heartbeat(200));
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(session.errorInfo().getReason()).isEqualTo("FRAME_RATE_LIMIT");
        honestTrades();
    }

    private static ClientFrame heartbeat(final long clientTimeNs) {
        return ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setClientTimeNs(clientTimeNs)).build();
    }

    @Test
    void shouldCutOffAClientThatNeverReadsAndLetItResume() throws Exception {
        final TestSession deaf = TestSession.open(channel, venue.token(ACCOUNT), false);
        deaf.establish(1, terms -> terms.setNextAccountSeq(1));
        final TestSession writer = TestSession.established(venue.channel(), venue.token(ACCOUNT), 2);
        long seq = 1;
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (venue.gateway.telemetry().slowReaders.sum() == 0 && System.nanoTime() < deadline) {
            final Command[] commands = new Command[256];
            for (int i = 0; i < commands.length; i++) {
                commands[i] = TestSession.order(seq + i, Side.SIDE_BUY, 1, 1);
            }
            writer.send(seq, commands);
            seq += commands.length;
            writer.awaitApplied(seq - 1);
        }
        assertThat(venue.gateway.telemetry().slowReaders.sum()).isEqualTo(1);
        honestTrades();
        deaf.call.request(Integer.MAX_VALUE);
        assertThat(deaf.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(deaf.errorInfo().getReason()).isEqualTo("SLOW_READER");
        assertThat(StatusProto.fromThrowable(deaf.failure).getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));
        while (!deaf.frames.isEmpty()) {
            deaf.await(frame -> true);
        }
        final long resumeAt = Math.max(1, deaf.nextAccountSeq);
        final TestSession resumed = TestSession.open(venue.channel(), venue.token(ACCOUNT));
        resumed.establish(1, terms -> terms.setNextAccountSeq(resumeAt));
        resumed.awaitEvents((int) (seq - resumeAt));
        assertThat(resumed.firstAccountSeq).isEqualTo(resumeAt);
        assertThat(resumed.nextAccountSeq).isEqualTo(seq);
    }

    @Test
    void shouldRefuseNonsenseInEstablish() throws Exception {
        assertRefused("establish.session_id", session -> session.establish(0, terms -> {
        }));
        assertRefused("establish.session_id", session -> session.establish(-1, terms -> {
        }));
        assertRefused("establish.shard", session -> session.establish(1, terms -> terms.setShard(3)));
        assertRefused("establish.grace_ms", session -> session.establish(1, terms -> terms.setGraceMs(60_001)));
        assertRefused("establish.keepalive_ms", session -> session.establish(1, terms -> terms.setKeepaliveMs(5)));
        assertRefused("establish.cancel_on_disconnect", session -> session.establish(1, terms -> terms.setCancelOnDisconnectValue(9)));
        final TestSession early = TestSession.open(channel, venue.token(ACCOUNT));
        early.send(1, TestSession.cancel(1));
        assertThat(early.awaitEnd().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(early.errorInfo().getReason()).isEqualTo("NOT_ESTABLISHED");
        final TestSession ahead = TestSession.open(channel, venue.token(ACCOUNT));
        ahead.establish(1, terms -> terms.setNextAccountSeq(1_000));
        assertThat(ahead.awaitEnd().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(ahead.errorInfo().getReason()).isEqualTo("SEQUENCE_AHEAD");
        assertThat(ahead.awaitEnd().getDescription()).startsWith("next_account_seq: 1000 ");
        final TestSession twice = TestSession.established(channel, venue.token(ACCOUNT), 5);
        twice.establish(5, terms -> {
        });
        assertThat(twice.awaitEnd().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(twice.errorInfo().getReason()).isEqualTo("ALREADY_ESTABLISHED");
    }

    private void assertRefused(final String field, final java.util.function.Consumer<TestSession> attempt) throws Exception {
        final TestSession session = TestSession.open(channel, venue.token(ACCOUNT));
        attempt.accept(session);
        assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(session.errorInfo().getMetadataMap()).containsEntry("field", field);
    }
}
