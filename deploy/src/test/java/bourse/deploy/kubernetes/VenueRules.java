package bourse.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What an operator expects of a venue of this kind, beyond what any manifest must keep to: probes, drains, cores of its own, secrets as files, default deny; of several
 * members also their names, their places and what they may lose.
 */
final class VenueRules {
    private final List<JsonNode> documents;
    private final List<String> problems = new ArrayList<>();

    private VenueRules(final List<JsonNode> documents) {
        this.documents = documents;
    }

    /** @return one line a problem, empty when there is none; of each namespace by itself. */
    static List<String> problems(final List<JsonNode> documents) {
        final List<String> problems = new ArrayList<>();
        ManifestRules.byNamespace(documents).values().forEach(own -> {
            final VenueRules rules = new VenueRules(own);
            rules.ofKind("StatefulSet").forEach(rules::venue);
            rules.check(rules.ofKind("StatefulSet").count() == 1, "there is not one StatefulSet");
            problems.addAll(rules.problems);
        });
        return problems;
    }

    private static Stream<JsonNode> each(final JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private Stream<JsonNode> ofKind(final String kind) {
        return documents.stream().filter(document -> kind.equals(document.path("kind").asText()));
    }

    private void check(final boolean isSo, final String problem) {
        if (!isSo) {
            problems.add(problem);
        }
    }

    private void venue(final JsonNode set) {
        final JsonNode spec = set.path("spec");
        final JsonNode pod = spec.path("template").path("spec");
        check("Parallel".equals(spec.path("podManagementPolicy").asText()), "members are started one after the other, but wait for each other");
        final JsonNode service = ofKind("Service").filter(candidate -> candidate.path("metadata").path("name").equals(spec.path("serviceName"))).findFirst().orElseThrow();
        check("None".equals(service.path("spec").path("clusterIP").asText()) && service.path("spec").path("publishNotReadyAddresses").asBoolean(),
            "members have no names before they are ready");
        check(each(spec.path("volumeClaimTemplates")).anyMatch(claim -> "data".equals(claim.path("metadata").path("name").asText())), "no volume claim for the data");
        check(!pod.path("priorityClassName").asText().isEmpty(), "no priority");
        check(each(pod.path("volumes")).anyMatch(volume -> "Memory".equals(volume.path("emptyDir").path("medium").asText())
            && volume.path("emptyDir").has("sizeLimit")), "/dev/shm has no size");
        check(ofKind("NetworkPolicy").anyMatch(policy -> policy.path("spec").path("podSelector").isEmpty() && policy.path("spec").path("policyTypes").size() == 2
            && !policy.path("spec").has("ingress") && !policy.path("spec").has("egress")), "no default-deny network policy");
        check(ofKind("Service").anyMatch(candidate -> "leader".equals(candidate.path("spec").path("selector").path("bourse.io/role").asText())),
            "no service routes to the leader");
        each(pod.path("containers")).forEach(container -> container(container, pod));
        each(pod.path("containers")).filter(container -> !"engine".equals(container.path("name").asText())).forEach(reader -> engineData(reader, pod));
        if (spec.path("replicas").asInt() > 1) {
            members(set, spec.path("replicas").asInt(), pod);
        }
    }

    private void container(final JsonNode container, final JsonNode pod) {
        final String name = container.path("name").asText();
        for (final String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            check(container.has(probe), name + ": no " + probe);
        }
        final long waits = container.path("lifecycle").path("preStop").path("sleep").path("seconds").asLong();
        check(waits > 0, name + ": no preStop");
        check(pod.path("terminationGracePeriodSeconds").asLong() >= waits + 30, name + ": too little time to end in order");
        final JsonNode resources = container.path("resources");
        check(resources.path("limits").equals(resources.path("requests")) && resources.path("limits").path("cpu").asText().matches("\\d+"),
            name + ": a kubelet with the static CPU policy gives it no cores of its own");
        check(each(container.path("volumeMounts")).anyMatch(mount -> "/dev/shm".equals(mount.path("mountPath").asText())), name + ": no shared memory");
        check(each(container.path("env")).noneMatch(variable -> variable.path("valueFrom").has("secretKeyRef")), name + ": a secret in the environment");
    }

    /** A reader of events starts from the engine's snapshots: it must see them, where it looks for them, and must not touch them. */
    private void engineData(final JsonNode reader, final JsonNode pod) {
        final JsonNode engine = each(pod.path("containers")).filter(container -> "engine".equals(container.path("name").asText())).findFirst().orElseThrow();
        final JsonNode own = mount(engine, value(engine, "BOURSE_DATA_DIR"));
        final JsonNode seen = mount(reader, value(reader, "BOURSE_ENGINE_DATA_DIR"));
        check(seen.path("name").equals(own.path("name")) && seen.path("subPath").equals(own.path("subPath")) && seen.path("readOnly").asBoolean(),
            reader.path("name").asText() + ": does not see the engine's data, read only, at BOURSE_ENGINE_DATA_DIR");
    }

    private static String value(final JsonNode container, final String variable) {
        return each(container.path("env")).filter(one -> variable.equals(one.path("name").asText())).map(one -> one.path("value").asText()).findFirst().orElse("");
    }

    private static JsonNode mount(final JsonNode container, final String path) {
        return each(container.path("volumeMounts")).filter(one -> path.equals(one.path("mountPath").asText())).findFirst().orElse(MissingNode.getInstance());
    }

    private void members(final JsonNode set, final int replicas, final JsonNode pod) {
        final String domain = '.' + set.path("spec").path("serviceName").asText() + '.' + set.path("metadata").path("namespace").asText() + ".svc.cluster.local.";
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            names.add(set.path("metadata").path("name").asText() + '-' + i + domain);
        }
        each(pod.path("containers")).forEach(container -> {
            final Map<String, JsonNode> env = new TreeMap<>();
            each(container.path("env")).forEach(variable -> env.put(variable.path("name").asText(), variable));
            final List<String> told = Stream.of(env.getOrDefault("BOURSE_CLUSTER_MEMBERS", set).path("value").asText().split(",")).map(member -> member.replaceFirst(":\\d+$", ""))
                .toList();
            check(told.equals(names), container.path("name").asText() + ": the members are " + names + ", it is told " + told);
            check(env.getOrDefault("BOURSE_CLUSTER_MEMBER", set).path("valueFrom").path("fieldRef").path("fieldPath").asText().contains("pod-index"),
                container.path("name").asText() + ": is not told which member it is");
        });
        final JsonNode affinity = pod.path("affinity").path("podAntiAffinity").path("requiredDuringSchedulingIgnoredDuringExecution");
        check(each(affinity).anyMatch(term -> "kubernetes.io/hostname".equals(term.path("topologyKey").asText())), "two members may share a node");
        check(!pod.path("topologySpreadConstraints").isEmpty(), "members are not spread over zones");
        check(ofKind("PodDisruptionBudget").anyMatch(budget -> budget.path("spec").path("maxUnavailable").asInt(replicas) <= (replicas - 1) / 2),
            "draining nodes may take away the quorum");
        check(ofKind("NetworkPolicy").anyMatch(policy -> each(policy.path("spec").path("ingress")).anyMatch(rule -> !rule.path("from").isEmpty()
            && each(rule.path("ports")).anyMatch(port -> "UDP".equals(port.path("protocol").asText()) && !port.has("port")))), "members may not talk to each other");
    }
}
