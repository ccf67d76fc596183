package bourse.marketdata.record;

import bourse.marketdata.receiver.FeedPacketHandler;
import bourse.marketdata.receiver.FeedReceiver;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a pcap-ng file, of {@link PcapNgWriter} or of another tool, and hands its UDP payloads over in order, with the times of the file. What is
 * not IPv4 and UDP is skipped and counted; a file that ends in the middle of a block ends there.
 */
public final class FeedPlayback implements AutoCloseable {
    private static final int MAX_BLOCK = 1 << 20;

    private record Interface(int linkType, long nsPerTick, long ticksPerSecond) {
    }

    private final InputStream in;
    private final byte[] block = new byte[MAX_BLOCK];
    private final ByteBuffer body = ByteBuffer.wrap(block);
    private final UnsafeBuffer packet = new UnsafeBuffer(block);
    private final List<Interface> interfaces = new ArrayList<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private long packets;
    private long skipped;
    private boolean torn;

    /** Opens a file; one that is not pcap-ng is refused. */
    public FeedPlayback(final Path path) throws IOException {
        in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        in.mark(4);
        final byte[] first = in.readNBytes(4);
        in.reset();
        if (first.length < 4 || ByteBuffer.wrap(first).getInt() != PcapNgLayout.SECTION_HEADER) {
            in.close();
            throw new IOException(path + ": not a pcap-ng file (expected: it begins with 0a 0d 0d 0a)");
        }
    }

    /** Packets handed over. */
    public long packets() {
        return packets;
    }

    /** Packets that were not IPv4 and UDP. */
    public long skipped() {
        return skipped;
    }

    /** Whether the file ended in the middle of a block. */
    public boolean isTorn() {
        return torn;
    }

    /** Hands over all packets; interface 0 is line A, 1 is line B, every other one the rest. */
    public void run(final FeedPacketHandler handler) throws IOException {
        while (next(handler)) {
            packets++;
        }
    }

    /** Hands over the next packet; false at the end of the file. */
    public boolean next(final FeedPacketHandler handler) throws IOException {
        try {
            while (true) {
                final int type = readBlock();
                if (type == 0) {
                    return false;
                }
                if (type == PcapNgLayout.INTERFACE) {
                    addInterface();
                } else if (type == PcapNgLayout.SECTION_HEADER) {
                    interfaces.clear();
                } else if (type == PcapNgLayout.ENHANCED_PACKET && packet(handler)) {
                    return true;
                }
            }
        } catch (final EOFException e) {
            torn = true;
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads one block into {@link #block} without its first 8 bytes; returns its type, 0 at the end. */
    private int readBlock() throws IOException {
        if (in.readNBytes(block, 0, 8) < 8) {
            return 0;
        }
        // The block before may have been shorter than what is read here.
        body.clear().order(ByteOrder.BIG_ENDIAN);
        if (body.getInt(0) == PcapNgLayout.SECTION_HEADER) {
            final byte[] magic = new byte[4];
            in.mark(4);
            if (in.readNBytes(magic, 0, 4) < 4) {
                throw new EOFException();
            }
            in.reset();
            order = ByteBuffer.wrap(magic).getInt() == PcapNgLayout.BYTE_ORDER_MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
        body.order(order);
        final int type = body.getInt(0);
        final int length = body.getInt(4) - 8;
        if (length < 4 || length > MAX_BLOCK) {
            throw new IOException("pcap-ng block of " + (length + 8L) + " bytes (expected: 12.." + (MAX_BLOCK + 8) + ")");
        }
        if (in.readNBytes(block, 0, length) < length) {
            throw new EOFException();
        }
        body.limit(length);
        return type;
    }

    private void addInterface() {
        long ticks = 1_000_000;
        int at = 8;
        while (at + 4 <= body.limit() - 4) {
            final int code = body.getShort(at) & 0xFFFF;
            final int length = body.getShort(at + 2) & 0xFFFF;
            if (code == PcapNgLayout.OPTION_END) {
                break;
            }
            if (code == PcapNgLayout.OPTION_TIME_RESOLUTION) {
                final int resolution = block[at + 4];
                ticks = resolution >= 0 ? (long) Math.pow(10, Math.min(resolution, 9)) : 1L << Math.min(resolution & 0x7F, 30);
            }
            at += 4 + PcapNgLayout.padded(length);
        }
        interfaces.add(new Interface(body.getShort(0) & 0xFFFF, 1_000_000_000L / ticks, ticks));
    }

    private boolean packet(final FeedPacketHandler handler) {
        if (body.limit() < 20) {
            skipped++;
            return false;
        }
        final int id = body.getInt(0);
        final int captured = body.getInt(12);
        if (id < 0 || id >= interfaces.size() || captured < 0 || captured > body.limit() - 20) {
            skipped++;
            return false;
        }
        final Interface source = interfaces.get(id);
        final int link = PcapNgLayout.linkLength(source.linkType());
        final int ip = 20 + link;
        if (link < 0 || captured < link + PcapNgLayout.IP_LENGTH + PcapNgLayout.UDP_LENGTH || block[ip] >>> 4 != 4
            || block[ip + 9] != PcapNgLayout.UDP) {
            skipped++;
            return false;
        }
        final int payload = ip + (block[ip] & 0xF) * 4 + PcapNgLayout.UDP_LENGTH;
        final int length = ((block[payload - 4] & 0xFF) << 8 | block[payload - 3] & 0xFF) - PcapNgLayout.UDP_LENGTH;
        if (length < 0 || payload + length > 20 + captured) {
            skipped++;
            return false;
        }
        final long ticks = (body.getInt(4) & 0xFFFF_FFFFL) << 32 | body.getInt(8) & 0xFFFF_FFFFL;
        final long timeNs = source.nsPerTick() > 0 ? ticks * source.nsPerTick() : ticks / source.ticksPerSecond() * 1_000_000_000L;
        handler.onPacket(Math.min(id, FeedReceiver.LINE_OTHER), packet, payload, length, timeNs);
        return true;
    }
}
