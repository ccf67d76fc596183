package bourse.services.placement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The machine's cores and where their memory is, as the kernel tells.
 *
 * @param nodes    NUMA nodes by number; empty = unknown
 * @param siblings cores that share a physical one with core 0
 */
public record Topology(List<Node> nodes, CpuList siblings) {
    private static final Path NODES = Path.of("/sys/devices/system/node");
    private static final Path SIBLINGS = Path.of("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");

    /** Cores and the memory that is near to them. */
    public record Node(int number, CpuList cpus, long memoryKb) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "node%d: cpus %s, %d GB", number, cpus, memoryKb >> 20);
        }
    }

    /** Of this machine; empty where there is no /sys. */
    public static Topology ofMachine() {
        final List<Node> nodes = new ArrayList<>();
        try (Stream<Path> folders = Files.list(NODES)) {
            for (final Path folder : folders.filter(path -> path.getFileName().toString().matches("node\\d+")).sorted().toList()) {
                final long kb = Files.readAllLines(folder.resolve("meminfo")).stream().filter(line -> line.contains("MemTotal")).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll(".*:\\s*(\\d+).*", "$1"))).orElse(0L);
                nodes.add(new Node(Integer.parseInt(folder.getFileName().toString().substring(4)), CpuList.parse(Files.readString(folder.resolve("cpulist"))),
                    kb));
            }
            return new Topology(nodes, Files.exists(SIBLINGS) ? CpuList.parse(Files.readString(SIBLINGS)) : CpuList.NONE);
        } catch (final IOException e) {
            return new Topology(List.of(), CpuList.NONE);
        }
    }

    /** Such as {@code node0: cpus 0-7, 31 GB; node1: cpus 8-15, 31 GB}. */
    public String describe() {
        return nodes.isEmpty() ? "nodes unknown" : String.join("; ", nodes.stream().map(Node::toString).toList()) + (nodes.size() == 1 ? " (one node)" : "");
    }

    /** Numbers of the nodes that these cores belong to. */
    public List<Integer> nodesOf(final CpuList cpus) {
        return nodes.stream().filter(node -> node.cpus.bits().intersects(cpus.bits())).map(Node::number).toList();
    }
}
