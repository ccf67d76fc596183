package bourse.bench.cli;

import bourse.bench.restart.RestartBench;
import bourse.bench.restart.RestartReport;
import bourse.services.cli.JsonOutput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/** {@code bourse bench restart}. */
@Command(name = "restart",
    header = "How long a venue is away after kill -9, and how long it stands still for a snapshot.",
    description = {"Fills a venue of its own with resting orders, takes snapshots while one client trades, then kills it again and again.",
        "",
        "  bourse bench restart --orders 1000000 --runs 5",
        "  bourse bench restart --runs 0 --snapshots 20       only the snapshots",
        ""})
public final class RestartCommand implements Callable<Integer> {
    @Option(names = "--orders", defaultValue = "1000000", description = "Resting orders (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Option(names = "--runs", defaultValue = "5", description = "Kills (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--snapshots", defaultValue = "5", description = "That are measured (default: ${DEFAULT-VALUE}).")
    private int snapshots;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of the venue, such as engine.sync=power; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        final RestartReport report = new RestartBench(orders, runs, snapshots, settings).run();
        report.print(json.human());
        json.write(report);
        return 0;
    }
}
