package bourse.services.kubernetes;

import bourse.services.config.InstrumentConfig;
import bourse.services.config.KubernetesConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** Against the mock API server of the client's own project: what is asked, what is written, and whether the role in deploy/ allows it. */
class ClusterTest {
    private static final Map<String, String> POD = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "POD_NAMESPACE", "venue", "POD_NAME", "bourse-1");
    private static final Path ROLE = Path.of("..", "deploy", "kubernetes", "base", "rbac.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final KubernetesMockServer server =
        new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private KubernetesClient client;

    @BeforeEach
    void start() {
        server.init();
        client = server.createClient();
    }

    @AfterEach
    void stop() {
        client.close();
        try {
            server.destroy();
        } catch (final IllegalStateException e) {
            // Seen once on a busy machine: the mock waits ten seconds for its own sockets. Nothing of ours is in it any more.
            System.out.println("the mock of the cluster does not close: " + e.getCause());
        }
    }

    private Cluster cluster() {
        return Cluster.join(new KubernetesConfig(true, "bourse-instruments"), POD, server::createClient).orElseThrow();
    }

    private static PodBuilder pod(final String name, final String address) {
        return new PodBuilder().withNewMetadata().withName(name).withNamespace("venue").addToLabels(Cluster.VENUE_LABELS).endMetadata()
            .withNewStatus().withPodIP(address).endStatus();
    }

    private static ConfigMap instruments(final String yaml) {
        return new ConfigMapBuilder().withNewMetadata().withName("bourse-instruments").withNamespace("venue").endMetadata()
            .addToData(InstrumentWatch.KEY, yaml).build();
    }

    private static void await(final String what, final BooleanSupplier isSo) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as(what).isNegative();
            Thread.sleep(10);
        }
    }

    private static <T> T take(final LinkedBlockingQueue<T> queue) throws InterruptedException {
        final T taken = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(taken).isNotNull();
        return taken;
    }

    private String role(final String name) {
        final Pod pod = client.pods().inNamespace("venue").withName(name).get();
        return pod.getMetadata().getLabels().getOrDefault(LeaderLabel.LABEL, "");
    }

    @Test
    void shouldStayOutsideWhereThereIsNoCluster() {
        assertThat(Cluster.join(new KubernetesConfig(true, ""), Map.of("POD_NAME", "x"), server::createClient)).isEmpty();
        assertThat(Cluster.join(new KubernetesConfig(false, ""), POD, server::createClient)).isEmpty();
    }

    @Test
    void shouldLabelOwnPodAndNoOther() throws InterruptedException {
        client.resource(pod("bourse-0", "10.1.0.1").build()).create();
        client.resource(pod("bourse-1", "10.1.0.2").build()).create();
        final AtomicBoolean isLeader = new AtomicBoolean();
        try (Cluster cluster = cluster()) {
            cluster.showRole(isLeader::get);
            await("follower", () -> role("bourse-1").equals(LeaderLabel.FOLLOWER));
            isLeader.set(true);
            await("leader", () -> role("bourse-1").equals(LeaderLabel.LEADER));
        }
        assertThat(role("bourse-1")).as("a pod that goes leads no more").isEqualTo(LeaderLabel.FOLLOWER);
        assertThat(role("bourse-0")).isEmpty();
    }

    @Test
    void shouldKeepWhatOthersWriteToThePod() throws InterruptedException {
        client.resource(pod("bourse-1", "10.1.0.2").build()).create();
        try (Cluster cluster = cluster()) {
            cluster.showRole(() -> true);
            await("leader", () -> role("bourse-1").equals(LeaderLabel.LEADER));
            client.pods().inNamespace("venue").withName("bourse-1").edit(old -> new PodBuilder(old).editMetadata()
                .addToLabels("theirs", "kept").endMetadata().build());
        }
        assertThat(client.pods().inNamespace("venue").withName("bourse-1").get().getMetadata().getLabels())
            .containsEntry("theirs", "kept").containsEntry(LeaderLabel.LABEL, LeaderLabel.FOLLOWER);
    }

    @Test
    void shouldLabelOnceThePodIsThere() throws InterruptedException {
        try (Cluster cluster = cluster()) {
            cluster.showRole(() -> true);
            Thread.sleep(600);
            client.resource(pod("bourse-1", "10.1.0.2").build()).create();
            await("leader", () -> role("bourse-1").equals(LeaderLabel.LEADER));
        }
    }

    @Test
    void shouldFollowMembersAsTheyMove() throws InterruptedException {
        final LinkedBlockingQueue<Map<String, MemberWatch.Member>> seen = new LinkedBlockingQueue<>();
        client.resource(pod("bourse-0", "10.1.0.1").build()).create();
        client.resource(pod("other-0", "10.9.9.9").editMetadata().withLabels(Map.of("app.kubernetes.io/name", "other")).endMetadata().build()).create();
        try (Cluster cluster = cluster()) {
            cluster.watchMembers(seen::add);
            assertThat(take(seen)).containsOnlyKeys("bourse-0");
            client.resource(pod("bourse-1", "10.1.0.2").editStatus()
                .withConditions(new PodConditionBuilder().withType("Ready").withStatus("True").build()).endStatus().build()).create();
            assertThat(take(seen).get("bourse-1")).isEqualTo(new MemberWatch.Member(1, "bourse-1", "10.1.0.2", "", true));
            client.pods().inNamespace("venue").withName("bourse-0").delete();
            assertThat(take(seen)).containsOnlyKeys("bourse-1");
            client.resource(pod("bourse-0", "10.1.7.7").build()).create();
            assertThat(take(seen).get("bourse-0").address()).isEqualTo("10.1.7.7");
        }
    }

    @Test
    void shouldTellInstrumentsOfConfigMapAndItsChanges() throws InterruptedException {
        final LinkedBlockingQueue<List<InstrumentConfig>> seen = new LinkedBlockingQueue<>();
        client.resource(instruments("- {symbol: ONE}\n")).create();
        try (Cluster cluster = cluster()) {
            cluster.watchInstruments("bourse-instruments", seen::add);
            assertThat(take(seen)).extracting(InstrumentConfig::symbol).containsExactly("ONE");
            client.resource(instruments("- {symbol: ONE, tickSize: none}\n")).update();
            client.resource(instruments("- {symbol: ONE}\n- {symbol: TWO}\n")).update();
            assertThat(take(seen)).as("what cannot be read is left out").extracting(InstrumentConfig::symbol).containsExactly("ONE", "TWO");
        }
    }

    /** Enough: each request that was made is allowed. Least: each verb that is allowed was used. */
    @Test
    void shouldNeedExactlyTheRoleOfTheManifests() throws Exception {
        client.resource(pod("bourse-1", "10.1.0.2").build()).create();
        client.resource(instruments("- {symbol: ONE}\n")).create();
        final int before = server.getRequestCount();
        final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        try (Cluster cluster = cluster()) {
            cluster.showRole(() -> true);
            cluster.watchMembers(seen::add);
            cluster.watchInstruments("bourse-instruments", seen::add);
            take(seen);
            take(seen);
            await("two lists, two watches, the pod read and labelled", () -> server.getRequestCount() >= before + 6);
        }
        final Set<String> used = new LinkedHashSet<>();
        final int count = server.getRequestCount();
        for (int i = 0; i < count; i++) {
            final RecordedRequest request = server.takeRequest();
            if (i >= before) {
                used.add(call(request));
            }
        }
        assertThat(used).containsExactlyInAnyOrderElementsOf(allowed());
    }

    private Set<String> allowed() throws Exception {
        final Set<String> allowed = new LinkedHashSet<>();
        try (InputStream in = Files.newInputStream(ROLE)) {
            final Role role = client.load(in).items().stream().filter(Role.class::isInstance).map(Role.class::cast).findFirst().orElseThrow();
            for (final PolicyRule rule : role.getRules()) {
                final String name = rule.getResourceNames().isEmpty() ? "" : " " + rule.getResourceNames().getFirst();
                rule.getResources().forEach(resource -> rule.getVerbs().forEach(verb -> allowed.add(verb + " " + resource + name)));
            }
        }
        return allowed;
    }

    /** Verb, resource and, where the request is for one object only, its name; as the API server sees it when it authorises. */
    private static String call(final RecordedRequest request) {
        final String[] pathAndQuery = request.getPath().split("\\?", 2);
        final String[] words = pathAndQuery[0].split("/");
        final String query = pathAndQuery.length > 1 ? pathAndQuery[1] : "";
        final String verb = switch (request.getMethod().toString()) {
            case "PATCH" -> "patch";
            case "GET" -> query.contains("watch=true") ? "watch" : words.length > 6 ? "get" : "list";
            default -> request.getMethod().toString();
        };
        final boolean isOneConfigMap = "configmaps".equals(words[5]) && query.contains("metadata.name%3Dbourse-instruments");
        return verb + " " + words[5] + (isOneConfigMap ? " bourse-instruments" : "");
    }
}
