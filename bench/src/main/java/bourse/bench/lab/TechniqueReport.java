package bourse.bench.lab;

import bourse.bench.lab.TechniqueResult.VariantResult;
import bourse.bench.report.Environment;
import bourse.services.client.OwnVenue;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All techniques, each measured in a process of its own, beside what the document that the project began from claimed. */
public record TechniqueReport(List<TechniqueResult> techniques, Claim claimed, Environment environment) {
    /** The document's figures are of its whole book, in Python; it gives none for a technique alone. */
    public record Claim(long ordersPerSecond, double meanUs, double p99Us) {
    }

    private static final Claim CLAIMED = new Claim(114_942, 127, 780);

    /** Names of all techniques. */
    public static List<String> names() {
        return Technique.all().stream().map(Technique::name).toList();
    }

    /** Measures these. */
    public static TechniqueReport measure(final List<String> names, final PrintStream progress) throws IOException, InterruptedException {
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        final List<TechniqueResult> results = new ArrayList<>();
        for (final String name : names) {
            Technique.named(name);
            progress.println(name + " …");
            final List<String> command = OwnVenue.javaCommand(List.of("--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC", "-Xms512m", "-Xmx2g"));
            command.addAll(List.of(TechniqueRig.class.getName(), name));
            final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            TechniqueResult result = new TechniqueResult(name, "", List.of(), "its process ended without a result");
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("{")) {
                        result = new ObjectMapper().readValue(line, TechniqueResult.class);
                    }
                }
            }
            process.waitFor();
            results.add(result);
        }
        return new TechniqueReport(results, CLAIMED, Environment.since(begin));
    }

    /** One table. */
    public void print(final PrintStream out) {
        out.printf(Locale.ROOT, "%-16s %-60s %10s %21s %14s %9s %9s %9s  %s%n", "technique", "variant", "ns/op", "(min to max)", "op/s", "B/op", "keeps", "CPU ns",
                "gain over the first (min to max)");
        for (final TechniqueResult technique : techniques) {
            if (technique.fault() != null) {
                out.printf(Locale.ROOT, "%-16s FAILED: %s%n", technique.name(), technique.fault());
                continue;
            }
            out.printf(Locale.ROOT, "%-16s %s; claimed: %s%n", technique.name(), technique.what(), "whole-book".equals(technique.name())
                    ? String.format(Locale.ROOT, "%,d orders/s, mean %.0f us, p99 %.0f us", claimed.ordersPerSecond, claimed.meanUs, claimed.p99Us) : "no figure");
            for (final VariantResult variant : technique.variants()) {
                out.printf(Locale.ROOT, "%-16s %-60s %10s %21s %,14d %9s %9s %9s  %s%n", "", variant.name(), figure(variant.nsPerOperation()), "("
                        + figure(variant.nsMin()) + " to " + figure(variant.nsMax()) + ")", variant.operationsPerSecond(),
                        figure(variant.bytesPerOperation()), size(variant.heldBytes()), figure(variant.cpuNsPerOperation()), variant == technique.variants().getFirst() ? "1"
                        : figure(variant.gain()) + " (" + figure(variant.gainMin()) + " to " + figure(variant.gainMax()) + ")"
                        + (variant.gainMin() <= 1 && variant.gainMax() >= 1 ? "  within the noise: brings nothing sure" : ""));
            }
        }
        out.printf(Locale.ROOT, "%nClaimed by the document that the project began from, for its whole optimised book: %,d orders/s, mean %.0f us, p99 %.0f us; it gives"
                + " no figure for a technique alone.%n", claimed.ordersPerSecond, claimed.meanUs, claimed.p99Us);
        techniques.stream().filter(technique -> "whole-book".equals(technique.name()) && technique.fault() == null).findFirst().ifPresent(book ->
                out.printf(Locale.ROOT, "Measured here: %,d commands/s the plain way, %,d by the engine's book doing the same work, %,d with client ids and all rules.%n",
                        book.variants().getFirst().operationsPerSecond(), book.variants().get(2).operationsPerSecond(),
                        book.variants().get(3).operationsPerSecond()));
        out.println("B/op: allocated and given back for each operation; keeps: memory that stays, on the heap and outside; CPU of all threads that take part.");
        out.println("Of the design's other techniques: cache simulator: bench cache; TCP without gRPC: the ladder's rung tcp; profiles, flame graphs, counters: bench ladder"
                + " --profile; one thread against two, jitter, lock waits, verdict, NUMA: bench ladder.");
        environment.print(out);
    }

    private static String size(final long bytes) {
        return bytes < 1 << 10 ? bytes + " B" : bytes < 1 << 20 ? (bytes >> 10) + " KB" : (bytes >> 20) + " MB";
    }

    private static String figure(final double value) {
        return value < 0 ? "-" : String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
