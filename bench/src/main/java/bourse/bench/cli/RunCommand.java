package bourse.bench.cli;

import bourse.bench.core.CoreReport;
import bourse.bench.grpc.GrpcBench;
import bourse.bench.grpc.GrpcReport;
import bourse.bench.grpc.LoadVenueOptions;
import bourse.bench.grpc.SessionLoad;
import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.services.cli.JsonOutput;
import bourse.services.config.DurationText;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench run}, which is {@code make bench}: the first and the last rung on the same orders, and their ratio. */
@Command(name = "run",
    header = "Core and gRPC on the same orders, and what lies between them.",
    description = {"The same stream through matching alone, through the whole engine, and through gRPC into a venue of its own whose log keeps"
        + " every acknowledged order. Each rung must make the same trades.",
        "",
        "  bourse bench run --json=bench.json",
        ""})
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private StreamOptions stream;

    @Mixin
    private LoadVenueOptions venue;

    @Option(names = "--batch", defaultValue = "64", description = "Orders in one message and log entry, 1..512 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--window", defaultValue = "0", description = "Orders in flight (default: 256 batches, 8,192 to 65,536).")
    private int window;

    @Option(names = "--duration", defaultValue = "10s", description = "Of each part of the gRPC rung (default: ${DEFAULT-VALUE}).")
    private String duration;

    @Option(names = "--warm-up", defaultValue = "5s", description = "Before them (default: ${DEFAULT-VALUE}).")
    private String warmUp;

    @Option(names = "--passes", defaultValue = "5", description = "Measured passes in process (default: ${DEFAULT-VALUE}).")
    private int passes;

    @Mixin
    private JsonOutput json;

    /**
     * All rungs of one run.
     *
     * @param networkToEngineRatio time of an order through gRPC by its time in the engine alone
     * @param serverCpuToEngineRatio CPU time that the venue spends on an order by what the engine alone needs
     */
    record Report(CoreReport book, CoreReport engine, GrpcReport grpc, double networkToEngineRatio, double serverCpuToEngineRatio,
                  Environment environment) {
        void print(final PrintStream out) {
            out.printf(Locale.ROOT, "%-34s %14s %12s %14s%n", "rung (" + engine.stream() + ")", "orders/s", "ns/order", "server CPU ns");
            line(out, "core: matching, published book", book.commandsPerSecond(), book.nsPerCommand(), book.cpuNsPerCommand());
            line(out, "engine: + duplicates, risk, events", engine.commandsPerSecond(), engine.nsPerCommand(), engine.cpuNsPerCommand());
            line(out, "grpc: + log, sessions, network", grpc.ordersPerSecond(), 1e9 / grpc.ordersPerSecond(), grpc.serverCpuNsPerOrder());
            out.printf(Locale.ROOT, "An order costs %.1f times as long through gRPC (batches of %d, the client on the same machine, each"
                    + " acknowledged order in the log) as in the engine alone.%n", networkToEngineRatio, grpc.batch());
            out.printf(Locale.ROOT, "latency through gRPC at %,d orders/s: p50 %,.0f us, p99 %,.0f, p99.9 %,.0f%s%n", grpc.latencyRate(),
                    grpc.p50Us(), grpc.p99Us(), grpc.p999Us(), grpc.missedRate() ? "  (FAILED: the rate was not kept)" : "");
            out.printf(Locale.ROOT, "trades: %s on every rung%n", engine.tradeHash());
            environment.print(out);
        }

        private static void line(final PrintStream out, final String rung, final long perSecond, final double ns, final double cpuNs) {
            out.printf(Locale.ROOT, "%-34s %,14d %,12.1f %,14.1f%n", rung, perSecond, ns, cpuNs);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        try (StreamOptions source = stream; CommandStream commands = source.open()) {
            final PrintStream progress = System.err;
            progress.println("core …");
            final List<String> how = List.of("--batch", Integer.toString(batch), "--passes", Integer.toString(passes));
            final List<String> bookOnly = new ArrayList<>(how);
            bookOnly.add("--book-only");
            final CoreReport book = OwnJvm.core(stream.file(), stream.name(), bookOnly);
            progress.println("engine …");
            final CoreReport engine = OwnJvm.core(stream.file(), stream.name(), how);
            if (!engine.result().equals(book.result()) || stream.result() != null && !engine.result().equals(stream.result())) {
                throw new IllegalStateException("the rungs differ: book " + book.result() + ", engine " + engine.result());
            }
            progress.println("grpc …");
            final var load = new GrpcBench.Load(batch, GrpcBench.Load.window(window, batch), SessionLoad.Form.MESSAGES, DurationText.parse(warmUp), DurationText.parse(duration), 0, 0);
            final GrpcReport grpc = new GrpcBench(commands, engine.result(), load).run(venue, stream.name());
            final Report report = new Report(book, engine, grpc, ratio(1e9 / grpc.ordersPerSecond(), engine.nsPerCommand()),
                    ratio(grpc.serverCpuNsPerOrder(), engine.cpuNsPerCommand()), Environment.since(begin));
            report.print(json.human());
            json.write(report);
            return 0;
        }
    }

    private static double ratio(final double above, final double below) {
        return Math.round(10 * above / below) / 10.0;
    }
}
