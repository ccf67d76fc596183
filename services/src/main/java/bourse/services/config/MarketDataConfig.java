package bourse.services.config;

/**
 * The public feed.
 *
 * @param host            address that the gRPC feed and the web page listen on
 * @param port            gRPC feed; 0 = any free one, here and below
 * @param webPort         web page
 * @param multicast       send UDP multicast
 * @param networkInterface address or name of the interface that multicast leaves by
 * @param ttl             routers that multicast may pass; 0 = this machine
 * @param groupA          increments, line A
 * @param groupB          increments, line B; empty = one line only
 * @param snapshotGroup   cyclic snapshots
 * @param portA           UDP port of line A; 0 = any free one, here and below
 * @param portB           of line B
 * @param snapshotPort    of the snapshots
 * @param requestPort     UDP port for re-requests of missed packets
 * @param publishedDepth  answer snapshots of top and depth straight from the engine's memory: newer, but without feed and trade numbers
 * @param thread          of market data's agent in an all-in-one process
 * @param bursts          give the kernel many packets a system call where it takes them
 * @param access          who may call the gRPC feed
 * @param lines           which of the lines this member sends
 */
public record MarketDataConfig(String host, int port, int webPort, boolean multicast, String networkInterface, int ttl, String groupA,
                               String groupB, String snapshotGroup, int portA, int portB, int snapshotPort, int requestPort,
                               boolean publishedDepth, RunsOn thread, boolean bursts, Access access, Lines lines) {
    /** Who may call the gRPC feed: anybody, or who has a token of the venue with any right. */
    public enum Access { PUBLIC, TOKEN }

    /** Both lines, or line A and the snapshots, or line B: of a venue with several members two may send one each. */
    public enum Lines { BOTH, A, B }

    static MarketDataConfig read(final ConfigSection section) {
        final MarketDataConfig config = new MarketDataConfig(
            section.text("host", "127.0.0.1", 1, 255),
            section.port("port", 7302),
            section.port("webPort", 7305),
            section.bool("multicast", true),
            section.text("interface", "127.0.0.1", 1, 255),
            section.integer("ttl", 0, 0, 255),
            group(section, "groupA", "239.192.73.1"),
            group(section, "groupB", "239.192.73.2"),
            group(section, "snapshotGroup", "239.192.73.3"),
            section.port("portA", 7311),
            section.port("portB", 7312),
            section.port("snapshotPort", 7313),
            section.port("requestPort", 7314),
            section.bool("publishedDepth", false),
            section.choice("thread", RunsOn.ENGINE),
            section.bool("bursts", true),
            section.choice("access", Access.PUBLIC),
            section.choice("lines", Lines.BOTH));
        section.end();
        return config;
    }

    private static String group(final ConfigSection section, final String key, final String defaultValue) {
        final String group = section.text(key, defaultValue);
        if (!group.isEmpty() && !group.matches("2(2[4-9]|3\\d)(\\.\\d{1,3}){3}")) {
            throw section.bad(key, group, "an IPv4 multicast address, 224.0.0.0..239.255.255.255");
        }
        return group;
    }
}
