package bourse.marketdata.record;

import bourse.marketdata.receiver.FeedAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.agrona.DirectBuffer;

/** Writes packets of a feed to a pcap-ng file, through a buffer of a mebibyte. Thread: one. */
public final class PcapNgWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int LARGEST_BLOCK = 4_096;
    private static final int SNAP_LENGTH = 65_535;
    private static final int SOURCE_PORT = 7_400;

    private final FileChannel file;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[][] groups = new byte[3][];
    private final int[] ports = new int[3];
    private final byte[] source;
    private final byte[] packet = new byte[LARGEST_BLOCK];
    private long packets;
    private long bytes;

    /** Creates {@code path}; an existing file is refused. */
    public PcapNgWriter(final Path path, final FeedAddresses addresses) throws IOException {
        final List<InetSocketAddress> lines = List.of(addresses.lineA(), addresses.lineB(), addresses.snapshots());
        for (int i = 0; i < lines.size(); i++) {
            groups[i] = lines.get(i).getAddress().getAddress();
            ports[i] = lines.get(i).getPort();
        }
        source = addresses.recovery().getAddress().getAddress();
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        section();
        for (final String name : List.of("line A", "line B", "snapshots")) {
            networkInterface(name);
        }
    }

    /** Packets written. */
    public long packets() {
        return packets;
    }

    /** Bytes of the file, as far as they have been given to it. */
    public long bytes() {
        return bytes + out.position();
    }

    /** Writes a packet of a line (0 A, 1 B, 2 snapshots) that came at {@code timeNs} since the epoch. */
    public void write(final int line, final DirectBuffer buffer, final int offset, final int length, final long timeNs) throws IOException {
        if (out.remaining() < LARGEST_BLOCK) {
            flush();
        }
        final int captured = PcapNgLayout.IP_LENGTH + PcapNgLayout.UDP_LENGTH + length;
        final int total = PcapNgLayout.PACKET_OFFSET + PcapNgLayout.padded(captured) + Integer.BYTES;
        out.putInt(PcapNgLayout.ENHANCED_PACKET).putInt(total).putInt(line).putInt((int) (timeNs >>> 32)).putInt((int) timeNs)
            .putInt(captured).putInt(captured);
        ip(line, captured);
        buffer.getBytes(offset, packet, 0, length);
        out.put(packet, 0, length);
        for (int pad = captured; pad < PcapNgLayout.padded(captured); pad++) {
            out.put((byte) 0);
        }
        out.putInt(total);
        packets++;
    }

    /** Gives everything to the file. */
    public void flush() throws IOException {
        bytes += out.position();
        out.flip();
        while (out.hasRemaining()) {
            file.write(out);
        }
        out.clear();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }

    private void section() {
        final byte[] application = "bourse".getBytes(StandardCharsets.US_ASCII);
        final int total = 24 + 4 + PcapNgLayout.padded(application.length) + 4 + 4;
        out.putInt(PcapNgLayout.SECTION_HEADER).putInt(total).putInt(PcapNgLayout.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0)
            .putLong(-1L);
        option(PcapNgLayout.OPTION_APPLICATION, application);
        out.putInt(PcapNgLayout.OPTION_END).putInt(total);
    }

    private void networkInterface(final String name) {
        final byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        final int total = 16 + 4 + PcapNgLayout.padded(text.length) + 8 + 4 + 4;
        out.putInt(PcapNgLayout.INTERFACE).putInt(total).putShort((short) PcapNgLayout.LINK_IPV4).putShort((short) 0).putInt(SNAP_LENGTH);
        option(PcapNgLayout.OPTION_NAME, text);
        option(PcapNgLayout.OPTION_TIME_RESOLUTION, new byte[] {9});
        out.putInt(PcapNgLayout.OPTION_END).putInt(total);
    }

    private void option(final int code, final byte[] value) {
        out.putShort((short) code).putShort((short) value.length).put(value);
        for (int pad = value.length; pad < PcapNgLayout.padded(value.length); pad++) {
            out.put((byte) 0);
        }
    }

    /** IPv4 and UDP headers, which are big-endian; a UDP checksum of 0 says that there is none. */
    private void ip(final int line, final int captured) {
        final int at = out.position();
        out.order(ByteOrder.BIG_ENDIAN);
        out.put((byte) 0x45).put((byte) 0).putShort((short) captured).putShort((short) 0).putShort((short) 0x4000).put((byte) 1)
            .put((byte) PcapNgLayout.UDP).putShort((short) 0).put(source).put(groups[line]);
        int sum = 0;
        for (int i = 0; i < PcapNgLayout.IP_LENGTH; i += 2) {
            sum += out.getShort(at + i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        out.putShort(at + 10, (short) ~(sum + (sum >>> 16)));
        out.putShort((short) SOURCE_PORT).putShort((short) ports[line]).putShort((short) (captured - PcapNgLayout.IP_LENGTH)).putShort((short) 0);
        out.order(ByteOrder.LITTLE_ENDIAN);
    }
}
