package bourse.engine.book;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Takes a file's blocks from the file system without writing them: {@code posix_fallocate}. Cold. */
final class FileSpace {
    private static final int O_RDWR = 2;

    private FileSpace() {
    }

    /**
     * Makes the file that long.
     *
     * @return false where the platform has no such call
     * @throws IOException when there is no room
     */
    static boolean reserve(final Path file, final long bytes) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            return false;
        }
        final int error;
        try (Arena arena = Arena.ofConfined()) {
            final int descriptor = (int) handle("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                .invokeExact(arena.allocateFrom(file.toString()), O_RDWR);
            if (descriptor < 0) {
                return false;
            }
            error = (int) handle("posix_fallocate", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG)).invokeExact(descriptor, 0L, bytes);
            final int ignored = (int) handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact(descriptor);
        } catch (final Throwable e) {
            throw new IllegalStateException("posix_fallocate of " + bytes + " bytes for " + file, e);
        }
        if (error != 0) {
            throw new IOException("no room for " + bytes + " bytes in " + file.getParent() + " (error " + error + ")");
        }
        return true;
    }

    private static MethodHandle handle(final String name, final FunctionDescriptor descriptor) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
    }
}
