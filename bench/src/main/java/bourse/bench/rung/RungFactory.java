package bourse.bench.rung;

import bourse.bench.grpc.LoadVenue;
import bourse.bench.grpc.SessionLoad;
import bourse.bench.grpc.StreamCommands;
import bourse.bench.lab.QuietListener;
import bourse.bench.stream.CommandStream;
import bourse.gateway.auth.KeyFile;
import bourse.services.client.VenueChannels;
import bourse.services.placement.Affinity;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Sets rungs up, and keeps the venue that several of them share. Blocking. Thread: the rig's. */
final class RungFactory implements AutoCloseable {
    private static final int FASTEST_GRPC_PER_SECOND = 3_000_000;
    /** Over a network; and a deployed venue has room for 256 instruments unless it was given more. */
    private static final int FASTEST_DEPLOYED_PER_SECOND = 1_000_000;
    private static final int MAX_ROUNDS = 900;

    private final CommandStream stream;
    private final RungPlan plan;
    private RungVenue gateway;
    private long lastSession = System.currentTimeMillis();

    RungFactory(final CommandStream stream, final RungPlan plan) {
        this.stream = stream;
        this.plan = plan;
    }

    /** A rung, ready for its verification. */
    Rung open(final RungName name) throws IOException, InterruptedException {
        return switch (name) {
            case EMPTY -> direct(name, new EmptyDriver(messages(name), plant(name)), null, List.of());
            case CORE -> {
                final var driver = new BookDriver(stream, name.batch(), plan.prefix(), new QuietListener(), plant(name));
                yield direct(name, driver, fold -> driver.bookHash(), List.of());
            }
            case ENGINE -> engine(name);
            case QUEUE -> queue(name);
            case IPC -> ipc(name);
            case LOG, LOG_SYNC -> log(name);
            case TCP -> tcp(name);
            case GRPC_INPROCESS -> inProcess(name);
            case GRPC_TLS -> session(name, RungVenue.tls(plan.in(RungRig.folder(plan, name.title()).toString())), true);
            case MULTICAST -> session(name, RungVenue.withMarketData(plan.in(RungRig.folder(plan, name.title()).toString())), true);
            case GRPC_UNARY -> unary(name, gateway());
            case PYTHON_UNARY, PYTHON_BATCH, PYTHON_COLUMNS -> throw new IllegalArgumentException(name.title() + " has a program of its own");
            default -> session(name, gateway(), false);
        };
    }

    /** A rung whose client is a Python program. */
    PythonRung python(final RungName name) throws IOException, InterruptedException {
        return new PythonRung(name, plan, gateway(), stream);
    }

    private RungVenue gateway() throws IOException {
        if (gateway == null) {
            gateway = plan.deployed() != null ? RungVenue.deployed(plan.deployed()) : RungVenue.plain(plan.in(RungRig.folder(plan, "gateway").toString()));
        }
        return gateway;
    }

    private RoundMessages messages(final RungName name) {
        return new RoundMessages(stream, name.batch(), plan.prefix());
    }

    private Plant plant(final RungName name) {
        return plan.plant(name.title());
    }

    private static Rung direct(final RungName name, final Driver driver, final Rung.Proof proof, final List<NodeProcess> nodes) {
        return new Rung(name.title(), name.batch(), name.window(), new DrivenLoad(driver, name.window()), proof, nodes,
                () -> nodes.forEach(NodeProcess::close));
    }

    private Rung engine(final RungName name) {
        final RingBuffer events = RingDriver.ring();
        final ShardHost host = new ShardHost(ShardHost.limits(stream), events, plant(name));
        final var driver = new RingDriver(messages(name), events, null, host, host::close);
        return direct(name, driver, fold -> same(name, fold.hash(), host.bookHash()), List.of());
    }

    private Rung queue(final RungName name) {
        final RingBuffer events = RingDriver.ring();
        final RingBuffer commands = RingDriver.ring();
        final ShardThread thread = new ShardThread(ShardHost.limits(stream), commands, events, plant(name));
        Affinity.bind(0);
        return direct(name, new RingDriver(messages(name), events, commands, null, thread::close), Rung.FOLDED, List.of());
    }

    private Rung ipc(final RungName name) throws IOException {
        final Path shared = Files.isDirectory(Path.of("/dev/shm")) ? Path.of("/dev/shm") : Path.of(plan.directory());
        final File rings = Files.createTempFile(shared, "bourse-bench-", ".rings").toFile();
        Files.delete(rings.toPath());
        final int length = RingDriver.ringLength();
        final MappedByteBuffer mapped = IoUtil.mapNewFile(rings, 2L * length);
        try {
            final NodeProcess node = new NodeProcess("ipc", RungRig.folder(plan, name.title()), Map.of("rings", rings.getPath(), "orders",
                    orders(), "plant", plant(name).text()));
            // Only now: a child inherits the binding.
            Affinity.bind(0);
            return direct(name, new RingDriver(messages(name), new OneToOneRingBuffer(new UnsafeBuffer(mapped, length, length)),
                    new OneToOneRingBuffer(new UnsafeBuffer(mapped, 0, length)), null, () -> { }), Rung.FOLDED, List.of(node));
        } finally {
            // Both have it mapped; the name is not needed any more.
            Files.deleteIfExists(rings.toPath());
        }
    }

    private String orders() {
        return Integer.toString(ShardHost.limits(stream).maxOrders());
    }

    private Rung log(final RungName name) throws IOException {
        final NodeProcess node = new NodeProcess("log", RungRig.folder(plan, name.title()), Map.of("orders", orders(), "sync",
                name == RungName.LOG_SYNC ? "power" : "process", "plant", plant(name).text()));
        final var driver = new LogDriver(messages(name), new bourse.services.transport.ShardAddress(node.fact("aeron"),
                bourse.engine.log.AeronLog.INGRESS_CHANNEL, null, bourse.engine.log.AeronLog.INGRESS_STREAM_ID,
                bourse.engine.log.AeronLog.ARCHIVE_CONTROL_CHANNEL, bourse.engine.log.AeronLog.ARCHIVE_CONTROL_STREAM_ID));
        return direct(name, driver, fold -> same(name, fold.hash(), driver.askBookHash()), List.of(node));
    }

    private Rung tcp(final RungName name) throws IOException {
        final NodeProcess node = new NodeProcess("tcp", RungRig.folder(plan, name.title()), Map.of("orders", orders(), "plant",
                plant(name).text()));
        return direct(name, new TcpDriver(messages(name), Integer.parseInt(node.fact("port"))), Rung.FOLDED, List.of(node));
    }

    private Rung inProcess(final RungName name) throws IOException, InterruptedException {
        final Path folder = RungRig.folder(plan, name.title());
        final KeyFile key = KeyFile.openOrCreate(folder);
        final InProcessVenue venue = new InProcessVenue(folder, ShardHost.limits(stream, rounds() + 1), key);
        final CallCredentials credentials = RungVenue.credentials(key);
        final ManagedChannel admin = VenueChannels.plaintext("127.0.0.1:" + venue.adminPort());
        final ManagedChannel channel = InProcessChannelBuilder.forName(InProcessVenue.NAME).directExecutor().build();
        final int[] instruments = LoadVenue.createInstruments(admin, credentials, rounds());
        return session(name, channel, credentials, instruments, null, List.of(), () -> {
            channel.shutdownNow();
            admin.shutdownNow();
            venue.close();
        });
    }

    private Rung session(final RungName name, final RungVenue venue, final boolean isOwn) throws IOException, InterruptedException {
        final FeedWatch feed = venue.endpoints() == null || venue.endpoints().multicast() == null ? null
                : new FeedWatch(venue.endpoints().multicast());
        final ManagedChannel channel = venue.channel();
        return session(name, channel, venue.credentials(), venue.createInstruments(rounds()), feed, venue.nodes(), () -> {
            channel.shutdownNow();
            if (feed != null) {
                feed.close();
            }
            if (isOwn) {
                venue.close();
            }
        });
    }

    private Rung session(final RungName name, final ManagedChannel channel, final CallCredentials credentials, final int[] instruments,
                         final FeedWatch feed, final List<NodeProcess> nodes, final Runnable onClose) throws InterruptedException {
        final StreamCommands commands = new StreamCommands(stream, instruments);
        final SessionLoad load = new SessionLoad(commands, name.batch(), name.window(),
                name.isInColumns() ? SessionLoad.Form.COLUMNS : SessionLoad.Form.MESSAGES);
        load.open(planted(name, channel), credentials, ++lastSession);
        return new Rung(name.title(), name.batch(), name.window(), new SessionRungLoad(load, commands, feed, () -> { }), Rung.FOLDED, nodes,
                onClose);
    }

    private Rung unary(final RungName name, final RungVenue venue) throws IOException {
        final ManagedChannel channel = venue.channel();
        final StreamCommands commands = new StreamCommands(stream, venue.createInstruments(1));
        return new Rung(name.title(), 1, 1, new UnaryLoad(planted(name, channel), venue.credentials(), commands, ++lastSession), Rung.FOLDED, venue.nodes(),
                channel::shutdownNow);
    }

    private Channel planted(final RungName name, final Channel channel) {
        final Plant plant = plant(name);
        return plant.burns() ? ClientInterceptors.intercept(channel, new PlantedCalls(plant, name.batch())) : channel;
    }

    /** Instruments that one gRPC rung may fill, each with a round of the stream. */
    private int rounds() {
        final long ms = plan.warmUpMs(true) + plan.throughputMs() + plan.latencyMs() + plan.kneeSteps() * plan.kneeMs()
                + (plan.profile() == null ? 0 : 15_000);
        return (int) Math.min(MAX_ROUNDS, 2 + ms * (plan.deployed() == null ? FASTEST_GRPC_PER_SECOND
                : FASTEST_DEPLOYED_PER_SECOND) / 1_000 / stream.count());
    }

    private static long same(final RungName name, final long told, final long own) {
        if (told != own) {
            throw new IllegalStateException("%s: the reports lead to state %016x, the engine has %016x".formatted(name.title(), told, own));
        }
        return told;
    }

    @Override
    public void close() {
        if (gateway != null) {
            gateway.close();
        }
    }
}
