package bourse.bench.cli;

import bourse.bench.core.CoreBench;
import bourse.bench.core.CoreReport;
import bourse.bench.core.PacedBench;
import bourse.bench.core.PacedReport;
import bourse.bench.regime.Regime;
import bourse.bench.regime.RegimeBench;
import bourse.bench.regime.RegimeReport;
import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamResult;
import bourse.services.cli.JsonOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bourse bench core}: the engine in this process, on a recorded stream. */
@Command(name = "core",
    header = "The matching core in this process, on a recorded stream of commands.",
    description = {
        "Runs the stream several times in one thread, each time in a fresh book; the prefill is not timed. Without --book-only the whole"
            + " engine runs: decoding, duplicates, checks, matching, numbered and encoded events. With it, matching and the published"
            + " top of book and depth alone.",
        "",
        "  bourse bench core                                       1,000 live orders, a stream of its own",
        "  bourse bench core --live 100000 --mean-distance 500 --book-only",
        "  bourse bench core --generate s1k --live 1000            writes a stream, for other engines too",
        "  bourse bench core --stream s1k --json",
        "  bourse bench core --regime all                          five market regimes and the worst of them",
        "  bourse bench core --rate 1000000                        worst latencies at a million commands/s, and the pauses behind them",
        "  bourse bench core --growth --book-only                  10 to 10 million live orders",
        "",
        "The trade hash is the same on every correct engine: 1969ef2c0dab72d5 for 1,000 live orders, b0a860751ebed91a for 100,000"
            + " (mean distance 50 and 500, 3,000,000 measured, seed 42).",
        ""})
public final class CoreCommand implements Callable<Integer> {
    @Mixin
    private StreamOptions stream;

    @Option(names = "--generate", paramLabel = "FILE", description = "Write a stream and stop.")
    private Path generate;

    @Option(names = "--regime", paramLabel = "NAME",
        description = "A market regime instead of a stream: static, normal, swing-25, swing-40, flash-crash, or all for the worst of them.")
    private String regime;

    @Option(names = "--orders", defaultValue = "1000000", description = "New orders of a regime (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Option(names = "--published", description = "With --regime: publish top of book and depth after each message, too.")
    private boolean published;

    @Option(names = "--rate", paramLabel = "N",
        description = "Commands per second, one by one, each timed from when it was due: the worst latencies and what explains them.")
    private long rate;

    @Option(names = "--growth", description = "How the cost grows with the live orders: 10, 100, ... up to --growth-to.")
    private boolean growth;

    @Option(names = "--growth-to", defaultValue = "10000000", description = "Most live orders of --growth (default: ${DEFAULT-VALUE}).")
    private int growthTo;

    @Option(names = "--svg", paramLabel = "FILE", description = "With --growth: also draw the curve.")
    private Path svg;

    @Option(names = "--book-only", description = "Matching alone, without sessions, checks of accounts, and events.")
    private boolean bookOnly;

    @Option(names = "--batch", defaultValue = "64", description = "Commands in one log entry, 1..512; top and depth are published once behind each (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--passes", defaultValue = "5", description = "Measured passes (default: ${DEFAULT-VALUE}).")
    private int passes;

    @Option(names = "--warm-up", defaultValue = "2", description = "Passes before them (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Mixin
    private JsonOutput json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (batch < 1 || batch > bourse.sbe.WireLimits.MAX_BATCH_COMMANDS) {
            throw new ParameterException(spec.commandLine(), "--batch: " + batch + " (expected: 1.."
                    + bourse.sbe.WireLimits.MAX_BATCH_COMMANDS + ")");
        }
        if (regime != null) {
            return regimes();
        }
        if (growth) {
            final GrowthReport report = GrowthReport.measure(growthTo, stream.seed(), warmUp, passes, bookOnly, batch, json.human());
            report.print(json.human());
            json.write(report);
            if (svg != null) {
                Files.writeString(svg, GrowthChart.of(report));
            }
            return 0;
        }
        if (generate != null) {
            final StreamResult result = stream.write(generate);
            json.human().printf(Locale.ROOT, "%s: %,d commands; a correct engine makes %,d trades with hash %s%n", generate,
                    stream.commands(), result.trades(), result.tradeHashText());
            json.write(result);
            return 0;
        }
        try (StreamOptions source = stream; CommandStream commands = source.open()) {
            if (rate != 0) {
                final var paced = new PacedBench(commands, stream.name(), rate, warmUp, passes);
                final PacedReport report = bookOnly ? paced.book() : paced.engine();
                report.print(json.human());
                json.write(report);
                return report.missedRate() ? 1 : 0;
            }
            final var bench = new CoreBench(commands, stream.name(), warmUp, passes);
            final CoreReport report = bookOnly ? bench.book(batch) : bench.engine(batch);
            if (stream.result() != null && !stream.result().equals(report.result())) {
                throw new IllegalStateException("the engine's result is not the stream's: " + report.result() + " (expected: "
                        + stream.result() + ")");
            }
            report.print(json.human());
            json.write(report);
        }
        return 0;
    }

    private int regimes() throws InterruptedException {
        final List<Regime> regimes = "all".equals(regime) ? List.of(Regime.values()) : List.of(Regime.of(regime));
        final long seed = spec.commandLine().getParseResult().hasMatchedOption("--seed") ? stream.seed() : RegimeBench.PUBLISHED_SEED;
        final RegimeReport report = new RegimeBench(orders, seed, warmUp, passes, published).run(regimes);
        report.print(json.human());
        json.write(report);
        return 0;
    }
}
