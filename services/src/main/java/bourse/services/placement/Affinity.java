package bourse.services.placement;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/**
 * Binds the calling thread to cores: Linux' {@code sched_setaffinity} by the foreign function interface. A thread that it starts afterwards is bound
 * likewise. Elsewhere nothing happens. Any thread.
 */
public final class Affinity {
    private static final int MASK_BYTES = 128;
    private static final MethodHandle SET = find("sched_setaffinity");
    private static final MethodHandle GET = find("sched_getaffinity");
    /** What the process was given: its control group's or starter's. */
    private static final CpuList ALLOWED = current();

    private Affinity() {
    }

    private static MethodHandle find(final String name) {
        final Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(symbol -> linker.downcallHandle(symbol,
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))).orElse(null);
    }

    /** Cores that the process may use: those of the thread that first asked; none = this is not Linux. */
    public static CpuList allowed() {
        return ALLOWED;
    }

    /** Cores that the calling thread may use; none = this is not Linux. */
    public static CpuList current() {
        if (GET == null) {
            return CpuList.NONE;
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            final int result = (int) GET.invokeExact(0, (long) MASK_BYTES, mask);
            return result < 0 ? CpuList.NONE : CpuList.of(BitSet.valueOf(mask.toArray(ValueLayout.JAVA_BYTE)));
        } catch (final Throwable e) {
            throw new IllegalStateException("sched_getaffinity failed", e);
        }
    }

    /** Binds the calling thread. @return whether it is bound now; false = the process may not use these cores, or this is not Linux */
    public static boolean bind(final CpuList cpus) {
        if (SET == null || cpus.isEmpty() || !ALLOWED.contains(cpus)) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            final byte[] bytes = cpus.bits().toByteArray();
            MemorySegment.copy(bytes, 0, mask, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return (int) SET.invokeExact(0, (long) MASK_BYTES, mask) == 0;
        } catch (final Throwable e) {
            throw new IllegalStateException("sched_setaffinity failed", e);
        }
    }

    /** Binds the calling thread to one core. @return see {@link #bind(CpuList)} */
    public static boolean bind(final int cpu) {
        return cpu >= 0 && bind(CpuList.of(cpu));
    }

    /** Lets the calling thread run wherever the process may. */
    public static void release() {
        bind(ALLOWED);
    }
}
