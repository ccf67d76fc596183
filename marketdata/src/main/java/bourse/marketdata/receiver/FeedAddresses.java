package bourse.marketdata.receiver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Where a feed is.
 *
 * @param lineA            multicast group and port of line A
 * @param lineB            of line B
 * @param snapshots        of the snapshot channel
 * @param recovery         unicast address that takes re-requests
 * @param interfaceAddress address of the local interface that carries the groups; 127.0.0.1 keeps them on this host
 */
public record FeedAddresses(InetSocketAddress lineA, InetSocketAddress lineB, InetSocketAddress snapshots, InetSocketAddress recovery,
                            String interfaceAddress) {

    /** Refuses groups that are not multicast, and equal ports: sockets of one host would take both lines. */
    public FeedAddresses {
        multicast("lineA", lineA);
        multicast("lineB", lineB);
        multicast("snapshots", snapshots);
        if (lineA.getPort() == lineB.getPort() || lineA.getPort() == snapshots.getPort() || lineB.getPort() == snapshots.getPort()) {
            throw new IllegalArgumentException("ports of lineA, lineB, snapshots: " + lineA.getPort() + ", " + lineB.getPort() + ", "
                + snapshots.getPort() + " (expected: three different ones)");
        }
    }

    /** 239.192.73.1:7311, 239.192.73.2:7312, 239.192.73.3:7313, recovery at 127.0.0.1:7314, loopback interface. */
    public static FeedAddresses defaults() {
        return of("239.192.73.1:7311", "239.192.73.2:7312", "239.192.73.3:7313", "127.0.0.1:7314", "127.0.0.1");
    }

    /** From texts of the form {@code address:port}. */
    public static FeedAddresses of(final String lineA, final String lineB, final String snapshots, final String recovery,
                                   final String interfaceAddress) {
        return new FeedAddresses(parse("lineA", lineA), parse("lineB", lineB), parse("snapshots", snapshots), parse("recovery", recovery),
            interfaceAddress);
    }

    /** The interface that has the interface address. */
    public NetworkInterface networkInterface() throws SocketException {
        try {
            final NetworkInterface found = NetworkInterface.getByInetAddress(InetAddress.getByName(interfaceAddress));
            if (found == null) {
                throw new SocketException("interfaceAddress: " + interfaceAddress + " (expected: an address of this host)");
            }
            return found;
        } catch (final UnknownHostException e) {
            throw new SocketException("interfaceAddress: " + interfaceAddress + " (expected: an address of this host)");
        }
    }

    private static InetSocketAddress parse(final String name, final String text) {
        final int colon = text.lastIndexOf(':');
        try {
            return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
        } catch (final UnknownHostException | RuntimeException e) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: address:port)", e);
        }
    }

    private static void multicast(final String name, final InetSocketAddress group) {
        if (group.getAddress() == null || !group.getAddress().isMulticastAddress()) {
            throw new IllegalArgumentException(name + ": " + group + " (expected: a multicast address, 224.0.0.0/4)");
        }
    }
}
