package bourse.services.system;

import bourse.admin.v1.AdminGrpc;
import bourse.gateway.auth.Right;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueEndpoints;
import bourse.services.config.ConfigLoader;
import bourse.services.node.EngineNode;
import io.grpc.ManagedChannel;
import org.agrona.IoUtil;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process of a venue under test: the command line as a user starts it, in a JVM of its own. Ended with the test. */
public final class VenueChild implements AutoCloseable {
    private static final long TIMEOUT_S = 60;
    /** Little memory, quick to touch. */
    private static final List<String> SMALL = List.of("engine.maxOrders=131072", "engine.maxLevels=8192", "engine.maxFinishedIds=131072",
        "engine.maxInstruments=16", "engine.maxAccounts=256", "engine.maxSessions=16", "engine.maxPositions=4096", "engine.ladderTicks=1024",
        "engine.warmUp=0", "engine.diskReserve=0", "marketdata.portA=0", "marketdata.portB=0", "marketdata.snapshotPort=0", "marketdata.requestPort=0", "marketdata.webPort=0",
        "gateway.adminPort=0", "marketdata.port=0", "telemetry.port=0", "telemetry.enginePort=0", "telemetry.marketdataPort=0", "gateway.drainTimeout=200ms");

    /** One compiler, a small heap. */
    private static final List<String> QUICK = List.of("-XX:+UseSerialGC", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Process process;
    private final boolean ownsSharedMemory;
    private final Path log;
    private final Path data;

    private VenueChild(final Process process, final boolean ownsSharedMemory, final Path log, final Path data) {
        this.process = process;
        this.ownsSharedMemory = ownsSharedMemory;
        this.log = log;
        this.data = data;
    }

    /** @param part a command: run, engine, gateway or marketdata */
    public static VenueChild start(final String part, final Path directory, final String... settings) {
        return startOn(part, directory, directory.resolve("data"), settings);
    }

    /** With the launcher's options for a server, and the code warm before it is ready. */
    public static VenueChild startAsUsersDo(final String part, final Path directory, final String... settings) {
        final String[] warm = Arrays.copyOf(settings, settings.length + 1);
        warm[settings.length] = "engine.warmUp=400000";
        return start(Map.of(), List.of(), List.of("-XX:+UseParallelGC", "-Xms256m", "-Xmx2g"), part, directory, directory.resolve("data"), warm);
    }

    /** Likewise, with its data elsewhere than its output. */
    static VenueChild startOn(final String part, final Path directory, final Path data, final String... settings) {
        return startWith(Map.of(), part, directory, data, settings);
    }

    /** Likewise, with variables of its environment. */
    static VenueChild startWith(final Map<String, String> environment, final String part, final Path directory, final Path data, final String... settings) {
        return start(environment, List.of(), QUICK, part, directory, data, settings);
    }

    /** Likewise, behind a command that becomes it, such as one that enters a namespace. */
    static VenueChild startBehind(final List<String> first, final String part, final Path directory, final String... settings) {
        return start(Map.of(), first, QUICK, part, directory, directory.resolve("data"), settings);
    }

    private static VenueChild start(final Map<String, String> environment, final List<String> first, final List<String> options, final String part,
                                    final Path directory, final Path data, final String... settings) {
        final List<String> command = new ArrayList<>(first);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(ChildProgram.options());
        command.addAll(List.of(part, "--data", data.toString()));
        SMALL.forEach(setting -> command.addAll(List.of("--set", setting)));
        for (final String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        try {
            final Path log = Files.createTempFile(directory, part, ".log");
            final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            final Process process = builder.start();
            return new VenueChild(process, "run".equals(part) || "engine".equals(part), log, data);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is ready. */
    public VenueChild awaitReady() throws InterruptedException {
        await("ready", () -> output().contains("ready in "));
        return this;
    }

    /** False when it ended, or did not become ready in time. */
    boolean isReadyWithin(final long timeoutMs) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!output().contains("ready in ")) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    /** Sends a signal by name, such as STOP. */
    void signal(final String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /** The operators' port, with the right to use it. */
    AdminGrpc.AdminBlockingStub admin(final ManagedChannel channel) {
        return adminWith(data, channel);
    }

    /** Likewise, with a key that is not in the data directory. */
    AdminGrpc.AdminBlockingStub adminWith(final Path keyDir, final ManagedChannel channel) {
        try {
            return AdminGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
                .withCallCredentials(new BearerToken(Trader.token(keyDir, 1, EnumSet.of(Right.ADMIN), Duration.ofHours(1))));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for anything that this process causes. */
    void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new AssertionError("waited for \"" + what + "\", but the process ended with status " + process.exitValue() + ":\n" + output());
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited " + TIMEOUT_S + " s for \"" + what + "\":\n" + output());
            }
            Thread.sleep(5);
        }
    }

    public VenueEndpoints endpoints() {
        try {
            return VenueEndpoints.read(data);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path data() {
        return data;
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, without waiting for the end. */
    void killNow() {
        process.destroyForcibly();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM; returns the exit status. */
    public int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end:\n" + output());
        }
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Memory of its own that it holds now, in bytes, as the operating system counts; without files and shared memory that it has mapped. */
    public long ownBytes() throws IOException {
        final String line = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
            .filter(one -> one.startsWith("RssAnon:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }

    /** A TCP port that is free now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
            process.onExit().join();
        }
        if (ownsSharedMemory) {
            final String aeron = EngineNode.address(ConfigLoader.load(null, Map.of(), List.of("dataDir=" + data))).aeronDirectory();
            IoUtil.delete(new File(aeron), true);
            IoUtil.delete(new File(aeron + "-book"), true);
            IoUtil.delete(new File(aeron + "-marks"), true);
        }
    }
}
