package bourse.bench.cli;

import bourse.bench.grpc.GrpcReport;
import bourse.bench.grpc.LoadVenueOptions;
import bourse.bench.grpc.UnaryBench;
import bourse.bench.stream.CommandStream;
import bourse.services.cli.JsonOutput;
import bourse.services.config.DurationText;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench unary}. */
@Command(name = "unary",
    header = "One order per unary call, each caller waiting for its answer.",
    description = {"What a simple client does: Submit with one order, then the next. The stream of each caller goes to an instrument of its own.",
        "",
        "  bourse bench unary --callers 4 --duration 10s",
        "  bourse bench unary --callers 48 --connections 6          48 calls in flight, without a thread for each",
        ""})
public final class UnaryCommand implements Callable<Integer> {
    @Mixin
    private StreamOptions stream;

    @Mixin
    private LoadVenueOptions venue;

    @Option(names = "--callers", defaultValue = "1", description = "Callers at a time, 1..64 (default: ${DEFAULT-VALUE}).")
    private int callers;

    @Option(names = "--connections", defaultValue = "0",
        description = "0 = callers block a thread each, on one connection; N = pipelined: an answer brings the next call, nobody blocks, on N connections"
            + " (8 calls at a time on each, unless gateway.maxCallsPerConnection says otherwise) (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--duration", defaultValue = "10s", description = "What is measured (default: ${DEFAULT-VALUE}).")
    private String duration;

    @Option(names = "--warm-up", defaultValue = "5s", description = "Before it (default: ${DEFAULT-VALUE}).")
    private String warmUp;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (StreamOptions source = stream; CommandStream commands = source.open()) {
            final GrpcReport report = new UnaryBench(commands, callers, connections, DurationText.parse(warmUp), DurationText.parse(duration))
                    .run(venue, stream.name());
            report.print(json.human());
            json.write(report);
        }
        return 0;
    }
}
