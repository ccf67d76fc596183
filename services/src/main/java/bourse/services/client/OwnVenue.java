package bourse.services.client;

import java.io.File;
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
 * A fresh venue of one's own: {@code bourse run}, or its three parts, as child processes of this program's jar, in a temporary directory, on free ports. It ends, and
 * its directory goes, with {@link #close}. For replays, measurements and tests; never for what must last.
 */
public final class OwnVenue implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final String MAIN_CLASS = "bourse.services.cli.Bourse";
    private static final List<String> ALL_IN_ONE = List.of("run");
    private static final List<String> THREE = List.of("engine", "gateway", "marketdata");
    private static final List<String> PORTS = List.of("gateway.port", "gateway.adminPort", "marketdata.port", "marketdata.webPort",
            "telemetry.port", "telemetry.enginePort", "telemetry.marketdataPort", "marketdata.portA", "marketdata.portB",
            "marketdata.snapshotPort", "marketdata.requestPort");
    /** How the launcher starts a venue; why: services/RATIONALE.md. */
    public static final List<String> JVM = List.of("-XX:+UseParallelGC", "-Xms256m", "-Xmx2g", "-Xmn32m");
    private static final String SILENT_UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    /** What the jar's manifest says, for the case that there is no jar. */
    private static final List<String> NEEDS = List.of(
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
            SILENT_UNSAFE);

    private final Path directory;
    private final boolean keepDirectory;
    private final List<String> jvmOptions;
    private final List<String> settings;
    private final List<String> roles;
    private final List<Process> processes = new ArrayList<>();
    private VenueEndpoints endpoints;
    private Thread killer;

    private OwnVenue(final Path directory, final boolean keepDirectory, final List<String> roles, final List<String> jvmOptions,
                     final List<String> settings) {
        this.directory = directory;
        this.roles = roles;
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
        return start(Files.createTempDirectory("bourse-venue"), false, ALL_IN_ONE, jvmOptions, settings);
    }

    /** The same in three processes: engine, gateway, market data. */
    public static OwnVenue startThree(final List<String> jvmOptions, final List<String> settings)
            throws IOException, InterruptedException {
        return start(Files.createTempDirectory("bourse-venue"), false, THREE, jvmOptions, settings);
    }

    /** Starts a venue in a directory that stays: what is in it is taken up again. */
    public static OwnVenue startIn(final Path directory, final List<String> jvmOptions, final List<String> settings)
            throws IOException, InterruptedException {
        return start(directory, true, ALL_IN_ONE, jvmOptions, settings);
    }

    private static OwnVenue start(final Path directory, final boolean keepDirectory, final List<String> roles,
                                  final List<String> jvmOptions, final List<String> settings)
            throws IOException, InterruptedException {
        final var venue = new OwnVenue(directory, keepDirectory, roles, jvmOptions, settings);
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
        processes.clear();
        killer = new Thread(() -> processes.forEach(Process::destroyForcibly), "own-venue-killer");
        Runtime.getRuntime().addShutdownHook(killer);
        for (final String role : roles) {
            processes.add(new ProcessBuilder(command(role, data)).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start());
        }
        awaitEndpoints(data);
    }

    private List<String> command(final String role, final Path data) {
        final List<String> command = venueCommand();
        command.addAll(List.of(role, "--data", data.toString()));
        for (final String port : PORTS) {
            command.addAll(List.of("--set", port + "=0"));
        }
        for (final String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        return command;
    }

    /** As the launcher does it: by the jar, whose manifest opens what libraries need, with its class archive, which fits no other way. */
    private List<String> venueCommand() {
        final Path jar = Path.of(System.getProperty("java.class.path"));
        if (!jar.toString().endsWith(".jar") || jar.toString().contains(File.pathSeparator)) {
            final List<String> command = javaCommand(jvmOptions);
            command.add(MAIN_CLASS);
            return command;
        }
        final List<String> command = new ArrayList<>(List.of(java(), SILENT_UNSAFE));
        final File archive = new File(jar.toString().replaceFirst("\\.jar$", ".jsa"));
        if (archive.lastModified() > jar.toFile().lastModified()) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:aot=off"));
        }
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** What starts a JVM like this one, with this program's classes; the main class follows. A new list. */
    public static List<String> javaCommand(final List<String> jvmOptions) {
        final List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(NEEDS);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void awaitEndpoints(final Path data) throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!readEndpoints(data)) {
            for (final Process process : processes) {
                if (!process.isAlive()) {
                    throw new IOException("the venue did not start, exit status " + process.exitValue() + ":\n" + lastLines());
                }
            }
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("the venue does not listen after " + START_TIMEOUT.toSeconds() + " s:\n" + lastLines());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Every door is open. */
    private boolean readEndpoints(final Path data) throws IOException {
        if (!Files.exists(data.resolve(VenueEndpoints.FILE_NAME))) {
            return false;
        }
        endpoints = VenueEndpoints.read(data);
        return endpoints.orderEntry() != null && endpoints.admin() != null && endpoints.marketData() != null;
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

    /** The children. */
    public List<ProcessHandle> processes() {
        return processes.stream().map(Process::toHandle).toList();
    }

    /** Kills it as a power cut of the process would (SIGKILL), and waits until it is gone. */
    public void kill() throws InterruptedException {
        for (final Process process : processes) {
            process.destroyForcibly();
            process.waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    /** Starts it again in the same directory after {@link #kill}. The ports are other ones. */
    public void restart() throws IOException, InterruptedException {
        launch();
    }

    /** Stops it in order (SIGTERM), after a while by force. */
    @Override
    public void close() {
        // In the order of an order's way back: who asks goes before who answers.
        for (final Process process : processes.reversed()) {
            stop(process);
        }
        if (killer != null) {
            Runtime.getRuntime().removeShutdownHook(killer);
        }
        if (!keepDirectory) {
            deleteDirectory();
        }
    }

    private static void stop(final Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
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
