package bourse.marketdata.record;

import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedPacketHandler;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.FeedSockets;
import bourse.sbe.feed.PacketLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;

/**
 * Writes everything of a feed's three groups to a file until it is closed. A full disk ends it with the exception; what was written stays
 * readable.
 */
public final class FeedRecorder implements Agent, FeedPacketHandler {
    private static final long FLUSH_EVERY_NS = 200_000_000L;

    private final FeedSockets sockets;
    private final PcapNgWriter writer;
    private final EpochNanoClock clock = new SystemEpochNanoClock();
    private long lastFlushNs = System.nanoTime();
    private boolean ended;

    private FeedRecorder(final FeedSockets sockets, final PcapNgWriter writer) {
        this.sockets = sockets;
        this.writer = writer;
    }

    /** Joins the groups and creates {@code path}; an existing file is refused. */
    public static FeedRecorder open(final FeedAddresses addresses, final Path path) throws IOException {
        final PcapNgWriter writer = new PcapNgWriter(path, addresses);
        try {
            return new FeedRecorder(new FeedSockets(addresses), writer);
        } catch (final IOException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /** Packets written. */
    public long packets() {
        return writer.packets();
    }

    /** Bytes written. */
    public long bytes() {
        return writer.bytes();
    }

    /** Whether the last packet of a line that was written ends the venue's session. */
    public boolean isEnded() {
        return ended;
    }

    @Override
    public int doWork() {
        final long nowNs = System.nanoTime();
        try {
            final int packets = sockets.poll(this, nowNs);
            if (nowNs - lastFlushNs >= FLUSH_EVERY_NS) {
                lastFlushNs = nowNs;
                writer.flush();
            }
            return packets;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onPacket(final int line, final DirectBuffer packet, final int offset, final int length, final long nowNs) {
        if (line != FeedReceiver.LINE_OTHER && length >= PacketLayout.HEADER_LENGTH) {
            ended = (PacketLayout.flags(packet, offset) & PacketLayout.FLAG_END_OF_SESSION) != 0;
        }
        try {
            writer.write(line, packet, offset, length, clock.nanoTime());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onClose() {
        sockets.close();
        try {
            writer.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String roleName() {
        return "feed-recorder";
    }
}
