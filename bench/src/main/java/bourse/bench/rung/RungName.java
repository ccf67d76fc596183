package bourse.bench.rung;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rungs, in the order of the ladder. Each adds one layer to the one named as {@link #below}. */
public enum RungName {
    /** The rig alone: makes each message ready and throws it away. */
    EMPTY("empty", null, Group.OWN, "the rig alone"),
    /** Matching. */
    CORE("core", null, Group.OWN, "matching, published top and depth"),
    /** The whole engine, called. */
    ENGINE("engine", CORE, Group.OWN, "sessions, duplicates, checks, numbered and encoded events"),
    /** On a thread of its own. */
    QUEUE("queue", ENGINE, Group.OWN, "a lock-free queue to another thread and one back"),
    /** In a process of its own. */
    IPC("ipc", QUEUE, Group.OWN, "the same queues in memory shared with another process"),
    /** Sequenced and written. */
    LOG("log", IPC, Group.OWN, "Aeron Cluster: sequenced, archived, events recorded"),
    /** And synced to the disk. */
    LOG_SYNC("log-sync", LOG, Group.OWN, "each group of commands synced to the disk before it counts"),
    /** Over a socket, without gRPC. */
    TCP("tcp", LOG, Group.OWN, "raw SBE frames over loopback TCP, no gRPC"),
    /** gRPC without a socket. */
    GRPC_INPROCESS("grpc-inprocess", LOG, Group.OWN, "gateway, protobuf, gRPC's in-process transport, JWT"),
    /** One order a message, deep window. */
    GRPC_BATCH_1("grpc-batch-1", GRPC_INPROCESS, Group.GATEWAY, "HTTP/2 over loopback, one order a message"),
    /** 16. */
    GRPC_BATCH_16("grpc-batch-16", GRPC_INPROCESS, Group.GATEWAY, "HTTP/2 over loopback, 16 orders a message"),
    /** 64, as the rungs below. */
    GRPC_BATCH_64("grpc-batch-64", GRPC_INPROCESS, Group.GATEWAY, "HTTP/2 over loopback, 64 orders a message"),
    /** 256. */
    GRPC_BATCH_256("grpc-batch-256", GRPC_INPROCESS, Group.GATEWAY, "HTTP/2 over loopback, 256 orders a message"),
    /** 64 in arrays, both ways. */
    GRPC_COLUMNS_64("grpc-columns-64", GRPC_BATCH_64, Group.GATEWAY, "the same, orders and events in columns"),
    /** A trader that sends orders as they come. */
    GRPC_STREAM("grpc-stream", GRPC_BATCH_64, Group.GATEWAY, "single orders, 256 in flight"),
    /** A script. */
    GRPC_UNARY("grpc-unary", GRPC_STREAM, Group.GATEWAY, "a call per order, each waiting for its answer"),
    /** Encrypted. */
    GRPC_TLS("grpc-tls", GRPC_BATCH_64, Group.TLS, "TLS (and the JWT that every gRPC rung has)"),
    /** With market data. */
    MULTICAST("multicast", GRPC_BATCH_64, Group.VENUE, "market data: multicast feed, and a customer that follows it"),
    /** The original case. */
    PYTHON_UNARY("python-unary", GRPC_UNARY, Group.GATEWAY, "Python instead of Java, a call per order"),
    /** A foreign client in batches. */
    PYTHON_BATCH("python-batch", GRPC_BATCH_64, Group.GATEWAY, "Python instead of Java, 64 orders a message"),
    /** And that client with arrays. */
    PYTHON_COLUMNS("python-columns", PYTHON_BATCH, Group.GATEWAY, "the same, orders and events in columns");

    /** Rungs that may share the processes of their venue. */
    public enum Group { OWN, GATEWAY, TLS, VENUE }

    private static final List<RungName> FOREIGN = List.of(PYTHON_UNARY, PYTHON_BATCH, PYTHON_COLUMNS);

    private final String title;
    private final RungName below;
    private final Group group;
    private final String adds;

    RungName(final String title, final RungName below, final Group group, final String adds) {
        this.title = title;
        this.below = below;
        this.group = group;
        this.adds = adds;
    }

    /** As it is written in reports and options. */
    public String title() {
        return title;
    }

    /** The rung without the layer that this one adds; null = the first. */
    public RungName below() {
        return below;
    }

    public Group group() {
        return group;
    }

    /** The layer in a few words. */
    public String adds() {
        return adds;
    }

    /** Several threads that each do a good part work on an order one after the other: the slowest decides how many pass. */
    public boolean isSideBySide() {
        return compareTo(IPC) > 0;
    }

    /**
     * What the throughput of two runs of one build was seen to differ by, in percent, nine quick runs within an hour on two shared cores: a third where threads have a
     * core each (the machine itself runs faster and slower for minutes), half where more threads are busy than there are cores; and a disk that is shared syncs as it likes.
     */
    static double leastNoisePercent(final String title) {
        return LOG_SYNC.title().equals(title) ? 150 : isSideBySide(title) ? 60 : 30;
    }

    /** The same of the median latency; a disk that is shared takes ten times as long for a sync in one minute as in another. */
    static double leastMedianNoisePercent(final String title) {
        return LOG_SYNC.title().equals(title) ? 900 : isSideBySide(title) ? 200 : 40;
    }

    private static boolean isSideBySide(final String title) {
        return titles().contains(title) && of(title).isSideBySide();
    }

    /** Through gRPC: much code to warm. */
    public boolean isGrpc() {
        return compareTo(TCP) > 0;
    }

    /** Clients in other languages. */
    public boolean isForeign() {
        return FOREIGN.contains(this);
    }

    /** Orders and events in columns, not in a message each. */
    public boolean isInColumns() {
        return this == GRPC_COLUMNS_64 || this == PYTHON_COLUMNS;
    }

    /** Orders in a message. */
    public int batch() {
        return switch (this) {
            case GRPC_BATCH_1, GRPC_STREAM, GRPC_UNARY, PYTHON_UNARY -> 1;
            case GRPC_BATCH_16 -> 16;
            case GRPC_BATCH_256 -> 256;
            default -> 64;
        };
    }

    /** Orders in flight at most, closed loop. */
    public int window() {
        return switch (this) {
            case GRPC_UNARY, PYTHON_UNARY -> 1;
            case GRPC_STREAM -> 256;
            case EMPTY, CORE, ENGINE -> 64;
            default -> 8_192;
        };
    }

    /** @throws IllegalArgumentException when there is none of this title; the message lists them */
    public static RungName of(final String title) {
        return Arrays.stream(values()).filter(rung -> rung.title.equals(title)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "rung: " + title + " (expected: one of " + titles() + ")"));
    }

    /** All titles. */
    public static List<String> titles() {
        final List<String> titles = new ArrayList<>();
        for (final RungName rung : values()) {
            titles.add(rung.title);
        }
        return titles;
    }
}
