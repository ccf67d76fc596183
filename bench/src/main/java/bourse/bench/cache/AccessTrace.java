package bourse.bench.cache;

import org.agrona.UnsafeApi;

/** Where the traced book's reads and writes come by: noted, then done. Static, because rewritten byte code calls it. Thread: one. */
public final class AccessTrace {
    /** Takes the accesses. */
    interface Sink {
        void access(int structure, long address, int bytes);
    }

    private static Sink sink = (structure, address, bytes) -> { };

    private AccessTrace() {
    }

    static void to(final Sink newSink) {
        sink = newSink;
    }

    public static long getLong(final long address, final int structure) {
        sink.access(structure, address, Long.BYTES);
        return UnsafeApi.getLong(address);
    }

    public static int getInt(final long address, final int structure) {
        sink.access(structure, address, Integer.BYTES);
        return UnsafeApi.getInt(address);
    }

    public static void putLong(final long address, final long value, final int structure) {
        sink.access(structure, address, Long.BYTES);
        UnsafeApi.putLong(address, value);
    }

    public static void putInt(final long address, final int value, final int structure) {
        sink.access(structure, address, Integer.BYTES);
        UnsafeApi.putInt(address, value);
    }

    public static void putLongRelease(final Object base, final long address, final long value, final int structure) {
        sink.access(structure, address, Long.BYTES);
        UnsafeApi.putLongRelease(base, address, value);
    }
}
