package bourse.bench.cli;

import bourse.bench.core.CoreBench;
import bourse.bench.core.CoreReport;
import bourse.bench.regime.Regime;
import bourse.bench.regime.RegimeBench;
import bourse.bench.regime.RegimeReport;
import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
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
        "  bourse bench core --regime all --seed 23                five market regimes and the worst of them",
        "",
        "The trade hash is the same on every correct engine: 1969ef2c0dab72d5 for 1,000 live orders, b0a860751ebed91a for 100,000"
            + " (mean distance 50 and 500, 3,000,000 measured, seed 42).",
        ""})
public final class CoreCommand implements Callable<Integer> {
    @Option(names = "--stream", paramLabel = "FILE", description = "A recorded stream (it begins with MEBENCH1).")
    private Path stream;

    @Option(names = "--generate", paramLabel = "FILE", description = "Write a stream and stop.")
    private Path generate;

    @Option(names = "--live", defaultValue = "1000", description = "Live orders of a stream of its own (default: ${DEFAULT-VALUE}).")
    private int live;

    @Option(names = "--mean-distance", defaultValue = "0",
        description = "Mean distance of passive orders from the mid, in ticks (default: 50; 500 from 100,000 live orders on; 5,000 from a million on).")
    private double meanDistance;

    @Option(names = "--measured", defaultValue = "3000000", description = "Commands after the prefill (default: ${DEFAULT-VALUE}).")
    private int measured;

    @Option(names = "--seed", defaultValue = "42", description = "Seed of a stream of its own (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--regime", paramLabel = "NAME",
        description = "A market regime instead of a stream: static, normal, swing-25, swing-40, flash-crash, or all for the worst of them.")
    private String regime;

    @Option(names = "--orders", defaultValue = "1000000", description = "New orders of a regime (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Option(names = "--published", description = "With --regime: publish top of book and depth after each message, too.")
    private boolean published;

    @Option(names = "--book-only", description = "Matching alone, without sessions, checks of accounts, and events.")
    private boolean bookOnly;

    @Option(names = "--batch", defaultValue = "64", description = "Commands in one log entry, 1..512 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--passes", defaultValue = "5", description = "Measured passes (default: ${DEFAULT-VALUE}).")
    private int passes;

    @Option(names = "--warm-up", defaultValue = "2", description = "Passes before them (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Mixin
    private final JsonOutput json = new JsonOutput();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (regime != null) {
            final List<Regime> regimes = "all".equals(regime) ? List.of(Regime.values()) : List.of(Regime.of(regime));
            final RegimeReport report = new RegimeBench(orders, seed, warmUp, passes, published).run(regimes);
            report.print(json.human());
            json.write(report);
            return 0;
        }
        if (batch < 1 || batch > bourse.sbe.WireLimits.MAX_BATCH_COMMANDS) {
            throw new ParameterException(spec.commandLine(), "--batch: " + batch + " (expected: 1.."
                    + bourse.sbe.WireLimits.MAX_BATCH_COMMANDS + ")");
        }
        if (generate != null) {
            final StreamResult result = write(generate);
            json.human().printf(Locale.ROOT, "%s: %,d commands; a correct engine makes %,d trades with hash %s%n", generate,
                    (long) live + measured, result.trades(), result.tradeHashText());
            json.write(result);
            return 0;
        }
        if (stream != null) {
            measure(stream, stream.getFileName().toString());
            return 0;
        }
        final Path own = Files.createTempFile("bourse-stream", ".bin");
        try {
            write(own);
            measure(own, "generated " + live + "/" + Math.round(distance()) + "/" + seed);
        } finally {
            Files.deleteIfExists(own);
        }
        return 0;
    }

    private double distance() {
        if (meanDistance > 0) {
            return meanDistance;
        }
        return live >= 1_000_000 ? 5_000 : live >= 100_000 ? 500 : 50;
    }

    private StreamResult write(final Path file) throws IOException {
        return StreamGenerator.write(file, live, distance(), measured, seed);
    }

    private void measure(final Path file, final String name) throws IOException {
        try (CommandStream commands = CommandStream.open(file)) {
            final var bench = new CoreBench(commands, name, warmUp, passes);
            final CoreReport report = bookOnly ? bench.book() : bench.engine(batch);
            report.print(json.human());
            json.write(report);
        }
    }
}
