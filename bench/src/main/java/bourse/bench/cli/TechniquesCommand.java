package bourse.bench.cli;

import bourse.bench.lab.TechniqueReport;
import bourse.services.cli.JsonOutput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench techniques}; {@code make bench-techniques} runs {@code bourse bench cache} after it. */
@Command(name = "techniques",
    header = "Every technique of the design against the plain way to do it: what it brings, also where it brings nothing.",
    description = {"Each technique runs in a process of its own; samples of its variants alternate, nine of each after a warm-up. The gain is the median of the"
        + " samples' ratios, with the smallest and the largest; where they span 1 the technique brings nothing sure.",
        "",
        "  bourse bench techniques",
        "  bourse bench techniques --only queue,padding --json",
        ""})
public final class TechniquesCommand implements Callable<Integer> {
    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Only these.")
    private List<String> only;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final TechniqueReport report = TechniqueReport.measure(only == null ? TechniqueReport.names() : only, System.err);
        report.print(json.human());
        json.write(report);
        return report.techniques().stream().anyMatch(technique -> technique.fault() != null) ? 1 : 0;
    }
}
