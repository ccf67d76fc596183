package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import bourse.order.v1.Authenticate;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.RejectReason;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.order.v1.SubmitRequest;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;

/** What is configured: limits, certificates, nonsense. */
class LimitsTest {
    @TempDir
    Path folder;

    @Test
    void shouldLimitTheRateOfNewOrdersButNotOfCancels() throws Exception {
        try (Venue venue = new Venue(config -> config.commandsPerSecond(600))) {
            final TestSession session = TestSession.established(venue.channel(), venue.token(1), 1);
            final Command[] orders = new Command[500];
            for (int i = 0; i < orders.length; i++) {
                orders[i] = TestSession.order(i + 1, Side.SIDE_BUY, 1, 1);
            }
            session.send(1, orders);
            session.awaitApplied(500);
            session.send(501, orders);
            final ServerFrame refused = session.await(ServerFrame::hasNotApplied);
            assertThat(refused.getNotApplied().getReason()).isEqualTo(RejectReason.REJECT_REASON_ORDER_RATE_LIMIT);
            assertThat(refused.getNotApplied().getRetryAfterMs()).isBetween(1, 900);
            session.send(501, TestSession.cancel(1), TestSession.cancel(2));
            session.awaitApplied(502);
        }
    }

    @Test
    void shouldShareTheRateAmongAllStreamsAndCallsOfAnAccount() throws Exception {
        try (Venue venue = new Venue(config -> config.commandsPerSecond(600))) {
            final ManagedChannel channel = venue.channel();
            final TestSession first = TestSession.established(channel, venue.token(1), 1);
            final TestSession second = TestSession.established(channel, venue.token(1), 2);
            final TestSession stranger = TestSession.established(channel, venue.token(2), 1);
            final Command[] orders = new Command[500];
            for (int i = 0; i < orders.length; i++) {
                orders[i] = TestSession.order(i + 1, Side.SIDE_BUY, 1, 1);
            }
            first.send(1, orders);
            first.awaitApplied(500);
            second.send(1, orders);
            assertThat(second.await(ServerFrame::hasNotApplied).getNotApplied().getReason())
                .isEqualTo(RejectReason.REJECT_REASON_ORDER_RATE_LIMIT);
            final Throwable refused = catchThrowable(() -> Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(1)).submit(
                SubmitRequest.newBuilder().setSessionId(3).addAllCommands(List.of(orders)).build()));
            assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(TestSession.errorInfo(refused).getReason()).isEqualTo("ORDER_RATE_LIMIT");
            stranger.send(1, orders);
            stranger.awaitApplied(500);
        }
    }

    @Test
    void shouldTakeOnlySoManyStreamsOfAnAccount() throws Exception {
        try (Venue venue = new Venue(config -> config.maxStreamsPerAccount(1))) {
            final ManagedChannel channel = venue.channel();
            TestSession.established(channel, venue.token(1), 1);
            final TestSession second = TestSession.open(channel, venue.token(1));
            assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(second.errorInfo().getMetadataMap()).containsEntry("what", "streams of the account").containsEntry("limit", "1");
            TestSession.established(channel, venue.token(2), 1);
        }
    }

    @Test
    void shouldTakeOnlySoManyConnectionsOfAnAddressAndNoneThatIsSilent() throws Exception {
        try (Venue venue = new Venue(config -> config.maxConnections(8, 2).handshakeTimeoutMs(300))) {
            try (Socket first = new Socket("127.0.0.1", venue.gateway.port()); Socket second = new Socket("127.0.0.1", venue.gateway.port());
                 Socket third = new Socket("127.0.0.1", venue.gateway.port())) {
                third.setSoTimeout(2_000);
                assertThat(endOf(third)).isTrue();
                assertThat(venue.gateway.telemetry().connectionsRefused.sum()).isEqualTo(1);
                first.getOutputStream().write("PRI * HTTP/2.0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                first.setSoTimeout(2_000);
                second.setSoTimeout(2_000);
                assertThat(endOf(first)).isTrue();
                assertThat(endOf(second)).isTrue();
            }
            Thread.sleep(50);
            TestSession.established(venue.channel(), venue.token(1), 1);
            TestSession.established(venue.channel(), venue.token(1), 2);
        }
    }

    /** Reads until the other side closes. */
    private static boolean endOf(final Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // The server's settings.
            }
            return true;
        } catch (final java.net.SocketTimeoutException e) {
            return false;
        } catch (final java.io.IOException reset) {
            return true;
        }
    }

    @Test
    void shouldSayThatAMessageIsTooLargeWhateverItsSize() throws Exception {
        try (Venue venue = new Venue()) {
            for (final int length : new int[] {65_537, 300_000, 3_000_000, 40_000_000}) {
                final ManagedChannel channel = venue.channel();
                final TestSession session = TestSession.established(channel, venue.token(1), length);
                session.call.onNext(ClientFrame.newBuilder().setAuthenticate(Authenticate.newBuilder().setToken("x".repeat(length))).build());
                assertThat(session.awaitEnd().getCode()).as("%d bytes", length).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(session.errorInfo().getReason()).isEqualTo("MESSAGE_TOO_LARGE");
                assertThat(session.errorInfo().getMetadataMap()).containsEntry("limit", "65536");
                final Throwable unary = catchThrowable(() -> Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(1)).submit(
                    SubmitRequest.newBuilder().setSessionId(9).addAllCommands(java.util.Collections.nCopies(length / 20,
                        TestSession.order(1, Side.SIDE_BUY, 1, 1))).build()));
                assertThat(Status.fromThrowable(unary).getCode()).as("%d bytes", length).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(TestSession.errorInfo(unary).getReason()).isEqualTo("MESSAGE_TOO_LARGE");
            }
            TestSession.established(venue.channel(), venue.token(1), 1);
        }
    }

    @Test
    void shouldCarryOrdersWhileSignaturesAreChecked() throws Exception {
        for (final int networkThreads : new int[] {0, 1}) {
            try (Venue venue = new Venue(config -> config.networkThreads(networkThreads))) {
                final String known = venue.token(1);
                final TestSession session = TestSession.established(venue.channel(), known, 1);
                final CountDownLatch checking = new CountDownLatch(1);
                final CountDownLatch goOn = new CountDownLatch(1);
                venue.beforeSignature = () -> {
                    checking.countDown();
                    awaitUninterruptibly(goOn);
                };
                try {
                    final var unary = OrderEntryGrpc.newFutureStub(venue.channel());
                    final var good = Venue.with(unary, venue.token(2)).getAccount(GetAccountRequest.getDefaultInstance());
                    final var forged = Venue.with(unary, venue.token(2) + "AAAA").getAccount(GetAccountRequest.getDefaultInstance());
                    final var givenUp = Venue.with(unary, venue.token(3)).getAccount(GetAccountRequest.getDefaultInstance());
                    final TestSession other = TestSession.open(venue.channel(), venue.token(4));
                    other.establish(7, terms -> { });
                    assertThat(checking.await(5, TimeUnit.SECONDS)).isTrue();
                    session.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
                    session.awaitApplied(1);
                    TestSession.established(venue.channel(), known, 2);
                    givenUp.cancel(true);
                    assertThat(good.isDone()).isFalse();
                    goOn.countDown();
                    assertThat(good.get(5, TimeUnit.SECONDS).getAccount()).isEqualTo(2);
                    assertThat(Status.fromThrowable(catchThrowable(() -> forged.get(5, TimeUnit.SECONDS))).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                    other.ack();
                    other.send(1, TestSession.order(1, Side.SIDE_BUY, 1, 1));
                    other.awaitApplied(1);
                } finally {
                    goOn.countDown();
                }
            }
        }
    }

    private static void awaitUninterruptibly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldServeTheNetworkOnTheAgentsThread() throws Exception {
        try (Venue venue = new Venue(config -> config.networkThreads(0))) {
            final TestSession session = TestSession.established(venue.channel(), venue.token(1), 1);
            for (int i = 1; i <= 50; i++) {
                session.send(i, TestSession.order(i, Side.SIDE_BUY, 1, 1));
            }
            session.awaitEvents(50);
            session.awaitApplied(50);
            venue.gateway.drain(java.time.Duration.ofMillis(50));
            assertThat(session.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            venue.endAgent();
        }
        try (Venue venue = new Venue(config -> config.networkThreads(0))) {
            TestSession.established(venue.channel(), venue.token(1), 1);
            venue.endAgent();
        }
    }

    @Test
    void shouldTakeOnlySoManyStreams() throws Exception {
        try (Venue venue = new Venue(config -> config.maxStreams(2))) {
            final ManagedChannel channel = venue.channel();
            final TestSession first = TestSession.established(channel, venue.token(1), 1);
            TestSession.established(channel, venue.token(1), 2);
            final TestSession third = TestSession.open(channel, venue.token(1));
            assertThat(third.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(third.errorInfo().getReason()).isEqualTo("CAPACITY");
            first.call.cancel("gone", null);
            Thread.sleep(100);
            TestSession.established(channel, venue.token(1), 3);
        }
    }

    @Test
    void shouldServeByTlsAndAskForACertificate() throws Exception {
        final Path server = TestCertificates.keyPair(folder, "server");
        final Path client = TestCertificates.keyPair(folder, "client");
        try (Venue venue = new Venue(config -> config.tls(server.resolve("cert.pem"), server.resolve("key.pem"))
            .clientAuthority(client.resolve("cert.pem")))) {
            final ChannelCredentials known = TlsChannelCredentials.newBuilder().trustManager(server.resolve("cert.pem").toFile())
                .keyManager(client.resolve("cert.pem").toFile(), client.resolve("key.pem").toFile()).build();
            final ChannelCredentials nameless = TlsChannelCredentials.newBuilder().trustManager(server.resolve("cert.pem").toFile()).build();
            assertThat(account(venue, known)).isEqualTo(7);
            assertThat(Status.fromThrowable(catchThrowable(() -> account(venue, nameless))).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(Status.fromThrowable(catchThrowable(() -> account(venue, io.grpc.InsecureChannelCredentials.create()))).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private static int account(final Venue venue, final ChannelCredentials credentials) {
        final ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", venue.gateway.port(), credentials).build();
        try {
            return Venue.with(OrderEntryGrpc.newBlockingStub(channel), venue.token(7)).getAccount(GetAccountRequest.getDefaultInstance())
                .getAccount();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void shouldRefuseNonsenseInTheConfiguration() {
        assertThatIllegalArgumentException().isThrownBy(() -> GatewayConfig.builder().port(70_000).build())
            .withMessage("port: 70000 (expected: 0..65535)");
        assertThatIllegalArgumentException().isThrownBy(() -> GatewayConfig.builder().ingressRingBytes(3 << 20).build())
            .withMessageContaining("power of two");
        assertThatIllegalArgumentException().isThrownBy(() -> GatewayConfig.builder().tls(Path.of("a"), null).build())
            .withMessageContaining("both or none");
        assertThatIllegalArgumentException().isThrownBy(() -> GatewayConfig.builder().clientAuthority(Path.of("a")).build())
            .withMessageContaining("only with");
    }
}
