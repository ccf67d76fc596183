package bourse.bench.ladder;

import bourse.bench.rung.RungResult;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the figures mean, by the profiling plan's four scenarios.
 *
 * @param scenario   {@code engine below 10,000/s}, {@code 10,000 to 100,000/s}, {@code above 100,000/s} or {@code above 1,000,000/s}
 * @param bottleneck {@code engine}, {@code network} or {@code log}: the layer with the largest share of an order's time
 * @param basis      the numbers that it rests on
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Verdict(String scenario, String bottleneck, String meaning, List<String> next, List<String> basis) {
    private static final double ORIGINAL_UNARY = 946;

    static Verdict of(final LadderReport report) {
        final RungResult engine = find(report, "engine");
        if (engine == null) {
            return new Verdict("unknown", "unknown", "The engine's rung was not measured.", List.of("run the ladder with the rung engine"),
                    List.of());
        }
        final RungResult grpc = find(report, "grpc-batch-64");
        final RungResult log = find(report, "log");
        final RungResult unary = find(report, "grpc-unary");
        final List<String> basis = new ArrayList<>();
        basis.add(text("engine alone: %,d orders/s, %.0f ns each", engine.ordersPerSecond(), engine.nsPerOrder()));
        if (log != null) {
            basis.add(text("with the log: %,d orders/s, %.0f ns each", log.ordersPerSecond(), log.nsPerOrder()));
        }
        if (grpc != null) {
            basis.add(text("through gRPC, 64 a message: %,d orders/s, %.0f ns each, %.1f times the engine's time", grpc.ordersPerSecond(),
                    grpc.nsPerOrder(), report.networkToEngineRatio()));
        }
        if (unary != null) {
            basis.add(text("one call per order: %,d orders/s, p50 %.0f us: %.0f times slower than batches (the case that the project began from: 946/s)",
                    unary.ordersPerSecond(), unary.p50Us(), grpc == null ? 0 : (double) grpc.ordersPerSecond() / unary.ordersPerSecond()));
            basis.add(text("against the original 946/s: %.1f times in calls", unary.ordersPerSecond() / ORIGINAL_UNARY));
        }
        final String bottleneck = bottleneck(engine, log, grpc);
        return new Verdict(scenario(engine.ordersPerSecond()), bottleneck, meaning(engine.ordersPerSecond(), bottleneck),
                next(engine.ordersPerSecond(), bottleneck, report), basis);
    }

    /** The scenario of a throughput. */
    static String scenario(final long engine) {
        return engine < 10_000 ? "engine below 10,000 orders/s" : engine < 100_000 ? "engine 10,000 to 100,000 orders/s"
                : engine < 1_000_000 ? "engine above 100,000 orders/s" : "engine above 1,000,000 orders/s";
    }

    private static String bottleneck(final RungResult engine, final RungResult log, final RungResult grpc) {
        if (grpc == null) {
            return "engine";
        }
        final double logNs = log == null ? 0 : log.nsPerOrder() - engine.nsPerOrder();
        final double networkNs = grpc.nsPerOrder() - (log == null ? engine : log).nsPerOrder();
        if (engine.nsPerOrder() >= Math.max(logNs, networkNs)) {
            return "engine";
        }
        return networkNs >= logNs ? "network" : "log";
    }

    private static String meaning(final long engine, final String bottleneck) {
        if (engine < 10_000) {
            return "The engine itself is the bottleneck: no transport can be faster than it. Profile the matching first.";
        }
        if (engine < 100_000) {
            return "Engine and transport are of one order of magnitude: both deserve a profile, the engine first.";
        }
        final String tail = switch (bottleneck) {
            case "network" -> "; what an order costs is mostly the way to it: gRPC, protobuf and the hand-overs between threads.";
            case "log" -> "; what an order costs is mostly its place in the log.";
            default -> "; and still most of an order's time is spent in it.";
        };
        return (engine < 1_000_000 ? "The engine is not the bottleneck" : "The engine has more than enough") + tail;
    }

    private static List<String> next(final long engine, final String bottleneck, final LadderReport report) {
        final List<String> next = new ArrayList<>();
        if (engine < 100_000) {
            next.add("profile the engine: bench ladder --rungs core,engine --profile");
            next.add("look for allocation, tree maps and locks on the matching thread: make bench-techniques");
        }
        switch (bottleneck) {
            case "network" -> {
                next.add("clients: batches of 64 or more, several in flight; never one call per order where throughput counts");
                next.add("the gateway's threads: gateway.networkThreads and engine.layout; see which step of the waterfall is largest");
                next.add("profile the gateway: bench ladder --rungs grpc-batch-64 --profile");
            }
            case "log" -> next.add("the log: engine.sync, a faster disk, larger batches");
            default -> next.add("the book's memory: fewer cache misses per command; the cache report of make bench-techniques");
        }
        final RungResult one = find(report, "grpc-batch-1");
        final RungResult many = find(report, "grpc-batch-64");
        if (one != null && many != null && one.ordersPerSecond() > 0) {
            next.add(text("batching alone gives %.1f times the throughput of single orders on the same stream",
                    (double) many.ordersPerSecond() / one.ordersPerSecond()));
        }
        return next;
    }

    static RungResult find(final LadderReport report, final String name) {
        return report.rungs().stream().filter(rung -> rung.name().equals(name) && rung.fault() == null).findFirst().orElse(null);
    }

    private static String text(final String format, final Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
