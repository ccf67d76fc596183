package bourse.services.node;

import bourse.services.config.GatewayConfig.Connections;
import com.sun.management.UnixOperatingSystemMXBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;

/**
 * Connections are open files, and an engine that cannot open the next file of its log stops. So those who connect never get all that the operating system lets this
 * process have: a part is kept for the venue's own files. Cold.
 */
final class OpenFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);
    /** What a venue with many readers has open is half of it. */
    private static final int RESERVE = 256;
    /** Of the web page's port, and of that of metrics and health. */
    private static final int MAX_HTTP = 512;
    /** Order entry, market data, operators; web page, metrics. */
    private static final int PORTS = 5;
    private static final int HTTP_PORTS = 2;
    /** Till a request has come whole; whoever keeps one open for longer keeps others out. */
    private static final int REQUEST_SECONDS = 5;

    private OpenFiles() {
    }

    /** What the JDK's HTTP server takes from the properties of the system; before the first one is made. What somebody has set stays. */
    static void limitHttp() {
        setIfAbsent("jdk.httpserver.maxConnections", http(most()));
        setIfAbsent("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    }

    private static void setIfAbsent(final String property, final int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /** What of the configured connections to one port there is room for. */
    static Connections fit(final Connections configured) {
        return fit(configured, most());
    }

    static Connections fit(final Connections configured, final long openFiles) {
        final long room = Math.max(1, (openFiles - RESERVE - (long) HTTP_PORTS * http(openFiles)) / (PORTS - HTTP_PORTS));
        if (configured.max() <= room) {
            return configured;
        }
        final int max = (int) room;
        final int perAddress = configured.maxPerAddress() >= configured.max() ? max
            : (int) Math.max(1, (long) configured.maxPerAddress() * max / configured.max());
        LOG.warn("gateway.connections.max: {} a port, but this process may have {} files open (ulimit -n): {} connections are taken, {} from one address",
            configured.max(), openFiles, max, perAddress);
        return new Connections(max, perAddress, configured.handshake(), configured.idle(), configured.age(), configured.ageGrace());
    }

    private static int http(final long openFiles) {
        return (int) Math.clamp((openFiles - RESERVE) / PORTS, 1, MAX_HTTP);
    }

    private static long most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof final UnixOperatingSystemMXBean system ? system.getMaxFileDescriptorCount() : Long.MAX_VALUE;
    }
}
