package bourse.services.transport;

import io.aeron.Aeron;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.LangUtil;
import org.agrona.concurrent.AgentInvoker;

/**
 * One Aeron client without a thread of its own, shared by the ports that one agent uses. Thread: that agent's, which {@link #open}s it
 * before anything else.
 */
public final class ShardConnection implements AutoCloseable {
    /** Streams that answers to clients use; each client's are told apart by session. */
    static final int ARCHIVE_RESPONSE_STREAM_ID = 2003;
    static final int EGRESS_STREAM_ID = 2004;

    private final ShardAddress address;
    private final String clientName;
    private final ErrorHandler errorHandler;
    private Aeron aeron;
    private AgentInvoker conductor;

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
     * Waits for the media driver, at most 10 s.
     *
     * @param driver what must run while this client waits, when the media driver has no thread but this one; else null
     */
    public ShardConnection open(final AgentInvoker driver) {
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(address.aeronDirectory())
            .clientName(clientName)
            .useConductorAgentInvoker(true)
            .driverAgentInvoker(driver)
            .errorHandler(errorHandler)
            .subscriberErrorHandler(LangUtil::rethrowUnchecked));
        conductor = aeron.conductorAgentInvoker();
        return this;
    }

    /** Client's housekeeping; on every duty cycle. */
    int poll() {
        return conductor.invoke();
    }

    /** The media driver went away or gave this client up: nothing will come any more. */
    public boolean isClosed() {
        return aeron.isClosed();
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
        CloseHelper.quietClose(aeron);
    }
}
