package bourse.services.kubernetes;

import java.util.Map;
import java.util.Optional;

/**
 * The pod that this process runs in, from the downward API.
 *
 * @param namespace of the pod
 * @param name      of the pod; of a member of a StatefulSet it ends with its ordinal
 */
public record PodIdentity(String namespace, String name) {
    private static final String NAMESPACE = "POD_NAMESPACE";
    private static final String NAME = "POD_NAME";
    private static final String API_SERVER = "KUBERNETES_SERVICE_HOST";

    /** Empty outside a cluster, or where the manifest does not tell the pod its name. */
    public static Optional<PodIdentity> of(final Map<String, String> environment) {
        final String namespace = environment.getOrDefault(NAMESPACE, "");
        final String name = environment.getOrDefault(NAME, "");
        if (namespace.isEmpty() || name.isEmpty() || environment.getOrDefault(API_SERVER, "").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PodIdentity(namespace, name));
    }

    /** Number of the member in its StatefulSet, or -1 where the name has none. */
    public int ordinal() {
        return ordinalOf(name);
    }

    static int ordinalOf(final String podName) {
        final int dash = podName.lastIndexOf('-');
        final String end = podName.substring(dash + 1);
        return dash > 0 && end.matches("\\d{1,6}") ? Integer.parseInt(end) : -1;
    }
}
