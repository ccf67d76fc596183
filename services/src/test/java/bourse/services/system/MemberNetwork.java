package bourse.services.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Three hosts and the network between them, made of network namespaces of this machine: a bridge that only members are at, and one that joins them to the clients
 * in this process, so that who is cut off from the other members still has his clients. Needs root and iproute2, no packet filter: a member whose way to
 * another is cut has the wrong hardware address for it, so that packets vanish without a word, one way, as they do on a wire.
 *
 * <pre>
 *   namespace ID-0 … ID-2   eth0 198.18.N.10 + member, eth1 198.19.N.10 + member
 *   namespace ID-s          br0 with every eth0, br1 with every eth1 and the clients' ID
 *   here                    ID 198.19.N.100
 * </pre>
 */
final class MemberNetwork implements AutoCloseable {
    private static final String NOBODY = "02:00:00:00:00:ff";
    private static final int FIRST_HOST = 10;
    private static final long TIMEOUT_S = 10;

    private final String id = "bp" + ProcessHandle.current().pid();
    private final int net = (int) (ProcessHandle.current().pid() & 0xFF);
    private final boolean[][] cuts;

    MemberNetwork(final int members) throws IOException, InterruptedException {
        cuts = new boolean[members][members];
        try {
            make();
        } catch (final IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Why there can be no such network here; null = it can. */
    static String missing() {
        final String probe = "bp" + ProcessHandle.current().pid() + "-probe";
        try {
            run("netns add " + probe);
            run("netns del " + probe);
            return null;
        } catch (final IOException e) {
            return "no network namespaces here (root and iproute2 are needed): " + e.getMessage().strip();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private void make() throws IOException, InterruptedException {
        final String bridge = id + "-s";
        run("netns add " + bridge, "link add " + id + " type veth peer name clients netns " + bridge, "addr add 198.19." + net + ".100/24 dev " + id,
            "link set " + id + " up");
        // Without a router that asks who listens, a snooping bridge forgets it.
        runIn(bridge, "link add br0 type bridge mcast_snooping 0", "link set br0 up", "link add br1 type bridge mcast_snooping 0", "link set br1 up",
            "link set clients master br1 up");
        for (int i = 0; i < cuts.length; i++) {
            run("netns add " + space(i));
            runIn(bridge, "link add m" + i + " type veth peer name eth0 address " + hardware(i) + " netns " + space(i), "link set m" + i + " master br0 up",
                "link add c" + i + " type veth peer name eth1 netns " + space(i), "link set c" + i + " master br1 up");
            runIn(space(i), "link set lo up", "addr add " + memberHost(i) + "/24 dev eth0", "addr add " + clientHost(i) + "/24 dev eth1", "link set eth1 up");
            up(i);
        }
    }

    private String space(final int member) {
        return id + "-" + member;
    }

    /** What other members reach it by. */
    String memberHost(final int member) {
        return "198.18." + net + "." + (FIRST_HOST + member);
    }

    /** What clients, and this process, reach it by, whatever is cut. */
    String clientHost(final int member) {
        return "198.19." + net + "." + (FIRST_HOST + member);
    }

    private static String hardware(final int member) {
        return "02:00:00:00:00:" + (FIRST_HOST + member);
    }

    /** What a command is put behind to run at a member's host. */
    List<String> at(final int member) {
        return List.of("ip", "netns", "exec", space(member));
    }

    /** Nothing that one member sends to the other arrives any more. */
    void cut(final int from, final int to) throws IOException, InterruptedException {
        cuts[from][to] = true;
        runIn(space(from), neighbour(from, to));
    }

    void mend(final int from, final int to) throws IOException, InterruptedException {
        cuts[from][to] = false;
        runIn(space(from), neighbour(from, to));
    }

    /** Neither hears the other. */
    void part(final int one, final int other) throws IOException, InterruptedException {
        cut(one, other);
        cut(other, one);
    }

    /** Cuts a member off from all others. */
    void isolate(final int member) throws IOException, InterruptedException {
        for (int i = 0; i < cuts.length; i++) {
            if (i != member) {
                part(member, i);
            }
        }
    }

    /** All hear each other again. */
    void mendAll() throws IOException, InterruptedException {
        for (int i = 0; i < cuts.length; i++) {
            java.util.Arrays.fill(cuts[i], false);
            up(i);
        }
    }

    /** The member's own interface goes down: what it sends is refused by its kernel, not lost on the way. */
    void down(final int member) throws IOException, InterruptedException {
        runIn(space(member), "link set eth0 down");
    }

    /** Cuts stay. */
    void up(final int member) throws IOException, InterruptedException {
        final List<String> commands = new ArrayList<>(List.of("link set eth0 up"));
        for (int i = 0; i < cuts.length; i++) {
            if (i != member) {
                commands.add(neighbour(member, i));
            }
        }
        runIn(space(member), commands.toArray(String[]::new));
    }

    private String neighbour(final int from, final int to) {
        return "neigh replace " + memberHost(to) + " lladdr " + (cuts[from][to] ? NOBODY : hardware(to)) + " dev eth0 nud permanent";
    }

    private static void runIn(final String namespace, final String... commands) throws IOException, InterruptedException {
        execute(List.of("ip", "-n", namespace, "-batch", "-"), commands);
    }

    private static void run(final String... commands) throws IOException, InterruptedException {
        for (final String command : commands) {
            final List<String> whole = new ArrayList<>(List.of("ip"));
            whole.addAll(List.of(command.split(" ")));
            execute(whole);
        }
    }

    private static void execute(final List<String> command, final String... input) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (input.length > 0) {
            process.getOutputStream().write(String.join("\n", input).concat("\n").getBytes(StandardCharsets.US_ASCII));
        }
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    /** After the processes that run there. */
    @Override
    public void close() throws IOException, InterruptedException {
        final List<String> namespaces = new ArrayList<>(List.of(id + "-s"));
        for (int i = 0; i < cuts.length; i++) {
            namespaces.add(space(i));
        }
        for (final String namespace : namespaces) {
            new ProcessBuilder("ip", "netns", "del", namespace).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
        // Goes with the other end of its cable, but not at once.
        new ProcessBuilder("ip", "link", "del", id).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }
}
