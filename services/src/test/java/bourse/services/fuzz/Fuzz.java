package bourse.services.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where Jazzer comes in ({@code make fuzz}): {@code -Dfuzz.target=batch} says which target. {@code main} writes the seeds of all targets into a folder
 * each, below the one that it is given, and prints the names.
 */
public final class Fuzz {
    private static final FuzzTarget TARGET = FuzzTarget.valueOf(System.getProperty("fuzz.target", "batch").toUpperCase(Locale.ROOT));

    private Fuzz() {
    }

    /** One input. */
    public static void fuzzerTestOneInput(final byte[] input) throws Exception {
        TARGET.run(input);
    }

    public static void main(final String[] args) throws IOException {
        for (final FuzzTarget target : FuzzTarget.values()) {
            final String name = target.name().toLowerCase(Locale.ROOT);
            final Path folder = Files.createDirectories(Path.of(args[0], name));
            final List<byte[]> seeds = target.seeds();
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(folder.resolve("seed-" + i), seeds.get(i));
            }
            System.out.println(name);
        }
    }
}
