package bourse.marketdata.record;

/**
 * Blocks and options of the pcap-ng format (IETF draft-ietf-opsawg-pcapng), as far as they are written and read here. Each block is
 * {@code type u32, total length u32, body, total length u32}, padded to 4 bytes.
 */
final class PcapNgLayout {
    static final int SECTION_HEADER = 0x0A0D0D0A;
    static final int INTERFACE = 1;
    static final int ENHANCED_PACKET = 6;
    static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    static final int OPTION_END = 0;
    static final int OPTION_APPLICATION = 4;
    static final int OPTION_NAME = 2;
    static final int OPTION_TIME_RESOLUTION = 9;
    /** Bytes of an enhanced packet block before the packet. */
    static final int PACKET_OFFSET = 28;

    static final int LINK_ETHERNET = 1;
    static final int LINK_RAW = 101;
    static final int LINK_LINUX = 113;
    static final int LINK_IPV4 = 228;
    static final int LINK_LINUX_2 = 276;

    static final int IP_LENGTH = 20;
    static final int UDP_LENGTH = 8;
    static final int UDP = 17;

    private PcapNgLayout() {
    }

    /** Rounded up to 4 bytes. */
    static int padded(final int length) {
        return length + 3 & ~3;
    }

    /** Bytes before the IPv4 header; -1 = a link layer that is not read here. */
    static int linkLength(final int linkType) {
        return switch (linkType) {
            case LINK_ETHERNET -> 14;
            case LINK_RAW, LINK_IPV4 -> 0;
            case LINK_LINUX -> 16;
            case LINK_LINUX_2 -> 20;
            default -> -1;
        };
    }
}
