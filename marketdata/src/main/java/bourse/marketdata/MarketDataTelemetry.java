package bourse.marketdata;

import java.util.function.LongSupplier;

/** Where the service's figures go; implemented by whoever exports metrics. Called once per figure at start. */
@FunctionalInterface
public interface MarketDataTelemetry {
    /** Nobody measures. */
    MarketDataTelemetry NONE = (name, unit, description, monotonic, value) -> { };

    /**
     * A figure that may be read from any thread at any time.
     *
     * @param name      dotted, as in "marketdata.messages"
     * @param unit      "1", "By", "ns"
     * @param monotonic a counter (never falls), else a gauge
     */
    void figure(String name, String unit, String description, boolean monotonic, LongSupplier value);
}
