package bourse.bench.cli;

import bourse.bench.core.CoreBench;
import bourse.bench.core.CoreReport;
import bourse.bench.report.Environment;
import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import bourse.bench.stream.StreamResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The cost of a command against the number of live orders.
 *
 * @param mode  book or engine
 * @param sizes one line per tenfold
 */
record GrowthReport(String mode, List<Size> sizes, Environment environment) {
    private static final int FIRST = 10;
    private static final int MEASURED = 1_000_000;

    /** One number of live orders. */
    record Size(int live, double meanDistance, double nsPerCommand, double nsPerCommandMin, double nsPerCommandMax,
                double allocatedBytesPerCommand) {
    }

    static GrowthReport measure(final int most, final long seed, final int warmUp, final int passes, final boolean bookOnly,
                                final int batch, final PrintStream progress) throws IOException {
        if (most < FIRST || most > 12_000_000) {
            throw new IllegalArgumentException("growth-to: " + most + " (expected: 10..12000000)");
        }
        final Environment.CpuTicks begin = Environment.CpuTicks.now();
        final List<Size> sizes = new ArrayList<>();
        for (int live = FIRST; live <= most; live *= 10) {
            progress.printf(Locale.ROOT, "  %,d live orders …%n", live);
            sizes.add(measure(live, seed, warmUp, passes, bookOnly, batch));
        }
        return new GrowthReport(bookOnly ? "book" : "engine", sizes, Environment.since(begin));
    }

    private static Size measure(final int live, final long seed, final int warmUp, final int passes, final boolean bookOnly,
                                final int batch) throws IOException {
        // Distances grow with the book as they do in the published streams: 50 ticks at a thousand orders, 500 at a hundred thousand.
        final double distance = Math.max(5, 50 * Math.sqrt(live / 1_000.0));
        final Path file = Files.createTempFile("bourse-growth", ".bin");
        try {
            final StreamResult expected = StreamGenerator.write(file, live, distance, MEASURED, seed);
            try (CommandStream stream = CommandStream.open(file)) {
                final var bench = new CoreBench(stream, "generated", warmUp, passes);
                final CoreReport report = bookOnly ? bench.book(batch) : bench.engine(batch);
                if (!report.result().equals(expected)) {
                    throw new IllegalStateException("the engine's result is not the stream's: " + report.result() + " (expected: "
                            + expected + ")");
                }
                return new Size(live, distance, report.nsPerCommand(), report.nsPerCommandMin(), report.nsPerCommandMax(),
                        report.allocatedBytesPerCommand());
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    void print(final PrintStream out) {
        out.printf(Locale.ROOT, "growth, %s: ns per command by live orders%n", mode);
        for (final Size size : sizes) {
            out.printf(Locale.ROOT, "  %,12d  %8.1f  (%.1f to %.1f), mean distance %,.0f ticks%n", size.live, size.nsPerCommand,
                    size.nsPerCommandMin, size.nsPerCommandMax, size.meanDistance);
        }
        environment.print(out);
    }
}
