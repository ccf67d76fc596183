package bourse.services.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The gateway's doors and limits.
 *
 * @param id                  unique among the gateways of a venue and the same after a restart; 0 = made from this host's name and the port
 * @param host                address to listen on, for traders and operators
 * @param port                order entry; 0 = any free one, here and below
 * @param adminPort           operators
 * @param tls                 certificates; without them connections are not encrypted
 * @param tokens              whose tokens are good
 * @param reflection          serve the protos to exploring tools
 * @param thread              of the gateway's agent in an all-in-one process
 * @param networkThreads      event loops with a thread each; 0 = the agent's thread serves the network, too
 * @param keepalive           silence after which a session gets a heartbeat, unless it asks for another interval
 * @param drainTimeout        how long clients have to leave when the gateway stops
 * @param outboundBytes       what may wait for one client; more waits in the recording
 * @param slowReaderTimeout   a client that takes nothing for so long while something waits is cut off
 * @param maxInFlightCommands of one stream, sent but not applied; above it the client is not read
 * @param maxStreams          sessions and drop copies open at once
 * @param maxStreamsPerAccount of these
 * @param maxSessionsPerAccount sessions that an account may ever use: the engine forgets none
 * @param commandsPerSecond   new orders, replacements and quotes of one account; 0 = no limit
 * @param maxCallsPerConnection concurrent calls of one connection, streams included
 * @param connections         how many, and how long
 * @param audit               where it is written down who did what
 * @param shards              the engines of this host that the gateway serves; empty = the one of this configuration
 */
public record GatewayConfig(int id, String host, int port, int adminPort, Tls tls, Tokens tokens, boolean reflection, RunsOn thread,
                            int networkThreads,
                            Duration keepalive, Duration drainTimeout, int outboundBytes, Duration slowReaderTimeout,
                            int maxInFlightCommands, int maxStreams, int maxStreamsPerAccount, int maxSessionsPerAccount, int commandsPerSecond, int maxCallsPerConnection,
                            Connections connections, Audit audit, List<Shard> shards) {
    /**
     * An engine that is served: a process of its own on this host.
     *
     * @param shard    its number, as in its own configuration
     * @param dataDir  its data directory
     * @param aeronDir its {@code engine.aeronDir}; empty = the one made from its data directory
     */
    public record Shard(int shard, Path dataDir, String aeronDir) {
    }

    /**
     * The audit log.
     *
     * @param dir       empty = {@code audit-ID} in the data directory, with the gateway's id
     * @param fileBytes then the next file begins
     * @param files     kept; the oldest goes
     */
    public record Audit(boolean on, String dir, long fileBytes, int files) {
    }

    /**
     * Of one port.
     *
     * @param max           in all
     * @param maxPerAddress from one address
     * @param handshake     TLS, and the first bytes of HTTP/2
     * @param idle          without calls
     * @param age           then it is closed in order
     * @param ageGrace      and by force after this
     */
    public record Connections(int max, int maxPerAddress, Duration handshake, Duration idle, Duration age, Duration ageGrace) {
    }

    /**
     * Files in PEM; empty = none.
     *
     * @param certificate chain of the server
     * @param key         its private key, PKCS#8
     * @param clientAuthority given = clients must present a certificate that it signed
     * @param clients     given = and one that this file lists: which firm's it is and which accounts may use it
     */
    public record Tls(String certificate, String key, String clientAuthority, String clients) {
        public boolean isOn() {
            return !certificate.isEmpty();
        }
    }

    /**
     * Bearer tokens: signed JWTs.
     *
     * @param keyDir   folder of the venue's own signing key, made at the first start; empty = the data directory
     * @param jwks     file or URL of the public keys that tokens may be signed with; empty = the venue's own only
     * @param ownKey   the venue's own key is good besides {@code jwks}
     * @param jwksRefresh between looks at a URL
     * @param jwksMaxAge  how long the last good keys outlive their source
     * @param issuer   that tokens must name
     * @param audience that tokens must name
     * @param warning  a session is told so long before its token ends
     * @param grace    and its stream ends so long after
     */
    public record Tokens(String keyDir, String jwks, boolean ownKey, Duration jwksRefresh, Duration jwksMaxAge, String issuer, String audience,
                         Duration warning, Duration grace) {
    }

    static GatewayConfig read(final ConfigSection section, final Profile profile) {
        final GatewayConfig config = new GatewayConfig(
            section.integer("id", 0, 0, Integer.MAX_VALUE),
            section.text("host", "127.0.0.1", 1, 255),
            section.port("port", 7301),
            section.port("adminPort", 7303),
            readTls(section.section("tls")),
            readTokens(section.section("tokens")),
            section.bool("reflection", false),
            section.choice("thread", RunsOn.ENGINE),
            section.integer("networkThreads", profile.networkThreads(), 0, 64),
            section.duration("keepalive", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
            section.duration("drainTimeout", Duration.ofSeconds(2), Duration.ZERO, Duration.ofMinutes(5)),
            section.integer("outboundBytes", 8 << 20, 512 << 10, 128 << 20),
            section.duration("slowReaderTimeout", Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofHours(1)),
            section.integer("maxInFlightCommands", 16_384, 512, 32_768),
            section.integer("maxStreams", 1_024, 1, 65_536),
            section.integer("maxStreamsPerAccount", 64, 1, 65_536),
            section.integer("maxSessionsPerAccount", 256, 1, 1 << 20),
            section.integer("commandsPerSecond", 0, 0, 100_000_000),
            section.integer("maxCallsPerConnection", 8, 1, 100_000),
            readConnections(section.section("connections")),
            readAudit(section.section("audit")),
            section.list("shards", List.of(), GatewayConfig::readShard));
        section.end();
        config.checkShards(section);
        return config;
    }

    private static Shard readShard(final ConfigSection section) {
        final String dataDir = section.text("dataDir", "", 1, 4096);
        if (dataDir.isEmpty()) {
            throw section.bad("dataDir", "missing", "the data directory of that shard's engine");
        }
        return new Shard(section.integer("shard", 0, 0, 65_535), Path.of(dataDir).toAbsolutePath().normalize(), section.text("aeronDir", ""));
    }

    private void checkShards(final ConfigSection section) {
        final Set<Object> seen = new HashSet<>();
        for (int i = 0; i < shards.size(); i++) {
            if (!seen.add(shards.get(i).shard)) {
                throw section.bad("shards[" + i + "].shard", shards.get(i).shard, "each number once");
            }
            if (!seen.add(shards.get(i).dataDir)) {
                throw section.bad("shards[" + i + "].dataDir", shards.get(i).dataDir, "each engine once");
            }
        }
        if (shards.size() > 1 && networkThreads == 0) {
            throw section.bad("networkThreads", networkThreads, "1 or more with several shards, each of which has a thread");
        }
    }

    private static Audit readAudit(final ConfigSection section) {
        final Audit audit = new Audit(section.bool("on", true), section.text("dir", ""), section.number("fileBytes", 16 << 20, 4_096, 1L << 30),
            section.integer("files", 64, 2, 100_000));
        section.end();
        return audit;
    }

    private static Connections readConnections(final ConfigSection section) {
        final Connections connections = new Connections(
            section.integer("max", 4_096, 1, 1 << 20),
            section.integer("maxPerAddress", 1_024, 1, 1 << 20),
            section.duration("handshake", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(2)),
            section.duration("idle", Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofDays(365)),
            section.duration("age", Duration.ofHours(12), Duration.ofSeconds(1), Duration.ofDays(365)),
            section.duration("ageGrace", Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(365)));
        section.end();
        return connections;
    }

    private static Tls readTls(final ConfigSection section) {
        final Tls tls = new Tls(section.text("certificate", ""), section.text("key", ""), section.text("clientAuthority", ""),
            section.text("clients", ""));
        section.end();
        if (tls.certificate.isEmpty() != tls.key.isEmpty()) {
            throw section.bad(tls.key.isEmpty() ? "key" : "certificate", "missing", "both certificate and key, or neither");
        }
        if (!tls.clientAuthority.isEmpty() && !tls.isOn()) {
            throw section.bad("clientAuthority", tls.clientAuthority, "only together with certificate and key");
        }
        if (!tls.clients.isEmpty() && tls.clientAuthority.isEmpty()) {
            throw section.bad("clients", tls.clients, "only together with clientAuthority");
        }
        return tls;
    }

    private static Tokens readTokens(final ConfigSection section) {
        final Tokens tokens = new Tokens(
            section.text("keyDir", ""),
            section.text("jwks", ""),
            section.bool("ownKey", true),
            section.duration("jwksRefresh", Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofDays(1)),
            section.duration("jwksMaxAge", Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofDays(30)),
            section.text("issuer", "bourse", 1, 255),
            section.text("audience", "bourse", 1, 255),
            section.duration("warning", Duration.ofSeconds(30), Duration.ZERO, Duration.ofHours(1)),
            section.duration("grace", Duration.ofSeconds(5), Duration.ZERO, Duration.ofHours(1)));
        section.end();
        if (tokens.jwksMaxAge.compareTo(tokens.jwksRefresh) < 0) {
            throw section.bad("jwksMaxAge", DurationText.of(tokens.jwksMaxAge), "at least jwksRefresh, " + DurationText.of(tokens.jwksRefresh));
        }
        if (tokens.jwks.isEmpty() && !tokens.ownKey) {
            throw section.bad("ownKey", false, "true, or keys of somebody else in jwks");
        }
        return tokens;
    }
}
