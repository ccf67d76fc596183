package bourse.engine.book;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Anonymous memory on pages of 2 MiB where Linux gives them ({@code transparent_hugepage} = madvise or always): a book of 100,000 orders then needs a
 * dozen entries of the TLB instead of thousands. Cold. Elsewhere nothing is reserved and the caller takes ordinary memory.
 */
final class HugePages {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;

    private HugePages() {
    }

    /** Zeroed, untouched memory; null where the platform has none to offer. */
    static MemorySegment reserve(final long bytes) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            final MemorySegment at = (MemorySegment) handle("mmap", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                .invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (at.address() == -1L) {
                return null;
            }
            advise(at.address(), bytes);
            return at.reinterpret(bytes);
        } catch (final Throwable e) {
            throw new IllegalStateException("mmap of " + bytes + " bytes", e);
        }
    }

    /** Asks for huge pages; whether the system listens changes nothing but speed. */
    static void advise(final long address, final long bytes) {
        try {
            final int ignored = (int) handle("madvise", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT)).invokeExact(MemorySegment.ofAddress(address), bytes, MADV_HUGEPAGE);
        } catch (final Throwable e) {
            throw new IllegalStateException("madvise of " + bytes + " bytes", e);
        }
    }

    static void release(final MemorySegment segment) {
        try {
            final int ignored = (int) handle("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                .invokeExact(segment, segment.byteSize());
        } catch (final Throwable e) {
            throw new IllegalStateException("munmap of " + segment.byteSize() + " bytes", e);
        }
    }

    private static MethodHandle handle(final String name, final FunctionDescriptor descriptor) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
    }
}
