package bourse.bench.ladder;

import bourse.bench.ladder.LadderReport.Placement;
import bourse.bench.ladder.LadderReport.PlantFound;
import bourse.bench.ladder.LadderReport.Threads;
import bourse.bench.report.Environment;
import bourse.bench.rung.Plant;
import bourse.bench.rung.PlantReading;
import bourse.bench.rung.ProcessUsage;
import bourse.bench.rung.Profiler;
import bourse.bench.rung.RungName;
import bourse.bench.rung.RungPlan;
import bourse.bench.rung.RungResult;
import bourse.bench.rung.RungRig;
import bourse.bench.stream.StreamGenerator;
import bourse.services.client.OwnVenue;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Climbs the ladder: each group of rungs in a process of its own, one after the other. {@link #report()} may be called at any time, from any
 * thread, for what there is so far.
 */
public final class Ladder implements AutoCloseable {
    /** The whole engine twice, side by side; not a rung, since it adds no layer. */
    private static final String TWO_SHARDS = RungRig.TWO_SHARDS;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 42;
    private static final int LIVE = 1_000;
    private static final int MEAN_DISTANCE = 50;
    private static final int MEASURED = 1_000_000;
    /** Measured with the venue's threads bound, too. */
    private static final RungName PLACED = RungName.GRPC_BATCH_64;

    private final boolean quick;
    private final RungPlan plan;
    private final PrintStream progress;
    private final Path directory;
    private final Machine machine;
    private final String begun = Instant.now().toString();
    private final long begunNs = System.nanoTime();
    private final Environment.CpuTicks begin = Environment.CpuTicks.now();
    private final List<RungResult> results = new ArrayList<>();
    private final List<PlantFound> plants = new ArrayList<>();
    private RungResult twoShards;
    private RungResult placed;
    private long leftMs;
    private boolean isComplete;
    private volatile Process running;
    private volatile boolean isClosed;

    /**
     * @param quick    rungs share the processes of a venue where they can
     * @param settings stream and directory of it are not looked at
     */
    public Ladder(final boolean quick, final RungPlan settings, final PrintStream progress) throws IOException, InterruptedException {
        this.quick = quick;
        this.progress = progress;
        directory = Files.createTempDirectory("bourse-ladder");
        final Path stream = directory.resolve("stream");
        StreamGenerator.write(stream, LIVE, MEAN_DISTANCE, MEASURED, SEED);
        plan = settings.of(stream.toString());
        machine = Machine.look();
    }

    /** Measures the rungs. @param plantNs slow-downs to find again, nanoseconds a command by rung */
    public LadderReport climb(final Set<RungName> rungs, final Map<RungName, Long> plantNs) throws IOException, InterruptedException {
        final boolean isWhole = plantNs.isEmpty();
        final List<List<RungName>> groups = groups(rungs, isWhole);
        final boolean hasThreads = isWhole && rungs.contains(RungName.ENGINE) && rungs.contains(RungName.QUEUE);
        final boolean hasPlacement = isWhole && !quick && plan.deployed() == null && rungs.contains(PLACED);
        announce(groups, hasThreads, hasPlacement, plantNs.size());
        for (final List<RungName> group : groups) {
            run(plan, titles(group), this::take);
        }
        if (hasThreads) {
            run(plan, List.of(TWO_SHARDS), result -> twoShards = result);
        }
        if (hasPlacement) {
            run(plan.with(Map.of("threads.engine", "0", "threads.network", "1")), List.of(PLACED.title()), result -> placed = result);
        }
        for (final Map.Entry<RungName, Long> plant : plantNs.entrySet()) {
            find(plant.getKey(), plant.getValue());
        }
        isComplete = !isClosed;
        return report();
    }

    /** How long it will take, before it begins. */
    private void announce(final List<List<RungName>> groups, final boolean hasThreads, final boolean hasPlacement, final int plants) {
        for (final List<RungName> group : groups) {
            leftMs += expectedMs(plan, titles(group));
        }
        leftMs += hasThreads ? expectedMs(plan, List.of(TWO_SHARDS)) : 0;
        leftMs += hasPlacement ? expectedMs(plan.with(Map.of()), titles(List.of(PLACED))) : 0;
        leftMs += plants * plan.planting(Map.of()).expectedMs(true);
        final long seconds = TimeUnit.MILLISECONDS.toSeconds(leftMs);
        progress.printf(Locale.ROOT, "%d rungs, about %s; Ctrl-C ends it with a report of what has been measured%n", groups.stream().mapToInt(List::size)
                .sum(), seconds < 120 ? seconds + " s" : (seconds + 59) / 60 + " minutes");
    }

    private static List<String> titles(final List<RungName> group) {
        return group.stream().map(RungName::title).toList();
    }

    private static long expectedMs(final RungPlan with, final List<String> titles) {
        if (TWO_SHARDS.equals(titles.getFirst())) {
            return with.expectedMs(false) - with.latencyMs() - with.kneeSteps() * with.kneeMs();
        }
        long ms = 0;
        for (final String title : titles) {
            ms += with.expectedMs(title.equals(titles.getFirst()) && RungName.of(title).isGrpc());
        }
        return ms;
    }

    private synchronized void take(final RungResult result) {
        results.add(result);
    }

    /** Which rungs run in one process: in the quick form those that can share a venue, else none. */
    private List<List<RungName>> groups(final Set<RungName> rungs, final boolean mayShare) {
        final List<List<RungName>> groups = new ArrayList<>();
        final List<RungName> shared = new ArrayList<>();
        for (final RungName rung : EnumSet.copyOf(rungs)) {
            final boolean shares = mayShare && rung.group() == RungName.Group.GATEWAY && (quick || plan.deployed() != null);
            if (shares && !shared.isEmpty()) {
                shared.add(rung);
            } else if (shares) {
                shared.add(rung);
                groups.add(shared);
            } else {
                groups.add(List.of(rung));
            }
        }
        return groups;
    }

    /**
     * With the plant and without it, turn and turn about within one run. Where threads work side by side, the slowest of them alone decides how long an order
     * takes, and a slow-down of another one is hidden. So twice the rung's own time is burnt beside the plant all the time, which makes the planted thread the
     * slowest.
     */
    private void find(final RungName rung, final long plantNs) throws IOException, InterruptedException {
        final RungResult clean = named(results, rung.title());
        if (clean == null) {
            throw new IllegalStateException("--plant " + rung.title() + ": the rung failed");
        }
        final Plant plant = new Plant(rung.isSideBySide() ? Math.round(2 * clean.nsPerOrder()) : 0, plantNs);
        final List<PlantReading> readings = new ArrayList<>();
        final String end = lines(plan.planting(Map.of(rung.title(), plant)), List.of(rung.title()), line -> readings.add(JSON.readValue(line,
                PlantReading.class)));
        if (isClosed) {
            return;
        }
        final PlantReading reading = readings.isEmpty() ? null : readings.getFirst();
        if (reading == null || reading.fault() != null) {
            throw new IllegalStateException("--plant " + rung.title() + ": the rung failed: " + (reading == null ? end : reading.fault()));
        }
        final double error = Waterfall.round(100 * (reading.foundNs() - plantNs) / plantNs);
        final PlantFound found = new PlantFound(rung.title(), plantNs, plant.besideNs(), reading.foundNs(), reading.errorNs(), reading.slices(), error,
                Math.abs(error) <= 20);
        progress.printf(Locale.ROOT, "[%5.1f s]   %s%n", seconds(), found.text());
        synchronized (this) {
            plants.add(found);
        }
    }

    private interface Taker {
        void take(RungResult result);
    }

    private void run(final RungPlan with, final List<String> titles, final Taker taker) throws IOException, InterruptedException {
        final List<RungResult> answers = new ArrayList<>();
        final String end = lines(with, titles, line -> {
            answers.add(JSON.readValue(line, RungResult.class));
            taker.take(answers.getLast());
            tell(answers.getLast());
        });
        if (isClosed) {
            return;
        }
        for (final String title : titles.subList(answers.size(), titles.size())) {
            final RungResult failed = RungResult.failed(title, "its process ended: " + end);
            taker.take(failed);
            tell(failed);
        }
    }

    private interface LineTaker {
        void take(String line) throws IOException;
    }

    /** Runs a rig over these rungs. @return the last that it said beside its answers, or its exit status */
    private String lines(final RungPlan with, final List<String> titles, final LineTaker taker) throws IOException, InterruptedException {
        if (isClosed) {
            return "";
        }
        final Path folder = Files.createTempDirectory(directory, titles.getFirst());
        final Path planFile = folder.resolve("plan.json");
        JSON.writeValue(planFile.toFile(), with.in(folder.toString()));
        final List<String> options = new ArrayList<>(List.of("-XX:+UseParallelGC", "-Xms512m", "-Xmx2g"));
        options.addAll(ProcessUsage.jvmOptions(folder.resolve("rig.safepoints")));
        if (with.profile() != null) {
            options.addAll(Profiler.jvmOptions());
        }
        final List<String> command = OwnVenue.javaCommand(options);
        command.add(RungRig.class.getName());
        command.add(planFile.toString());
        command.addAll(titles);
        final long afterMs = leftMs - expectedMs(with, titles);
        progress.printf(Locale.ROOT, "[%5.1f s] %s … (about %,d s left)%n", seconds(), String.join(", ", titles), Math.max(0, leftMs) / 1_000);
        final Path log = folder.resolve("rig.log");
        final Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        running = process;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    taker.take(line);
                }
            }
        }
        process.waitFor();
        leftMs = afterMs;
        if (isClosed) {
            return "";
        }
        final List<String> said = Files.readAllLines(log);
        // Now, not at the end: what was written would stay in the page cache, and the later rungs would pay for new pages where the earlier ones found used ones.
        remove(folder);
        return said.isEmpty() ? "exit status " + process.exitValue() : said.getLast();
    }

    private void tell(final RungResult result) {
        if (result.fault() != null) {
            progress.printf(Locale.ROOT, "[%5.1f s]   %-15s FAILED: %s%n", seconds(), result.name(), result.fault());
        } else {
            progress.printf(Locale.ROOT, "[%5.1f s]   %-15s %,14d orders/s  p50 %s us  p99 %s us  %s%n", seconds(), result.name(),
                    result.ordersPerSecond(), TextReport.figure(result.p50Us()), TextReport.figure(result.p99Us()), result.stateHash());
        }
    }

    private double seconds() {
        return (System.nanoTime() - begunNs) / 1e9;
    }

    /** What there is so far. */
    public synchronized LadderReport report() {
        final List<RungResult> rungs = results.stream().sorted(Comparator.comparingInt(result -> RungName.titles().indexOf(result.name())))
                .toList();
        final RungResult empty = named(rungs, "empty");
        final RungResult engine = named(rungs, "engine");
        final RungResult grpc = named(rungs, "grpc-batch-64");
        final double ratio = engine == null || grpc == null ? -1 : Waterfall.round(grpc.nsPerOrder() / engine.nsPerOrder());
        final RungResult queue = named(rungs, "queue");
        final Threads threads = engine == null ? null : new Threads(engine.ordersPerSecond(), queue == null ? -1 : queue.ordersPerSecond(),
                twoShards == null || twoShards.fault() != null ? -1 : twoShards.ordersPerSecond());
        final LadderReport report = new LadderReport(quick ? "quick" : "full", begun, Waterfall.round(seconds()), isComplete,
                "generated " + LIVE + "/" + MEAN_DISTANCE + "/" + SEED + ", " + String.format(Locale.ROOT, "%,d", MEASURED)
                + " commands a round", plan.prefix(), ratio, hashesEqual(rungs), empty == null ? -1 : empty.nsPerOrder(), rungs,
                Waterfall.of(rungs), List.copyOf(plants), null, threads, placement(grpc), Environment.since(begin), machine);
        return new LadderReport(report.form(), report.begun(), report.seconds(), report.complete(), report.stream(), report.prefix(),
                report.networkToEngineRatio(), report.hashesEqual(), report.rigNsPerOrder(), report.rungs(), report.waterfall(),
                report.plants(), Verdict.of(report), report.threads(), report.placement(), report.environment(), report.machine());
    }

    private Placement placement(final RungResult free) {
        return free == null || placed == null || placed.fault() != null ? null : new Placement(free.name(), "threads.engine=0, threads.network=1",
                free.ordersPerSecond(), placed.ordersPerSecond(), free.p50Us(), placed.p50Us(), free.p99Us(), placed.p99Us());
    }

    private static RungResult named(final List<RungResult> rungs, final String name) {
        return rungs.stream().filter(rung -> rung.name().equals(name) && rung.fault() == null).findFirst().orElse(null);
    }

    private static boolean hashesEqual(final List<RungResult> rungs) {
        return rungs.stream().filter(rung -> rung.fault() == null).map(RungResult::stateHash).filter(hash -> !hash.isEmpty()).distinct().count() <= 1;
    }

    /** Ends what runs and removes what was written; reports stay possible. */
    @Override
    public void close() {
        isClosed = true;
        final Process process = running;
        if (process != null && process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                if (!process.waitFor(3, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        remove(directory);
    }

    private static void remove(final Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException | UncheckedIOException e) {
            // a temporary directory: the operating system takes it away
        }
    }
}
