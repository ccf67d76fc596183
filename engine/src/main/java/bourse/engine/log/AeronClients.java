package bourse.engine.log;

import io.aeron.Aeron;
import io.aeron.RethrowingErrorHandler;
import io.aeron.archive.client.AeronArchive;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the parts of one member connect to its media driver and archive. Cold. */
final class AeronClients {
    private static final Logger LOG = LoggerFactory.getLogger(AeronClients.class);
    private static final int ARCHIVE_RESPONSE_STREAM_ID = 200;
    private static final int PRUNING = 4;

    private final AeronLogConfig config;
    private final boolean isOneThread;
    private final ErrorHandler errors;
    private final Supplier<AgentInvoker> driver;
    private final Supplier<AgentInvoker> pump;
    private final BooleanSupplier isClosing;

    /**
     * @param driver ONE_THREAD: what must run while a client waits
     * @param pump   ONE_THREAD: and while a client of the archive does
     */
    AeronClients(final AeronLogConfig config, final ErrorHandler errors, final Supplier<AgentInvoker> driver, final Supplier<AgentInvoker> pump, final BooleanSupplier isClosing) {
        this.config = config;
        this.isOneThread = config.layout() == AeronLayout.ONE_THREAD;
        this.errors = errors;
        this.driver = driver;
        this.pump = pump;
        this.isClosing = isClosing;
    }

    /** A client that bears a stop of the whole process as long as the driver does. */
    Aeron.Context context(final String who, final boolean isInvoked) {
        final Aeron.Context context = named(who).driverTimeoutMs(config.clientLivenessMs()).errorHandler(errors);
        if (isInvoked) {
            context.useConductorAgentInvoker(true).clientLock(NoOpLock.INSTANCE);
        }
        return isOneThread ? context.driverAgentInvoker(driver.get()) : context;
    }

    private Aeron.Context named(final String who) {
        return new Aeron.Context()
                .aeronDirectoryName(config.aeronDirectory().toString())
                .epochClock(DriverClock.INSTANCE)
                .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE)
                .clientName(config.name() + "-" + who);
    }

    /** A client of the archive that is given its connection to the driver; {@code number} keeps their response streams apart. */
    AeronArchive.Context archive(final String who, final int number) {
        final AeronArchive.Context context = new AeronArchive.Context()
                .aeronDirectoryName(config.aeronDirectory().toString())
                .controlRequestChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL)
                .controlRequestStreamId(AeronLog.ARCHIVE_CONTROL_STREAM_ID)
                .controlResponseChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL)
                .controlResponseStreamId(ARCHIVE_RESPONSE_STREAM_ID + number)
                .clientName(config.name() + "-" + who);
        return isOneThread
                ? context.agentInvoker(pump.get()).lock(NoOpLock.INSTANCE).idleStrategy(NoOpIdleStrategy.INSTANCE)
                : context;
    }

    /** A client of the archive with threads and a connection of its own, which may wait. */
    AeronArchive.Context pruning() {
        // Aeron's own handler ends the JVM when the driver goes before the client does; what matters is thrown as well.
        final ErrorHandler harmless = error -> LOG.debug("While pruning", error);
        return new AeronArchive.Context()
                .aeron(Aeron.connect(named("pruning").errorHandler(harmless)))
                .ownsAeronClient(true)
                .controlRequestChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL)
                .controlRequestStreamId(AeronLog.ARCHIVE_CONTROL_STREAM_ID)
                .controlResponseChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL)
                .controlResponseStreamId(ARCHIVE_RESPONSE_STREAM_ID + PRUNING)
                .idleStrategy(new UntilClosing(AeronParts.backoff(), isClosing))
                .errorHandler(harmless);
    }
}
