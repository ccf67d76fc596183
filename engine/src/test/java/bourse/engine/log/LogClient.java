package bourse.engine.log;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentInvoker;

/**
 * A cluster client as a gateway of the same host has it: commands in through shared memory, nothing expected back. Thread: one. With a
 * driver invoker it lives on the thread of a one-thread log and never blocks.
 */
public final class LogClient implements AutoCloseable {
    private final Aeron aeron;
    private AeronCluster.AsyncConnect connecting;
    private AeronCluster cluster;

    /** @param driverInvoker of a log on this thread, else null */
    public LogClient(final String aeronDirectory, final AgentInvoker driverInvoker, final int egressStreamId) {
        final Aeron.Context context = new Aeron.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory).useConductorAgentInvoker(true)
                .driverAgentInvoker(driverInvoker);
        aeron = Aeron.connect(context);
        connecting = AeronCluster.asyncConnect(new AeronCluster.Context()
                .aeron(aeron).ownsAeronClient(false)
                .ingressChannel(AeronLog.INGRESS_CHANNEL).ingressStreamId(AeronLog.INGRESS_STREAM_ID)
                .egressChannel(AeronLog.EGRESS_CHANNEL).egressStreamId(egressStreamId)
                .egressListener((EgressListener) (sessionId, timestamp, buffer, offset, length, header) -> { }));
    }

    /** Goes on connecting, keeps alive; true when connected. */
    public boolean poll() {
        aeron.conductorAgentInvoker().invoke();
        if (cluster == null) {
            cluster = connecting.poll();
            if (cluster == null) {
                return false;
            }
            connecting = null;
        }
        cluster.pollEgress();
        return true;
    }

    public boolean isConnected() {
        return cluster != null;
    }

    /** Above 0, or a negative code of Aeron's. */
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        return cluster.offer(buffer, offset, length);
    }

    public void sendKeepAlive() {
        cluster.sendKeepAlive();
    }

    public Aeron aeron() {
        return aeron;
    }

    public static String ipc() {
        return CommonContext.IPC_CHANNEL;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(connecting, cluster, aeron);
    }
}
