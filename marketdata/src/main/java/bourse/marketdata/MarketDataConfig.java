package bourse.marketdata;

import bourse.marketdata.receiver.FeedAddresses;
import java.nio.file.Path;
import org.agrona.BitUtil;

/**
 * What a market-data service is made from, read once.
 *
 * @param channel                   feed channel, the shard's number: 0..65,535
 * @param addresses                 multicast groups, recovery address, interface
 * @param multicast                 whether to send packets at all; false = gRPC and web only
 * @param timeToLive                of multicast packets, 0..255: 0 = this host, 1 = this network
 * @param heartbeatMs               idle time before a heartbeat, 1..10,000
 * @param snapshotIntervalMs        between two rounds of the snapshot channel, 10..5,000
 * @param snapshotPacketsPerSecond  pace of the snapshot channel, 100..1,000,000
 * @param ringMessages              recent messages kept for re-requests and subscribers: a power of two, 4,096..8,388,608
 * @param recoveryMessagesPerSecond bound of all re-request answers together, 1,000..100,000,000
 * @param host                      address that gRPC and web bind, "0.0.0.0" for all
 * @param grpcPort                  0..65,535, 0 = a free one, -1 = none
 * @param webPort                   the same for the page
 * @param maxSubscribers            gRPC subscriptions at once, 1..10,000
 * @param maxReplays                gRPC replays at once, 1..64
 * @param maxWebClients             pages open at once, 1..1,000
 * @param publishedBook             the engine's published region; null = top and depth come from the folded book
 * @param bursts                    give the kernel many packets a system call where it takes them; false = one each
 * @param lines                     which lines are sent
 */
public record MarketDataConfig(int channel, FeedAddresses addresses, boolean multicast, int timeToLive, long heartbeatMs,
                               long snapshotIntervalMs, int snapshotPacketsPerSecond, int ringMessages, int recoveryMessagesPerSecond,
                               String host, int grpcPort, int webPort, int maxSubscribers, int maxReplays, int maxWebClients,
                               Path publishedBook, boolean bursts, Lines lines) {
    /** Which lines this one sends, of a venue whose members send the same numbers; the cycle of snapshots goes with line A. */
    public enum Lines {
        BOTH, A, B;

        /** Line A and the snapshots. */
        public boolean hasA() {
            return this != B;
        }

        /** Line B. */
        public boolean hasB() {
            return this != A;
        }
    }


    /** Refuses what is out of range. */
    public MarketDataConfig {
        check("channel", channel, 0, 65_535);
        check("timeToLive", timeToLive, 0, 255);
        check("heartbeatMs", heartbeatMs, 1, 10_000);
        check("snapshotIntervalMs", snapshotIntervalMs, 10, 5_000);
        check("snapshotPacketsPerSecond", snapshotPacketsPerSecond, 100, 1_000_000);
        check("ringMessages", ringMessages, 4_096, 1 << 23);
        if (!BitUtil.isPowerOfTwo(ringMessages)) {
            throw new IllegalArgumentException("ringMessages: " + ringMessages + " (expected: a power of two)");
        }
        check("recoveryMessagesPerSecond", recoveryMessagesPerSecond, 1_000, 100_000_000);
        check("grpcPort", grpcPort, -1, 65_535);
        check("webPort", webPort, -1, 65_535);
        check("maxSubscribers", maxSubscribers, 1, 10_000);
        check("maxReplays", maxReplays, 1, 64);
        check("maxWebClients", maxWebClients, 1, 1_000);
        if (addresses == null || host == null || host.isBlank()) {
            throw new IllegalArgumentException("addresses: " + addresses + ", host: " + host + " (expected: both set)");
        }
    }

    /** Loopback multicast, gRPC on 7302, the page on 7305. */
    public static MarketDataConfig defaults() {
        return new MarketDataConfig(0, FeedAddresses.defaults(), true, 0, 100, 1_000, 20_000, 1 << 18, 2_000_000, "127.0.0.1", 7302, 7305,
            256, 8, 64, null, true, Lines.BOTH);
    }

    /** The same with another channel. */
    public MarketDataConfig withChannel(final int value) {
        return new MarketDataConfig(value, addresses, multicast, timeToLive, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond,
            ringMessages, recoveryMessagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, publishedBook, bursts, lines);
    }

    /** The same with other groups, sent or not, as far as {@code ttl}. */
    public MarketDataConfig withMulticast(final FeedAddresses feed, final boolean send, final int ttl) {
        return new MarketDataConfig(channel, feed, send, ttl, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond, ringMessages,
            recoveryMessagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, publishedBook, bursts, lines);
    }

    /** The same with other times. */
    public MarketDataConfig withTimes(final long heartbeat, final long snapshotInterval, final int snapshotRate) {
        return new MarketDataConfig(channel, addresses, multicast, timeToLive, heartbeat, snapshotInterval, snapshotRate, ringMessages,
            recoveryMessagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, publishedBook, bursts, lines);
    }

    /** The same with another ring and recovery bound. */
    public MarketDataConfig withRecovery(final int messages, final int messagesPerSecond) {
        return new MarketDataConfig(channel, addresses, multicast, timeToLive, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond,
            messages, messagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, publishedBook, bursts, lines);
    }

    /** The same on another address and other ports. */
    public MarketDataConfig withPorts(final String bindHost, final int grpc, final int web) {
        return new MarketDataConfig(channel, addresses, multicast, timeToLive, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond,
            ringMessages, recoveryMessagesPerSecond, bindHost, grpc, web, maxSubscribers, maxReplays, maxWebClients, publishedBook, bursts, lines);
    }

    /** The same with the engine's published region. */
    public MarketDataConfig withPublishedBook(final Path file) {
        return new MarketDataConfig(channel, addresses, multicast, timeToLive, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond,
            ringMessages, recoveryMessagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, file, bursts, lines);
    }

    /** The same with packets sent in bursts or one by one. */
    public MarketDataConfig withBursts(final boolean value) {
        return new MarketDataConfig(channel, addresses, multicast, timeToLive, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond,
            ringMessages, recoveryMessagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, publishedBook, value, lines);
    }

    /** The same with some of the lines. */
    public MarketDataConfig withLines(final Lines sent) {
        return new MarketDataConfig(channel, addresses, multicast, timeToLive, heartbeatMs, snapshotIntervalMs, snapshotPacketsPerSecond,
            ringMessages, recoveryMessagesPerSecond, host, grpcPort, webPort, maxSubscribers, maxReplays, maxWebClients, publishedBook, bursts, sent);
    }

    private static void check(final String name, final long value, final long from, final long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + from + ".." + to + ")");
        }
    }
}
