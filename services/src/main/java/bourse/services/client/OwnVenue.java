package bourse.services.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A fresh venue of one's own: {@code bourse run} as a child process of this program's jar, in a temporary directory, on free ports. It ends, and
 * its directory goes, with {@link #close}. For replays, measurements and tests; never for what must last.
 */
public final class OwnVenue implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final String MAIN_CLASS = "bourse.services.cli.Bourse";
    /** What the jar's manifest says, for the case that there is no jar. */
    private static final List<String> NEEDS = List.of(
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow");

    private final Path directory;
    private final boolean keepDirectory;
    private final List<String> jvmOptions;
    private final List<String> settings;
    private Process process;
    private VenueEndpoints endpoints;
    private Thread killer;

    private OwnVenue(final Path directory, final boolean keepDirectory, final List<String> jvmOptions, final List<String> settings) {
        this.directory = directory;
        this.keepDirectory = keepDirectory;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.settings = List.copyOf(settings);
    }

    /**
     * Starts a venue in a new temporary directory and waits until it listens.
     *
     * @param jvmOptions of the child, after those that it needs
     * @param settings   of its configuration, as {@code engine.sync=power}
     */
    public static OwnVenue start(final List<String> jvmOptions, final List<String> settings) throws IOException, InterruptedException {
        return start(Files.createTempDirectory("bourse-venue"), false, jvmOptions, settings);
    }

    /** Starts a venue in a directory that stays: what is in it is taken up again. */
    public static OwnVenue startIn(final Path directory, final List<String> jvmOptions, final List<String> settings)
            throws IOException, InterruptedException {
        return start(directory, true, jvmOptions, settings);
    }

    private static OwnVenue start(final Path directory, final boolean keepDirectory, final List<String> jvmOptions,
                                  final List<String> settings) throws IOException, InterruptedException {
        final var venue = new OwnVenue(directory, keepDirectory, jvmOptions, settings);
        try {
            venue.launch();
        } catch (final IOException | InterruptedException | RuntimeException e) {
            venue.close();
            throw e;
        }
        return venue;
    }

    private void launch() throws IOException, InterruptedException {
        final Path data = data();
        Files.createDirectories(data);
        Files.deleteIfExists(data.resolve(VenueEndpoints.FILE_NAME));
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NEEDS);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS, "run", "--data", data.toString()));
        for (final String port : List.of("gateway.port", "gateway.adminPort", "marketdata.port", "marketdata.webPort", "telemetry.port",
                "marketdata.portA", "marketdata.portB", "marketdata.snapshotPort", "marketdata.requestPort")) {
            command.addAll(List.of("--set", port + "=0"));
        }
        for (final String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
        killer = new Thread(process::destroyForcibly, "own-venue-killer");
        Runtime.getRuntime().addShutdownHook(killer);
        awaitEndpoints(data);
    }

    private void awaitEndpoints(final Path data) throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!Files.exists(data.resolve(VenueEndpoints.FILE_NAME))) {
            if (!process.isAlive()) {
                throw new IOException("the venue did not start, exit status " + process.exitValue() + ":\n" + lastLines());
            }
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("the venue does not listen after " + START_TIMEOUT.toSeconds() + " s:\n" + lastLines());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        endpoints = VenueEndpoints.read(data);
    }

    private String lastLines() throws IOException {
        final List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Where it listens. */
    public VenueEndpoints endpoints() {
        return endpoints;
    }

    /** Its data directory, with the key that signs tokens. */
    public Path data() {
        return directory.resolve("data");
    }

    /** What it has written to stdout and stderr. */
    public Path log() {
        return directory.resolve("venue.log");
    }

    /** The child. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Kills it as a power cut of the process would (SIGKILL), and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    /** Starts it again in the same directory after {@link #kill}. The ports are other ones. */
    public void restart() throws IOException, InterruptedException {
        launch();
    }

    /** Stops it in order (SIGTERM), after a while by force. */
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.destroy();
            try {
                if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (final InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().removeShutdownHook(killer);
        }
        if (!keepDirectory) {
            deleteDirectory();
        }
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException e) {
            // a temporary directory: the operating system takes it away
        }
    }
}
