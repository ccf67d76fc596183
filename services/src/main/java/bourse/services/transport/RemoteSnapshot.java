package bourse.services.transport;

import io.aeron.AeronCounters;
import io.aeron.cluster.ClusterControl;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusterCounters;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A snapshot of an engine in another process of this host, asked for and watched through the counters that the consensus module shares, as Aeron's own
 * tool does. One at a time. Requests from any thread; everything else on the agent's.
 */
final class RemoteSnapshot {
    private static final int CLUSTER_ID = 0;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final AtomicReference<CompletableFuture<Long>> pending = new AtomicReference<>();
    private long askedNs;
    private long countBefore;
    private boolean isAsked;

    CompletionStage<Long> request() {
        final CompletableFuture<Long> asked = new CompletableFuture<>();
        return pending.compareAndSet(null, asked) ? asked
            : CompletableFuture.failedFuture(new IllegalStateException("another snapshot is being taken; try again when it is done"));
    }

    int poll(final ShardConnection connection) {
        final CompletableFuture<Long> asked = pending.get();
        return asked == null ? 0 : pollSlowPath(connection, asked);
    }

    private int pollSlowPath(final ShardConnection connection, final CompletableFuture<Long> asked) {
        final long nowNs = System.nanoTime();
        askedNs = askedNs == 0 ? nowNs : askedNs;
        if (connection.isClosed()) {
            finish(asked, -1, "the engine is away");
        } else if (nowNs - askedNs > TIMEOUT_NS) {
            finish(asked, -1, isAsked ? "the engine did not take it in time; see its log" : "this engine does not lead its cluster, or is busy with another one");
        } else {
            advance(connection.aeron().countersReader(), asked);
        }
        return 1;
    }

    private void advance(final CountersReader counters, final CompletableFuture<Long> asked) {
        if (!isAsked) {
            countBefore = counter(counters, AeronCounters.CLUSTER_SNAPSHOT_COUNTER_TYPE_ID);
            final AtomicCounter toggle = ClusterControl.findControlToggle(counters, CLUSTER_ID);
            isAsked = toggle != null && ClusterControl.ToggleState.SNAPSHOT.toggle(toggle);
        } else if (counter(counters, AeronCounters.CLUSTER_SNAPSHOT_COUNTER_TYPE_ID) > countBefore
            && counter(counters, AeronCounters.CLUSTER_CONSENSUS_MODULE_STATE_TYPE_ID) == ConsensusModule.State.ACTIVE.code()) {
            finish(asked, counter(counters, AeronCounters.CLUSTER_COMMIT_POSITION_TYPE_ID), null);
        }
    }

    private static long counter(final CountersReader counters, final int typeId) {
        final int counterId = ClusterCounters.find(counters, typeId, CLUSTER_ID);
        return counterId == CountersReader.NULL_COUNTER_ID ? -1 : counters.getCounterValue(counterId);
    }

    private void finish(final CompletableFuture<Long> asked, final long position, final String problem) {
        isAsked = false;
        askedNs = 0;
        pending.set(null);
        if (problem == null) {
            asked.complete(position);
        } else {
            asked.completeExceptionally(new IllegalStateException(problem));
        }
    }
}
