package bourse.engine.log;

import java.io.File;
import java.nio.MappedByteBuffer;
import java.util.concurrent.TimeUnit;

import io.aeron.CncFileDescriptor;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/**
 * The clock by which a media driver and its clients, also of other processes, tell whether the other side lives: the host's monotonic clock in milliseconds, which all
 * its processes share. By the wall clock, which Aeron takes when it is told nothing, each would take the other for dead when that is set ahead, or when the machine
 * slept. Any thread.
 */
public final class DriverClock implements EpochClock {
    /** The one there is. */
    public static final DriverClock INSTANCE = new DriverClock();

    private DriverClock() {
    }

    /** Milliseconds since an origin that all processes of the host have in common. */
    @Override
    public long time() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Whether a media driver in {@code directory} gave a sign of life in the last {@code withinMs}; {@code CommonContext.isDriverActive} asks the wall clock. */
    public static boolean isDriverActive(final File directory, final long withinMs) {
        final File file = new File(directory, CncFileDescriptor.CNC_FILE);
        if (file.length() <= CncFileDescriptor.META_DATA_LENGTH) {
            return false;
        }
        final MappedByteBuffer mapped;
        try {
            mapped = IoUtil.mapExistingFile(file, "media driver");
        } catch (final Exception removedMeanwhile) {
            // Agrona throws what the file system throws, as it is.
            return false;
        }
        try {
            final UnsafeBuffer head = CncFileDescriptor.createMetaDataBuffer(mapped);
            final int version = head.getIntVolatile(CncFileDescriptor.cncVersionOffset(0));
            if (version == 0) {
                return false;
            }
            CncFileDescriptor.checkVersion(version);
            final ManyToOneRingBuffer commands = new ManyToOneRingBuffer(CncFileDescriptor.createToDriverBuffer(mapped, head));
            return Math.abs(INSTANCE.time() - commands.consumerHeartbeatTime()) <= withinMs;
        } finally {
            BufferUtil.free(mapped);
        }
    }
}
