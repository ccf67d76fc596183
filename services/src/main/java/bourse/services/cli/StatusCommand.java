package bourse.services.cli;

import bourse.services.client.VenueEndpoints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bourse status}. */
@Command(name = "status", header = "Say whether the venue here runs, is ready and warm, and where it listens.",
    description = {"Looks into the data directory and asks the health port. Exit status 0 when ready, else 1.", "", "  bourse status", ""})
public final class StatusCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @Mixin
    private ConfigOptions config;
    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws InterruptedException {
        final var dataDir = config.load().dataDir();
        final VenueEndpoints endpoints;
        try {
            endpoints = VenueEndpoints.read(dataDir);
        } catch (final IOException e) {
            throw new CommandFailure("no venue found: " + e.getMessage(), e);
        }
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("running", ProcessHandle.of(endpoints.pid()).map(ProcessHandle::isAlive).orElse(false));
        final Map<String, Object> health = health(endpoints);
        result.put("ready", health.getOrDefault("ready", false));
        result.put("warm", health.getOrDefault("warm", false));
        result.put("health", health);
        result.put("endpoints", endpoints);
        json.human().println("process " + endpoints.pid() + (Boolean.TRUE.equals(result.get("running")) ? " runs" : " is gone") + ", data in " + dataDir);
        health.forEach((part, state) -> json.human().printf("  %-14s %s%n", part, state));
        line("order entry", endpoints.orderEntry());
        line("market data", endpoints.marketData());
        line("administration", endpoints.admin());
        line("metrics", endpoints.telemetry());
        line("web page", endpoints.web());
        json.write(result);
        return Boolean.TRUE.equals(health.get("ready")) ? 0 : Bourse.FAILED;
    }

    private void line(final String name, final String address) {
        if (address != null) {
            json.human().printf("  %-14s %s%n", name, address);
        }
    }

    private static Map<String, Object> health(final VenueEndpoints endpoints) throws InterruptedException {
        if (endpoints.telemetry() == null) {
            return Map.of();
        }
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            final HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(endpoints.telemetry() + "/readyz")).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            return new ObjectMapper().readValue(answer.body(), new TypeReference<LinkedHashMap<String, Object>>() { });
        } catch (final IOException e) {
            return Map.of("ready", false, "unreachable", endpoints.telemetry());
        }
    }
}
