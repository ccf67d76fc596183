package bourse.services.system;

import java.io.IOException;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A library of {@code src/test/c} that stands between a process under test and the operating system. */
final class Preloaded {
    /** The variable that names it to the loader. */
    static final String VARIABLE = "LD_PRELOAD";

    private Preloaded() {
    }

    /** Compiles {@code name}.c into {@code directory}; skips the test where there is no C compiler. */
    static String compile(final String name, final Path directory) throws InterruptedException {
        final Path source = Path.of("src/test/c", name + ".c").toAbsolutePath();
        final Path library = directory.resolve(name + ".so");
        int status;
        try {
            status = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl").inheritIO().start().waitFor();
        } catch (final IOException noCompiler) {
            status = -1;
        }
        assumeTrue(status == 0, "no C compiler");
        return library.toString();
    }
}
