package bourse.bench.rung;

import bourse.bench.stream.CommandStream;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Main class of the process that measures rungs: a {@link RungPlan} in a file, then the rungs' titles. Writes one line of JSON for each, a
 * {@link RungResult} (a {@link PlantReading} of a rung with a plant), as soon as there is one.
 */
public final class RungRig {
    /** In place of a rung's title: two engines side by side, a thread each; only the throughput of both together is measured. */
    public static final String TWO_SHARDS = "two-shards";
    private static final ObjectMapper JSON = new ObjectMapper();

    private RungRig() {
    }

    /** Plan file and titles. */
    public static void main(final String[] args) throws IOException, InterruptedException {
        Interrupts.ignore();
        final RungPlan plan = JSON.readValue(Path.of(args[0]).toFile(), RungPlan.class);
        final List<String> names = Arrays.asList(args).subList(1, args.length);
        try (CommandStream stream = CommandStream.open(Path.of(plan.stream()))) {
            stream.touch();
            try (RungFactory factory = new RungFactory(stream, plan)) {
                for (final String name : names) {
                    // gRPC is much code: the first rung of a process warms it for the others.
                    final boolean isCold = name.equals(names.getFirst()) && !TWO_SHARDS.equals(name) && RungName.of(name).isGrpc();
                    final long warmUpMs = plan.warmUpMs(isCold);
                    System.out.println(JSON.writeValueAsString(TWO_SHARDS.equals(name) ? TwoShards.measure(factory, plan)
                            : plan.plant(name).burns() ? plant(factory, RungName.of(name), plan, warmUpMs)
                            : measure(factory, RungName.of(name), plan, warmUpMs)));
                    System.out.flush();
                }
            }
        }
        System.exit(0);
    }

    private static PlantReading plant(final RungFactory factory, final RungName name, final RungPlan plan, final long warmUpMs) throws InterruptedException {
        try (Rung rung = factory.open(name)) {
            return new RungMeasurement(rung, plan).plant(warmUpMs, plan.plant(name.title()));
        } catch (final IOException | RuntimeException e) {
            e.printStackTrace();
            return PlantReading.failed(name.title(), e.toString());
        }
    }

    private static RungResult measure(final RungFactory factory, final RungName name, final RungPlan plan, final long warmUpMs)
            throws InterruptedException {
        try {
            if (name.isForeign()) {
                return factory.python(name).run();
            }
            try (Rung rung = factory.open(name)) {
                return new RungMeasurement(rung, plan).run(warmUpMs);
            }
        } catch (final IOException | RuntimeException e) {
            e.printStackTrace();
            return RungResult.failed(name.title(), e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** A folder of its own below the plan's. */
    static Path folder(final RungPlan plan, final String name) throws IOException {
        return Files.createDirectories(Path.of(plan.directory()).resolve(name));
    }
}
