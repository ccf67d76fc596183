package bourse.deploy.monitoring;

import bourse.deploy.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A venue as it runs in a pod, engine, gateway and market data apart, from the packaged jar, on free ports. */
final class ThreeProcesses implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 20;
    private static final String BOURSE = Terminal.ROOT.resolve("bourse").toString();
    private static final Map<String, String> TELEMETRY_PORTS = Map.of("engine", "BOURSE_TELEMETRY_ENGINE_PORT", "gateway", "BOURSE_TELEMETRY_PORT",
        "marketdata", "BOURSE_TELEMETRY_MARKETDATA_PORT");
    private static final List<String> ANY_PORT = List.of("GATEWAY_PORT", "GATEWAY_ADMIN_PORT", "MARKETDATA_PORT", "MARKETDATA_WEB_PORT",
        "MARKETDATA_PORT_A", "MARKETDATA_PORT_B", "MARKETDATA_SNAPSHOT_PORT", "MARKETDATA_REQUEST_PORT");

    private final Path directory;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<String, String> telemetry = new LinkedHashMap<>();
    private final List<Process> processes = new ArrayList<>();
    private JsonNode endpoints;

    private ThreeProcesses(final Path directory) {
        this.directory = directory;
    }

    static ThreeProcesses start(final Path directory, final Map<String, String> settings) throws IOException, InterruptedException {
        final ThreeProcesses venue = new ThreeProcesses(directory);
        ANY_PORT.forEach(port -> venue.environment.put("BOURSE_" + port, "0"));
        venue.environment.putAll(settings);
        try {
            for (final String part : List.of("engine", "gateway", "marketdata")) {
                venue.launch(part);
            }
            venue.awaitDoors();
        } catch (final IOException | InterruptedException | RuntimeException | AssertionError e) {
            venue.close();
            throw e;
        }
        return venue;
    }

    private void launch(final String part) throws IOException {
        final int port = freePort();
        environment.put(TELEMETRY_PORTS.get(part), String.valueOf(port));
        telemetry.put(part, "127.0.0.1:" + port);
        processes.add(terminal().builder(List.of(BOURSE, part)).redirectErrorStream(true).redirectOutput(log(part).toFile()).start());
    }

    private void awaitDoors() throws IOException, InterruptedException {
        final Path file = directory.resolve("data/endpoints.json");
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (Files.notExists(file) || !(endpoints = new ObjectMapper().readTree(file.toFile())).has("orderEntry") || !endpoints.has("marketData")) {
            if (System.nanoTime() > deadlineNs || processes.stream().anyMatch(process -> !process.isAlive())) {
                throw new AssertionError("the venue did not start\n" + Files.readString(log("engine")) + Files.readString(log("gateway"))
                    + Files.readString(log("marketdata")));
            }
            Thread.sleep(50);
        }
    }

    /** Free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Path log(final String part) {
        return directory.resolve(part + ".log");
    }

    /** host:port of the metrics of each part. */
    Map<String, String> telemetry() {
        return telemetry;
    }

    /** host:port of one of the venue's doors, by its name in endpoints.json. */
    String address(final String door) {
        return endpoints.required(door).asText();
    }

    /** A terminal in the directory where the venue runs. */
    Terminal terminal() {
        final Terminal terminal = new Terminal(directory);
        environment.forEach(terminal::with);
        return terminal;
    }

    @Override
    public void close() throws InterruptedException {
        for (final Process process : processes.reversed()) {
            process.destroy();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
