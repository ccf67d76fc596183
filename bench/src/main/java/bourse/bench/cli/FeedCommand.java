package bourse.bench.cli;

import bourse.bench.feed.FeedBench;
import bourse.bench.feed.FeedReport;
import bourse.bench.stream.CommandStream;
import bourse.services.cli.JsonOutput;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench feed}. */
@Command(name = "feed",
    header = "What publishing the public feed costs, and what it takes from the engine.",
    description = {
        "The engine turns the stream into events once; then the market-data service's own duty cycle reads them: folding only, sending on two"
            + " multicast lines of the loopback interface one packet a system call, sending many, and with a reader that must be in"
            + " sync at the end. Then the engine runs with and without the service on a thread beside it. CPU times are of the"
            + " threads themselves; on loopback what the kernel does to deliver a packet counts for the sender.",
        "",
        "  bourse bench feed --measured 1000000",
        "  bourse bench feed --live 100000 --passes 5 --json",
        ""})
public final class FeedCommand implements Callable<Integer> {
    /** Kept, so that its level stays: each part starts a service, which says so. */
    private static final Logger QUIET = Logger.getLogger("bourse.marketdata");

    @Mixin
    private StreamOptions stream;

    @Option(names = "--batch", defaultValue = "64", description = "Commands in one log entry, 1..512 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--passes", defaultValue = "5", description = "Measured passes of each part (default: ${DEFAULT-VALUE}).")
    private int passes;

    @Option(names = "--rate", defaultValue = "1000000",
        description = "Messages a second where a reader must keep up (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(names = "--no-engine", description = "Leave out the engine's part.")
    private boolean noEngine;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        QUIET.setLevel(Level.WARNING);
        try (StreamOptions source = stream; CommandStream commands = source.open()) {
            final FeedReport report = new FeedBench(commands, stream.name(), batch, passes, rate).run(!noEngine);
            report.print(json.human());
            json.write(report);
            return report.publishing().stream().allMatch(part -> part.readerCpuNs() == 0 || part.readerInSync()) ? 0 : 1;
        }
    }
}
