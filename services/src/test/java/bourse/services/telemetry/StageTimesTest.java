package bourse.services.telemetry;

import bourse.gateway.telemetry.BatchTrace;
import bourse.services.config.ConfigLoader;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class StageTimesTest {
    private static final long T = 1_700_000_000_000_000_000L;

    @Test
    void shouldTellTheTimeOfEachStageOfSampledBatches() throws Exception {
        try (Telemetry telemetry = new Telemetry(ConfigLoader.load(null, Map.of(), List.of("telemetry.port=0", "telemetry.traceOneIn=1")).telemetry(),
            "bourse", "test", new Health())) {
            // The leader's clock is a second ahead of this host's: the log's stage ends where the events came back.
            telemetry.traces().take(new BatchTrace(1, 2, 3, 4, T, T + 30_000, T + 1_000_000_000L, T + 130_000, T + 150_000, 5, 6));
            telemetry.traces().take(new OrderTraces.EngineTrace(1, 2, 3, T, T + 40_000, T + 41_500, 5));
            String metrics = "";
            for (int i = 0; i < 500 && !metrics.contains("stage=\"engine\""); i++) {
                Thread.sleep(10);
                metrics = metrics(telemetry);
            }
            assertThat(sums(metrics)).containsEntry("gateway_in", 30e-6).containsEntry("log_order", 100e-6).containsEntry("log_to_events", 0.0)
                .containsEntry("gateway_out", 20e-6).containsEntry("whole", 150e-6).containsEntry("engine", 1.5e-6);
            assertThat(metrics).contains("bourse_order_stage_seconds_bucket{stage=\"whole\",le=\"1.0E-4\"} 0")
                .contains("bourse_order_stage_seconds_bucket{stage=\"whole\",le=\"2.0E-4\"} 1");
        }
    }

    private static String metrics(final Telemetry telemetry) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(telemetry.url() + "/metrics")).build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static Map<String, Double> sums(final String metrics) {
        final Map<String, Double> sums = new java.util.TreeMap<>();
        metrics.lines().filter(line -> line.startsWith("bourse_order_stage_seconds_sum{")).forEach(line ->
            sums.put(line.split("\"")[1], Double.valueOf(line.substring(line.indexOf('}') + 2))));
        return sums;
    }
}
