package bourse.deploy.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;

import java.util.List;
import java.util.Map;

/**
 * The Prometheus operator's kinds, as far as the manifests use them: a field that its description
 * (https://prometheus-operator.dev/docs/api-reference/api/) has and that is missing here is refused, too, until somebody adds it.
 */
final class MonitoringKinds {
    /** By apiVersion and kind. */
    static final Map<String, Class<?>> BY_NAME = Map.of(
        "monitoring.coreos.com/v1/PodMonitor", PodMonitor.class,
        "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class);

    private MonitoringKinds() {
    }

    record PodMonitor(@JsonProperty("apiVersion") String apiVersion, @JsonProperty("kind") String kind, @JsonProperty("metadata") ObjectMeta metadata,
                      @JsonProperty("spec") PodMonitorSpec spec) {
    }

    record PodMonitorSpec(@JsonProperty("selector") LabelSelector selector, @JsonProperty("podMetricsEndpoints") List<Endpoint> endpoints) {
    }

    record Endpoint(@JsonProperty("port") String port, @JsonProperty("interval") String interval, @JsonProperty("path") String path,
                    @JsonProperty("relabelings") List<Relabeling> relabelings) {
    }

    record Relabeling(@JsonProperty("sourceLabels") List<String> sourceLabels, @JsonProperty("separator") String separator,
                      @JsonProperty("regex") String regex, @JsonProperty("targetLabel") String targetLabel,
                      @JsonProperty("replacement") String replacement, @JsonProperty("action") String action) {
    }

    record PrometheusRule(@JsonProperty("apiVersion") String apiVersion, @JsonProperty("kind") String kind,
                          @JsonProperty("metadata") ObjectMeta metadata, @JsonProperty("spec") PrometheusRuleSpec spec) {
    }

    record PrometheusRuleSpec(@JsonProperty("groups") List<RuleGroup> groups) {
    }

    record RuleGroup(@JsonProperty("name") String name, @JsonProperty("interval") String interval, @JsonProperty("rules") List<Rule> rules) {
    }

    record Rule(@JsonProperty("alert") String alert, @JsonProperty("expr") String expr, @JsonProperty("for") String lasting,
                @JsonProperty("labels") Map<String, String> labels, @JsonProperty("annotations") Map<String, String> annotations) {
    }
}
