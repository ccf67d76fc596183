package bourse.bench.cli;

import bourse.bench.ladder.HtmlReport;
import bourse.bench.ladder.Ladder;
import bourse.bench.ladder.LadderReport;
import bourse.bench.ladder.TextReport;
import bourse.bench.rung.RungName;
import bourse.bench.rung.RungPlan;
import bourse.services.cli.CommandFailure;
import bourse.services.cli.JsonOutput;
import bourse.services.config.DurationText;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse bench ladder}, which is {@code make bench}. */
@Command(name = "ladder",
    header = "The same orders through one more layer at a time: what each layer costs, and why.",
    description = {
        "Every rung first applies the same 20,000 commands and must reach the same state (orders in queue order, last trade, trade count), or the"
            + " run is a failure (exit status 1). Then it is warmed up and measured: throughput in a closed loop, latency in an open one. A rate of the open"
            + " loop that was not kept is a failure, too.",
        "",
        "  bourse bench ladder --quick --json=ladder.json      all but the foreign clients, in less than two minutes",
        "  bourse bench ladder --report FOLDER                 each of 21 rungs in processes of its own, 5 s each and ten steps of load, 11 minutes",
        "  bourse bench ladder --duration 60s                  the same sustained: 35 minutes; with --profile 37. What it will take is said first.",
        "  bourse bench ladder --rungs core,engine,tcp         only these",
        "  bourse bench ladder --rungs engine --plant engine=1us   is a microsecond that was planted found again?",
        "  bourse bench ladder --rungs grpc-batch-64 --profile --report profiles",
        "  bourse bench ladder --against HOST:7301 --admin HOST:7303   gRPC rungs against a deployed venue, as a Job in Kubernetes does",
        "  bourse bench compare before.json after.json         what changed beyond the noise",
        "",
        "Ctrl-C ends it with a report of what has been measured. docs/BENCH.md says how to read it.",
        ""})
public final class LadderCommand implements Callable<Integer> {
    private static final int PREFIX = 20_000;
    private static final long SHORTEST_MS = 50;
    private static final long LONGEST_LATENCY_MS = 15_000;
    private static final int KNEE_STEPS = 10;
    private static final long KNEE_MS = 800;

    @Option(names = "--quick", description = "Short measurements, shared processes, no foreign clients.")
    private boolean quick;

    @Option(names = "--duration", description = "Of the closed loop of each rung (default: 5s; --quick: 1200ms).")
    private String duration;

    @Option(names = "--latency", description = "Of the open loop of each rung (default: the same, at most 15s; --quick: 700ms).")
    private String latency;

    @Option(names = "--warm-up", description = "Of each rung (default: 5s; --quick: 1200ms).")
    private String warmUp;

    @Option(names = "--rate", defaultValue = "100000", description = "Orders per second of the open loop, at most (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(names = "--rungs", split = ",", paramLabel = "RUNG", description = "Only these.")
    private List<String> rungs;

    @Option(names = "--plant", split = ",", paramLabel = "RUNG=TIME",
        description = "Burn so much in a layer for each command and see whether the waterfall finds it; any rung but the"
            + " foreign ones. It comes and goes every 67 ms, and the time of an order with it is compared with that before and behind it, for 3 to 30 s. From"
            + " grpc-inprocess on it is planted in the client. Where threads work side by side (log and above) twice the rung's own time is burnt beside it all the"
            + " time, so that it lies on the slowest thread.")
    private List<String> plants = List.of();

    @Option(names = "--profile", description = "CPU, allocation and lock profile of each process on each rung: flame graphs and top methods in the page;"
        + " async-profiler's own pages go to FOLDER/profiles. Needs --report.")
    private boolean profile;

    @Option(names = "--report", paramLabel = "FOLDER", description = "Write ladder.html, ladder.json and ladder.txt there.")
    private Path folder;

    @Option(names = "--against", paramLabel = "HOST:PORT", description = "Order entry of a deployed venue: the gRPC rungs go there.")
    private String against;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "Its administration, with --against.")
    private String admin;

    @Option(names = "--tls-ca", paramLabel = "FILE", description = "PEM of the authority that signed that venue's certificate (default: it is not encrypted).")
    private Path authority;

    @Option(names = "--token", paramLabel = "TOKEN", description = "That may trade, read and administer, with --against (default: $$BOURSE_TOKEN).")
    private String token;

    @Mixin
    private JsonOutput json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Set<RungName> wanted = wanted();
        final Map<RungName, Long> planted = planted();
        wanted.addAll(planted.keySet());
        if (folder != null) {
            Files.createDirectories(folder);
        }
        final PrintStream progress = System.err;
        try (Ladder ladder = new Ladder(quick, plan(), progress)) {
            final Thread interrupted = new Thread(() -> {
                ladder.close();
                write(ladder.report());
            }, "partial-report");
            Runtime.getRuntime().addShutdownHook(interrupted);
            final LadderReport report = ladder.climb(wanted, planted);
            if (!Runtime.getRuntime().removeShutdownHook(interrupted)) {
                return 1;
            }
            write(report);
            final boolean failed = !report.hashesEqual() || report.rungs().stream().anyMatch(rung -> rung.fault() != null || rung.missedRate())
                    || report.plants().stream().anyMatch(plant -> !plant.withinTwentyPercent());
            return failed ? 1 : 0;
        } catch (final IllegalStateException e) {
            if ("Shutdown in progress".equals(e.getMessage())) {
                return 1;
            }
            throw e;
        }
    }

    private RungPlan plan() {
        final long throughputMs = DurationText.parse(duration != null ? duration : quick ? "1200ms" : "5s").toMillis();
        final long latencyMs = latency != null ? DurationText.parse(latency).toMillis() : quick ? 700 : Math.min(throughputMs, LONGEST_LATENCY_MS);
        final long warmUpMs = DurationText.parse(warmUp != null ? warmUp : quick ? "1200ms" : "5s").toMillis();
        if (throughputMs < SHORTEST_MS || latencyMs < SHORTEST_MS) {
            throw new CommandFailure((throughputMs < SHORTEST_MS ? "--duration " + duration : "--latency " + latency) + ": too short to measure anything (expected: "
                    + SHORTEST_MS + "ms or more)");
        }
        if (against != null && (admin == null || givenToken() == null)) {
            throw new CommandFailure("--against needs --admin HOST:PORT and a --token that may trade, read and administer");
        }
        if (against == null && (admin != null || authority != null)) {
            throw new CommandFailure("--admin and --tls-ca are of a deployed venue: give its --against HOST:PORT, too");
        }
        if (profile && folder == null) {
            throw new CommandFailure("--profile needs --report FOLDER: flame graphs go there");
        }
        return new RungPlan("", "", PREFIX, warmUpMs, throughputMs, quick ? 5 : (int) Math.clamp(throughputMs / 1_000, 5, 60), latencyMs, rate,
                quick ? 0 : KNEE_STEPS, quick ? 0 : KNEE_MS, Map.of(), profile ? folder.resolve("profiles").toAbsolutePath().toString() : null,
                against == null ? null : new RungPlan.Deployed(against, admin, givenToken(), authority == null ? null
                : authority.toAbsolutePath().toString()), Map.of());
    }

    private String givenToken() {
        return token != null ? token : System.getenv("BOURSE_TOKEN");
    }

    private Set<RungName> wanted() {
        final Set<RungName> wanted = EnumSet.noneOf(RungName.class);
        if (rungs != null) {
            rungs.forEach(rung -> wanted.add(RungName.of(rung)));
        } else if (plants.isEmpty()) {
            for (final RungName rung : RungName.values()) {
                if ((!quick || !rung.isForeign()) && (against == null || rung.group() == RungName.Group.GATEWAY && !rung.isForeign()
                        || rung.group() == RungName.Group.OWN)) {
                    wanted.add(rung);
                }
            }
        }
        return wanted;
    }

    private Map<RungName, Long> planted() {
        final Map<RungName, Long> planted = new LinkedHashMap<>();
        for (final String plant : plants) {
            final int equals = plant.indexOf('=');
            if (equals < 1) {
                throw new CommandFailure("--plant " + plant + ": no time (expected: such as engine=1us)");
            }
            final RungName rung = RungName.of(plant.substring(0, equals));
            if (rung.isForeign()) {
                throw new CommandFailure("--plant " + rung.title() + ": nothing can be planted in another program (expected: a rung before python-unary)");
            }
            planted.put(rung, nanoseconds(plant.substring(equals + 1)));
        }
        return planted;
    }

    private static long nanoseconds(final String text) {
        final long factor = text.endsWith("us") ? 1_000 : text.endsWith("ns") ? 1 : 0;
        if (factor == 0 || !text.substring(0, text.length() - 2).matches("\\d{1,6}")) {
            throw new CommandFailure("--plant: " + text + " (expected: such as 1us or 500ns)");
        }
        return factor * Long.parseLong(text.substring(0, text.length() - 2));
    }

    private void write(final LadderReport report) {
        new TextReport(report, json.human()).print();
        json.write(report);
        if (folder != null) {
            try {
                Files.writeString(folder.resolve("ladder.json"), new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
                Files.writeString(folder.resolve("ladder.html"), new HtmlReport(report).page());
                try (PrintStream text = new PrintStream(folder.resolve("ladder.txt").toFile(), StandardCharsets.UTF_8)) {
                    new TextReport(report, text).print();
                }
            } catch (final IOException e) {
                throw new CommandFailure("--report " + folder + ": cannot be written (" + e + ")", e);
            }
        }
    }
}
