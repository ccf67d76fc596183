package bourse.services.telemetry;

import bourse.gateway.telemetry.BatchTrace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;

import java.util.List;

/**
 * How long sampled batches spend in each stage, as one histogram with the stage as its label: what the dashboard of latencies shows. The thread of the
 * traces alone writes it. Stages follow each other but for {@code engine}, which is inside {@code log_to_events}, and {@code whole}, which is their sum.
 */
final class StageTimes {
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey("stage");
    private static final Attributes GATEWAY_IN = Attributes.of(STAGE, "gateway_in");
    private static final Attributes LOG_ORDER = Attributes.of(STAGE, "log_order");
    private static final Attributes LOG_TO_EVENTS = Attributes.of(STAGE, "log_to_events");
    private static final Attributes GATEWAY_OUT = Attributes.of(STAGE, "gateway_out");
    private static final Attributes WHOLE = Attributes.of(STAGE, "whole");
    private static final Attributes ENGINE = Attributes.of(STAGE, "engine");
    /** Seconds: three a decade from a microsecond on, up to ten seconds. */
    private static final List<Double> BOUNDS = List.of(1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2,
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0);

    private final DoubleHistogram seconds;

    StageTimes(final Meter meter) {
        seconds = meter.histogramBuilder("bourse.order.stage").setUnit("s").setDescription("Sampled batches of orders: time in each stage")
            .setExplicitBucketBoundariesAdvice(BOUNDS).build();
    }

    void gateway(final BatchTrace trace) {
        // The log's time is of the leader's clock, which may be another host's: no stage is shown shorter than nothing.
        final long inOrderNs = Math.clamp(trace.logTimeNs(), trace.offeredNs(), Math.max(trace.offeredNs(), trace.readNs()));
        record(GATEWAY_IN, trace.receivedNs(), trace.offeredNs());
        record(LOG_ORDER, trace.offeredNs(), inOrderNs);
        record(LOG_TO_EVENTS, inOrderNs, trace.readNs());
        record(GATEWAY_OUT, trace.readNs(), trace.sentNs());
        record(WHOLE, trace.receivedNs(), trace.sentNs());
    }

    void engine(final long fromNs, final long toNs) {
        record(ENGINE, fromNs, toNs);
    }

    private void record(final Attributes stage, final long fromNs, final long toNs) {
        seconds.record(Math.max(0, toNs - fromNs) / 1e9, stage);
    }
}
