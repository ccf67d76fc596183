package bourse.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./bourse run} in a directory of its own, on free ports: what a newcomer starts in the first terminal. {@link #terminal()} is the
 * second one.
 */
final class RunningVenue implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final List<String> ANY_PORT = List.of("GATEWAY_PORT", "GATEWAY_ADMIN_PORT", "MARKETDATA_PORT", "MARKETDATA_WEB_PORT",
        "MARKETDATA_PORT_A", "MARKETDATA_PORT_B", "MARKETDATA_SNAPSHOT_PORT", "MARKETDATA_REQUEST_PORT", "TELEMETRY_PORT");

    private final Path directory;
    private final Path log;
    private final Process process;
    private final JsonNode endpoints;

    private RunningVenue(final Path directory, final Path log, final Process process, final JsonNode endpoints) {
        this.directory = directory;
        this.log = log;
        this.process = process;
        this.endpoints = endpoints;
    }

    static RunningVenue start(final Path directory) throws IOException, InterruptedException {
        final Path log = directory.resolve("venue.log");
        final Path file = directory.resolve("data/endpoints.json");
        Files.deleteIfExists(file);
        final Terminal terminal = new Terminal(directory);
        ANY_PORT.forEach(port -> terminal.with("BOURSE_" + port, "0"));
        final Process process = terminal.builder(List.of(Terminal.ROOT.resolve("bourse").toString(), "run"))
            .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        final long deadlineNs = System.nanoTime() + START.toNanos();
        while (Files.notExists(file)) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("the venue did not start within " + START + "\n" + Files.readString(log));
            }
            Thread.sleep(50);
        }
        return new RunningVenue(directory, log, process, new ObjectMapper().readTree(file.toFile()));
    }

    /** A terminal in the directory where the venue runs. */
    Terminal terminal() {
        return new Terminal(directory);
    }

    /** host:port of one of the venue's doors, by its name in endpoints.json. */
    String address(final String door) {
        return endpoints.required(door).asText();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Sends SIGTERM; returns the exit status. */
    int terminate() throws InterruptedException, IOException {
        process.destroy();
        if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("no end within " + STOP + " of SIGTERM\n" + log());
        }
        return process.exitValue();
    }

    /** Sends SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
