package bourse.services.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The members of the venue and their addresses as pods move between nodes. Tells its listener on a thread of the Kubernetes client, each
 * time with all members that have an address.
 */
public final class MemberWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberWatch.class);

    /**
     * A member.
     *
     * @param ordinal in the StatefulSet
     * @param address IP address of its pod
     * @param role    {@link LeaderLabel#LEADER}, {@link LeaderLabel#FOLLOWER}, or empty before it said so
     * @param isReady as its probes say
     */
    public record Member(int ordinal, String pod, String address, String role, boolean isReady) {
    }

    private final Map<String, Member> members = new TreeMap<>();
    private final Consumer<Map<String, Member>> listener;
    private final SharedIndexInformer<Pod> informer;

    /**
     * Begins to watch; an API server that does not answer is asked again by the client.
     *
     * @param labels  that a pod of the venue has
     * @param listener gets the members by name of pod, in order; the map is a copy
     */
    public MemberWatch(final KubernetesClient client, final String namespace, final Map<String, String> labels,
                       final Consumer<Map<String, Member>> listener) {
        this.listener = listener;
        informer = client.pods().inNamespace(namespace).withLabels(labels).runnableInformer(0);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(final Pod pod) {
                seen(pod);
            }

            @Override
            public void onUpdate(final Pod before, final Pod pod) {
                seen(pod);
            }

            @Override
            public void onDelete(final Pod pod, final boolean isStateUnknown) {
                gone(pod);
            }
        });
        informer.start().whenComplete((ignored, failure) -> {
            if (failure != null) {
                LOG.warn("members are not watched ({})", failure.getMessage());
            }
        });
    }

    private void seen(final Pod pod) {
        final String address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        if (address == null || address.isEmpty()) {
            gone(pod);
            return;
        }
        final String name = pod.getMetadata().getName();
        final Map<String, String> labels = pod.getMetadata().getLabels();
        final boolean isReady = pod.getStatus().getConditions().stream()
            .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
        final Member member = new Member(PodIdentity.ordinalOf(name), name, address,
            labels == null ? "" : labels.getOrDefault(LeaderLabel.LABEL, ""), isReady);
        final Map<String, Member> copy;
        synchronized (members) {
            if (member.equals(members.put(name, member))) {
                return;
            }
            copy = new TreeMap<>(members);
        }
        listener.accept(copy);
    }

    private void gone(final Pod pod) {
        final Map<String, Member> copy;
        synchronized (members) {
            if (members.remove(pod.getMetadata().getName()) == null) {
                return;
            }
            copy = new TreeMap<>(members);
        }
        listener.accept(copy);
    }

    @Override
    public void close() {
        informer.stop();
    }
}
