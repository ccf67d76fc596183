package bourse.bench.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** Binds the calling thread to one core: Linux' {@code sched_setaffinity} by the foreign function interface. Elsewhere nothing happens. */
public final class Affinity {
    private static final int MASK_BYTES = 128;
    private static final int CORES = cores();
    private static final MethodHandle SET = find();

    private Affinity() {
    }

    /** Cores of the machine; what the JVM calls available shrinks with the first thread that is bound. */
    private static int cores() {
        try {
            final String online = Files.readString(Path.of("/sys/devices/system/cpu/online")).trim();
            return 1 + Integer.parseInt(online.substring(Math.max(online.lastIndexOf('-'), online.lastIndexOf(',')) + 1));
        } catch (final IOException | NumberFormatException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    private static MethodHandle find() {
        final Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find("sched_setaffinity").map(symbol -> linker.downcallHandle(symbol,
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))).orElse(null);
    }

    /** Binds the calling thread to core {@code cpu}, 0 and up. @return whether it is bound now */
    public static boolean bind(final int cpu) {
        if (cpu < 0 || cpu >= CORES) {
            return false;
        }
        return set(cpu, cpu + 1);
    }

    /** Lets the calling thread run anywhere again. */
    public static void release() {
        set(0, CORES);
    }

    private static boolean set(final int from, final int to) {
        if (SET == null) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            for (int cpu = from; cpu < to; cpu++) {
                final long at = cpu / Byte.SIZE;
                mask.set(ValueLayout.JAVA_BYTE, at, (byte) (mask.get(ValueLayout.JAVA_BYTE, at) | 1 << cpu % Byte.SIZE));
            }
            return (int) SET.invokeExact(0, (long) MASK_BYTES, mask) == 0;
        } catch (final Throwable e) {
            throw new IllegalStateException("sched_setaffinity failed", e);
        }
    }
}
