package bourse.deploy.kubernetes;

import bourse.services.config.ConfigLoader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Every overlay as kubectl renders it, held against the API's schema and against itself; and that what is wrong would be found. */
class ManifestsTest {
    @BeforeAll
    static void needKubectl() {
        assumeThat(Manifests.canRender()).isTrue();
    }

    static List<Path> overlays() throws IOException {
        return Manifests.overlays();
    }

    private static List<String> problems(final List<JsonNode> documents, final boolean isHostNetworkAllowed) {
        final List<String> problems = new ArrayList<>();
        documents.forEach(document -> problems.addAll(SchemaWalk.problems(document)));
        problems.addAll(ManifestRules.problems(documents, isHostNetworkAllowed));
        problems.addAll(VenueRules.problems(documents));
        return problems;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldRenderWithoutProblem(final Path overlay) {
        final List<JsonNode> documents = Manifests.render(overlay);
        assertThat(documents).extracting(Manifests::name).contains("StatefulSet/bourse");
        assertThat(problems(documents, overlay.endsWith("multicast"))).isEmpty();
    }

    /** As an operator's own overlay would: three members, with TLS, watched. */
    @Test
    void shouldCombineComponents(@TempDir final Path directory) throws IOException {
        final Path own = directory.toRealPath();
        final String folder = own.relativize(Manifests.FOLDER.toRealPath()).toString();
        Files.writeString(own.resolve("kustomization.yaml"), "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: bourse\n"
            + "resources: [" + folder + "/overlays/replicated]\ncomponents: [" + folder + "/components/tls, " + folder + "/components/monitoring]\n");
        final List<JsonNode> documents = Manifests.render(own);
        assertThat(documents).extracting(Manifests::name).contains("PodDisruptionBudget/bourse", "PrometheusRule/bourse", "ConfigMap/bourse-dashboards");
        assertThat(documents.toString()).contains("bourse-tls");
        assertThat(problems(documents, false)).isEmpty();
    }

    /** Faults as people make them: each is found, and the line names the place. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "StatefulSet/bourse                     | /spec/template/spec/containers/0/redinessProbe   | {}                | redinessProbe: Container has no such field",
        "StatefulSet/bourse                     | /spec/replicas                                   | \"1\"             | spec.replicas: \"1\" (expected: Integer)",
        "StatefulSet/bourse                     | /spec/template/spec/containers/1/command         | \"run\"           | command: \"run\" (expected: a list)",
        "StatefulSet/bourse                     | /spec/template/spec/containers/0/resources/limits/memory | \"4GB\"   | memory: \"4GB\" (expected: Quantity)",
        "StatefulSet/bourse                     | /spec/template/spec/containers/0/livenessProbe/httpGet/port | \"metrics\" | its livenessProbe asks the port metrics",
        "StatefulSet/bourse                     | /spec/template/spec/serviceAccountName           | \"borse\"         | there is no ServiceAccount/borse",
        "StatefulSet/bourse                     | /spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem | false | may write to its root file system",
        "StatefulSet/bourse                     | /spec/template/spec/enableServiceLinks           | true              | service links are on",
        "StatefulSet/bourse                     | /spec/selector/matchLabels/app.kubernetes.io~1name | \"other\"       | its selector does not select its own pods",
        "Service/bourse-orders                  | /spec/selector/app.kubernetes.io~1name           | \"borse\"         | selects no pod",
        "Service/bourse-orders                  | /spec/ports/0/targetPort                         | \"grpc-order\"    | no container of the selected pods has the port grpc-order",
        "NetworkPolicy/bourse-venue             | /spec/podSelector/matchLabels/app.kubernetes.io~1component | \"venues\" | selects no pod",
        "PodMonitor/bourse                      | /spec/podMetricsEndpoints/0/port                 | \"metrics\"       | no container of the selected pods has the port metrics",
        "PodMonitor/bourse                      | /spec/podMetricsEndpoints/0/intervall            | \"5s\"            | intervall: Endpoint has no such field",
        "PrometheusRule/bourse                  | /spec/groups/0/rules/0/expression                | \"1\"             | expression: Rule has no such field",
        "StatefulSet/bourse                     | /spec/template/spec/containers/0/lifecycle       | {}                | engine: no preStop",
        "StatefulSet/bourse                     | /spec/template/spec/containers/1/volumeMounts/1/subPath | \"gateway\" | gateway: does not see the engine's data",
        "StatefulSet/bourse                     | /spec/template/spec/containers/2/volumeMounts/1/readOnly | false    | marketdata: does not see the engine's data",
        "StatefulSet/bourse                     | /spec/template/spec/terminationGracePeriodSeconds | 20               | too little time to end in order",
        "StatefulSet/bourse                     | /spec/template/spec/containers/1/resources/requests/cpu | \"500m\"   | gateway: a kubelet with the static CPU policy",
        "NetworkPolicy/bourse-default-deny      | /spec/ingress                                    | [{}]              | no default-deny network policy",
        "RoleBinding/bourse                     | /roleRef/name                                    | \"burse\"         | there is no Role/burse",
    })
    void shouldFindPlantedFault(final String document, final String pointer, final String value, final String expected) throws IOException {
        plant("monitored", document, pointer, value, expected);
    }

    /** The same of what several members need besides. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "StatefulSet/bourse           | /spec/replicas                                  | 5              | the members are [bourse-0.",
        "StatefulSet/bourse           | /spec/podManagementPolicy                       | \"OrderedReady\" | wait for each other",
        "StatefulSet/bourse           | /spec/template/spec/affinity                    | {}             | two members may share a node",
        "StatefulSet/bourse           | /spec/template/spec/containers/1/env            | {}             | gateway: is not told which member it is",
        "PodDisruptionBudget/bourse   | /spec/maxUnavailable                            | 2              | may take away the quorum",
        "PodDisruptionBudget/bourse   | /spec/selector/matchLabels/app.kubernetes.io~1component | \"member\" | selects no pod",
        "NetworkPolicy/bourse-members | /spec/ingress                                   | {}             | members may not talk to each other",
        "Service/bourse-members       | /spec/publishNotReadyAddresses                  | false          | no names before they are ready",
        "Service/bourse-orders-leader | /spec/selector/bourse.io~1role                  | \"lead\"       | no service routes to the leader",
    })
    void shouldFindFaultPlantedAmongMembers(final String document, final String pointer, final String value, final String expected) throws IOException {
        plant("replicated", document, pointer, value, expected);
    }

    private static void plant(final String overlay, final String document, final String pointer, final String value, final String expected)
        throws IOException {
        final List<JsonNode> documents = Manifests.render(Manifests.FOLDER.resolve("overlays").resolve(overlay));
        final JsonNode found = documents.stream().filter(candidate -> Manifests.name(candidate).equals(document)).findFirst().orElseThrow();
        final int slash = pointer.lastIndexOf('/');
        ((ObjectNode) found.at(pointer.substring(0, slash)))
            .set(pointer.substring(slash + 1).replace("~1", "/"), Manifests.parse(value).getFirst());
        assertThat(problems(documents, false)).anySatisfy(problem -> assertThat(problem).contains(expected));
    }

    @Test
    void shouldDivideInstrumentsBetweenShards() throws IOException {
        final List<String> shards = new ArrayList<>();
        final List<String> instruments = new ArrayList<>();
        ManifestRules.byNamespace(Manifests.render(Manifests.FOLDER.resolve("overlays").resolve("sharded"))).forEach((namespace, documents) ->
            documents.forEach(document -> {
                if ("ConfigMap/bourse-instruments".equals(Manifests.name(document))) {
                    ConfigLoader.instruments(document.path("data").path("instruments.yaml").asText()).forEach(one ->
                        instruments.addAll(List.of(one.symbol(), String.valueOf(one.instrumentId()))));
                }
                document.path("spec").path("template").path("spec").path("containers").forEach(container -> container.path("env").forEach(variable -> {
                    if ("BOURSE_SHARD".equals(variable.path("name").asText())) {
                        shards.add(namespace + '=' + variable.path("value").asText());
                    }
                }));
            }));
        assertThat(shards).containsExactly("bourse-0=0", "bourse-0=0", "bourse-0=0", "bourse-1=1", "bourse-1=1", "bourse-1=1");
        assertThat(instruments).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void shouldFindUnknownKind() throws IOException {
        final List<JsonNode> documents = Manifests.parse("{apiVersion: apps/v1, kind: StatfulSet, metadata: {name: x}}");
        assertThat(SchemaWalk.problems(documents.getFirst())).containsExactly("StatfulSet/x: no such kind in apps/v1");
    }
}
