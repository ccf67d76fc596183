package bourse.gateway.egress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Little-endian numbers in byte arrays. Hot path. */
final class EventBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

    private EventBytes() {
    }

    static void putLong(final byte[] bytes, final int at, final long value) {
        LONG.set(bytes, at, value);
    }
}
