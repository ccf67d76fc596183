package io.aeron.cluster.service;

import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentInvoker;

/**
 * A clustered service without a thread of its own. Aeron's {@link ClusteredServiceContainer} always starts one, and the agent that
 * does its work is visible only in this package: this class is all of ours that lives here, and the only one that leans on it (Aeron 1.51).
 *
 * <p>Thread: whoever calls {@link #invoker()}; the first {@link #start()} blocks until the consensus module has answered, so the context's idle
 * strategy must keep that module, the archive and the driver going.
 */
public final class InvokedServiceContainer implements AutoCloseable {
    private final AgentInvoker invoker;

    /** Concludes {@code ctx} and makes its agent, which has done nothing yet. */
    public InvokedServiceContainer(final ClusteredServiceContainer.Context ctx) {
        try {
            ctx.conclude();
        } catch (final RuntimeException ex) {
            if (ctx.clusterMarkFile() != null) {
                ctx.clusterMarkFile().signalFailedStart();
            }
            ctx.close();
            throw ex;
        }
        invoker = new AgentInvoker(ctx.errorHandler(), ctx.errorCounter(), new ClusteredServiceAgent(ctx));
    }

    /** Recovers the service: loads its snapshot. */
    public void start() {
        invoker.start();
    }

    public AgentInvoker invoker() {
        return invoker;
    }

    @Override
    public void close() {
        CloseHelper.close(invoker);
    }
}
