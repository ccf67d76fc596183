package bourse.services.telemetry;

import bourse.services.config.ConfigLoader;
import bourse.services.config.TelemetryConfig;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TelemetryTest {
    private final TelemetryConfig config = ConfigLoader.load(null, Map.of(), List.of("telemetry.port=0")).telemetry();

    private static HttpResponse<String> get(final String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void shouldServeMetricsAndHealth() throws Exception {
        final Health health = new Health();
        final AtomicBoolean engineReady = new AtomicBoolean();
        health.part("engine", engineReady::get);
        try (Telemetry telemetry = new Telemetry(config, "bourse", "test", health)) {
            telemetry.meter().counterBuilder("bourse.orders").buildWithCallback(orders -> orders.record(42));
            assertThat(get(telemetry.url() + "/metrics").body())
                .contains("bourse_orders_total 42").contains("jvm_memory_used_bytes{").contains("bourse_ready 0").contains("service_name=\"bourse\"");
            assertThat(get(telemetry.url() + "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(telemetry.url() + "/readyz").statusCode()).isEqualTo(503);
            engineReady.set(true);
            final HttpResponse<String> ready = get(telemetry.url() + "/readyz");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).contains("\"engine\":true").contains("\"warm\":false");
            health.drain();
            assertThat(get(telemetry.url() + "/readyz").statusCode()).isEqualTo(503);
            health.fail("disk full");
            assertThat(get(telemetry.url() + "/healthz").body()).contains("disk full");
            assertThat(get(telemetry.url() + "/elsewhere").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void shouldAnswerOthersWhileARequestComesSlowly() throws Exception {
        try (Telemetry telemetry = new Telemetry(config, "bourse", "test", new Health())) {
            final URI address = URI.create(telemetry.url());
            try (Socket slow = new Socket(address.getHost(), address.getPort())) {
                slow.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
                final CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> {
                    try {
                        return get(telemetry.url() + "/healthz").statusCode();
                    } catch (final IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            }
        }
    }

    @Test
    void shouldBeReadyButForThePartThatWaitsForTheOthers() {
        final Health health = new Health();
        final AtomicBoolean isGatewayReady = new AtomicBoolean();
        health.part("gateway", isGatewayReady::get);
        health.part("instruments", () -> false);
        assertThat(health.isReadyBut("instruments")).isFalse();
        isGatewayReady.set(true);
        assertThat(health.isReadyBut("instruments")).isTrue();
        assertThat(health.isReady()).isFalse();
        health.fail("disk full");
        assertThat(health.isReadyBut("instruments")).isFalse();
    }

    @Test
    void shouldNamePortThatIsTaken() throws Exception {
        try (Telemetry first = new Telemetry(config, "bourse", "test", new Health())) {
            final String port = first.url().substring(first.url().lastIndexOf(':') + 1);
            final TelemetryConfig same = ConfigLoader.load(null, Map.of(), List.of("telemetry.port=" + port)).telemetry();
            assertThatThrownBy(() -> new Telemetry(same, "bourse", "test", new Health())).isInstanceOf(IOException.class)
                .hasMessageContaining("telemetry.port").hasMessageContaining(port);
        }
    }

    @Test
    void shouldWriteRecordsForPeopleAndMachines() {
        final LogRecord said = new LogRecord(Level.WARNING, "a \"quoted\"\nline key={0}");
        said.setParameters(new Object[] {7});
        said.setLoggerName("bourse.engine.Shard");
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        new LogRecords(TelemetryConfig.LogFormat.TEXT, new PrintStream(text)).publish(said);
        assertThat(text.toString()).contains("WARN  Shard: a \"quoted\"");
        final ByteArrayOutputStream json = new ByteArrayOutputStream();
        new LogRecords(TelemetryConfig.LogFormat.JSON, new PrintStream(json)).publish(said);
        assertThat(json.toString()).contains("\"level\":\"WARN\"").contains("a \\\"quoted\\\"\\nline key=7").hasLineCount(1);
    }
}
