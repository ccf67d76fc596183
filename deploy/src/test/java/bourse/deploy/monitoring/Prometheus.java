package bourse.deploy.monitoring;

import bourse.deploy.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Prometheus of one's own, on a free port, that collects every second. */
final class Prometheus implements AutoCloseable {
    private static final int START_SECONDS = 20;
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final String url;
    private final HttpClient client = HttpClient.newHttpClient();

    private Prometheus(final Process process, final String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param targets host:port of each process, by the instance that it is called
     * @param rules   file of its alerts
     */
    static Prometheus start(final Path directory, final int port, final String job, final Map<String, String> targets, final Path rules)
        throws IOException, InterruptedException {
        final StringBuilder config = new StringBuilder("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [" + rules + "]\n"
            + "scrape_configs:\n  - job_name: " + job + "\n    static_configs:\n");
        targets.forEach((instance, address) -> config.append("      - targets: ['").append(address).append("']\n        labels: {instance: ")
            .append(instance).append("}\n"));
        final Path file = Files.writeString(directory.resolve("prometheus.yaml"), config);
        final Path log = directory.resolve("prometheus.log");
        final Process process = new Terminal(directory).builder(List.of("prometheus", "--config.file=" + file,
            "--storage.tsdb.path=" + directory.resolve("prometheus"), "--web.listen-address=127.0.0.1:" + port)).redirectErrorStream(true)
            .redirectOutput(log.toFile()).start();
        final Prometheus prometheus = new Prometheus(process, "http://127.0.0.1:" + port);
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!prometheus.isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                prometheus.close();
                throw new AssertionError("prometheus did not start\n" + Files.readString(log));
            }
            Thread.sleep(100);
        }
        return prometheus;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (final IOException notYet) {
            return false;
        }
    }

    private HttpResponse<String> get(final String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Values of all series that the expression gives now; such as are not numbers are left out. */
    List<Double> query(final String expression) throws IOException, InterruptedException {
        final HttpResponse<String> answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        final JsonNode body = new ObjectMapper().readTree(answer.body());
        if (!"success".equals(body.path("status").asText())) {
            throw new AssertionError(expression + ": " + body.path("error").asText());
        }
        final List<Double> values = new ArrayList<>();
        body.path("data").path("result").forEach(series -> {
            final double value = Double.parseDouble(series.path("value").path(1).asText().replace("+Inf", "Infinity").replace("-Inf", "-Infinity"));
            if (!Double.isNaN(value)) {
                values.add(value);
            }
        });
        return values;
    }

    /** Names of all metrics that it has seen. */
    List<String> metrics() throws IOException, InterruptedException {
        final List<String> names = new ArrayList<>();
        new ObjectMapper().readTree(get("/api/v1/label/__name__/values").body()).path("data").forEach(name -> names.add(name.asText()));
        return names;
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
