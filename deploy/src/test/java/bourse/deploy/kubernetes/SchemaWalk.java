package bourse.deploy.kubernetes;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds a document against the classes that the Kubernetes project's own API description was made into: a field that the kind does not have,
 * and a value of another type, are each told with their path. The API server drops or coerces such things silently, or refuses them late.
 */
final class SchemaWalk {
    private static final KubernetesSerialization KINDS = new KubernetesSerialization();

    private final List<String> problems = new ArrayList<>();

    private SchemaWalk() {
    }

    /** @return one line a problem, empty when there is none. */
    static List<String> problems(final JsonNode document) {
        final SchemaWalk walk = new SchemaWalk();
        final String name = Manifests.name(document);
        final Class<?> kind = kind(document);
        if (kind == null) {
            return List.of(name + ": no such kind in " + document.path("apiVersion").asText("(no apiVersion)"));
        }
        walk.object(name, document, kind);
        return walk.problems;
    }

    private static Class<?> kind(final JsonNode document) {
        final String key = document.path("apiVersion").asText() + '/' + document.path("kind").asText();
        if (MonitoringKinds.BY_NAME.containsKey(key)) {
            return MonitoringKinds.BY_NAME.get(key);
        }
        final String head = "{\"apiVersion\":" + document.path("apiVersion") + ",\"kind\":" + document.path("kind") + '}';
        final Class<?> type = KINDS.unmarshal(head).getClass();
        return type == GenericKubernetesResource.class ? null : type;
    }

    private void object(final String path, final JsonNode node, final Class<?> type) {
        if (!node.isObject()) {
            problems.add(path + ": " + node + " (expected: an object, " + type.getSimpleName() + ")");
            return;
        }
        final Map<String, Field> fields = fields(type);
        node.fields().forEachRemaining(entry -> {
            final String at = path + '.' + entry.getKey();
            final Field field = fields.get(entry.getKey());
            if (field == null) {
                problems.add(at + ": " + type.getSimpleName() + " has no such field");
            } else {
                value(at, entry.getValue(), field.getGenericType());
            }
        });
    }

    private void value(final String path, final JsonNode node, final Type type) {
        if (node.isNull()) {
            problems.add(path + ": has no value");
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            list(path, node, generic.getActualTypeArguments()[0]);
        } else if (type instanceof ParameterizedType generic) {
            map(path, node, generic.getActualTypeArguments()[1]);
        } else if (type instanceof Class<?> plain) {
            plain(path, node, plain);
        }
    }

    private void list(final String path, final JsonNode node, final Type of) {
        if (!node.isArray()) {
            problems.add(path + ": " + node + " (expected: a list)");
            return;
        }
        for (int i = 0; i < node.size(); i++) {
            value(path + '[' + i + ']', node.get(i), of);
        }
    }

    private void map(final String path, final JsonNode node, final Type of) {
        if (!node.isObject()) {
            problems.add(path + ": " + node + " (expected: keys with values)");
            return;
        }
        node.fields().forEachRemaining(entry -> value(path + '.' + entry.getKey(), entry.getValue(), of));
    }

    private void plain(final String path, final JsonNode node, final Class<?> type) {
        final boolean isRight;
        if (type == String.class || type.isEnum()) {
            isRight = node.isTextual();
        } else if (type == Integer.class || type == Long.class) {
            isRight = node.isIntegralNumber();
        } else if (type == Boolean.class) {
            isRight = node.isBoolean();
        } else if (type == Double.class) {
            isRight = node.isNumber();
        } else if (type == IntOrString.class) {
            isRight = node.isIntegralNumber() || node.isTextual();
        } else if (type == Quantity.class) {
            isRight = (node.isTextual() || node.isNumber()) && node.asText().matches("\\d+(\\.\\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?");
        } else if (type == Object.class) {
            isRight = true;
        } else {
            object(path, node, type);
            return;
        }
        if (!isRight) {
            problems.add(path + ": " + node + " (expected: " + type.getSimpleName() + ")");
        }
    }

    private static Map<String, Field> fields(final Class<?> type) {
        final Map<String, Field> fields = new HashMap<>();
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            for (final Field field : at.getDeclaredFields()) {
                final JsonProperty property = field.getAnnotation(JsonProperty.class);
                if (property != null && field.getAnnotation(JsonAnyGetter.class) == null) {
                    fields.put(property.value(), field);
                }
            }
        }
        return fields;
    }
}
