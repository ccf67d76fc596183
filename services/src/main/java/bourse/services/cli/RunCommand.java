package bourse.services.cli;

import bourse.engine.log.StageClock;
import bourse.services.client.VenueEndpoints;
import bourse.services.config.VenueConfig;
import bourse.services.node.VenueProcess;
import bourse.services.node.VenueProcess.Part;
import bourse.services.telemetry.LogRecords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/** {@code bourse run}, {@code engine}, {@code gateway} and {@code marketdata}: the processes. */
public abstract class RunCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions config;
    @Mixin
    private JsonOutput json;
    @Option(names = "--ready-timeout", paramLabel = "SECONDS", defaultValue = "60",
        description = "Give up when not ready after so long (default: ${DEFAULT-VALUE}); without an engine in the process it says so and waits on.")
    private int readyTimeoutSeconds;

    abstract Set<Part> parts();

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        final StageClock clock = StageClock.ofThisProcess();
        clock.sinceStart("jvm");
        final VenueConfig loaded;
        try (StageClock.Span ignored = clock.begin("configuration")) {
            loaded = config.load();
        }
        LogRecords.install(loaded.telemetry().logLevel(), loaded.telemetry().logFormat());
        final StopSignal stop = StopSignal.install();
        try (VenueProcess process = VenueProcess.start(loaded, parts(), clock, stop::isRaised)) {
            if (process == null) {
                return 0;
            }
            final long readyMs = process.awaitReady(Duration.ofSeconds(readyTimeoutSeconds), stop::isRaised);
            if (readyMs < 0) {
                return 0;
            }
            banner(process, loaded, config.source(), readyMs, clock);
            if (json.isOn()) {
                json.write(result(process, loaded, readyMs, clock));
            }
            Thread.ofPlatform().name("warm-up").daemon().start(() -> warmUp(process));
            stop.await();
            json.human().println("stopping");
            json.human().flush();
        }
        json.human().println("stopped");
        return 0;
    }

    private void warmUp(final VenueProcess process) {
        final long begunNs = System.nanoTime();
        process.warmUp();
        json.human().println("warm after another " + (System.nanoTime() - begunNs) / 1_000_000 + " ms");
        json.human().flush();
        process.warmUpSnapshots();
    }

    private static Map<String, Object> result(final VenueProcess process, final VenueConfig config, final long readyMs,
                                              final StageClock clock) {
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("readyMs", readyMs);
        result.put("stages", clock.stages());
        result.put("dataDir", config.dataDir().toString());
        result.put("endpoints", process.endpoints());
        return result;
    }

    private void banner(final VenueProcess process, final VenueConfig config, final Path source, final long readyMs, final StageClock clock) {
        final PrintStream out = json.human();
        final VenueEndpoints endpoints = process.endpoints();
        out.println("Bourse  " + process.shards() + ", process " + endpoints.pid() + ", "
            + config.engine().layout().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + " layout, "
            + (config.engine().sync().name().toLowerCase(java.util.Locale.ROOT)) + " sync");
        line(out, "member", config.cluster().isReplicated() ? config.cluster().member() + " of " + config.cluster().members().size() : null);
        line(out, "configuration", source == null ? "built-in" : source.toString());
        line(out, "data", config.dataDir().toString());
        line(out, "threads", process.placement());
        line(out, "order entry", endpoints.orderEntry() == null ? null : endpoints.orderEntry() + "  gRPC" + (endpoints.tls() ? ", TLS" : ""));
        line(out, "administration", endpoints.admin() == null ? null : endpoints.admin() + "  gRPC" + (endpoints.tls() ? ", TLS" : ""));
        line(out, "market data", endpoints.marketData() == null ? null : endpoints.marketData() + "  gRPC");
        final VenueEndpoints.Multicast multicast = endpoints.multicast();
        if (multicast != null) {
            line(out, "multicast", multicast.lineA() + " and " + multicast.lineB() + ", snapshots " + multicast.snapshots() + ", on "
                + multicast.interfaceAddress());
        } else {
            line(out, "multicast", process.multicastProblem() == null ? null : "none: " + process.multicastProblem());
        }
        line(out, "web page", endpoints.web());
        line(out, "metrics", endpoints.telemetry() + "/metrics, /healthz, /readyz");
        line(out, "start, seconds", clock.toString());
        out.println("ready in " + readyMs + " ms");
        out.flush();
    }

    private static void line(final PrintStream out, final String name, final String value) {
        if (value != null) {
            out.printf("  %-15s %s%n", name, value);
        }
    }

    /** All. */
    @Command(name = "run",
        header = "Run a whole venue in this process.",
        description = {
            "Engine, gateway and market data, with their log in the data directory. Ctrl-C (or SIGTERM) tells clients to go, takes a snapshot and",
            "ends with status 0; after any other end the next start recovers everything that was acknowledged.",
            "",
            "  bourse run",
            "  bourse run --data /var/lib/bourse --set gateway.host=0.0.0.0",
            "  BOURSE_GATEWAY_PORT=0 bourse run                     any free port, see endpoints.json in the data directory",
            ""})
    public static final class All extends RunCommand {
        @Override
        Set<Part> parts() {
            return EnumSet.allOf(Part.class);
        }
    }

    /** The engine. */
    @Command(name = "engine",
        header = "Run the engine alone; gateway and market data join it as processes of their own.",
        description = {
            "They meet in shared memory, so all run on this host and with the same data directory; or gateway and market data have their own",
            "and name the engine's with engine.dataDir (and the same engine.aeronDir, where one is given).",
            "",
            "  bourse engine & bourse gateway & bourse marketdata",
            ""})
    public static final class Engine extends RunCommand {
        @Override
        Set<Part> parts() {
            return EnumSet.of(Part.ENGINE);
        }
    }

    /** The gateway. */
    @Command(name = "gateway",
        header = "Run a gateway for the engine on this host.",
        description = {
            "Order entry and administration by gRPC. It may start before the engine and outlive it: without one, streams end, health says NOT_SERVING, and",
            "when an engine is there again clients resume. Several gateways may serve one engine, each on ports of its own; and one gateway several engines,",
            "each of a shard (docs/OPERATIONS.md).",
            "",
            "  bourse gateway",
            "  bourse gateway --data ./gateway --set 'gateway.shards=[{shard: 0, dataDir: ./shard-0}, {shard: 1, dataDir: ./shard-1}]'",
            ""})
    public static final class Gateway extends RunCommand {
        @Override
        Set<Part> parts() {
            return EnumSet.of(Part.GATEWAY);
        }
    }

    /** Market data. */
    @Command(name = "marketdata",
        header = "Run market data for the engine on this host.",
        description = {
            "The public feed by multicast and gRPC. It may start before the engine and outlive it: without one it is not ready and sends heartbeats, and goes",
            "on where it was when an engine is there again.",
            "",
            "  bourse marketdata",
            ""})
    public static final class MarketData extends RunCommand {
        @Override
        Set<Part> parts() {
            return EnumSet.of(Part.MARKET_DATA);
        }
    }
}
