package bourse.services.telemetry;

import bourse.services.config.TelemetryConfig;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.ServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Metrics by OpenTelemetry, always to be fetched in Prometheus' text format and pushed by OTLP where an endpoint is configured; and the
 * HTTP port that serves them beside the health: {@code /metrics}, {@code /healthz} (200 or 500), {@code /readyz} (200 or 503), {@code /traces}. Metrics are collected by one request at a time.
 */
public final class Telemetry implements AutoCloseable {
    private static final String PLAIN_JSON = "application/json; charset=utf-8";

    private final Health health;
    private final PrometheusMetricReader prometheus = PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final OpenTelemetrySdk sdk;
    private final GrpcOpenTelemetry grpc;
    private final OrderTraces traces;
    private final HttpServer server;
    private final ExecutorService executor;

    /**
     * @param service {@code bourse}, {@code bourse-engine}, …
     * @throws IOException when the port cannot be had; the message names it
     */
    public Telemetry(final TelemetryConfig config, final String service, final String instance, final Health health) throws IOException {
        this.health = health;
        final Resource resource = Resource.getDefault().merge(Resource.create(
            Attributes.builder().put("service.name", service).put("service.instance.id", instance).put("service.version", version()).build()));
        final SdkMeterProviderBuilder meters = SdkMeterProvider.builder().setResource(resource)
            .registerMetricReader(prometheus);
        if (!config.otlpEndpoint().isEmpty()) {
            meters.registerMetricReader(PeriodicMetricReader.builder(
                OtlpGrpcMetricExporter.builder().setEndpoint(config.otlpEndpoint()).build()).setInterval(config.otlpInterval()).build());
        }
        sdk = OpenTelemetrySdk.builder().setMeterProvider(meters.build()).build();
        grpc = GrpcOpenTelemetry.newBuilder().sdk(sdk).build();
        JvmMetrics.register(sdk.getMeter("jvm"));
        final Meter meter = meter();
        traces = config.traceOneIn() == 0 ? null : new OrderTraces(config.otlpEndpoint(), resource, new StageTimes(meter));
        meter.gaugeBuilder("bourse.ready").ofLongs().buildWithCallback(gauge -> gauge.record(health.isReady() ? 1 : 0));
        meter.gaugeBuilder("bourse.warm").ofLongs().buildWithCallback(gauge -> gauge.record(health.isWarm() ? 1 : 0));
        try {
            server = HttpServer.create(new InetSocketAddress(config.host(), config.port()), 16);
        } catch (final IOException e) {
            sdk.close();
            throw new IOException("telemetry.port: cannot listen on " + config.host() + ":" + config.port() + " (" + e.getMessage()
                + "); choose another with --set telemetry.port=N, 0 = any free one", e);
        }
        // A thread for each request: it reads the request, too, and one that comes slowly must not keep others from being answered.
        executor = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(executor);
        server.createContext("/", this::serve);
        server.start();
    }

    /** Of the jar that runs; "development" where there is none. */
    public static String version() {
        final String version = Telemetry.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Where our own instruments come from. */
    public Meter meter() {
        return sdk.getMeter("bourse");
    }

    /** Where sampled batches are told; null = none are. */
    public OrderTraces traces() {
        return traces;
    }

    /** Adds gRPC's standard metrics to a server. */
    public void observe(final ServerBuilder<?> builder) {
        grpc.configureServerBuilder(builder);
    }

    /** {@code http://host:port}. */
    public String url() {
        final InetSocketAddress address = server.getAddress();
        return "http://" + HostPort.of(address.getHostString(), address.getPort());
    }

    private void serve(final HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> answer(exchange, 200, writer.getContentType(), metrics());
                case "/healthz" -> answerHealth(exchange, health.failure() == null ? 200 : 500);
                case "/readyz" -> answerHealth(exchange, health.isReady() ? 200 : 503);
                case "/traces" -> answer(exchange, 200, PLAIN_JSON,
                    (new ObjectMapper().writeValueAsString(traces == null ? List.of() : traces.recent()) + "\n").getBytes(StandardCharsets.UTF_8));
                default -> answer(exchange, 404, "text/plain; charset=utf-8",
                    "not found (expected: /metrics, /healthz, /readyz or /traces)\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private byte[] metrics() throws IOException {
        final ByteArrayOutputStream text = new ByteArrayOutputStream(16 * 1024);
        synchronized (prometheus) {
            writer.write(text, prometheus.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        }
        return text.toByteArray();
    }

    private void answerHealth(final HttpExchange exchange, final int status) throws IOException {
        answer(exchange, status, PLAIN_JSON, (new ObjectMapper().writeValueAsString(health.describe()) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(final HttpExchange exchange, final int status, final String type, final byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        if (traces != null) {
            traces.close();
        }
        sdk.getSdkMeterProvider().forceFlush().join(2, TimeUnit.SECONDS);
        sdk.close();
        server.stop(0);
        executor.shutdownNow();
    }
}
