package bourse.marketdata.publisher;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.PacketLayout;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.LinkedHashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/** Finds out whether another venue sends on this feed's groups: two of one channel there cannot be told apart by receivers that join. */
public final class ForeignFeed {
    private static final int PAUSE_MS = 2;

    private ForeignFeed() {
    }

    /**
     * Listens to line A, blocking.
     *
     * @return epochs of the channel that were heard in the time; this venue's own is among them when it sends meanwhile
     */
    public static Set<Integer> epochs(final FeedAddresses addresses, final int channel, final long durationMs) throws IOException, InterruptedException {
        final Set<Integer> heard = new LinkedHashSet<>();
        try (DatagramChannel socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(new InetSocketAddress(addresses.lineA().getPort()));
            socket.join(addresses.lineA().getAddress(), addresses.networkInterface());
            socket.configureBlocking(false);
            final ByteBuffer bytes = ByteBuffer.allocateDirect(2_048);
            final UnsafeBuffer packet = new UnsafeBuffer(bytes);
            final PacketCheck check = new PacketCheck();
            final long beganNs = System.nanoTime();
            while (System.nanoTime() - beganNs < durationMs * 1_000_000L) {
                bytes.clear();
                if (socket.receive(bytes) == null) {
                    Thread.sleep(PAUSE_MS);
                } else if (check.isWellFormed(packet, 0, bytes.position()) && PacketLayout.channel(packet, 0) == channel) {
                    heard.add(PacketLayout.epoch(packet, 0));
                }
            }
        }
        return heard;
    }
}
