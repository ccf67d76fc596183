package bourse.gateway;

import java.nio.file.Path;

import bourse.gateway.auth.ServerCertificates.TlsFiles;

/**
 * Everything that the gateway can be told, checked when it is made. Times in milliseconds, sizes in bytes.
 *
 * @param gatewayId               0..2^31-1, unique among the gateways of a venue, and the same after a restart: sessions that an earlier run left
 *                                open are closed ten seconds after the start unless their clients are back
 * @param host                    interface to listen on
 * @param port                    order entry, reference data and health; 0 = any free one
 * @param adminPort               administration; 0 = any free one
 * @param networkThreads          event loops with a thread each, 0..64; 0 = the agent's thread serves the network, too
 * @param tls                     certificates, and whose are whose
 * @param tokenWarningMs          a session is told so long before its token ends
 * @param tokenGraceMs            and a stream ends so long after it
 * @param ingressRingBytes        between network threads and the agent, a power of two
 * @param outboundFrames          frames of 32 KiB that may wait for one client, 16..4,096
 * @param maxFrames               frames of all clients together
 * @param maxInFlightCommands     commands of one stream that are sent but not applied; above it the client is not read
 * @param maxStreams              sessions and drop copies open at once
 * @param maxStreamsPerAccount    of these
 * @param maxSessionsPerAccount   sessions that an account may ever use: the engine forgets none
 * @param commandsPerSecond       new orders, replacements and quotes of one account; 0 = no limit; cancellations are not counted
 * @param maxCallsPerConnection   concurrent calls of one connection, streams included
 * @param maxConnections          to one port
 * @param maxConnectionsPerAddress of these, from one address
 * @param slowReaderMs            a client that takes nothing for so long while something waits is cut off
 * @param establishTimeoutMs      from the start of a stream to its EstablishAck
 * @param unaryTimeoutMs          from a unary command to its outcome
 * @param keepaliveMs             what a client gets that asks for no interval of its own
 * @param maxConnectionIdleMs     a connection without calls is closed
 * @param maxConnectionAgeMs      a connection is closed in order
 * @param maxConnectionAgeGraceMs and by force after this
 * @param handshakeTimeoutMs      TLS and HTTP/2 preface
 * @param reflection              serves the descriptions of the services on both ports
 * @param traceOneIn              one batch of a stream in so many is traced; 0 = none
 * @param pollFragments           fragments of events in one duty cycle
 */
public record GatewayConfig(
    long gatewayId,
    String host,
    int port,
    int adminPort,
    int networkThreads,
    TlsFiles tls,
    int tokenWarningMs,
    int tokenGraceMs,
    int ingressRingBytes,
    int outboundFrames,
    int maxFrames,
    int maxInFlightCommands,
    int maxStreams,
    int maxStreamsPerAccount,
    int maxSessionsPerAccount,
    int commandsPerSecond,
    int maxCallsPerConnection,
    int maxConnections,
    int maxConnectionsPerAddress,
    int slowReaderMs,
    int establishTimeoutMs,
    int unaryTimeoutMs,
    int keepaliveMs,
    long maxConnectionIdleMs,
    long maxConnectionAgeMs,
    long maxConnectionAgeGraceMs,
    int handshakeTimeoutMs,
    boolean reflection,
    int traceOneIn,
    int pollFragments) {

    public static final int DEFAULT_PORT = 7301;
    public static final int DEFAULT_ADMIN_PORT = 7303;

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final int MAX_PORT = 65_535;
    private static final long HOUR_MS = 3_600_000L;
    private static final long YEAR_MS = 365 * 24 * HOUR_MS;

    public GatewayConfig {
        check("gatewayId", gatewayId, 0, Integer.MAX_VALUE);
        check("port", port, 0, MAX_PORT);
        check("adminPort", adminPort, 0, MAX_PORT);
        check("networkThreads", networkThreads, 0, 64);
        check("ingressRingBytes", ingressRingBytes, MIB, 1024 * MIB);
        if (Integer.bitCount(ingressRingBytes) != 1) {
            throw new IllegalArgumentException("ingressRingBytes: " + ingressRingBytes + " (expected: a power of two)");
        }
        check("outboundFrames", outboundFrames, 16, 4_096);
        check("maxFrames", maxFrames, outboundFrames, 1 << 20);
        check("maxInFlightCommands", maxInFlightCommands, 512, 32_768);
        check("maxStreams", maxStreams, 1, 1 << 16);
        check("maxStreamsPerAccount", maxStreamsPerAccount, 1, 1 << 16);
        check("maxSessionsPerAccount", maxSessionsPerAccount, 1, 1 << 20);
        check("maxConnections", maxConnections, 1, 1 << 20);
        check("maxConnectionsPerAddress", maxConnectionsPerAddress, 1, 1 << 20);
        check("commandsPerSecond", commandsPerSecond, 0, Integer.MAX_VALUE);
        check("maxCallsPerConnection", maxCallsPerConnection, 1, 100_000);
        check("slowReaderMs", slowReaderMs, 10, HOUR_MS);
        check("establishTimeoutMs", establishTimeoutMs, 100, HOUR_MS);
        check("unaryTimeoutMs", unaryTimeoutMs, 100, HOUR_MS);
        check("keepaliveMs", keepaliveMs, 100, 600_000);
        check("maxConnectionIdleMs", maxConnectionIdleMs, 1_000, YEAR_MS);
        check("maxConnectionAgeMs", maxConnectionAgeMs, 1_000, YEAR_MS);
        check("maxConnectionAgeGraceMs", maxConnectionAgeGraceMs, 0, YEAR_MS);
        check("handshakeTimeoutMs", handshakeTimeoutMs, 100, 120_000);
        check("traceOneIn", traceOneIn, 0, Integer.MAX_VALUE);
        check("pollFragments", pollFragments, 1, 1_024);
        check("tokenWarningMs", tokenWarningMs, 0, HOUR_MS);
        check("tokenGraceMs", tokenGraceMs, 0, HOUR_MS);
    }

    private static void check(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }

    /** What a venue on a laptop uses. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private long gatewayId;
        private String host = "0.0.0.0";
        private int port = DEFAULT_PORT;
        private int adminPort = DEFAULT_ADMIN_PORT;
        private int networkThreads = 1;
        private Path certificateChain;
        private Path privateKey;
        private Path clientAuthority;
        private Path clients;
        private int tokenWarningMs = 30_000;
        private int tokenGraceMs = 5_000;
        private int ingressRingBytes = 4 * MIB;
        private int outboundFrames = 256;
        private int maxFrames = 16_384;
        private int maxInFlightCommands = 16_384;
        private int maxStreams = 4_096;
        private int maxStreamsPerAccount = 64;
        private int maxSessionsPerAccount = 256;
        private int commandsPerSecond;
        private int maxCallsPerConnection = 8;
        private int maxConnections = 4_096;
        private int maxConnectionsPerAddress = 1_024;
        private int slowReaderMs = 5_000;
        private int establishTimeoutMs = 5_000;
        private int unaryTimeoutMs = 10_000;
        private int keepaliveMs = 10_000;
        private long maxConnectionIdleMs = HOUR_MS / 12;
        private long maxConnectionAgeMs = 12 * HOUR_MS;
        private long maxConnectionAgeGraceMs = HOUR_MS / 12;
        private int handshakeTimeoutMs = 5_000;
        private boolean reflection;
        private int traceOneIn;
        private int pollFragments = 32;

        private Builder() {
        }

        public Builder gatewayId(final long value) {
            gatewayId = value;
            return this;
        }

        public Builder host(final String value) {
            host = value;
            return this;
        }

        public Builder port(final int value) {
            port = value;
            return this;
        }

        public Builder adminPort(final int value) {
            adminPort = value;
            return this;
        }

        public Builder networkThreads(final int value) {
            networkThreads = value;
            return this;
        }

        /** Both PEM files; null for plain text. */
        public Builder tls(final Path chain, final Path key) {
            certificateChain = chain;
            privateKey = key;
            return this;
        }

        /** Certificates that sign clients' own; null = clients need none. */
        public Builder clientAuthority(final Path value) {
            clientAuthority = value;
            return this;
        }

        /** Which firm a client's certificate belongs to: a {@link bourse.gateway.auth.CertificateDirectory}; null = it says nothing. */
        public Builder clients(final Path value) {
            clients = value;
            return this;
        }

        /** When a session is told that its token ends, and how long after that end its stream does. */
        public Builder tokenEndMs(final int warning, final int grace) {
            tokenWarningMs = warning;
            tokenGraceMs = grace;
            return this;
        }

        public Builder ingressRingBytes(final int value) {
            ingressRingBytes = value;
            return this;
        }

        public Builder outboundFrames(final int value) {
            outboundFrames = value;
            return this;
        }

        public Builder maxFrames(final int value) {
            maxFrames = value;
            return this;
        }

        public Builder maxInFlightCommands(final int value) {
            maxInFlightCommands = value;
            return this;
        }

        public Builder maxStreams(final int value) {
            maxStreams = value;
            return this;
        }

        public Builder commandsPerSecond(final int value) {
            commandsPerSecond = value;
            return this;
        }

        public Builder maxCallsPerConnection(final int value) {
            maxCallsPerConnection = value;
            return this;
        }

        /** In all, and from one address. */
        public Builder maxConnections(final int inAll, final int perAddress) {
            maxConnections = inAll;
            maxConnectionsPerAddress = perAddress;
            return this;
        }

        public Builder maxSessionsPerAccount(final int value) {
            maxSessionsPerAccount = value;
            return this;
        }

        public Builder maxStreamsPerAccount(final int value) {
            maxStreamsPerAccount = value;
            return this;
        }

        public Builder slowReaderMs(final int value) {
            slowReaderMs = value;
            return this;
        }

        public Builder establishTimeoutMs(final int value) {
            establishTimeoutMs = value;
            return this;
        }

        public Builder unaryTimeoutMs(final int value) {
            unaryTimeoutMs = value;
            return this;
        }

        public Builder keepaliveMs(final int value) {
            keepaliveMs = value;
            return this;
        }

        /** Idle, age and the grace after age. */
        public Builder connectionLimitsMs(final long idle, final long age, final long grace) {
            maxConnectionIdleMs = idle;
            maxConnectionAgeMs = age;
            maxConnectionAgeGraceMs = grace;
            return this;
        }

        public Builder handshakeTimeoutMs(final int value) {
            handshakeTimeoutMs = value;
            return this;
        }

        public Builder reflection(final boolean value) {
            reflection = value;
            return this;
        }

        public Builder traceOneIn(final int value) {
            traceOneIn = value;
            return this;
        }

        public Builder pollFragments(final int value) {
            pollFragments = value;
            return this;
        }

        public GatewayConfig build() {
            return new GatewayConfig(
                gatewayId, host, port, adminPort, networkThreads, new TlsFiles(certificateChain, privateKey, clientAuthority, clients),
                tokenWarningMs, tokenGraceMs, ingressRingBytes, outboundFrames, maxFrames, maxInFlightCommands, maxStreams,
                maxStreamsPerAccount, maxSessionsPerAccount, commandsPerSecond, maxCallsPerConnection, maxConnections, maxConnectionsPerAddress, slowReaderMs, establishTimeoutMs, unaryTimeoutMs,
                keepaliveMs, maxConnectionIdleMs, maxConnectionAgeMs, maxConnectionAgeGraceMs, handshakeTimeoutMs,
                reflection, traceOneIn, pollFragments);
        }
    }
}
