package bourse.gateway.egress;

import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putLong;

/** Numbers in protobuf's wire format, at addresses in byte arrays. Hot path. */
final class Protobuf {
    /** Bytes behind a number that may be overwritten while it is written. */
    static final int SLACK_BYTES = Long.BYTES;
    /** Of a varint whose length leaves a byte of eight free. */
    static final int SHORT_VARINT_BITS = 49;

    private static final long CONTINUED = 0x8080_8080_8080_8080L;
    /** Of 56 bits the lower 28, of each half the lower 14, of each quarter the lower 7. */
    private static final long HALF = 0xFFF_FFFFL;
    private static final long QUARTERS = 0x0000_3FFF_0000_3FFFL;
    private static final long EIGHTHS = 0x007F_007F_007F_007FL;

    private Protobuf() {
    }

    static long zigzag(final long value) {
        return value << 1 ^ value >> 63;
    }

    /** Bytes of a varint of up to 56 bits, but for the first: 0..7. */
    static int continued(final long value) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /**
     * A varint of up to 56 bits, its first byte lowest, whose length is one more than {@code continued}. Its groups of seven bits are moved apart in three steps: the one
     * instruction for it (PDEP) takes hundreds of cycles on AMD's processors before Zen 3.
     */
    static long varintBytes(final long value, final int continued) {
        long bytes = (value & ~HALF) << 4 | value & HALF;
        bytes = (bytes & ~QUARTERS) << 2 | bytes & QUARTERS;
        bytes = (bytes & ~EIGHTHS) << 1 | bytes & EIGHTHS;
        return bytes | CONTINUED & (1L << continued * Byte.SIZE) - 1;
    }

    /** Writes a varint and whatever up to {@link #SLACK_BYTES} behind it; returns where it ends. */
    static long putVarint(final byte[] out, final long p, final long value) {
        if (value >>> SHORT_VARINT_BITS != 0) {
            return putLongVarint(out, p, value);
        }
        final int continued = continued(value);
        putLong(out, p, varintBytes(value, continued));
        return p + 1 + continued;
    }

    static long putLongVarint(final byte[] out, final long p, final long value) {
        long at = p;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            putByte(out, at++, (byte) (rest | 0x80));
            rest >>>= 7;
        }
        putByte(out, at++, (byte) rest);
        return at;
    }
}
