package bourse.services.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A venue of several members under test, each a process of its own with engine, gateway and market data, on loopback or on hosts of a network. Ended with the test. */
final class ReplicatedVenue implements AutoCloseable {
    private static final int PORTS = 6;
    private static final long TIMEOUT_S = 60;
    /** Between a trader's batches: three members and their clients share the cores of one machine. */
    private static final long PAUSE_MS = 20;

    private final Path directory;
    private final Path keyDir;
    private final List<String> settings = new ArrayList<>();
    private final List<Integer> gatewayPorts = new ArrayList<>();
    private final VenueChild[] members;
    private final MemberNetwork network;

    /**
     * On loopback.
     *
     * @param settings of every member
     */
    ReplicatedVenue(final Path directory, final int count, final String... settings) throws IOException {
        this(directory, count, null, settings);
    }

    /** @param network that has a host for each; null = loopback */
    ReplicatedVenue(final Path directory, final int count, final MemberNetwork network, final String... settings) throws IOException {
        this.directory = directory;
        this.network = network;
        members = new VenueChild[count];
        keyDir = Files.createDirectories(directory.resolve("key"));
        final StringBuilder addresses = new StringBuilder();
        for (int i = 0; i < count; i++) {
            addresses.append(i == 0 ? "" : ",").append(network == null ? "127.0.0.1" : network.memberHost(i)).append(':').append(freeRow());
            gatewayPorts.add(VenueChild.freePort());
            Files.createDirectories(directory(i));
        }
        this.settings.addAll(List.of(settings));
        this.settings.addAll(List.of("cluster.members=" + addresses, "gateway.tokens.keyDir=" + keyDir, "marketdata.multicast=false"));
    }

    /** First of six ports that are free now, outside of those that the system gives away. */
    private static int freeRow() {
        while (true) {
            final int first = ThreadLocalRandom.current().nextInt(12_000, 30_000);
            try {
                for (int i = 0; i < PORTS; i++) {
                    new DatagramSocket(first + i, InetAddress.getLoopbackAddress()).close();
                    new ServerSocket(first + i, 1, InetAddress.getLoopbackAddress()).close();
                }
                return first;
            } catch (final SocketException taken) {
                // another row
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    int count() {
        return members.length;
    }

    Path directory(final int member) {
        return directory.resolve("member-" + member);
    }

    Path keyDir() {
        return keyDir;
    }

    VenueChild member(final int member) {
        return members[member];
    }

    /** Starts one, or starts it again. */
    VenueChild start(final int member, final String... more) {
        final List<String> all = new ArrayList<>(settings);
        all.addAll(List.of("cluster.member=" + member, "gateway.port=" + gatewayPorts.get(member)));
        if (network != null) {
            final String host = network.clientHost(member);
            all.addAll(List.of("gateway.host=" + host, "marketdata.host=" + host, "telemetry.host=" + host));
        }
        all.addAll(List.of(more));
        members[member] = VenueChild.startBehind(network == null ? List.of() : network.at(member), "run", directory(member), all.toArray(String[]::new));
        return members[member];
    }

    ReplicatedVenue startAll() throws InterruptedException {
        for (int i = 0; i < members.length; i++) {
            start(i);
        }
        for (final VenueChild member : members) {
            member.awaitReady();
        }
        return this;
    }

    /** {@code host:port} of every gateway, beginning with this member's. */
    List<String> gateways(final int first) {
        final List<String> all = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            final int member = (first + i) % members.length;
            all.add((network == null ? "127.0.0.1" : network.clientHost(member)) + ':' + gatewayPorts.get(member));
        }
        return all;
    }

    /** A trader that begins at this member's gateway and goes on at the others'. */
    FaultTrader trader(final int member, final int account, final long seed) throws IOException {
        return new FaultTrader(members[member].endpoints(), gateways(member).subList(1, members.length), keyDir, account, seed, PAUSE_MS);
    }

    /** A trader that knows no other gateway than this member's. */
    FaultTrader loyalTrader(final int member, final int account, final long seed) throws IOException {
        return new FaultTrader(members[member].endpoints(), List.of(), keyDir, account, seed, 4 * PAUSE_MS);
    }

    /** What a member says of itself, such as {@code ready}; empty while it cannot be asked. */
    JsonNode health(final int member) {
        try {
            final HttpURLConnection connection = (HttpURLConnection) URI.create(members[member].endpoints().telemetry() + "/readyz").toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(1_000);
            final boolean isReady = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            return new ObjectMapper().readTree(isReady ? connection.getInputStream() : connection.getErrorStream());
        } catch (final IOException | UncheckedIOException e) {
            return new ObjectMapper().createObjectNode();
        }
    }

    boolean isReady(final int member) {
        return health(member).path("ready").asBoolean(false);
    }

    /** The member that leads; waits until one does. */
    int awaitLeader() throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (System.nanoTime() - deadlineNs < 0) {
            for (int i = 0; i < members.length; i++) {
                if (members[i] != null && members[i].isAlive() && health(i).path("member").asText().contains(", leader, ")) {
                    return i;
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no leader within " + TIMEOUT_S + " s");
    }

    /** Waits until a member is in a quorum and serves. */
    void awaitServing(final int member) throws InterruptedException {
        members[member].awaitReady().await("serving", () -> isReady(member));
    }

    /** What the members wrote, each since its last start. */
    void printOutputs(final PrintStream out) {
        for (int i = 0; i < members.length; i++) {
            if (members[i] != null) {
                out.println("---- member " + i);
                out.print(members[i].output());
            }
        }
    }

    @Override
    public void close() {
        for (final VenueChild member : members) {
            if (member != null) {
                member.close();
            }
        }
    }
}
