package bourse.services.telemetry;

/** {@code host:port} as it is written in addresses. */
public final class HostPort {
    private HostPort() {
    }

    /** Where a process that listens there can be reached from this machine. */
    public static String hostOf(final String host) {
        return switch (host) {
            case "0.0.0.0", "" -> "127.0.0.1";
            case "::", "[::]", "0:0:0:0:0:0:0:0" -> "::1";
            default -> host;
        };
    }

    /** An address that means "all interfaces" is written as the loopback, where it can be reached from here. */
    public static String of(final String host, final int port) {
        final String reachable = hostOf(host);
        return (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
    }
}
