package bourse.marketdata.publisher;

import bourse.sbe.feed.BookChecksumEncoder;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.PacketLayout;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Packs messages and sends each packet on both lines: when it is full, and at the end of each duty cycle. Hot path: no allocation.
 * Thread: one.
 */
public final class PacketPublisher {
    private final PacketSink sink;
    private final EpochNanoClock clock;
    private final int channel;
    private final PacketBuffer packet = new PacketBuffer();
    private final PacketBuffer heartbeat = new PacketBuffer();
    private final BookChecksumEncoder checksum = new BookChecksumEncoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private int epoch;
    private long firstSeq;
    private long packets;
    private long bytes;
    private long messages;

    /** Publishes on {@code sink}; {@code clock} stamps packets. */
    public PacketPublisher(final PacketSink sink, final EpochNanoClock clock, final int channel) {
        this.sink = sink;
        this.clock = clock;
        this.channel = channel;
    }

    /** Packets sent, each counted once for both lines. */
    public long packets() {
        return packets;
    }

    /** Their bytes. */
    public long bytes() {
        return bytes;
    }

    /** Messages sent. */
    public long messages() {
        return messages;
    }

    /** Adds the next message; sends what is full. */
    public void message(final int venueEpoch, final long feedSeq, final DirectBuffer buffer, final int offset, final int length) {
        if (packet.count() > 0 && (!packet.hasRoomFor(length) || venueEpoch != epoch)) {
            flush();
        }
        if (packet.count() == 0) {
            firstSeq = feedSeq;
            epoch = venueEpoch;
        }
        packet.append(buffer, offset, length);
    }

    /** Sends what waits; returns 1 when there was something. */
    public int flush() {
        if (packet.count() == 0) {
            return 0;
        }
        messages += packet.count();
        send(packet.seal(firstSeq, clock.nanoTime(), epoch, channel, 0));
        packet.clear();
        return 1;
    }

    /** Adds a checksum to the next heartbeat. */
    public void checksum(final long feedSeq, final long bookChecksum, final int instrumentId, final int rptSeq) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + BookChecksumEncoder.BLOCK_LENGTH;
        if (heartbeat.hasRoomFor(length)) {
            checksum.wrapAndApplyHeader(heartbeat.buffer(), heartbeat.claim(length), header).feedSeq(feedSeq).checksum(bookChecksum)
                .instrumentId(instrumentId & 0xFFFF_FFFFL).rptSeq(rptSeq & 0xFFFF_FFFFL);
        }
    }

    /** Sends a heartbeat with the next sequence and the checksums that were added. */
    public void heartbeat(final int venueEpoch, final long nextSeq, final boolean endOfSession) {
        flush();
        send(heartbeat.seal(nextSeq, clock.nanoTime(), venueEpoch, channel,
            PacketLayout.FLAG_HEARTBEAT | (endOfSession ? PacketLayout.FLAG_END_OF_SESSION : 0)));
        heartbeat.clear();
    }

    private void send(final ByteBuffer sealed) {
        final int length = sealed.limit();
        sink.send(PacketSink.LINE_A, sealed);
        sealed.clear().limit(length);
        sink.send(PacketSink.LINE_B, sealed);
        packets++;
        bytes += length;
    }
}
