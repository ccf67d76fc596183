package bourse.engine.store;

import java.io.IOException;
import java.io.SyncFailedException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Set;

/** An open file, for the calls of Linux that Java has none for. Cold. Thread: one. */
public final class LinuxFile implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final Set<Integer> DISK_ERRORS = Set.of(5, 28, 122); // EIO, ENOSPC, EDQUOT
    /** Write what is changed and wait for the disk to have taken it: the file's length and times are not part of it. */
    private static final int WAIT_BEFORE_WRITE_WAIT_AFTER = 7;
    private static final int DONT_NEED = 4;

    private final Path file;
    private final int descriptor;

    private LinuxFile(final Path file, final int descriptor) {
        this.file = file;
        this.descriptor = descriptor;
    }

    /** Whether this system has these calls. */
    public static boolean isSupported() {
        return System.getProperty("os.name").equals("Linux");
    }

    /**
     * Opens a file that is there.
     *
     * @throws IOException when it is not, or cannot be opened for writing
     */
    public static LinuxFile open(final Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final int descriptor = (int) Calls.OPEN.invokeExact(arena.allocateFrom(file.toString()), O_RDWR);
            if (descriptor < 0) {
                throw new IOException("cannot be opened for writing: " + file);
            }
            return new LinuxFile(file, descriptor);
        } catch (final IOException e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException("open of " + file, e);
        }
    }

    /**
     * Makes the file that long: takes its blocks from the file system without writing them.
     *
     * @throws IOException when there is no room
     */
    public void reserve(final long bytes) throws IOException {
        final int error;
        try {
            error = (int) Calls.FALLOCATE.invokeExact(descriptor, 0L, bytes);
        } catch (final Throwable e) {
            throw new IllegalStateException("posix_fallocate of " + bytes + " bytes for " + file, e);
        }
        if (error != 0) {
            throw new IOException("no room for " + bytes + " bytes in " + file.getParent() + " (error " + error + ")");
        }
    }

    /**
     * Gives the memory that the page cache holds of these bytes back to the system, once the disk has taken them: waits for it. Who reads them again gets them
     * from the disk. A file system without the call keeps them in memory.
     *
     * @throws SyncFailedException when the disk did not take what was written, by whomever: Linux says it once, so who opens the file later and syncs it learns nothing
     */
    public void release(final long offset, final long bytes) throws SyncFailedException {
        final int error;
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(Calls.STATE);
            if ((int) Calls.SYNC_FILE_RANGE.invokeExact(state, descriptor, offset, bytes, WAIT_BEFORE_WRITE_WAIT_AFTER) == 0) {
                final int ignored = (int) Calls.FADVISE.invokeExact(descriptor, offset, bytes, DONT_NEED);
                return;
            }
            error = (int) Calls.ERRNO.get(state, 0L);
        } catch (final Throwable e) {
            throw new IllegalStateException("sync_file_range of " + file, e);
        }
        if (DISK_ERRORS.contains(error)) {
            throw new SyncFailedException("not written to the disk: " + bytes + " bytes at byte " + offset + " of " + file + " (error " + error + ")");
        }
    }

    @Override
    public void close() {
        try {
            final int ignored = (int) Calls.CLOSE.invokeExact(descriptor);
        } catch (final Throwable e) {
            throw new IllegalStateException("close of " + file, e);
        }
    }

    /** Looked up by the first file. */
    private static final class Calls {
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle OPEN = handle("open", of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        static final MethodHandle CLOSE = handle("close", of(ValueLayout.JAVA_INT));
        static final MethodHandle FALLOCATE = handle("posix_fallocate", of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        static final MethodHandle SYNC_FILE_RANGE = handle("sync_file_range",
            of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT), Linker.Option.captureCallState("errno"));
        static final MethodHandle FADVISE = handle("posix_fadvise", of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

        private static FunctionDescriptor of(final MemoryLayout... parameters) {
            return FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters);
        }

        private static MethodHandle handle(final String name, final FunctionDescriptor call, final Linker.Option... options) {
            final Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), call, options);
        }
    }
}
