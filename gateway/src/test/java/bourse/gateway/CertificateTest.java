package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import bourse.gateway.auth.CertificateDirectory;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.ServerCertificates;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.OrderEntryGrpc;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;

/** Whose certificate is whose, and what it allows. */
class CertificateTest {
    @TempDir
    Path folder;

    private static Certificate certificate(final Path files) throws Exception {
        try (InputStream in = Files.newInputStream(files.resolve("cert.pem"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    @Test
    void shouldFindACertificateByFingerprintNameOrSubject() throws Exception {
        final Certificate[] alpha = {certificate(TestCertificates.keyPair(folder, "alpha"))};
        final Certificate[] beta = {certificate(TestCertificates.keyPair(folder, "beta"))};
        final Path file = folder.resolve("clients");
        Files.writeString(file, "# firms\nfirm=12 accounts=7,8 san=dns:ALPHA.example # the desk\n\nfirm=13 accounts=* subject=O=Test,CN=other\n");
        final CertificateDirectory directory = new CertificateDirectory(file);
        assertThat(directory.find(alpha).firm()).isEqualTo(12);
        assertThat(directory.find(alpha).accounts()).containsExactlyInAnyOrder(7, 8);
        assertThat(directory.find(beta)).isNull();
        assertThat(directory.find(null)).isNull();
        Files.writeString(file, "firm=14 accounts=9 rights=read,cancel subject=cn=beta, o=Test\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(directory.reload()).isTrue();
        assertThat(directory.find(alpha)).isNull();
        assertThat(directory.find(beta).rights()).containsExactlyInAnyOrder(Right.READ, Right.CANCEL);
        Files.writeString(file, "firm=x\n");
        assertThat(directory.reload()).isFalse();
        assertThat(directory.find(beta).firm()).isEqualTo(14);
    }

    @Test
    void shouldTellTheEndOfTheCertificateThatIsServed() throws Exception {
        final Path alpha = TestCertificates.keyPair(folder, "alpha");
        final long end = ((java.security.cert.X509Certificate) certificate(alpha)).getNotAfter().getTime();
        try (ServerCertificates served = new ServerCertificates(
            new ServerCertificates.TlsFiles(alpha.resolve("cert.pem"), alpha.resolve("key.pem"), null, null))) {
            assertThat(served.notAfterMillis()).isEqualTo(end);
        }
        try (ServerCertificates none = new ServerCertificates(ServerCertificates.TlsFiles.NONE)) {
            assertThat(none.notAfterMillis()).isZero();
        }
    }

    @Test
    void shouldSayWhatIsWrongInWhichLine() throws Exception {
        refused("firm=0 accounts=1 san=dns:a", "1..4294967295");
        refused("accounts=1 san=dns:a", "firm: missing");
        refused("firm=1 san=dns:a", "accounts: missing");
        refused("firm=1 accounts=1 san=a", "dns:, uri:");
        refused("firm=1 accounts=1 sha256=12", "64 hexadecimal");
        refused("firm=1 accounts=1,2 rights=trade san=dns:a", "one account");
        refused("firm=1 accounts=1 rights=fly san=dns:a", "trade, cancel");
        refused("firm=1 accounts=1", "last san=");
        refused("firm=1 accounts=1 san=dns:a\nfirm=2 accounts=1 san=dns:A", "twice");
    }

    private void refused(final String lines, final String why) throws IOException {
        final Path file = folder.resolve("bad");
        Files.writeString(file, lines + "\n");
        assertThatThrownBy(() -> new CertificateDirectory(file)).isInstanceOf(IOException.class).hasMessageContaining("bad:")
            .hasMessageContaining(why);
    }

    @Test
    void shouldTieTokensToTheFirmOfTheCertificate() throws Exception {
        final Path server = TestCertificates.keyPair(folder, "server");
        final Path alpha = TestCertificates.keyPair(folder, "alpha");
        final Path beta = TestCertificates.keyPair(folder, "beta");
        final Path gamma = TestCertificates.keyPair(folder, "gamma");
        final Path authority = folder.resolve("authority.pem");
        Files.writeString(authority, Files.readString(alpha.resolve("cert.pem")) + Files.readString(beta.resolve("cert.pem"))
            + Files.readString(gamma.resolve("cert.pem")));
        final Path clients = folder.resolve("clients");
        Files.writeString(clients, "firm=12 accounts=7 san=dns:alpha.example\nfirm=13 accounts=9 rights=read san=dns:beta.example\n");
        try (Venue venue = new Venue(config -> config.tls(server.resolve("cert.pem"), server.resolve("key.pem")).clientAuthority(authority)
            .clients(clients))) {
            assertThat(account(venue, server, alpha, venue.token(7))).isEqualTo(7);
            assertRefused(venue, server, alpha, venue.token(8), Status.Code.PERMISSION_DENIED, "CERTIFICATE_MISMATCH");
            assertRefused(venue, server, alpha, null, Status.Code.UNAUTHENTICATED, "TOKEN_MISSING");
            assertThat(account(venue, server, beta, null)).isEqualTo(9);
            assertRefused(venue, server, beta, venue.minter.mint("old", 9, EnumSet.of(Right.READ), new int[0], Duration.ofSeconds(-1)),
                Status.Code.UNAUTHENTICATED, "TOKEN_EXPIRED");
            assertRefused(venue, server, gamma, venue.token(7), Status.Code.PERMISSION_DENIED, "CERTIFICATE_UNKNOWN");
        }
    }

    private static void assertRefused(final Venue venue, final Path server, final Path client, final String token, final Status.Code code,
                                      final String reason) throws Exception {
        final Throwable failure = catchThrowable(() -> account(venue, server, client, token));
        assertThat(Status.fromThrowable(failure).getCode()).as(String.valueOf(failure)).isEqualTo(code);
        assertThat(TestSession.errorInfo(failure).getReason()).isEqualTo(reason);
    }

    private static int account(final Venue venue, final Path server, final Path client, final String token) throws Exception {
        final ChannelCredentials credentials = TlsChannelCredentials.newBuilder().trustManager(server.resolve("cert.pem").toFile())
            .keyManager(client.resolve("cert.pem").toFile(), client.resolve("key.pem").toFile()).build();
        final ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", venue.gateway.port(), credentials).build();
        try {
            final OrderEntryGrpc.OrderEntryBlockingStub stub = OrderEntryGrpc.newBlockingStub(channel);
            return (token == null ? stub : Venue.with(stub, token)).getAccount(GetAccountRequest.getDefaultInstance()).getAccount();
        } finally {
            channel.shutdownNow();
        }
    }
}
