package bourse.services.config;

import java.time.Duration;

/**
 * The gateway's doors and limits.
 *
 * @param host              address to listen on, for traders and operators
 * @param port              order entry; 0 = any free one, here and below
 * @param adminPort         operators
 * @param tls               certificates; without them connections are not encrypted
 * @param tokenKeyFile      secret that signs tokens; empty = {@code token.key} in the data directory, made at the first start
 * @param reflection        serve the protos to exploring tools
 * @param maxSessions       connected sessions
 * @param keepalive         silence after which a session gets a heartbeat
 * @param drainTimeout      how long clients have to leave when the gateway stops
 * @param outboundBytes     what a session may leave unread before it is cut off
 * @param commandsPerSecond of one session; 0 = no limit
 */
public record GatewayConfig(String host, int port, int adminPort, Tls tls, String tokenKeyFile, boolean reflection, int maxSessions,
                            Duration keepalive, Duration drainTimeout, int outboundBytes, int commandsPerSecond) {
    /**
     * Files in PEM; empty = none.
     *
     * @param certificate   chain of the server
     * @param key           its private key, PKCS#8
     * @param clientAuthority certificates that sign clients'; given = clients must present one
     */
    public record Tls(String certificate, String key, String clientAuthority) {
        public boolean isOn() {
            return !certificate.isEmpty();
        }
    }

    static GatewayConfig read(final ConfigSection section) {
        final GatewayConfig config = new GatewayConfig(
            section.text("host", "127.0.0.1", 1, 255),
            section.port("port", 7301),
            section.port("adminPort", 7303),
            readTls(section.section("tls")),
            section.text("tokenKeyFile", ""),
            section.bool("reflection", false),
            section.integer("maxSessions", 256, 1, 4096),
            section.duration("keepalive", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofHours(1)),
            section.duration("drainTimeout", Duration.ofSeconds(2), Duration.ZERO, Duration.ofMinutes(5)),
            section.integer("outboundBytes", 4 << 20, 64 << 10, 256 << 20),
            section.integer("commandsPerSecond", 0, 0, Integer.MAX_VALUE));
        section.end();
        return config;
    }

    private static Tls readTls(final ConfigSection section) {
        final Tls tls = new Tls(section.text("certificate", ""), section.text("key", ""), section.text("clientAuthority", ""));
        section.end();
        if (tls.certificate.isEmpty() != tls.key.isEmpty()) {
            throw section.bad("key", tls.key.isEmpty() ? "missing" : tls.key, "both certificate and key, or neither");
        }
        if (!tls.clientAuthority.isEmpty() && tls.certificate.isEmpty()) {
            throw section.bad("clientAuthority", tls.clientAuthority, "only together with certificate and key");
        }
        return tls;
    }
}
