package bourse.services.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Shows who leads as a label of the own pod, {@code bourse.io/role: leader} or {@code follower}, which the service of the leader selects by.
 * A thread of its own asks the engine a few times a second and writes only what changed; what could not be written is tried again. The
 * label is a hint for routing and never decides who may acknowledge: that is the log's.
 */
public final class LeaderLabel implements AutoCloseable {
    public static final String LABEL = "bourse.io/role";
    public static final String LEADER = "leader";
    public static final String FOLLOWER = "follower";

    private static final Logger LOG = LoggerFactory.getLogger(LeaderLabel.class);
    /** A label that somebody else changed, or that was lost with a replaced pod, is written again after so long. */
    private static final long REPEAT_NS = TimeUnit.SECONDS.toNanos(30);

    private final KubernetesClient client;
    private final PodIdentity pod;
    private final BooleanSupplier isLeader;
    private final ScheduledExecutorService thread;
    private String written = "";
    /** The pod may be labelled so though no answer came: the end of the thread interrupts what it waits for. */
    private boolean mayBeLeader;
    private long writtenNs;
    private boolean isFailing;

    /** @param client is not closed here. */
    public LeaderLabel(final KubernetesClient client, final PodIdentity pod, final BooleanSupplier isLeader) {
        this.client = client;
        this.pod = pod;
        this.isLeader = isLeader;
        thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("leader-label").factory());
    }

    /** @param interval between two questions to the engine. */
    public LeaderLabel start(final Duration interval) {
        thread.scheduleWithFixedDelay(this::refresh, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
        return this;
    }

    private void refresh() {
        final String role = isLeader.getAsBoolean() ? LEADER : FOLLOWER;
        final long nowNs = System.nanoTime();
        if (role.equals(written) && nowNs - writtenNs < REPEAT_NS) {
            return;
        }
        try {
            mayBeLeader |= role.equals(LEADER);
            write(role);
            mayBeLeader = role.equals(LEADER);
            if (!role.equals(written)) {
                LOG.info("pod labelled pod={} role={}", pod.name(), role);
            }
            written = role;
            writtenNs = nowNs;
            isFailing = false;
        } catch (final KubernetesClientException e) {
            if (!isFailing) {
                LOG.warn("pod not labelled pod={} role={} ({}); tried again until it is", pod.name(), role, e.getMessage());
            }
            isFailing = true;
        }
    }

    /** A merge patch names only the label, so that it cannot conflict with what others write to the pod at the same time. */
    private void write(final String role) {
        final String patch = "{\"metadata\":{\"labels\":{\"" + LABEL + "\":\"" + role + "\"}}}";
        final Pod patched = client.pods().inNamespace(pod.namespace()).withName(pod.name()).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        if (patched == null) {
            throw new KubernetesClientException("no such pod " + pod.namespace() + '/' + pod.name());
        }
    }

    /** Ends the thread; says {@code follower} first, so that nothing is routed to a pod that goes. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (thread.awaitTermination(1, TimeUnit.SECONDS) && mayBeLeader) {
                write(FOLLOWER);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final KubernetesClientException e) {
            LOG.info("pod not unlabelled pod={} ({})", pod.name(), e.getMessage());
        }
    }
}
