package bourse.bench.rung;

import bourse.bench.rung.RungResult.ProcessCost;
import bourse.bench.stream.CommandStream;
import bourse.order.v1.Event;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Rungs {@code python-*}: {@code proto/clients/python/load.py} sends the stream and measures itself; this side folds the reports of the
 * verification that it wrote down, and looks at the venue's costs. Blocking.
 */
final class PythonRung {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RungName name;
    private final RungPlan plan;
    private final RungVenue venue;
    private final CommandStream stream;

    PythonRung(final RungName name, final RungPlan plan, final RungVenue venue, final CommandStream stream) {
        this.name = name;
        this.plan = plan;
        this.venue = venue;
        this.stream = stream;
    }

    /** Where the program is: below the working directory or the jar's. */
    static Path program() throws IOException {
        final Path relative = Path.of("proto", "clients", "python", "load.py");
        final Path jar = Path.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator)[0]).toAbsolutePath();
        for (Path folder = jar.getParent(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(relative))) {
                return folder.resolve(relative);
            }
        }
        if (Files.exists(relative)) {
            return relative.toAbsolutePath();
        }
        throw new IOException(relative + ": not found above " + jar + " or here (expected: a checkout of the project)");
    }

    RungResult run() throws IOException, InterruptedException {
        final Path folder = RungRig.folder(plan, name.title());
        final Path events = folder.resolve("events");
        final int instrument = venue.createInstruments(1)[0];
        final String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        final ProcessBuilder builder = new ProcessBuilder(python, program().toString(), "--address", venue.address(), "--stream", plan.stream(),
                "--instrument", Integer.toString(instrument), "--session", Long.toString(System.currentTimeMillis()), "--prefix",
                Integer.toString(Math.min(plan.prefix(), stream.count())), "--events", events.toString(), "--batch",
                Integer.toString(name.batch()), "--window", Integer.toString(name.window()), "--seconds",
                String.format(Locale.ROOT, "%.1f", Math.max(1_000, plan.throughputMs()) / 1e3), name == RungName.PYTHON_UNARY ? "unary" : "stream");
        builder.environment().put("BOURSE_TOKEN", venue.token());
        builder.redirectError(folder.resolve("python.log").toFile());
        final List<NodeProcess> nodes = venue.nodes();
        final ProcessUsage before = nodes.isEmpty() ? null : nodes.getFirst().usage();
        final Process process = builder.start();
        final String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (process.waitFor() != 0) {
            throw new IOException("load.py failed: " + Files.readString(folder.resolve("python.log")).strip());
        }
        final ProcessUsage used = nodes.isEmpty() ? null : nodes.getFirst().usage().since(before);
        return result(JSON.readTree(line), fold(events), used);
    }

    private static StateFold fold(final Path events) throws IOException {
        final StateFold fold = new StateFold();
        try (InputStream in = Files.newInputStream(events)) {
            for (Event event = Event.parseDelimitedFrom(in); event != null; event = Event.parseDelimitedFrom(in)) {
                EventFolding.fold(event, fold);
            }
        }
        return fold;
    }

    private RungResult result(final JsonNode told, final StateFold fold, final ProcessUsage server) {
        final long all = told.get("allOrders").asLong();
        final double rigCpu = round(told.get("cpuNsPerOrder").asDouble());
        final double serverCpu = server == null ? 0 : round((double) server.cpuNs() / all);
        final double serverBytes = server == null ? -1 : round((double) server.allocatedBytes() / all);
        final List<ProcessCost> costs = server == null ? List.of(cost("python", rigCpu, -1)) : List.of(cost("python", rigCpu, -1),
                cost("gateway", serverCpu, serverBytes));
        return new RungResult(name.title(), name.batch(), name.window(), told.get("ordersPerSecond").asLong(),
                told.get("ordersPerSecondMin").asLong(), told.get("ordersPerSecondMax").asLong(), told.get("p50Us").asDouble(),
                told.get("p90Us").asDouble(), told.get("p95Us").asDouble(), told.get("p99Us").asDouble(), told.get("p999Us").asDouble(),
                told.get("maxUs").asDouble(), told.get("jitterUs").asDouble(), 0, false, round(rigCpu + serverCpu), serverBytes,
                String.format(Locale.ROOT, "%016x", fold.hash()), fold.trades(), -1, -1, -1, costs, List.of(), List.of(), null);
    }

    private static ProcessCost cost(final String process, final double cpuNs, final double bytes) {
        return new ProcessCost(process, cpuNs, bytes, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    }

    private static double round(final double value) {
        return Math.round(value * 100) / 100.0;
    }
}
