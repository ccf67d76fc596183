package bourse.services.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.gateway.refusal.RichStatus;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.EstablishAck;
import bourse.order.v1.Event;
import bourse.order.v1.NotApplied;
import bourse.order.v1.OrderCancelled;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.ServerFrame;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a small venue that loses connections, answers late, refuses suffixes, and counts what it applied. */
@Timeout(30)
class SessionClientTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final FaultyVenue venue = new FaultyVenue();
    private final List<Long> targets = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> accountSeqs = Collections.synchronizedList(new ArrayList<>());
    private final List<DuplicateOutcome> duplicates = Collections.synchronizedList(new ArrayList<>());
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).addService(venue).build().start();
        channel = VenueChannels.plaintext("127.0.0.1:" + server.getPort());
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldDeliverEveryEventOnce() throws Exception {
        try (SessionClient client = connect(SessionOptions.of(1))) {
            sendAll(client, 5_000);
        }
        assertExactlyOnce(5_000);
    }

    @Test
    void shouldResumeAfterLostConnections() throws Exception {
        venue.cutEveryBatches = 7;
        try (SessionClient client = connect(SessionOptions.of(1))) {
            sendAll(client, 5_000);
        }
        assertThat(venue.connections).isGreaterThan(3);
        assertExactlyOnce(5_000);
    }

    @Test
    void shouldSendAgainWhatWasRefused() throws Exception {
        venue.refuseEveryBatches = 5;
        try (SessionClient client = connect(SessionOptions.of(1))) {
            sendAll(client, 5_000);
        }
        assertExactlyOnce(5_000);
    }

    @Test
    void shouldGoOnWhereAnEarlierProcessStopped() throws Exception {
        try (SessionClient client = connect(SessionOptions.of(1))) {
            sendAll(client, 640);
        }
        try (SessionClient client = connect(SessionOptions.of(1).withNextAccountSeq(641))) {
            assertThat(client.awaitEstablished(SOON).getNextClientSeq()).isEqualTo(641);
            assertThat(client.send(List.of(cancel(641)))).isEqualTo(641);
            client.awaitApplied(SOON);
        }
        assertExactlyOnce(641);
    }

    @Test
    void shouldEndWhenDisplaced() throws Exception {
        try (SessionClient client = connect(SessionOptions.of(1))) {
            client.awaitEstablished(SOON);
            venue.endAll(RichStatus.of(Status.Code.ABORTED, RichStatus.DISPLACED, "displaced by a newer connection").toException());
            assertThatThrownBy(() -> {
                client.send(List.of(cancel(1)));
                client.awaitApplied(SOON);
            }).isInstanceOf(SessionException.class).hasMessageContaining("displaced");
        }
    }

    /** As after a pause of this process that was longer than the venue waits: nobody else has the session. */
    @ParameterizedTest
    @ValueSource(strings = {RichStatus.HEARTBEAT_TIMEOUT, RichStatus.SESSION_CLOSED})
    void shouldResumeASessionThatNobodyElseHas(final String reason) throws Exception {
        try (SessionClient client = connect(SessionOptions.of(1))) {
            sendAll(client, 64);
            venue.endAll(RichStatus.of(Status.Code.ABORTED, reason, "nothing was received from the client").toException());
            client.send(List.of(cancel(65)));
            client.awaitApplied(SOON);
        }
        assertThat(venue.connections).isEqualTo(2);
        assertExactlyOnce(65);
    }

    @Test
    void shouldGiveUpWhenTheVenueStaysAway() throws Exception {
        try (SessionClient client = connect(SessionOptions.of(1).withReconnectFor(Duration.ofMillis(300)))) {
            client.awaitEstablished(SOON);
            server.shutdownNow();
            assertThatThrownBy(() -> {
                client.send(List.of(cancel(1)));
                client.awaitApplied(SOON);
            }).isInstanceOf(SessionException.class).hasMessageContaining("no connection for 300 ms");
        }
    }

    private SessionClient connect(final SessionOptions options) {
        return SessionClient.connect(channel, new BearerToken("t"), options, new SessionListener() {
            @Override
            public void onEvent(final long accountSeq, final Event event) {
                accountSeqs.add(accountSeq);
                targets.add(event.getCancelled().getClientOrderId());
            }

            @Override
            public void onDuplicate(final DuplicateOutcome outcome) {
                duplicates.add(outcome);
            }
        });
    }

    private static void sendAll(final SessionClient client, final int count) throws Exception {
        for (int next = 1; next <= count;) {
            final List<Command> batch = new ArrayList<>();
            for (; batch.size() < 64 && next <= count; next++) {
                batch.add(cancel(next));
            }
            client.send(batch);
        }
        client.awaitApplied(SOON);
    }

    private void assertExactlyOnce(final int count) {
        final List<Long> expected = new ArrayList<>();
        for (long i = 1; i <= count; i++) {
            expected.add(i);
        }
        assertThat(venue.applied).isEqualTo(expected);
        assertThat(targets).isEqualTo(expected);
        assertThat(accountSeqs).isEqualTo(expected);
    }

    private static Command cancel(final long id) {
        return Command.newBuilder().setCancel(Cancel.newBuilder().setClientOrderId(id)).build();
    }

    /** Applies commands by session sequence and answers each with one event. */
    private static final class FaultyVenue extends OrderEntryGrpc.OrderEntryImplBase {
        private final List<Long> applied = new ArrayList<>();
        private final List<StreamObserver<ServerFrame>> open = new ArrayList<>();
        private int cutEveryBatches = Integer.MAX_VALUE;
        private int refuseEveryBatches = Integer.MAX_VALUE;
        private int batches;
        private int inSequence;
        private int connections;

        @Override
        public StreamObserver<ClientFrame> session(final StreamObserver<ServerFrame> out) {
            return new StreamObserver<>() {
                private boolean cut;

                @Override
                public void onNext(final ClientFrame frame) {
                    synchronized (FaultyVenue.this) {
                        if (!cut) {
                            cut = handle(frame, out);
                        }
                    }
                }

                @Override
                public void onError(final Throwable fault) {
                    cut = true;
                }

                @Override
                public void onCompleted() {
                    if (!cut) {
                        out.onCompleted();
                    }
                }
            };
        }

        private boolean handle(final ClientFrame frame, final StreamObserver<ServerFrame> out) {
            switch (frame.getFrameCase()) {
                case ESTABLISH -> {
                    connections++;
                    open.add(out);
                    out.onNext(ServerFrame.newBuilder().setEstablishAck(EstablishAck.newBuilder().setNextClientSeq(applied.size() + 1)
                            .setLastAccountSeq(applied.size()).setMaxBatchCommands(512)).build());
                    final long from = frame.getEstablish().getNextAccountSeq();
                    if (from > 0 && from <= applied.size()) {
                        out.onNext(events(from, applied.size()));
                    }
                }
                case BATCH -> {
                    batches++;
                    final long first = frame.getBatch().getFirstClientSeq();
                    final boolean gap = first > applied.size() + 1;
                    if (gap || ++inSequence % refuseEveryBatches == 0) {
                        out.onNext(ServerFrame.newBuilder().setNotApplied(NotApplied.newBuilder().setFromClientSeq(first)
                                .setExpectedClientSeq(applied.size() + 1).setRetryAfterMs(2).setReason(gap
                                        ? RejectReason.REJECT_REASON_SEQUENCE_GAP : RejectReason.REJECT_REASON_OVERLOADED)).build());
                        return false;
                    }
                    apply(frame, first, out);
                    if (batches % cutEveryBatches == 0) {
                        out.onError(Status.UNAVAILABLE.withDescription("cable pulled").asRuntimeException());
                        return true;
                    }
                }
                default -> {
                }
            }
            return false;
        }

        private void apply(final ClientFrame frame, final long first, final StreamObserver<ServerFrame> out) {
            final long before = applied.size();
            final ServerFrame.Builder duplicates = ServerFrame.newBuilder();
            for (int i = 0; i < frame.getBatch().getCommandsCount(); i++) {
                if (first + i <= before) {
                    duplicates.addDuplicates(DuplicateOutcome.newBuilder().setClientSeq(first + i));
                } else {
                    applied.add(frame.getBatch().getCommands(i).getCancel().getClientOrderId());
                }
            }
            if (duplicates.getDuplicatesCount() > 0) {
                out.onNext(duplicates.build());
            }
            // The events of the last batch are lost with the connection that is about to be cut.
            if (batches % cutEveryBatches != 0 && applied.size() > before) {
                out.onNext(events(before + 1, applied.size()));
            }
        }

        private ServerFrame events(final long from, final long to) {
            final ServerFrame.Builder frame = ServerFrame.newBuilder().setFirstAccountSeq(from).setAppliedClientSeq(to);
            for (long i = from; i <= to; i++) {
                frame.addEvents(Event.newBuilder().setEventSeq(i).setClientSeq(i)
                        .setCancelled(OrderCancelled.newBuilder().setClientOrderId(applied.get((int) i - 1))));
            }
            return frame.build();
        }

        private void endAll(final StatusRuntimeException end) {
            synchronized (this) {
                open.forEach(out -> out.onError(end));
            }
        }
    }
}
