package bourse.marketdata.publisher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.agrona.CloseHelper;

/** The JDK's socket, one system call a packet: works everywhere. */
final class ChannelSocket implements MulticastSocket {
    private final DatagramChannel channel;

    ChannelSocket(final InetSocketAddress group, final NetworkInterface nif, final int timeToLive, final int sendBufferBytes) throws IOException {
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBufferBytes);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, nif);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, timeToLive);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            channel.configureBlocking(false);
            channel.connect(group);
        } catch (final IOException | RuntimeException e) {
            CloseHelper.quietClose(channel);
            throw e;
        }
    }

    @Override
    public int send(final ByteBuffer packets, final int packetLength) {
        int dropped = 0;
        final int end = packets.limit();
        for (int at = packets.position(); at < end; at += packetLength) {
            packets.limit(Math.min(end, at + packetLength)).position(at);
            try {
                if (channel.write(packets) == 0) {
                    dropped++;
                }
            } catch (final IOException e) {
                dropped++;
            }
        }
        return dropped;
    }

    @Override
    public void close() {
        CloseHelper.quietClose(channel);
    }
}
