package bourse.services.telemetry;

/** {@code host:port} as it is written in addresses. */
public final class HostPort {
    private HostPort() {
    }

    /** An address that means "all interfaces" is written as the loopback, where it can be reached from here. */
    public static String of(final String host, final int port) {
        final String reachable = switch (host) {
            case "0.0.0.0", "" -> "127.0.0.1";
            case "::", "[::]", "0:0:0:0:0:0:0:0" -> "::1";
            default -> host;
        };
        return (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
    }
}
