package bourse.marketdata.publisher;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.agrona.BufferUtil;

/**
 * A socket that gives the kernel many packets in one call, which cuts them apart behind its IP layer (UDP segmentation offload,
 * {@code UDP_SEGMENT} of udp(7), Linux 4.18): the way through the network stack is paid once a burst instead of once a packet. Bound by the foreign
 * function interface, as the JDK's own socket has no such option. Where a device refuses a burst, its packets are sent one by one from then on.
 */
final class SegmentingSocket implements MulticastSocket {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    /** struct sockaddr_in: family u16 (of the host's order), port u16 and address (of the network's), 8 bytes of zeros. */
    private static final int SOCKET_ADDRESS_BYTES = 16;
    /** struct ip_mreqn: group, address, interface index. */
    private static final int MULTICAST_REQUEST_BYTES = 12;

    private final int descriptor;
    private final MemorySegment errors = Arena.ofAuto().allocate(Calls.STATE);
    private int segmentLength;
    private boolean closed;

    SegmentingSocket(final InetSocketAddress group, final NetworkInterface nif, final int timeToLive, final int sendBufferBytes,
                     final int packetLength) throws IOException {
        descriptor = checked("socket", invokeSocket());
        segmentLength = packetLength;
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment request = arena.allocate(MULTICAST_REQUEST_BYTES, Integer.BYTES);
            request.set(JAVA_INT, 8, nif.getIndex());
            option("IP_MULTICAST_IF", IPPROTO_IP, IP_MULTICAST_IF, request);
            option("IP_MULTICAST_TTL", IPPROTO_IP, IP_MULTICAST_TTL, arena.allocateFrom(JAVA_INT, timeToLive));
            option("IP_MULTICAST_LOOP", IPPROTO_IP, IP_MULTICAST_LOOP, arena.allocateFrom(JAVA_INT, 1));
            option("SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, arena.allocateFrom(JAVA_INT, sendBufferBytes));
            option("UDP_SEGMENT", IPPROTO_UDP, UDP_SEGMENT, arena.allocateFrom(JAVA_INT, packetLength));
            final MemorySegment address = arena.allocate(SOCKET_ADDRESS_BYTES, Integer.BYTES);
            address.asByteBuffer().order(ByteOrder.nativeOrder()).putShort((short) AF_INET).order(ByteOrder.BIG_ENDIAN)
                .putShort((short) group.getPort()).put(group.getAddress().getAddress());
            checked("connect", (int) Calls.CONNECT.invokeExact(errors, descriptor, address, SOCKET_ADDRESS_BYTES));
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        } catch (final Throwable e) {
            close();
            throw new IllegalStateException(e);
        }
    }

    /** Why it cannot be used here, or null. */
    static String unavailable() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            return "the operating system is not Linux";
        }
        if (!SegmentingSocket.class.getModule().isNativeAccessEnabled()) {
            return "native access is not enabled (--enable-native-access=ALL-UNNAMED)";
        }
        return null;
    }

    @Override
    public int send(final ByteBuffer packets, final int packetLength) {
        final long address = BufferUtil.address(packets) + packets.position();
        final int length = packets.remaining();
        if (closed) {
            return packets(length, packetLength);
        }
        if (length <= packetLength || packetLength == segmentLength) {
            final int error = write(address, length);
            if (error == 0) {
                return 0;
            }
            if (length <= packetLength || !isRefusal(error)) {
                return packets(length, packetLength);
            }
            segmentLength = 0;
        }
        return sendOneByOne(address, length, packetLength);
    }

    private static int packets(final int length, final int packetLength) {
        return (length + packetLength - 1) / packetLength;
    }

    /** The device or the way there takes no bursts; the socket stays set to cut, which does nothing to single packets. */
    private static boolean isRefusal(final int error) {
        return error == EIO || error == EINVAL || error == EMSGSIZE;
    }

    private int sendOneByOne(final long address, final int length, final int packetLength) {
        int dropped = 0;
        for (int at = 0; at < length; at += packetLength) {
            if (write(address + at, Math.min(packetLength, length - at)) != 0) {
                dropped++;
            }
        }
        return dropped;
    }

    /** Returns 0 or the error's number. */
    private int write(final long address, final int length) {
        try {
            final long sent = (long) Calls.SEND.invokeExact(errors, descriptor, address, (long) length, MSG_DONTWAIT);
            return sent < 0 ? (int) Calls.ERRNO.get(errors, 0L) : 0;
        } catch (final Throwable e) {
            throw new IllegalStateException("send", e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            final int ignored = (int) Calls.CLOSE.invokeExact(errors, descriptor);
        } catch (final Throwable e) {
            throw new IllegalStateException("close", e);
        }
    }

    private int invokeSocket() {
        try {
            return (int) Calls.SOCKET.invokeExact(errors, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        } catch (final Throwable e) {
            throw new IllegalStateException("socket", e);
        }
    }

    private void option(final String name, final int level, final int option, final MemorySegment value) throws Throwable {
        checked(name, (int) Calls.SET_OPTION.invokeExact(errors, descriptor, level, option, value, (int) value.byteSize()));
    }

    private int checked(final String name, final int result) throws IOException {
        if (result < 0) {
            throw new IOException(name + ": errno " + (int) Calls.ERRNO.get(errors, 0L));
        }
        return result;
    }

    /** The C library's functions; found when the first socket is made. */
    private static final class Calls {
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle SOCKET = find("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        private static final MethodHandle CONNECT = find("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        private static final MethodHandle SET_OPTION = find("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        private static final MethodHandle SEND = find("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        private static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private static MethodHandle find(final String name, final FunctionDescriptor descriptor) {
            final Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
        }
    }
}
