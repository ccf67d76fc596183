package bourse.services.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;

/**
 * An {@link HonestClient} in a process of its own: what the attackers' collector or compiler stops is not the venue's doing. It is told by lines
 * what to do ({@code time}, {@code report}), and answers {@code report} by a line with the histogram, or with what went wrong.
 */
final class HonestProcess implements AutoCloseable {
    private static final String ADDRESS = "honest.address";
    private static final String TOKEN = "honest.token";
    private static final String FAILED = "failed: ";

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    private HonestProcess(final Process process) {
        this.process = process;
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static HonestProcess start(final String orderEntry, final String token) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms64m", "-Xmx64m",
            "-D" + ADDRESS + "=" + orderEntry, "-cp", System.getProperty("java.class.path"), HonestProcess.class.getName()));
        builder.environment().put(TOKEN, token);
        return new HonestProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Forgets what was timed and begins anew. */
    void startTiming() {
        commands.println("time");
    }

    /** Waits until everything that was sent is applied. Returns what was timed, in µs; throws when anything ever went wrong for the client. */
    Histogram report() throws Exception {
        commands.println("report");
        final String answer = answers.readLine();
        if (answer == null || answer.startsWith(FAILED)) {
            throw new AssertionError("the honest client was hurt: " + answer);
        }
        return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(answer)), 1);
    }

    @Override
    public void close() throws InterruptedException {
        commands.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** The process itself. It ends with its standard input. */
    public static void main(final String[] arguments) throws Exception {
        final ManagedChannel channel = VenueChannels.plaintextDirect(System.getProperty(ADDRESS));
        try (HonestClient client = new HonestClient(channel, new BearerToken(System.getenv(TOKEN)))) {
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines().forEach(command -> {
                if ("time".equals(command)) {
                    client.startTiming();
                } else {
                    System.out.println(reportOf(client));
                }
            });
        } finally {
            channel.shutdownNow();
        }
    }

    private static String reportOf(final HonestClient client) {
        try {
            client.awaitAll();
            final Histogram timed = client.timed();
            final ByteBuffer bytes = ByteBuffer.allocate(timed.getNeededByteBufferCapacity());
            final int length = timed.encodeIntoCompressedByteBuffer(bytes);
            return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), length));
        } catch (final InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        } catch (final AssertionError e) {
            return FAILED + e.getMessage() + ": " + e.getCause();
        }
    }
}
