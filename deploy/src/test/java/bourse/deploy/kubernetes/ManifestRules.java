package bourse.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a schema cannot say: that selectors meet labels, that ports, volumes, accounts and configurations that are named exist, and that pods
 * keep to the "restricted" pod security standard (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 */
final class ManifestRules {
    /** Given to pods while they run, not by a manifest. */
    private static final Set<String> LABELS_AT_RUN_TIME = Set.of("bourse.io/role");
    /** Made by an operator or by the cluster, as deploy/README.md says. */
    private static final Set<String> FROM_ELSEWHERE = Set.of("Secret/bourse-keys", "Secret/bourse-tls", "Secret/bourse-bench-token",
        "ConfigMap/kube-root-ca.crt", "ConfigMap/bourse-instruments");
    private static final Set<String> RESTRICTED_VOLUMES = Set.of("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
        "projected", "secret", "name");

    private final List<JsonNode> documents;
    private final Map<String, JsonNode> byName = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final boolean isHostNetworkAllowed;

    private ManifestRules(final List<JsonNode> documents, final boolean isHostNetworkAllowed) {
        this.documents = documents;
        this.isHostNetworkAllowed = isHostNetworkAllowed;
        documents.forEach(document -> {
            if (byName.put(Manifests.name(document), document) != null) {
                problems.add(Manifests.name(document) + ": defined twice");
            }
        });
    }

    /** @return one line a problem, empty when there is none. What is named must be in the same namespace, or of the whole cluster. */
    static List<String> problems(final List<JsonNode> documents, final boolean isHostNetworkAllowed) {
        final Set<String> problems = new LinkedHashSet<>();
        byNamespace(documents).values().forEach(own -> {
            final ManifestRules rules = new ManifestRules(own, isHostNetworkAllowed);
            rules.check();
            problems.addAll(rules.problems);
        });
        return List.copyOf(problems);
    }

    /** The documents of each namespace, with those of the whole cluster. */
    static Map<String, List<JsonNode>> byNamespace(final List<JsonNode> documents) {
        final Map<String, List<JsonNode>> namespaces = new TreeMap<>();
        documents.stream().map(document -> document.path("metadata").path("namespace").asText()).filter(name -> !name.isEmpty())
            .forEach(name -> namespaces.put(name, new ArrayList<>()));
        documents.forEach(document -> {
            final String own = document.path("metadata").path("namespace").asText();
            namespaces.forEach((name, members) -> {
                if (own.isEmpty() || own.equals(name)) {
                    members.add(document);
                }
            });
        });
        return namespaces;
    }

    private void check() {
        for (final JsonNode document : documents) {
            final String name = Manifests.name(document);
            switch (document.path("kind").asText()) {
                case "Service" -> service(name, document.path("spec"));
                case "NetworkPolicy" -> networkPolicy(name, document.path("spec"));
                case "PodDisruptionBudget" -> selected(name, document.path("spec").path("selector").path("matchLabels"));
                case "PodMonitor" -> podMonitor(name, document.path("spec"));
                case "RoleBinding" -> roleBinding(name, document);
                case "StatefulSet", "Deployment", "Job", "CronJob" -> workload(name, document);
                default -> { }
            }
        }
    }

    private static Stream<JsonNode> each(final JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private Stream<JsonNode> workloads() {
        return documents.stream().filter(document -> !podTemplate(document).isMissingNode());
    }

    private static JsonNode podTemplate(final JsonNode document) {
        final JsonNode spec = document.path("spec");
        return spec.has("jobTemplate") ? spec.path("jobTemplate").path("spec").path("template") : spec.path("template");
    }

    private List<JsonNode> podsWith(final JsonNode selector) {
        return workloads().map(ManifestRules::podTemplate).filter(template -> {
            final JsonNode labels = template.path("metadata").path("labels");
            return StreamSupport.stream(((Iterable<Map.Entry<String, JsonNode>>) selector::fields).spliterator(), false)
                .allMatch(entry -> LABELS_AT_RUN_TIME.contains(entry.getKey()) || labels.path(entry.getKey()).equals(entry.getValue()));
        }).toList();
    }

    private List<JsonNode> selected(final String name, final JsonNode selector) {
        final List<JsonNode> pods = podsWith(selector);
        if (pods.isEmpty()) {
            problems.add(name + ": selects no pod of these manifests: " + selector);
        }
        return pods;
    }

    private static Set<String> portNames(final JsonNode template) {
        final Set<String> names = new HashSet<>();
        each(template.path("spec").path("containers")).forEach(container -> each(container.path("ports")).forEach(port -> {
            names.add(port.path("name").asText());
            names.add(port.path("containerPort").asText());
        }));
        return names;
    }

    private void port(final String name, final List<JsonNode> pods, final JsonNode port) {
        if (!pods.isEmpty() && pods.stream().noneMatch(pod -> portNames(pod).contains(port.asText()))) {
            problems.add(name + ": no container of the selected pods has the port " + port.asText());
        }
    }

    private void service(final String name, final JsonNode spec) {
        final List<JsonNode> pods = selected(name, spec.path("selector"));
        each(spec.path("ports")).forEach(port -> port(name, pods, port.has("targetPort") ? port.path("targetPort") : port.path("port")));
    }

    private void networkPolicy(final String name, final JsonNode spec) {
        final JsonNode selector = spec.path("podSelector").path("matchLabels");
        if (selector.isMissingNode()) {
            return;
        }
        final List<JsonNode> pods = selected(name, selector);
        // Without a port it is all of the protocol's.
        each(spec.path("ingress")).forEach(rule -> each(rule.path("ports")).filter(port -> port.has("port")).forEach(port -> port(name, pods, port.path("port"))));
    }

    private void podMonitor(final String name, final JsonNode spec) {
        final List<JsonNode> pods = selected(name, spec.path("selector").path("matchLabels"));
        each(spec.path("podMetricsEndpoints")).forEach(endpoint -> port(name, pods, endpoint.path("port")));
    }

    private void roleBinding(final String name, final JsonNode binding) {
        exists(name, binding.path("roleRef").path("kind").asText(), binding.path("roleRef").path("name"));
        each(binding.path("subjects")).forEach(subject -> exists(name, subject.path("kind").asText(), subject.path("name")));
    }

    private void exists(final String name, final String kind, final JsonNode wanted) {
        final String target = kind + '/' + wanted.asText();
        if (!wanted.isMissingNode() && !byName.containsKey(target) && !FROM_ELSEWHERE.contains(target)) {
            problems.add(name + ": there is no " + target);
        }
    }

    private void workload(final String name, final JsonNode document) {
        final JsonNode template = podTemplate(document);
        final JsonNode spec = document.path("spec");
        if (spec.has("selector") && podsWith(spec.path("selector").path("matchLabels")).stream().noneMatch(template::equals)) {
            problems.add(name + ": its selector does not select its own pods: " + spec.path("selector"));
        }
        exists(name, "Service", spec.path("serviceName"));
        final JsonNode pod = template.path("spec");
        exists(name, "ServiceAccount", pod.path("serviceAccountName"));
        exists(name, "PriorityClass", pod.path("priorityClassName"));
        final Set<String> volumes = volumes(name, pod, spec);
        podSecurity(name, pod);
        Stream.concat(each(pod.path("initContainers")), each(pod.path("containers"))).forEach(container -> {
            final String at = name + ' ' + container.path("name").asText();
            container(at, container, volumes);
            containerSecurity(at, container, pod);
        });
    }

    private Set<String> volumes(final String name, final JsonNode pod, final JsonNode spec) {
        final Set<String> volumes = new HashSet<>();
        each(pod.path("volumes")).forEach(volume -> {
            volumes.add(volume.path("name").asText());
            volume.fieldNames().forEachRemaining(type -> {
                if (!RESTRICTED_VOLUMES.contains(type)) {
                    problems.add(name + ": volume " + volume.path("name").asText() + " is a " + type + ", which \"restricted\" forbids");
                }
            });
            exists(name, "ConfigMap", volume.path("configMap").path("name"));
            exists(name, "Secret", volume.path("secret").path("secretName"));
            each(volume.path("projected").path("sources")).forEach(source -> {
                exists(name, "ConfigMap", source.path("configMap").path("name"));
                exists(name, "Secret", source.path("secret").path("name"));
            });
        });
        each(spec.path("volumeClaimTemplates")).forEach(claim -> volumes.add(claim.path("metadata").path("name").asText()));
        return volumes;
    }

    private void container(final String at, final JsonNode container, final Set<String> volumes) {
        each(container.path("volumeMounts")).forEach(mount -> {
            if (!volumes.contains(mount.path("name").asText())) {
                problems.add(at + ": mounts the volume " + mount.path("name").asText() + ", which the pod has not");
            }
        });
        final Set<String> ports = new HashSet<>();
        each(container.path("ports")).forEach(port -> {
            ports.add(port.path("name").asText());
            ports.add(port.path("containerPort").asText());
        });
        for (final String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            for (final String way : List.of("httpGet", "grpc", "tcpSocket")) {
                final JsonNode port = container.path(probe).path(way).path("port");
                if (!port.isMissingNode() && !ports.contains(port.asText())) {
                    problems.add(at + ": its " + probe + " asks the port " + port.asText() + ", which the container has not");
                }
            }
        }
        if (!container.path("resources").has("limits") || !container.path("resources").has("requests")) {
            problems.add(at + ": has no resources");
        }
    }

    private void podSecurity(final String name, final JsonNode pod) {
        for (final String forbidden : List.of("hostPID", "hostIPC", "hostNetwork")) {
            if (pod.path(forbidden).asBoolean() && !(isHostNetworkAllowed && "hostNetwork".equals(forbidden))) {
                problems.add(name + ": " + forbidden + ", which \"restricted\" forbids");
            }
        }
        if (!pod.path("securityContext").path("seccompProfile").path("type").asText().equals("RuntimeDefault")) {
            problems.add(name + ": no seccomp profile");
        }
        if (pod.path("automountServiceAccountToken").asBoolean(true)) {
            problems.add(name + ": the token of the service account is mounted everywhere");
        }
        // BOURSE_…_PORT=tcp://… of a service would be read as configuration.
        if (pod.path("enableServiceLinks").asBoolean(true)) {
            problems.add(name + ": service links are on");
        }
    }

    private void containerSecurity(final String at, final JsonNode container, final JsonNode pod) {
        final JsonNode security = container.path("securityContext");
        if (security.path("allowPrivilegeEscalation").asBoolean(true)) {
            problems.add(at + ": may escalate privileges");
        }
        if (!security.path("readOnlyRootFilesystem").asBoolean()) {
            problems.add(at + ": may write to its root file system");
        }
        if (each(security.path("capabilities").path("drop")).noneMatch(capability -> "ALL".equals(capability.asText()))) {
            problems.add(at + ": keeps capabilities");
        }
        if (!security.path("runAsNonRoot").asBoolean(pod.path("securityContext").path("runAsNonRoot").asBoolean())) {
            problems.add(at + ": may run as root");
        }
    }
}
