package bourse.services.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.archive.codecs.CatalogHeaderEncoder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a member tells and gives to others, and what an other that behaves badly cannot hinder. */
@Timeout(60)
class SeedServerTest {
    private static final String HOST = "127.0.0.1";
    private static final SeedState SERVING = new SeedState(true, true, false, 0, 7);
    private static final String SNAPSHOT = "log/snapshots/0000000000000100.state";
    /** More than the buffers of a socket take. */
    private static final int SNAPSHOT_BYTES = 48 << 20;

    @TempDir
    private Path dir;
    private Path giving;
    private int port;

    @BeforeEach
    void makeData() throws IOException {
        giving = dir.resolve("giving");
        Files.createDirectories(giving.resolve("log/archive"));
        Files.createDirectories(giving.resolve("log/snapshots"));
        final byte[] catalog = new byte[4096];
        new CatalogHeaderEncoder().wrap(new UnsafeBuffer(catalog), 0).version(1).length(CatalogHeaderEncoder.BLOCK_LENGTH).alignment(64);
        Files.write(giving.resolve("log/archive/archive.catalog"), catalog);
        final byte[] snapshot = new byte[SNAPSHOT_BYTES];
        new Random(1).nextBytes(snapshot);
        Files.write(giving.resolve(SNAPSHOT), snapshot);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            port = free.getLocalPort();
        }
    }

    /** Asks for a copy, and reads nothing but the beginning of it. */
    private Socket stalledCopy() throws IOException {
        final Socket socket = new Socket(HOST, port);
        final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(SeedServer.MAGIC);
        out.writeByte(SeedServer.COPY);
        out.flush();
        final DataInputStream in = new DataInputStream(socket.getInputStream());
        assertThat(SeedState.read(in)).isEqualTo(SERVING);
        assertThat(in.readUTF()).isEqualTo(SNAPSHOT);
        return socket;
    }

    @Test
    void shouldGiveACopyAndLeaveNothingBehind() throws IOException {
        Files.createDirectories(giving.resolve("seed-for-another/data"));
        try (SeedServer server = new SeedServer(HOST, port, giving, () -> SERVING)) {
            assertThat(giving.resolve("seed-for-another")).as("of a process that was killed").doesNotExist();
            assertThat(SeedClient.state(HOST, port)).isEqualTo(SERVING);
            final Path taking = Files.createDirectories(dir.resolve("taking"));
            assertThat(SeedClient.copy(HOST, port, taking, false)).isEqualTo(SNAPSHOT_BYTES + 4096L);
            assertThat(Files.mismatch(giving.resolve(SNAPSHOT), taking.resolve(SNAPSHOT))).isEqualTo(-1);
            assertThat(taking).isDirectoryNotContaining("glob:**draft");
        }
    }

    @Test
    void shouldAnswerOthersWhileOneTakesNothing() throws IOException {
        try (SeedServer server = new SeedServer(HOST, port, giving, () -> SERVING); Socket stalled = stalledCopy()) {
            assertThat(stalled.isConnected()).isTrue();
            assertThat(SeedClient.state(HOST, port)).isEqualTo(SERVING);
            assertThatThrownBy(() -> SeedClient.copy(HOST, port, Files.createDirectories(dir.resolve("taking")), false)).isInstanceOf(IOException.class)
                .hasMessageContaining("it gives one to another member");
        }
        assertThat(giving.resolve("log/snapshots")).isDirectory();
    }

    @Test
    void shouldGiveUpACopyOfWhichNothingIsTaken() throws IOException, InterruptedException {
        try (SeedServer server = new SeedServer(HOST, port, giving, () -> SERVING, 300); Socket stalled = stalledCopy()) {
            assertThat(stalled.isConnected()).isTrue();
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            long bytes = 0;
            while (bytes == 0) {
                try {
                    bytes = SeedClient.copy(HOST, port, Files.createDirectories(dir.resolve("taking")), false);
                } catch (final IOException e) {
                    assertThat(e).hasMessageContaining("it gives one to another member");
                    assertThat(System.nanoTime() - deadlineNs).as("the stalled copy is given up").isNegative();
                    Thread.sleep(50);
                }
            }
            assertThat(bytes).isGreaterThan(SNAPSHOT_BYTES);
        }
    }
}
