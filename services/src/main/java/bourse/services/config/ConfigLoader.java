package bourse.services.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Puts the configuration together: built-in values, over them the file, over that the environment ({@code BOURSE_GATEWAY_PORT} for
 * {@code gateway.port}; a camel-case key may have underscores between its words), over that {@code --set gateway.port=0}.
 */
public final class ConfigLoader {
    private static final String PREFIX = "BOURSE_";
    private static final ObjectMapper YAML = new ObjectMapper(
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    /** Variables with our prefix that are not configuration: what commands and the launcher read. */
    private static final Set<String> OTHER_VARIABLES = Set.of(
        "BOURSE_CONFIG", "BOURSE_TOKEN", "BOURSE_ADDRESS", "BOURSE_HOME", "BOURSE_JAVA", "BOURSE_JAVA_OPTS", "BOURSE_JAR");

    private ConfigLoader() {
    }

    /**
     * @param file        YAML; null = built-in values only
     * @param environment of the process
     * @param settings    each {@code a.b=value}
     * @throws ConfigException when anything is wrong with it
     */
    public static VenueConfig load(final Path file, final Map<String, String> environment, final List<String> settings) {
        final ObjectNode tree = file == null ? YAML.createObjectNode() : parse(file);
        final Set<String> keys = knownKeys();
        final Map<String, String> byFlatName = new LinkedHashMap<>();
        keys.forEach(key -> byFlatName.put(flat(key), key));
        final Map<String, String> origins = new LinkedHashMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith(PREFIX) && !OTHER_VARIABLES.contains(variable) && !value.isEmpty()) {
                final String key = byFlatName.get(flat(variable.substring(PREFIX.length())));
                if (key == null) {
                    refuseUnknownVariable(variable, keys);
                } else {
                    put(tree, key, value, variable);
                    origins.put(key, "environment " + variable);
                }
            }
        });
        for (final String setting : settings) {
            final int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("--set " + setting + ": no value (expected: such as gateway.port=0)");
            }
            final String key = setting.substring(0, equals).trim();
            if (!keys.contains(key)) {
                throw ConfigSection.unknown("--set " + key, keys.stream().map(known -> "--set " + known).toList());
            }
            put(tree, key, setting.substring(equals + 1), "--set " + key);
            origins.put(key, "--set");
        }
        try {
            return VenueConfig.read(ConfigSection.root(tree, new LinkedHashSet<>()));
        } catch (final ConfigException e) {
            final String key = e.getMessage().substring(0, Math.max(0, e.getMessage().indexOf(':')));
            final String origin = origins.getOrDefault(key, file == null ? "built-in configuration" : file.toString());
            throw new ConfigException(origin + ": " + e.getMessage());
        }
    }

    /**
     * A list of instruments alone, as under {@code instruments} in the file.
     *
     * @throws ConfigException when anything is wrong with it
     */
    public static List<InstrumentConfig> instruments(final String yaml) {
        final ObjectNode tree = YAML.createObjectNode();
        try {
            tree.set("instruments", YAML.readTree(yaml));
        } catch (final JsonProcessingException e) {
            throw new ConfigException("instruments: " + e.getOriginalMessage().lines().findFirst().orElse("not YAML"));
        }
        return VenueConfig.read(ConfigSection.root(tree, new LinkedHashSet<>())).instruments();
    }

    /** Full names of all keys but those inside lists. */
    static Set<String> knownKeys() {
        final Set<String> keys = new LinkedHashSet<>();
        VenueConfig.read(ConfigSection.root(YAML.createObjectNode(), keys));
        return keys;
    }

    /** Only what begins like a section of ours is an error: the environment also belongs to others. */
    private static void refuseUnknownVariable(final String variable, final Set<String> keys) {
        for (final String section : List.of("ENGINE_", "CLUSTER_", "GATEWAY_", "MARKETDATA_", "TELEMETRY_", "KUBERNETES_")) {
            if (variable.startsWith(PREFIX + section)) {
                throw ConfigSection.unknown(variable, keys.stream().map(ConfigLoader::variable).toList());
            }
        }
    }

    /** {@code gateway.adminPort} is {@code BOURSE_GATEWAY_ADMIN_PORT}. */
    static String variable(final String key) {
        return PREFIX + key.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static String flat(final String name) {
        return name.replace("_", "").replace(".", "").toLowerCase(Locale.ROOT);
    }

    private static ObjectNode parse(final Path file) {
        try {
            final JsonNode tree = YAML.readTree(Files.readString(file));
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return YAML.createObjectNode();
            }
            if (!(tree instanceof ObjectNode object)) {
                throw new ConfigException(file + ": not a configuration (expected: keys with values, see config/bourse.yaml)");
            }
            return object;
        } catch (final NoSuchFileException e) {
            throw new ConfigException(file + ": no such file (expected: a configuration such as config/bourse.yaml)");
        } catch (final JsonProcessingException e) {
            final String where = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr() + ":";
            throw new ConfigException(file + ":" + where + " " + e.getOriginalMessage().lines().findFirst().orElse("not YAML"));
        } catch (final IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e);
        }
    }

    private static void put(final ObjectNode tree, final String key, final String value, final String origin) {
        final JsonNode parsed;
        try {
            parsed = YAML.readTree(value);
        } catch (final JsonProcessingException e) {
            throw new ConfigException(origin + ": " + value + " (expected: a value as in YAML)");
        }
        final String[] words = key.split("\\.");
        ObjectNode section = tree;
        for (int i = 0; i < words.length - 1; i++) {
            section = section.path(words[i]) instanceof ObjectNode child ? child : section.putObject(words[i]);
        }
        section.set(words[words.length - 1], parsed == null || parsed.isMissingNode() ? YAML.getNodeFactory().textNode("") : parsed);
    }
}
