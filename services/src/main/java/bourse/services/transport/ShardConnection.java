package bourse.services.transport;

import bourse.engine.log.DriverClock;
import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.exceptions.AeronException;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.LangUtil;
import org.agrona.concurrent.AgentInvoker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * One Aeron client without a thread of its own, shared by the ports that one agent uses. Thread: that agent's, which {@link #open}s it
 * before anything else.
 *
 * <p>Where the media driver is another process, that may come later than this one, go away and come back: the connection then waits for it, never
 * blocking for longer than a few milliseconds, and {@link #generation} tells the ports that all they had of the former client is gone.
 */
public final class ShardConnection implements AutoCloseable {
    /** Streams that answers to clients use; each client's are told apart by session. */
    static final int ARCHIVE_RESPONSE_STREAM_ID = 2003;
    static final int EGRESS_STREAM_ID = 2004;

    private static final long DRIVER_TIMEOUT_MS = 10_000;
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ShardAddress address;
    private final String clientName;
    private final ErrorHandler errorHandler;
    private AgentInvoker driver;
    private Aeron aeron;
    private AgentInvoker conductor;
    private Object driverFile;
    private long nextLookNs = System.nanoTime();
    private int generation;
    private boolean isEnded;

    /**
     * @param clientName   seen in Aeron's counters
     * @param errorHandler gets what Aeron's client finds wrong
     */
    public ShardConnection(final ShardAddress address, final String clientName, final ErrorHandler errorHandler) {
        this.address = address;
        this.clientName = clientName;
        this.errorHandler = errorHandler;
    }

    /**
     * Connects to the media driver: at once where it is this thread's own, else as soon as it is there.
     *
     * @param driverInvoker what must run while this client waits, when the media driver has no thread but this one; else null
     */
    public ShardConnection open(final AgentInvoker driverInvoker) {
        driver = driverInvoker;
        if (driver != null) {
            connect();
        } else {
            look();
        }
        return this;
    }

    private void connect() {
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(address.aeronDirectory())
            .clientName(clientName)
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .epochClock(DriverClock.INSTANCE)
            .useConductorAgentInvoker(true)
            .driverAgentInvoker(driver)
            .errorHandler(errorHandler)
            .subscriberErrorHandler(LangUtil::rethrowUnchecked));
        conductor = aeron.conductorAgentInvoker();
        driverFile = driverFile();
    }

    /** Client's housekeeping; on every duty cycle. */
    int poll() {
        if (driver != null) {
            return conductor.invoke();
        }
        final long nowNs = System.nanoTime();
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + LOOK_INTERVAL_NS;
            look();
        }
        return aeron == null ? 0 : conductor.invoke();
    }

    /** A driver of another process: is it (still) the one that we know? A new one has a new file, long before the old one's silence is noticed. */
    private void look() {
        if (isEnded) {
            return;
        }
        if (aeron != null) {
            final Object now = driverFile();
            if (aeron.isClosed() || now == null || !now.equals(driverFile)) {
                generation++;
                CloseHelper.quietClose(aeron);
                aeron = null;
                conductor = null;
            }
            return;
        }
        if (!DriverClock.isDriverActive(new File(address.aeronDirectory()), TimeUnit.SECONDS.toMillis(1))) {
            return;
        }
        try {
            connect();
        } catch (final AeronException e) {
            // It went away again, or is not ready yet: the next look follows.
            errorHandler.onError(e);
        }
    }

    /** What tells this driver's file from that of the next one; null = there is none. */
    private Object driverFile() {
        try {
            return Files.readAttributes(Path.of(address.aeronDirectory(), CncFileDescriptor.CNC_FILE), BasicFileAttributes.class).fileKey();
        } catch (final IOException expected) {
            return null;
        }
    }

    /** Rises when the media driver went away: whatever was had of its client must be forgotten, not closed. */
    int generation() {
        return generation;
    }

    /** A media driver of another process, which may go away and come back. */
    boolean isReopening() {
        return driver == null;
    }

    /** What must run while a client waits; null where the media driver has threads of its own. */
    AgentInvoker driver() {
        return driver;
    }

    /** The media driver is not there, went away or gave this client up. */
    public boolean isClosed() {
        return aeron == null || aeron.isClosed();
    }

    ShardAddress address() {
        return address;
    }

    Aeron aeron() {
        return aeron;
    }

    ErrorHandler errorHandler() {
        return errorHandler;
    }

    @Override
    public void close() {
        isEnded = true;
        CloseHelper.quietClose(aeron);
    }
}
