package bourse.marketdata.publisher;

import bourse.sbe.feed.BookChecksumEncoder;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.PacketLayout;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Packs messages once and sends the same bytes on both lines, many packets a call: when a burst is full, and at the end of each duty cycle. Hot path:
 * no allocation. Thread: one.
 */
public final class PacketPublisher {
    private final PacketSink sink;
    private final EpochNanoClock clock;
    private final int channel;
    private final PacketBurst burst = new PacketBurst();
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

    /** Adds the next message; sends a burst that is full. */
    public void message(final int venueEpoch, final long feedSeq, final DirectBuffer buffer, final int offset, final int length) {
        if (burst.count() == 0) {
            firstSeq = feedSeq;
            epoch = venueEpoch;
        } else if (venueEpoch != epoch || !burst.hasRoomFor(length)) {
            nextPacket(venueEpoch);
            firstSeq = feedSeq;
        }
        burst.append(buffer, offset, length);
    }

    private void nextPacket(final int venueEpoch) {
        if (venueEpoch != epoch) {
            flush();
            epoch = venueEpoch;
            return;
        }
        messages += burst.count();
        burst.sealFull(firstSeq, clock.nanoTime(), epoch, channel);
        if (burst.packets() == PacketBurst.MAX_PACKETS) {
            sendBurst();
        }
    }

    /** Sends what waits; returns the number of packets. */
    public int flush() {
        if (burst.count() > 0) {
            messages += burst.count();
            burst.seal(firstSeq, clock.nanoTime(), epoch, channel);
        }
        return burst.packets() == 0 ? 0 : sendBurst();
    }

    private int sendBurst() {
        final int sent = burst.packets();
        final ByteBuffer sealed = burst.sealed();
        packets += sent;
        bytes += sealed.limit();
        sink.sendIncrements(sealed, PacketBurst.PACKET_LENGTH);
        burst.clear();
        return sent;
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
