package bourse.services.transport;

import bourse.sbe.port.CommandLog;
import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.cluster.client.AeronCluster;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NoOpIdleStrategy;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Commands into an Aeron Cluster. It owns reconnection: a session that the cluster closed is followed by a new one as soon as there is one to be had,
 * and one whose leader went away goes on with the next leader; what was offered before and not answered by an event is the caller's to repeat
 * ({@link #losses()}).
 * Hot path. Thread: one agent.
 */
public final class AeronCommandLog implements CommandLog, AutoCloseable {
    private static final long KEEPALIVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    /** Of several members one may answer that another leads, which is gone: better to ask again soon. */
    private static final long REPLICATED_CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ShardConnection connection;
    private AeronCluster cluster;
    private final ConnectAttempts<AeronCluster.AsyncConnect, AeronCluster> attempts;
    private long nextKeepaliveNs;
    private long connections;
    private long leadershipTermId;
    private long losses;
    private boolean isClosed;
    private int generation;
    private volatile boolean isLost;
    private final RemoteSnapshot snapshots = new RemoteSnapshot();

    public AeronCommandLog(final ShardConnection connection) {
        this.connection = connection;
        attempts = new ConnectAttempts<>(connection, () -> AeronCluster.asyncConnect(context(connection.aeron())), AeronCluster.AsyncConnect::poll);
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        final AeronCluster session = cluster;
        if (session == null) {
            return isClosed ? CLOSED : NOT_CONNECTED;
        }
        final long result = session.offer(buffer, offset, length);
        return result > 0 ? result : offerSlowPath(session, result);
    }

    private long offerSlowPath(final AeronCluster session, final long result) {
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            return BACK_PRESSURED;
        }
        session.trackIngressPublicationResult(result);
        return NOT_CONNECTED;
    }

    @Override
    public int poll() {
        int work = connection.poll();
        if (generation != connection.generation()) {
            forget();
        }
        work += snapshots.poll(connection);
        final AeronCluster session = cluster;
        if (session == null) {
            return work + (isClosed ? 0 : connect());
        }
        work += session.pollEgress();
        if (session.isClosed()) {
            cluster = null;
            losses++;
            attempts.pause();
            return work + 1;
        }
        if (session.leadershipTermId() != leadershipTermId) {
            leadershipTermId = session.leadershipTermId();
            losses++;
            work++;
        }
        final long nowNs = System.nanoTime();
        if (nowNs - nextKeepaliveNs >= 0) {
            nextKeepaliveNs = nowNs + (session.sendKeepAlive() ? KEEPALIVE_INTERVAL_NS : RETRY_INTERVAL_NS);
            work++;
        }
        return work;
    }

    /** The media driver is gone, and all that hung on it. */
    private void forget() {
        generation = connection.generation();
        isLost = true;
        losses++;
        cluster = null;
        attempts.forget();
    }

    @Override
    public boolean isLost() {
        return isLost;
    }

    @Override
    public long losses() {
        return losses;
    }

    /** Asks the engine, which is another process of this host, for a snapshot; completes with the log position. Any thread. */
    public CompletionStage<Long> takeSnapshot() {
        return snapshots.request();
    }

    @Override
    public boolean isConnected() {
        final AeronCluster session = cluster;
        return session != null && (!connection.address().isReplicated() || session.ingressPublication().isConnected());
    }

    /** Sessions opened so far; more than 1 = reconnected. */
    public long connections() {
        return connections;
    }

    private int connect() {
        if (connection.isClosed()) {
            isClosed = !connection.isReopening();
            return 0;
        }
        cluster = attempts.poll();
        if (cluster != null) {
            isLost = false;
            connections++;
            leadershipTermId = cluster.leadershipTermId();
            nextKeepaliveNs = System.nanoTime() + KEEPALIVE_INTERVAL_NS;
        }
        return attempts.work();
    }

    private AeronCluster.Context context(final Aeron aeron) {
        final ShardAddress address = connection.address();
        return new AeronCluster.Context()
            .aeron(aeron)
            .ownsAeronClient(false)
            .clientName("bourse-commands")
            .ingressChannel(address.ingressChannel())
            .ingressEndpoints(address.ingressEndpoints())
            .ingressStreamId(address.ingressStreamId())
            .egressChannel(address.egressChannel())
            .egressStreamId(ShardConnection.EGRESS_STREAM_ID)
            .isIngressExclusive(true)
            .idleStrategy(NoOpIdleStrategy.INSTANCE)
            .messageTimeoutNs(address.isReplicated() ? REPLICATED_CONNECT_TIMEOUT_NS : CONNECT_TIMEOUT_NS)
            .agentInvoker(connection.driver())
            .errorHandler(connection.errorHandler());
    }

    @Override
    public void close() {
        isClosed = true;
        attempts.close();
        CloseHelper.quietClose(cluster);
        cluster = null;
    }
}
