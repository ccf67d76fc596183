package bourse.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What {@code kubectl kustomize} makes of a folder, as plain trees. */
final class Manifests {
    static final Path FOLDER = Path.of("kubernetes").toAbsolutePath();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int SECONDS = 60;

    private Manifests() {
    }

    /** False, and a line that says so, where there is no kubectl with a kustomize of this decade. */
    static boolean canRender() {
        try {
            final Process process = new ProcessBuilder("kubectl", "kustomize", FOLDER.resolve("namespace").toString()).redirectErrorStream(true).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return true;
            }
            System.err.println("SKIPPED: manifests are not rendered, kubectl says: " + said.strip());
        } catch (final IOException e) {
            System.err.println("SKIPPED: manifests are not rendered, there is no kubectl (1.21 or newer) on the PATH");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    static List<Path> overlays() throws IOException {
        try (var folders = Files.list(FOLDER.resolve("overlays"))) {
            return folders.sorted().toList();
        }
    }

    /** @throws IllegalStateException with what kubectl says. */
    static List<JsonNode> render(final Path folder) {
        try {
            final Path errors = Files.createTempFile("kustomize", ".txt");
            try {
                final Process process = new ProcessBuilder("kubectl", "kustomize", folder.toString()).redirectError(errors.toFile()).start();
                final String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new IllegalStateException(folder + ": " + Files.readString(errors));
                }
                return parse(rendered);
            } finally {
                Files.delete(errors);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static List<JsonNode> parse(final String yaml) throws IOException {
        final List<JsonNode> documents = new ArrayList<>();
        YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).forEachRemaining(document -> {
            if (document != null && !document.isNull()) {
                documents.add(document);
            }
        });
        return documents;
    }

    /** Such as {@code Service/bourse-orders}. */
    static String name(final JsonNode document) {
        return document.path("kind").asText() + '/' + document.path("metadata").path("name").asText();
    }
}
