package bourse.services.config;

import java.time.Duration;

/**
 * What the process tells about itself.
 *
 * @param host         address of the HTTP port
 * @param port         {@code /metrics}, {@code /healthz}, {@code /readyz} of the all-in-one process and of the gateway; 0 = any free one, here and below
 * @param enginePort   the same of a separate engine process
 * @param marketDataPort the same of a separate market-data process
 * @param otlpEndpoint where metrics are pushed to by OTLP/gRPC, such as {@code http://collector:4317}; empty = nowhere
 * @param otlpInterval between pushes
 * @param traceOneIn   one batch of a session in so many is traced through gateway, log and engine; 0 = none
 * @param logLevel     least important record that is written
 * @param logFormat    of the records on stderr
 */
public record TelemetryConfig(String host, int port, int enginePort, int marketDataPort, String otlpEndpoint, Duration otlpInterval, int traceOneIn,
                              LogLevel logLevel, LogFormat logFormat) {
    /** How much is logged. */
    public enum LogLevel { DEBUG, INFO, WARN, ERROR }

    /** How a record is written. */
    public enum LogFormat {
        /** {@code 21:40:03.120 INFO  shard: ready ms=812}. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }

    /** The same with another port: what a process of its own uses. */
    public TelemetryConfig withPort(final int other) {
        return new TelemetryConfig(host, other, enginePort, marketDataPort, otlpEndpoint, otlpInterval, traceOneIn, logLevel, logFormat);
    }

    static TelemetryConfig read(final ConfigSection section) {
        final String endpoint = section.text("otlpEndpoint", "");
        if (!endpoint.isEmpty() && !endpoint.matches("https?://.+")) {
            throw section.bad("otlpEndpoint", endpoint, "http://HOST:PORT or https://HOST:PORT");
        }
        final TelemetryConfig config = new TelemetryConfig(
            section.text("host", "127.0.0.1", 1, 255),
            section.port("port", 7304),
            section.port("enginePort", 7306),
            section.port("marketdataPort", 7307),
            endpoint,
            section.duration("otlpInterval", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofHours(1)),
            section.integer("traceOneIn", 0, 0, Integer.MAX_VALUE),
            section.choice("logLevel", LogLevel.INFO),
            section.choice("logFormat", LogFormat.TEXT));
        section.end();
        return config;
    }
}
