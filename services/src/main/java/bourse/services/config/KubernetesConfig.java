package bourse.services.config;

/**
 * What the process does with the API server of a cluster; nothing outside one.
 *
 * @param enabled     in a pod that is told its name (POD_NAME, POD_NAMESPACE): label it with its role, watch members and instruments
 * @param instruments name of the ConfigMap with instruments to define; empty = none
 */
public record KubernetesConfig(boolean enabled, String instruments) {
    static KubernetesConfig read(final ConfigSection section) {
        final KubernetesConfig config = new KubernetesConfig(section.bool("enabled", true), section.text("instruments", "bourse-instruments", 0, 253));
        section.end();
        return config;
    }
}
