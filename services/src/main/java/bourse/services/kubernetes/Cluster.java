package bourse.services.kubernetes;

import bourse.services.config.InstrumentConfig;
import bourse.services.config.KubernetesConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The links of one process to the cluster that it runs in, and their end. */
public final class Cluster implements AutoCloseable {
    /** What the pods of a venue are found by. */
    public static final Map<String, String> VENUE_LABELS = Map.of("app.kubernetes.io/name", "bourse", "app.kubernetes.io/component", "venue");

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Duration ROLE_INTERVAL = Duration.ofMillis(250);

    private final KubernetesClient client;
    private final PodIdentity pod;
    private final List<AutoCloseable> links = new ArrayList<>();

    private Cluster(final KubernetesClient client, final PodIdentity pod) {
        this.client = client;
        this.pod = pod;
    }

    /** Empty outside a cluster, or where the configuration wants nothing of it. */
    public static Optional<Cluster> join(final KubernetesConfig config, final Map<String, String> environment) {
        return join(config, environment, () -> new KubernetesClientBuilder().build());
    }

    static Optional<Cluster> join(final KubernetesConfig config, final Map<String, String> environment, final Supplier<KubernetesClient> client) {
        final Optional<PodIdentity> pod = config.enabled() ? PodIdentity.of(environment) : Optional.empty();
        pod.ifPresent(identity -> LOG.info("in a cluster pod={} namespace={}", identity.name(), identity.namespace()));
        return pod.map(identity -> new Cluster(client.get(), identity));
    }

    /** Labels this pod as long as the cluster is open. */
    public void showRole(final BooleanSupplier isLeader) {
        links.add(new LeaderLabel(client, pod, isLeader).start(ROLE_INTERVAL));
    }

    /** Tells where the members are. */
    public void watchMembers(final Consumer<Map<String, MemberWatch.Member>> listener) {
        links.add(new MemberWatch(client, pod.namespace(), VENUE_LABELS, listener));
    }

    /** Tells which instruments the ConfigMap of that name wants. */
    public void watchInstruments(final String name, final Consumer<List<InstrumentConfig>> listener) {
        links.add(new InstrumentWatch(client, pod.namespace(), name, listener));
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(links);
        client.close();
    }
}
