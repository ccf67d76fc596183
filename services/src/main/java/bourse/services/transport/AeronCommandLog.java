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
 * Commands into an Aeron Cluster. It owns reconnection: a session that the cluster closed, or a leader that went away, is followed by a
 * new session as soon as there is one to be had; what was offered to the old one and not answered by an event is the caller's to repeat.
 * Hot path. Thread: one agent.
 */
public final class AeronCommandLog implements CommandLog, AutoCloseable {
    private static final long KEEPALIVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long RETRY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ShardConnection connection;
    private AeronCluster cluster;
    private final ConnectAttempts<AeronCluster.AsyncConnect, AeronCluster> attempts;
    private long nextKeepaliveNs;
    private long connections;
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
            attempts.pause();
            return work + 1;
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
        cluster = null;
        attempts.forget();
    }

    @Override
    public boolean isLost() {
        return isLost;
    }

    /** Asks the engine, which is another process of this host, for a snapshot; completes with the log position. Any thread. */
    public CompletionStage<Long> takeSnapshot() {
        return snapshots.request();
    }

    @Override
    public boolean isConnected() {
        return cluster != null;
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
            .egressChannel("aeron:ipc?term-length=128k")
            .egressStreamId(ShardConnection.EGRESS_STREAM_ID)
            .isIngressExclusive(true)
            .idleStrategy(NoOpIdleStrategy.INSTANCE)
            .messageTimeoutNs(CONNECT_TIMEOUT_NS)
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
