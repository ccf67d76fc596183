package bourse.services.transport;

import io.aeron.Aeron;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;

/**
 * One Aeron client without a thread of its own, shared by the ports that one agent uses. Thread: that agent's; the first
 * {@link #poll()} may come from another thread than the constructor.
 */
public final class ShardConnection implements AutoCloseable {
    /** Streams that answers and replays to clients use; each client's are told apart by session. */
    static final int ARCHIVE_RESPONSE_STREAM_ID = 2003;
    static final int EGRESS_STREAM_ID = 2004;

    private final ShardAddress address;
    private final Aeron aeron;
    private final AgentInvoker conductor;
    private final ErrorHandler errorHandler;

    /**
     * Waits for the media driver, at most 10 s.
     *
     * @param clientName   seen in Aeron's counters
     * @param errorHandler gets what Aeron's client finds wrong
     */
    public ShardConnection(final ShardAddress address, final String clientName, final ErrorHandler errorHandler) {
        this.address = address;
        this.errorHandler = errorHandler;
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(address.aeronDirectory())
            .clientName(clientName)
            .useConductorAgentInvoker(true)
            .errorHandler(errorHandler)
            .subscriberErrorHandler(ShardConnection::rethrow));
        conductor = aeron.conductorAgentInvoker();
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

    private static void rethrow(final Throwable thrown) {
        org.agrona.LangUtil.rethrowUnchecked(thrown);
    }
}
