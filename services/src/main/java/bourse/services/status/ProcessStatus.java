package bourse.services.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one process says of itself at its port of health and metrics.
 *
 * @param url     of that port
 * @param problem why it could not be asked; null = it was
 * @param health  of {@code /readyz}; empty when it could not be asked
 */
public record ProcessStatus(String url, String problem, Map<String, Object> health, MetricsText metrics) {
    /** The parts that a process may hold, as its health calls them. */
    static final List<String> PARTS = List.of("engine", "gateway", "marketdata");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Asks; at most some seconds. */
    public static ProcessStatus ask(final String url) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            final String health = get(client, url + "/readyz");
            return of(url, health, get(client, url + "/metrics"));
        } catch (final IOException | IllegalArgumentException e) {
            return new ProcessStatus(url, "does not answer (" + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ")", Map.of(),
                new MetricsText(""));
        }
    }

    static ProcessStatus of(final String url, final String health, final String metrics) throws JsonProcessingException {
        return new ProcessStatus(url, null, new ObjectMapper().readValue(health, new TypeReference<LinkedHashMap<String, Object>>() { }),
            new MetricsText(metrics));
    }

    private static String get(final HttpClient client, final String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    /** It answered. */
    public boolean isReachable() {
        return problem == null;
    }

    boolean is(final String flag) {
        return Boolean.TRUE.equals(health.get(flag));
    }

    boolean has(final String part) {
        return health.containsKey(part);
    }

    /** {@code engine}, or {@code engine, gateway, marketdata}. */
    String parts() {
        final String parts = String.join(", ", PARTS.stream().filter(this::has).toList());
        return parts.isEmpty() ? "?" : parts;
    }

    /** Number of an engine's shard. */
    String shard() {
        return String.valueOf(health.getOrDefault("shard", "0"));
    }

    /** Of a gateway of several: one of them, at least. */
    boolean servesSomeShard() {
        return !is("draining") && health.entrySet().stream().anyMatch(entry -> entry.getKey().startsWith("shard-") && Boolean.TRUE.equals(entry.getValue()));
    }

    /** Names of what is not ready. */
    List<String> notReady() {
        return health.entrySet().stream().filter(entry -> Boolean.FALSE.equals(entry.getValue()))
            .map(Map.Entry::getKey).filter(name -> !List.of("ready", "warm", "draining").contains(name)).toList();
    }

    String version() {
        return metrics.label("target_info", "service_version");
    }

    OptionalDouble value(final String metric) {
        return metrics.value(metric);
    }

    /** 0 where it does not tell. */
    long count(final String metric) {
        return (long) metrics.value(metric).orElse(0);
    }

    long heapUsed() {
        return (long) metrics.value("jvm_memory_used_bytes", "jvm_memory_type", "heap").orElse(0);
    }

    /** host:port. */
    String at() {
        return url.replaceFirst("^https?://", "");
    }
}
