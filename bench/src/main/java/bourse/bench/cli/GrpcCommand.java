package bourse.bench.cli;

import bourse.bench.grpc.GrpcBench;
import bourse.bench.grpc.GrpcReport;
import bourse.bench.grpc.LoadVenueOptions;
import bourse.bench.grpc.SessionLoad;
import bourse.bench.stream.CommandStream;
import bourse.services.cli.JsonOutput;
import bourse.services.config.DurationText;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench grpc}. */
@Command(name = "grpc",
    header = "Batches over the gRPC stream, standard generated stubs, the whole venue behind them.",
    description = {
        "Starts a venue in a process of its own (or takes --address), sends the stream, and checks that the venue made the stream's trades."
            + " Then throughput: a closed loop with a window of orders in flight. Then latency: an open loop at a fixed rate, measured from"
            + " when each batch was due, so that a stall counts against every order that it delays. --rate measures that rate alone; a"
            + " rate that was not kept is a failure (exit status 1).",
        "",
        "  bourse bench grpc --batch 64",
        "  bourse bench grpc --batch 256 --form columns",
        "  bourse bench grpc --batch 64 --rate 100000 --sync power --json",
        ""})
public final class GrpcCommand implements Callable<Integer> {
    @Mixin
    private StreamOptions stream;

    @Mixin
    private LoadVenueOptions venue;

    @Option(names = "--batch", defaultValue = "64", description = "Orders in one message, 1..512 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--form", defaultValue = "messages", description = "How orders and reports are written: ${COMPLETION-CANDIDATES}: a message for each, or arrays\n"
            + "of values (Batch.columns, ServerFrame.event_columns) (default: ${DEFAULT-VALUE}).")
    private SessionLoad.Form form;

    @Option(names = "--window", defaultValue = "0", description = "Orders in flight (default: 256 batches, 8,192 to 65,536).")
    private int window;

    @Option(names = "--rate", defaultValue = "0", description = "Orders per second: only the open loop, at this rate.")
    private long rate;

    @Option(names = "--shard", paramLabel = "N", defaultValue = "0", description = "Engine that is loaded, with --address of a gateway of several"
            + " (default: ${DEFAULT-VALUE}).")
    private int shard;

    @Option(names = "--duration", defaultValue = "10s", description = "Of each part that is measured (default: ${DEFAULT-VALUE}).")
    private String duration;

    @Option(names = "--warm-up", defaultValue = "15s", description = "Before them, after the check; until then the JVMs compile, on the cores that are\n"
            + "measured (default: ${DEFAULT-VALUE}).")
    private String warmUp;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (StreamOptions source = stream; CommandStream commands = source.open()) {
            final var load = new GrpcBench.Load(batch, GrpcBench.Load.window(window, batch), form, DurationText.parse(warmUp), DurationText.parse(duration), rate, shard);
            final GrpcReport report = new GrpcBench(commands, stream.result(), load).run(venue, stream.name());
            report.print(json.human());
            json.write(report);
            return report.missedRate() && rate > 0 ? 1 : 0;
        }
    }
}
