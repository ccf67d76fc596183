package bourse.services.cli;

import bourse.services.config.ConfigLoader;
import bourse.services.config.VenueConfig;
import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The options that say which configuration applies; a picocli {@code @Mixin} of commands that run a venue or look for one. */
public final class ConfigOptions {
    private static final Path USUAL_FILE = Path.of("config", "bourse.yaml");

    @Option(names = "--config", paramLabel = "FILE",
        description = "Configuration in YAML (default: $$BOURSE_CONFIG, or config/bourse.yaml where there is one, or built-in values).")
    private Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
        description = "Overrides one value of the configuration, such as gateway.port=0; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory: the same as --set dataDir=DIR.")
    private Path dataDir;

    /**
     * @throws bourse.services.config.ConfigException when anything is wrong with it
     */
    public VenueConfig load() {
        final List<String> all = new ArrayList<>(settings);
        if (dataDir != null) {
            all.add("dataDir=\"" + dataDir.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        return ConfigLoader.load(source(), System.getenv(), all);
    }

    /** The file that applies, or null. */
    public Path source() {
        if (file != null) {
            return file;
        }
        final String named = System.getenv("BOURSE_CONFIG");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        return Files.exists(USUAL_FILE) ? USUAL_FILE : null;
    }
}
