package bourse.bench.rung;

import bourse.bench.rung.RungResult.ProcessCost;
import bourse.bench.rung.RungResult.TopMethods;
import bourse.bench.stream.CommandStream;
import bourse.order.v1.Event;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Rungs {@code python-*}: {@code proto/clients/python/load.py} sends the stream and measures itself; this side folds the reports of the
 * verification that it wrote down, and looks at the venue's costs. Blocking.
 */
final class PythonRung {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CLIENT = "python";
    private static final int FASTEST_PER_SECOND = 300_000;

    private final RungName name;
    private final RungPlan plan;
    private final RungVenue venue;
    private final CommandStream stream;
    private final Path folder;

    PythonRung(final RungName name, final RungPlan plan, final RungVenue venue, final CommandStream stream) throws IOException {
        this.name = name;
        this.plan = plan;
        this.venue = venue;
        this.stream = stream;
        folder = RungRig.folder(plan, name.title());
    }

    /** Where the program is: below the working directory or the jar's. */
    static Path program() throws IOException {
        final Path relative = Path.of("proto", "clients", "python", "load.py");
        final Path jar = Path.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator)[0]).toAbsolutePath();
        for (Path above = jar.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above.resolve(relative))) {
                return above.resolve(relative);
            }
        }
        if (Files.exists(relative)) {
            return relative.toAbsolutePath();
        }
        throw new IOException(relative + ": not found above " + jar + " or here (expected: a checkout of the project)");
    }

    RungResult run() throws IOException, InterruptedException {
        final Path events = folder.resolve("events");
        final Told told = load(Math.min(plan.prefix(), stream.count()), plan.throughputMs(), plan.latencyMs(), "--events", events.toString());
        final StateFold fold = fold(events);
        final RungProfiles profiles = new RungProfiles(name.title(), false, venue.nodes(), plan.profile());
        final List<TopMethods> top = profiles.run(event -> {
            if ("cpu".equals(event)) {
                load(1, plan.profileMs(), 0, "--profile", profiles.collapsed(CLIENT, event).toString());
            } else {
                load(1, plan.profileMs(), 0);
            }
        });
        final List<TopMethods> all = new ArrayList<>(profiles.collected(CLIENT, "cpu"));
        all.addAll(top);
        return result(told, fold, all);
    }

    /** What it says, and what the venue's process used while it ran its closed loop. */
    private record Told(JsonNode figures, ProcessUsage venue) {
    }

    private Told load(final int prefix, final long closedMs, final long openMs, final String... more) throws IOException, InterruptedException {
        final int rounds = name == RungName.PYTHON_UNARY ? 1 : (int) (2 + FASTEST_PER_SECOND * (closedMs + openMs) / 1_000 / stream.count());
        final String instruments = Arrays.stream(venue.createInstruments(rounds)).mapToObj(Integer::toString).collect(Collectors.joining(","));
        final String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        final List<String> command = new ArrayList<>(List.of(python, program().toString(), "--address", venue.address(), "--stream", plan.stream(),
                "--instruments", instruments, "--session", Long.toString(System.currentTimeMillis()), "--prefix", Integer.toString(prefix), "--batch",
                Integer.toString(name.batch()), "--window", Integer.toString(name.window()), "--seconds", seconds(closedMs), "--pace-seconds",
                seconds(openMs), "--rate", Long.toString(plan.latencyRate())));
        command.addAll(List.of(more));
        command.add(name == RungName.PYTHON_UNARY ? "unary" : name.isInColumns() ? "columns" : "stream");
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("BOURSE_TOKEN", venue.token());
        final Path log = folder.resolve("python.log");
        final Process process = builder.redirectError(log.toFile()).start();
        JsonNode figures = null;
        ProcessUsage before = null;
        ProcessUsage used = null;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                figures = JSON.readTree(line);
                switch (figures.path("mark").asText()) {
                    case "begin" -> before = usage();
                    case "end" -> used = before == null ? null : usage().since(before);
                    default -> {
                    }
                }
            }
        }
        if (process.waitFor() != 0 || figures == null || figures.has("mark")) {
            throw new IOException("load.py failed: " + Files.readString(log).strip());
        }
        return new Told(figures, used);
    }

    private ProcessUsage usage() {
        return venue.nodes().isEmpty() ? null : venue.nodes().getFirst().usage();
    }

    private static String seconds(final long ms) {
        return String.format(Locale.ROOT, "%.1f", ms / 1e3);
    }

    private static StateFold fold(final Path events) throws IOException {
        final StateFold fold = new StateFold();
        try (InputStream in = Files.newInputStream(events)) {
            for (Event event = Event.parseDelimitedFrom(in); event != null; event = Event.parseDelimitedFrom(in)) {
                EventFolding.fold(event, fold);
            }
        }
        if (fold.rejects() > 0) {
            throw new IllegalStateException(fold.rejects() + " commands of the verification were refused");
        }
        return fold;
    }

    private RungResult result(final Told told, final StateFold fold, final List<TopMethods> profiles) {
        final JsonNode figures = told.figures;
        final double rigCpu = figures.get("cpuNsPerOrder").asDouble();
        final List<ProcessCost> costs = new ArrayList<>(List.of(new ProcessCost(CLIENT, rigCpu, -1, -1, figures.get("peakResidentMb").asLong(),
                figures.get("switchesVoluntaryPerSecond").asLong(), figures.get("switchesForcedPerSecond").asLong(), -1, -1, -1, -1, -1, -1, -1)));
        if (told.venue != null) {
            costs.add(RungMeasurement.cost(venue.nodes().getFirst().role(), told.venue, figures.get("orders").asLong(),
                    figures.get("seconds").asDouble()));
        }
        final double cpu = costs.stream().mapToDouble(ProcessCost::cpuNsPerOrder).sum();
        final double allocated = costs.getLast().allocatedBytesPerOrder();
        return new RungResult(name.title(), name.batch(), name.window(), figures.get("ordersPerSecond").asLong(),
                figures.get("ordersPerSecondMin").asLong(), figures.get("ordersPerSecondMax").asLong(), figures.get("p50Us").asDouble(),
                figures.get("p90Us").asDouble(), figures.get("p95Us").asDouble(), figures.get("p99Us").asDouble(), figures.get("p999Us").asDouble(),
                figures.get("maxUs").asDouble(), figures.get("jitterUs").asDouble(), figures.get("latencyRate").asLong(),
                RungMeasurement.isMissed(TimeUnit.MICROSECONDS.toNanos(Math.round(1e3 * figures.get("behindMs").asDouble())), plan.latencyMs()), null,
                RungMeasurement.round(cpu), allocated, String.format(Locale.ROOT, "%016x", fold.hash()), fold.trades(), -1, -1, -1, costs,
                List.of(), profiles, List.of(), null);
    }
}
