package bourse.bench.cli;

import bourse.bench.cache.CacheGeometry;
import bourse.bench.cache.CacheReport;
import bourse.services.cli.JsonOutput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench cache}. */
@Command(name = "cache",
    header = "Where the book's memory accesses are found: a simulated L1, L2, L3 fed with the real book's own reads and writes.",
    description = {"Runs the matcher with each access outside the heap noted by the structure that makes it, through set-associative caches with"
        + " least-recently-used replacement of this machine's geometry. No prefetcher, no other core, no objects of the Java heap.",
        "",
        "  bourse bench cache",
        "  bourse bench cache --live 1000,1000000 --json",
        ""})
public final class CacheCommand implements Callable<Integer> {
    @Option(names = "--live", split = ",", defaultValue = "1000,100000", description = "Live orders of each workload (default: ${DEFAULT-VALUE}).")
    private List<Integer> lives;

    @Option(names = "--default-geometry", description = "32 KiB, 1 MiB, 32 MiB instead of this machine's: the same on every machine.")
    private boolean defaults;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, ReflectiveOperationException {
        final CacheReport report = CacheReport.of(defaults ? CacheGeometry.defaults() : CacheGeometry.ofMachine(), lives);
        report.print(json.human());
        json.write(report);
        return 0;
    }
}
