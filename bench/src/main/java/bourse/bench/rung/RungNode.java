package bourse.bench.rung;

import bourse.engine.match.MatcherLimits;
import bourse.services.config.ConfigLoader;
import bourse.services.node.VenueProcess;
import bourse.services.telemetry.LogRecords;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * Main class of a rung's other process: {@code ipc}, {@code log}, {@code tcp}, {@code gateway} (engine and gateway) or {@code venue} (with market data).
 * Writes one line of JSON when it is ready, then answers lines on stdin, and ends with them.
 */
public final class RungNode {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> arguments;
    private final Path directory;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<AutoCloseable> parts = new ArrayList<>();

    private RungNode(final Map<String, String> arguments) {
        this.arguments = arguments;
        directory = Path.of(arguments.get("directory"));
    }

    /** The role, then {@code key=value} each. */
    public static void main(final String[] args) throws IOException, TimeoutException, InterruptedException {
        Interrupts.ignore();
        final Map<String, String> arguments = new HashMap<>();
        for (int i = 1; i < args.length; i++) {
            final int equals = args[i].indexOf('=');
            arguments.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        final var node = new RungNode(arguments);
        node.start(args[0]);
        node.serve();
        // Whatever a library left running.
        Runtime.getRuntime().halt(0);
    }

    private void start(final String role) throws IOException, TimeoutException, InterruptedException {
        facts.put("role", role);
        final Plant plant = Plant.of(arguments.getOrDefault("plant", Plant.NONE.text()));
        switch (role) {
            case "ipc" -> shard(plant);
            case "log", "tcp" -> engine("tcp".equals(role), plant);
            case "gateway" -> venue(EnumSet.of(VenueProcess.Part.ENGINE, VenueProcess.Part.GATEWAY));
            case "venue" -> venue(EnumSet.allOf(VenueProcess.Part.class));
            default -> throw new IllegalArgumentException("role: " + role + " (expected: ipc, log, tcp, gateway, venue)");
        }
    }

    private void shard(final Plant plant) {
        final File file = new File(arguments.get("rings"));
        final MappedByteBuffer mapped = IoUtil.mapExistingFile(file, "rings");
        final int length = RingDriver.ringLength();
        parts.add(new ShardThread(limits(), new OneToOneRingBuffer(new UnsafeBuffer(mapped, 0, length)),
                new OneToOneRingBuffer(new UnsafeBuffer(mapped, length, length)), plant));
    }

    private MatcherLimits limits() {
        return MatcherLimits.bench(Integer.parseInt(arguments.get("orders")));
    }

    private void engine(final boolean listens, final Plant plant) throws IOException {
        final EngineSide engine = new EngineSide(directory, "power".equals(arguments.get("sync")), limits(), plant);
        parts.add(engine);
        engine.awaitLeader();
        if (listens) {
            final TcpListener listener = new TcpListener(engine);
            engine.add(listener);
            facts.put("port", Integer.toString(listener.port()));
        }
        facts.put("aeron", engine.address().aeronDirectory());
    }

    private void venue(final Set<VenueProcess.Part> roles) throws IOException, TimeoutException, InterruptedException {
        final List<String> settings = new ArrayList<>(List.of("dataDir=" + directory.resolve("data"), "gateway.port=0", "gateway.adminPort=0",
                "marketdata.port=0", "marketdata.webPort=0", "telemetry.port=0", "marketdata.portA=0", "marketdata.portB=0",
                "marketdata.snapshotPort=0", "marketdata.requestPort=0", "engine.maxInstruments=1024", "instruments=[]"));
        arguments.forEach((key, value) -> {
            if (key.contains(".")) {
                settings.add(key + "=" + value);
            }
        });
        final var config = ConfigLoader.load(null, Map.of(), settings);
        LogRecords.install(config.telemetry().logLevel(), config.telemetry().logFormat());
        final VenueProcess venue = VenueProcess.start(config, roles);
        parts.add(venue);
        venue.awaitReady(Duration.ofSeconds(30));
        venue.warmUp();
        facts.put("data", directory.resolve("data").toString());
    }

    private void serve() throws IOException {
        say(facts);
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = questions.readLine(); line != null && !"stop".equals(line); line = questions.readLine()) {
                if (line.startsWith("profile ")) {
                    final String fault = Profiler.execute(line.substring("profile ".length()));
                    say(fault == null ? Map.of() : Map.of("fault", fault));
                } else {
                    say(ProcessUsage.now());
                }
            }
        } finally {
            CloseHelper.quietCloseAll(parts.reversed());
        }
    }

    private static void say(final Object answer) throws IOException {
        System.out.println(JSON.writeValueAsString(answer));
        System.out.flush();
    }
}
