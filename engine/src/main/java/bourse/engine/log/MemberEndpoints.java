package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The UDP endpoints of a member alone, which only it uses: all on loopback, at any free ports. */
record MemberEndpoints(int ingressPort, int consensusPort, int logPort, int archivePort) {

    static MemberEndpoints onLoopback() {
        final List<DatagramSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                sockets.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            }
            return new MemberEndpoints(sockets.get(0).getLocalPort(), sockets.get(1).getLocalPort(),
                    sockets.get(2).getLocalPort(), sockets.get(3).getLocalPort());
        } catch (final IOException e) {
            throw new UncheckedIOException("no free UDP port on loopback", e);
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
    }

    /** In the form of Aeron Cluster: member id, then ingress, consensus, log, catch-up and archive endpoints. */
    String clusterMembers() {
        return "0,localhost:" + ingressPort + ",localhost:" + consensusPort + ",localhost:" + logPort + ",localhost:0,localhost:"
                + archivePort;
    }
}
