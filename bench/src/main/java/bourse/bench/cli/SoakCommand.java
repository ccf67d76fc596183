package bourse.bench.cli;

import bourse.bench.soak.SoakBench;
import bourse.bench.soak.SoakReport;
import bourse.services.cli.JsonOutput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/** {@code bourse bench soak}. */
@Command(name = "soak",
    header = "Whether a venue under steady load stays what it was: memory, descriptors, latencies.",
    description = {"Runs a venue of its own with snapshots every minute. Choose about half of the rate that `bourse bench grpc` reaches on this machine.",
        "Exit status 0: everything is flat. 1: something grows, and the table says what.",
        "",
        "  bourse bench soak --seconds 3600 --rate 150000",
        ""})
public final class SoakCommand implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "3600", description = "Length (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--rate", defaultValue = "150000", description = "Commands a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of the venue, such as engine.sync=power; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        final SoakReport report = new SoakBench(Duration.ofSeconds(seconds), rate, settings).run();
        report.print(json.human());
        json.write(report);
        return report.isFlat() ? 0 : 1;
    }
}
